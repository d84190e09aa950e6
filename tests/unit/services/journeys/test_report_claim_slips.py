"""Small slips in a claim's form: an answer to another question, a place put right later, a form on a card."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bot.calendars.clocks import SHANGHAI
from tests.journey_talk import JourneyTalk, start_talk

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
SCRATCHED = "我的车京N30021昨天下午三点在国贸桥跟人剐蹭了，没人受伤"
POST_HIT = "我的车京N30022昨天下午三点撞了柱子，没人受伤"
BURST = "我家昨天下午三点水管爆了，地板泡了，没人受伤"


@pytest.fixture
def talk(tmp_path: Path) -> JourneyTalk:
    return start_talk(tmp_path, "claim_form", NOW)


@pytest.mark.parametrize(("words", "driver"), [("我开的", "报案人"), ("我老公开的车", "老公")])
def test_who_drove_is_no_other_party(talk: JourneyTalk, words: str, driver: str) -> None:
    talk.say(SCRATCHED, "report_claim")
    assert talk.slot == "claim_other_party"
    talk.say(words)
    assert talk.slot == "claim_other_party"
    assert talk.answers["claim_driver"] == driver
    talk.all("没有", "能开", "13900003021")
    assert "对方 没有对方" in talk.text or "对方 没留下对方信息" in talk.text


def test_who_drove_beside_the_other_party_is_kept(talk: JourneyTalk) -> None:
    talk.say(SCRATCHED, "report_claim")
    talk.say("我开的，对方车牌京B67890")
    assert talk.slot == "claim_drivable"
    assert talk.answers["claim_driver"] == "报案人"
    assert "京B67890" in talk.answers["claim_other_party"]


@pytest.mark.parametrize(
    ("words", "kept"), [("控制住了", "已控制住"), ("已经不漏了", "已控制住"), ("还在漏", "还在扩大")]
)
def test_how_the_loss_stands_is_no_place(talk: JourneyTalk, words: str, kept: str) -> None:
    talk.say(BURST, "report_claim")
    assert talk.slot == "claim_place"
    talk.say(words)
    assert talk.slot == "claim_place"
    assert talk.answers["claim_spreading"] == kept
    talk.say("翠湖小区3号楼")
    assert talk.slot == "claim_phone"


@pytest.mark.parametrize("words", ["不对是B2停车场", "不对，是B2停车场", "刚才说错了，是B2停车场"])
def test_the_place_is_put_right_at_the_phone(talk: JourneyTalk, words: str) -> None:
    talk.say(POST_HIT, "report_claim")
    talk.all("地下停车场", "能开")
    assert talk.slot == "claim_phone"
    talk.say(words)
    assert talk.slot == "claim_phone"
    assert talk.answers["claim_place"] == "B2停车场"


def test_where_the_car_stands_is_put_right_before_where_it_happened(talk: JourneyTalk) -> None:
    talk.say(POST_HIT, "report_claim")
    talk.all("建国路", "不能开", "望京修理厂")
    talk.say("不对，是小区地下车库")
    assert talk.answers["claim_vehicle_at"] == "小区地下车库"
    assert talk.answers["claim_place"] == "建国路"


def test_another_repair_changes_no_place(talk: JourneyTalk) -> None:
    talk.say(POST_HIT, "report_claim")
    talk.all("地下停车场", "能开")
    talk.say("不对，是我老婆的手机")
    assert talk.answers["claim_place"] == "地下停车场"


@pytest.mark.parametrize(
    ("words", "slot", "value"),
    [
        ("昨天下午三点", "claim_event_at", "2026-11-22T15:00"),
        ("大概是上个礼拜天下午两点来钟的时候", "claim_event_at", "2026-11-22T14:00"),
        ("在学院桥东边", "claim_place", "学院桥"),
        ("我的电话13900003022", "claim_phone", "13900003022"),
        ("车牌京N30022", "claim_plate", "京N30022"),
    ],
)
def test_a_value_alone_is_kept_where_it_belongs_and_is_no_story(
    talk: JourneyTalk, words: str, slot: str, value: str
) -> None:
    talk.say("我要报案，车险", "report_claim")
    talk.say("没人受伤")
    assert talk.slot == "claim_cause"
    talk.say(words)
    assert talk.answers[slot] == value
    assert (talk.slot, talk.answers.get("claim_cause", "")) == ("claim_cause", "")
    talk.say("追尾了前面的车")
    assert talk.answers["claim_cause"] == "追尾了前面的车"


def test_what_was_taken_down_by_the_way_is_read_back(talk: JourneyTalk) -> None:
    talk.say("我要报案，车险", "report_claim")
    talk.all("没人受伤", "昨天下午三点")
    assert "这个记下了：时间 昨天（11 月 22 日） 15:00。" in talk.text


@pytest.mark.parametrize(
    ("words", "reason"), [("十一月三十一号", "11 月没有 31 日"), ("农历十月初五", "农历的日子我换算不准")]
)
def test_a_day_that_cannot_be_taken_is_refused_with_its_reason(talk: JourneyTalk, words: str, reason: str) -> None:
    talk.say("我要报案，车险", "report_claim")
    talk.say("没人受伤")
    assert talk.slot == "claim_cause"
    talk.say(words)
    assert talk.slot == "claim_cause"
    assert reason in talk.text
    talk.say(f"{words}倒车撞柱子了")
    assert talk.slot == "claim_event_at"
    assert reason in talk.text
    talk.say(f"{words}下午三点")
    assert talk.slot == "claim_event_at"
    assert reason in talk.text


@pytest.mark.parametrize("story", ["昨天下午三点撞了", "在学院桥被刮了", "昨天倒车撞柱子", "昨晚车停着不见了"])
def test_a_short_story_with_a_day_or_a_place_is_a_story(talk: JourneyTalk, story: str) -> None:
    talk.say("我要报案，车险", "report_claim")
    talk.say("没人受伤")
    talk.say(story)
    assert talk.answers["claim_cause"] == story


@pytest.mark.parametrize(
    ("story", "words", "other"),
    [
        ("右转碰了电动车", "不知道", "没留下对方信息"),
        ("右转碰了电动车", "没有", "没留下对方信息"),
        ("停在路边回来发现右门凹了", "不知道", "对方情况不清楚"),
        ("停在路边回来发现右门凹了", "没记车牌", "没留下对方信息"),
        ("自己掉沟里车凹了", "没有", "没有对方"),
        ("停在路边回来发现右门凹了", "单方的，没记住时间", "没有对方"),
        ("停在路边回来发现右门凹了", "我都不知道怎么弄的，没有别的车", "没有对方"),
        ("停在路边回来发现右门凹了", "不知道，就我一辆车", "没有对方"),
    ],
)
def test_who_does_not_know_the_other_party_has_not_said_that_there_was_none(
    talk: JourneyTalk, story: str, words: str, other: str
) -> None:
    talk.say(f"我的车京N30022昨天下午三点在国贸桥{story}，没人受伤", "report_claim")
    if talk.slot == "claim_other_party":
        talk.say(words)
    assert talk.answers["claim_other_party"] == other
