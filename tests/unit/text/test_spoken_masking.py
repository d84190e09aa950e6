"""Numbers, doors and birthdays as people say them on the phone: hidden; what a trainer learns from: kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.spoken_masking import mask_pieces, mask_spoken


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("我的号码是138, 0000, 1234", "我的号码是***, ****, ****"),
        ("一三八 嗯 零零零零 那个 一二三四", "*** 嗯 **** 那个 ****"),
        ("幺三八零两零零幺两三四", "***********"),
        ("零一零，八八七七，六六五五", "***，****，****"),
        ("身份证末四位是零零二叉", "身份证末四位是****"),
        ("尾号7788那张卡", "尾号****那张卡"),
        ("住在阳光小区三号楼一单元五零二", "住在阳光小区*号楼*单元***"),
        ("12栋3单元502", "**栋*单元***"),
        ("科苑路3号", "科苑路*号"),
        ("一九八五年三月二号生的", "****年*月*号生的"),
        ("生日是三月二号", "生日是*月*号"),
        ("微信号是abc_12345", "微信号是***_*****"),
    ],
)
def test_who_and_where_somebody_is_does_not_stay(said: str, kept: str) -> None:
    assert mask_spoken(said) == kept


@pytest.mark.parametrize(
    "said",
    [
        "我11月20号出的险",
        "2023年5月1日投保",
        "二零二三年五月",
        "三百二十块",
        "保额一百万",
        "交了三年每年五千",
        "打了95519还是没人",
        "地铁3号线",
        "两三个人受伤",
        "第七十五种重疾",
    ],
)
def test_what_happened_and_what_it_costs_stays(said: str) -> None:
    assert mask_spoken(said) == said


def test_pieces_of_a_number_are_hidden_over_turns() -> None:
    assert mask_pieces(["身份证号110105", "1949 1231", "零零二叉没错吧", "好的三个"]) == [
        "身份证号******",
        "**** ****",
        "****没错吧",
        "好的三个",
    ]
    assert mask_pieces(["三个", "五个", "两次"]) == ["三个", "五个", "两次"]
    assert mask_pieces(["我等了三", "三天了", "一共五"]) == ["我等了三", "三天了", "一共五"]


@given(st.lists(st.text("零一二两三0123，嗯 那个号楼年月日微信abX叉", max_size=30), max_size=6))
def test_lengths_stay_whatever_is_said(turns: list[str]) -> None:
    assert [len(text) for text in mask_pieces(turns)] == [len(text) for text in turns]
    assert all(len(mask_spoken(text)) == len(text) for text in turns)
