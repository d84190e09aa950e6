import pytest

from bot.text import masking


def test_each_detail_shows_only_its_ends() -> None:
    assert masking.mask_phone("13800000000") == "138****0000"
    assert masking.mask_phone("010-12345678") == "010-******78"
    assert masking.mask_id_number("11010519491231002X") == "110***********002X"
    assert masking.mask_card("6222020000000000012") == "***************0012"
    assert masking.mask_plate("京A·12345") == "京A·1***5"
    assert masking.mask_plate("京A12345") == "京A·1***5"
    assert masking.mask_policy_no("P2023001234") == "*******1234"
    assert masking.mask_email("zhangsan@example.com") == "z***@example.com"


@pytest.mark.parametrize(
    ("name", "masked"), [("李四", "李*"), ("王小明", "王*明"), ("欧阳小明", "欧阳*明"), ("李", "*"), ("", "")]
)
def test_names_keep_surname_and_last_character(name: str, masked: str) -> None:
    assert masking.mask_name(name) == masked


def test_a_short_value_is_masked_whole() -> None:
    assert masking.mask_policy_no("1234") == "****"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("我电话13800000000", "我电话138****0000"),
        ("身份证11010519491231002X。", "身份证110***********002X。"),
        ("卡6222020000000000012", "卡***************0012"),
        ("发到zhangsan@example.com吧", "发到z***@example.com吧"),
        ("座机010-12345678", "座机********5678"),
        ("保额50000", "保额50000"),
        ("2026-11-20出险", "2026-11-20出险"),
    ],
)
def test_free_text_loses_its_personal_numbers(text: str, masked: str) -> None:
    assert masking.mask_free_text(text) == masked


@pytest.mark.parametrize("text", ["幺三八零零零零幺二三四", "138 0000 1234", "１３８００００１２３４", "138-0000-1234"])
def test_free_text_masks_spoken_spaced_and_full_width_numbers(text: str) -> None:
    masked = masking.mask_free_text(text)
    assert masked.count("*") >= 4
    assert "0000" not in masked
    assert "零零零零" not in masked
