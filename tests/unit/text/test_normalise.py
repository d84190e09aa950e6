import pytest

from bot.text.normalise import fold, normalise


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ｐ２０２３００１２３４", "P2023001234"),
        ("保單號，車輛損失險！", "保单号,车辆损失险!"),
        ("京Ａ　１２３４５", "京A 12345"),
        ("already plain", "already plain"),
        ("", ""),
    ],
)
def test_fold_writes_half_width_and_simplified(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    "text", ["保單號😀Ｐ２", "İstanbul ㎡ ﷺ 車", "頭髮乾淨的後面", "a\u200bb　Ｃ", "保單\ud800號", "\udfff\udc00車"]
)
def test_fold_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_fold_writes_round_zeros_only_when_asked() -> None:
    assert fold("二〇二三", zeros=True) == "二零二三"
    assert fold("二〇二三") == "二〇二三"


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("哈哈哈哈哈", "哈哈"),
        ("凭什么！！！", "凭什么!"),
        ("保 单 号", "保单号"),
        ("我要退保😡😡", "我要退保"),
        ("退\u200b保", "退保"),
        ("APP 登不上", "app 登不上"),
        ("幺三八零零零零", "幺三八零零零零"),
        ("13800000000", "13800000000"),
        ("  ", ""),
        ("\ud800我要退保\udfff", "我要退保"),
    ],
)
def test_normalise_keeps_only_what_classification_needs(text: str, normal: str) -> None:
    assert normalise(text) == normal
