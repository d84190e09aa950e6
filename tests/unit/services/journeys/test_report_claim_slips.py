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
