"""A customer's own repair inside a journey changes what it is about, and a story with its words changes nothing."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bot.calendars.clocks import SHANGHAI
from tests.journey_talk import JourneyTalk, start_talk

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture
def talk(tmp_path: Path) -> JourneyTalk:
    return start_talk(tmp_path, "claim_form", NOW)


@pytest.mark.parametrize(
    "words",
    ["车开着不对劲，下来一看底盘漏油撞坏了", "前面那辆车灯光不对，没看清就撞了", "他方向不对撞上来的，我没躲开"],
)
def test_a_story_with_the_words_of_a_repair_changes_no_answer(talk: JourneyTalk, words: str) -> None:
    talk.say("我的车京N30022昨天下午三点撞了柱子，没人受伤", "report_claim")
    talk.all("建国路", "能开")
    before = dict(talk.answers)
    talk.say(words)
    assert "改好了" not in talk.text
    assert {slot: talk.answers[slot] for slot in before if slot != "claim_cause"} == {
        slot: value for slot, value in before.items() if slot != "claim_cause"
    }


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("昨天晚上八点四十左右，哦不，八点二十", "2026-11-22T20:20"),
        ("昨天晚上八点四十左右不对八点二十", "2026-11-22T20:20"),
        ("昨天晚上八点吧，等一下，是前天", "2026-11-21T20:00"),
    ],
)
def test_the_time_taken_back_is_not_kept(talk: JourneyTalk, words: str, at: str) -> None:
    talk.say("我的车京N30022撞了柱子，没人受伤", "report_claim")
    assert talk.slot == "claim_event_at"
    talk.say(words)
    assert talk.answers["claim_event_at"] == at


def test_the_first_telling_is_repaired_too(talk: JourneyTalk) -> None:
    talk.say("我的车京N30021，啊不，京N30022昨天晚上八点四十，哦不，八点二十撞了柱子，没人受伤", "report_claim")
    assert talk.answers["claim_plate"] == "京N30022"
    assert talk.answers["claim_event_at"] == "2026-11-22T20:20"


def test_the_last_digit_of_a_phone_is_put_right(talk: JourneyTalk) -> None:
    talk.say("我的车京N30022昨天下午三点撞了柱子，没人受伤", "report_claim")
    talk.all("建国路", "能开")
    assert talk.slot == "claim_phone"
    talk.say("幺三八零零幺三八零零零不对最后一位是幺")
    assert talk.answers["claim_phone"] == "13800138001"


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("地点不对，应该是望京西园四区门口", "望京西园四区门口"),
        ("地点错了，是朝阳公园南门", "朝阳公园南门"),
        ("地点说错了，是西单", "西单"),
    ],
)
def test_a_corrected_place_is_kept_as_it_was_said(talk: JourneyTalk, words: str, place: str) -> None:
    talk.say("我的车京N30022昨天下午三点撞了柱子，没人受伤", "report_claim")
    talk.say("建国路")
    talk.say(words)
    assert talk.answers["claim_place"] == place


@pytest.mark.parametrize("words", ["唱首歌吧", "给我讲个笑话"])
def test_chat_is_no_place(talk: JourneyTalk, words: str) -> None:
    talk.say("我的车京N30022昨天下午三点撞了柱子，没人受伤", "report_claim")
    talk.say(words, "out_of_scope")
    assert talk.slot == "claim_place"
