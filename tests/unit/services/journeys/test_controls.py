"""What customers may say at any point of a journey, and what only sounds like it."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.calendars.clocks import SHANGHAI
from bot.services.journeys import controls
from bot.services.understanding import Understood

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=SHANGHAI)


def said(text: str) -> Understood:
    return Understood("c", "m", NOW, "web", text, "inform", 0.2)


@pytest.mark.parametrize(
    "text", ["麻烦死了不查了", "等等，先不撤了", "唉，我还是不办了吧", "不测了", "算了", "那取消吧"]
)
def test_a_sigh_and_the_wish_to_stop_stops(text: str) -> None:
    assert controls.cancels(said(text))


@pytest.mark.parametrize(
    "text", ["保费不退了", "电话一直不报了", "车开不了了", "他们说不办了，我急死了", "航班晚点，取消"]
)
def test_what_was_told_stops_nothing(text: str) -> None:
    assert not controls.cancels(said(text))


@pytest.mark.parametrize("text", ["上一题点错了", "上一步", "返回上一项", "前一个选错了"])
def test_the_last_answer_can_be_taken_back(text: str) -> None:
    assert controls.goes_back(said(text))


@pytest.mark.parametrize("text", ["上一次报案也是这样", "前面那辆车错了道", "上个月"])
def test_a_story_takes_nothing_back(text: str) -> None:
    assert not controls.goes_back(said(text))


def test_an_hour_of_opening_is_a_question_and_an_hour_of_an_event_is_none() -> None:
    assert controls.plainly_asks(said("你们几点上班"))
    assert not controls.plainly_asks(said("大概几点记不清了"))


@pytest.mark.parametrize("text", ["信息都对，确认", "都对，提交吧", "内容都没问题", "确认无误", "是的，都对的，确认"])
def test_a_plain_yes_to_a_card_submits(text: str) -> None:
    assert controls.confirms(said(text))


@pytest.mark.parametrize("text", ["信息都对吗", "都对，就是电话错了", "信息不全对", "好的，等一下", "没问题吧"])
def test_a_yes_with_anything_beside_it_submits_nothing(text: str) -> None:
    assert not controls.confirms(said(text))
