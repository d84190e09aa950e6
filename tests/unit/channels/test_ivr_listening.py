"""Short words of a caller, and the numbers that are read back to him."""

from __future__ import annotations

from datetime import date

import pytest

from bot.channels.ivr.listening import asks_again, best_of, goes_on, is_no, is_yes, number_aloud

TODAY = date(2026, 11, 27)


@pytest.mark.parametrize("said", ["嗯，对。", "对，没错。", "是的，是的", "对对对", "嗯", "好的。", "就是这个"])
def test_a_yes_is_heard_however_it_is_said(said: str) -> None:
    assert is_yes(said)
    assert not is_no(said)


@pytest.mark.parametrize("said", ["不，不对", "不对不对", "错了", "嗯不是的", "没有"])
def test_a_no_is_heard_however_it_is_said(said: str) -> None:
    assert is_no(said)
    assert not is_yes(said)


@pytest.mark.parametrize("said", ["对方车牌", "对不起", "没有受伤", "不对，是一三九", "是我妈的保单", "", "，"])
def test_what_says_more_is_neither(said: str) -> None:
    assert not is_yes(said)
    assert not is_no(said)


@pytest.mark.parametrize(
    "said", ["没听清，再说一遍", "啊？", "你说什么", "麻烦再讲一下好吗", "重复一遍", "我听不清", "喂"]
)
def test_say_it_again_is_heard(said: str) -> None:
    assert asks_again(said)


@pytest.mark.parametrize("said", ["重复扣款怎么办", "没听明白怎么赔", "什么是等待期", "没听说过", "重新报案", "怎么说"])
def test_a_question_is_no_say_it_again(said: str) -> None:
    assert not asks_again(said)


def test_going_on_is_only_that() -> None:
    assert goes_on("嗯，继续说")
    assert not goes_on("继续报案")


@pytest.mark.parametrize(
    ("said", "expect", "read"),
    [
        ("幺三九 零零零零 三零幺幺", "phone", "幺三九，零零零零，三零幺幺"),
        ("我的手机号是一三九零零零零三零一一", "phone", "幺三九，零零零零，三零幺幺"),
        ("那个一三九，嗯零零零零，三零一一", "text", "幺三九，零零零零，三零幺幺"),
        ("一一零一零五一九四九一二三一零零二叉", "id_number", "幺幺零幺零五，幺九四九幺二三幺，零零二X"),
        ("大概三万五吧", "amount", "35000 元"),
        ("打了95519没人理", "text", ""),
        ("三个人", "number", ""),
        ("二零二三年五月六号", "date", ""),
        ("一二三四五六", "otp", ""),
    ],
)
def test_a_number_is_read_back_alone_or_in_a_sentence(said: str, expect: str, read: str) -> None:
    assert number_aloud(said, expect) == read


def test_another_guess_counts_where_it_is_the_number_that_was_asked_for() -> None:
    heard = ("幺三九零零零零三零幺", "幺三九零零零零三零幺幺")
    assert best_of(heard, "phone", TODAY) == heard[1]
    assert best_of(heard, "text", TODAY) == heard[0]
    assert best_of((), "phone", TODAY) == ""
