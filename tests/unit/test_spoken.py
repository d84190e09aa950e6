"""How the benchmark says numbers aloud."""

from __future__ import annotations

import pytest

from benchmarks.spoken import MANNERS, say


@pytest.mark.parametrize(
    ("typed", "spoken"),
    [
        ("手机13800000000", "手机幺三八零零零零零零零零"),
        ("赔了3500元", "赔了三千五百元"),
        ("2023年5月10日", "二零二三年五月十日"),
        ("下午14:30", "下午十四点三十分"),
        ("京A88K19", "京A八八K幺九"),
        ("1.2万", "一点二万"),
        ("1005块", "一千零五块"),
        ("020-1", "零二零-一"),
        ("没有数", "没有数"),
    ],
)
def test_numbers_are_read_as_people_read_them(typed: str, spoken: str) -> None:
    assert say(typed) == spoken


@pytest.mark.parametrize(
    ("manner", "typed", "spoken"),
    [
        ("一 for 幺", "手机13800088812", "手机一三八零零零八八八一二"),
        ("幺 in years too", "2019年5月", "二零幺九年五月"),
        ("洞 and 拐", "尾号070712", "尾号洞拐洞拐幺二"),
        ("三个八", "手机13800088812", "手机幺三八三个零三个八幺二"),
        ("pauses, commas", "手机13800088812", "手机幺三八，零零零八，八八幺二"),
        ("三千五, 两百", "赔了3500元", "赔了三千五"),
        ("三千五, 两百", "赔了12000块", "赔了一万二"),
        ("三千五, 两百", "赔了1005块", "赔了一千零五块"),
        ("plainly", "赔了120500元", "赔了十二万零五百元"),
        ("俩万五", "赔了25000元", "赔了俩万五"),
        ("再 between groups", "手机13800088812", "手机幺三八再三个零八再八八幺二"),
        ("块, 毛 and 分", "交了1250.5元", "交了一千二百五十块零五毛"),
        ("块, 毛 and 分", "交了36.25元", "交了三十六块二毛五分"),
        ("块, 毛 and 分", "交了8.07元", "交了八块零七分"),
    ],
)
def test_people_have_their_own_ways_of_saying_numbers(manner: str, typed: str, spoken: str) -> None:
    assert say(typed, MANNERS[manner]) == spoken


@pytest.mark.parametrize("manner", ["fillers", "slips taken back"])
def test_a_number_said_with_hesitation_ends_as_it_was_meant(manner: str) -> None:
    said = say("手机13800088812", MANNERS[manner])
    assert said == say("手机13800088812", MANNERS[manner])
    assert said != say("手机13800088812")
    assert "幺三八" in said
    assert said.endswith("八八幺二")
