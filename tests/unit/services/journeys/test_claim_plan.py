"""While event mode is on, a report of such a loss in its area is asked less; every other report is asked as usual."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.calendars.clocks import SHANGHAI
from bot.services.journeys.journey import Situation
from bot.services.ports import UnitOfWork
from bot.services.run_event import StartEvent, start_event, stop_event
from tests.journey_talk import JourneyTalk, start_talk

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
FLOODED = "我的车京N30011昨天下午三点在厦门湖滨路被暴雨淹了，没人受伤"


@pytest.fixture
def talk(tmp_path: Path) -> JourneyTalk:
    return start_talk(tmp_path, "claim_form", NOW)


def switch_on(talk: JourneyTalk, *regions: str) -> str:
    kind = next(kind for kind in talk.services.disasters if kind.id == "storm")
    ends = (NOW + timedelta(days=10)).date()
    with talk.services.unit_of_work() as work:
        event = start_event(work, StartEvent(kind, "厦门暴雨", regions, ends, False, "desk", NOW))
        work.commit()
    return event.event_id


def asked(talk: JourneyTalk, story: str) -> list[str]:
    """The questions up to the card."""
    talk.say(story, "report_claim")
    slots = []
    answers = {
        "claim_drivable": "不能开",
        "claim_phone": "13900003011",
        "claim_other_party": "没有",
        "claim_vehicle_at": "跳过",
    }
    while talk.slot and talk.slot != "confirm":
        slots.append(talk.slot)
        assert len(slots) < 12, talk.text
        talk.say(answers[talk.slot])
    return slots


def test_inside_the_plan_less_is_asked(talk: JourneyTalk) -> None:
    usual = asked(talk, FLOODED)
    switch_on(talk, "厦门")
    short = asked(talk.another(), FLOODED.replace("京N30011", "京N30012"))
    assert "claim_vehicle_at" in usual
    assert "claim_vehicle_at" not in short
    assert set(short) < set(usual)
    assert "claim_phone" in short


def test_the_short_question_for_the_phone_asks_for_no_relation(talk: JourneyTalk) -> None:
    switch_on(talk, "厦门")
    talk.say(FLOODED, "report_claim")
    talk.say("不能开")
    assert "手机号和称呼" in talk.text
    assert "关系" not in talk.text


def test_what_was_told_unasked_stays_on_the_card(talk: JourneyTalk) -> None:
    switch_on(talk, "厦门")
    asked(talk, FLOODED + "，已经报警了")
    assert "报警 已报警" in talk.text


@pytest.mark.parametrize(
    "story",
    [
        FLOODED.replace("厦门湖滨路", "北京学院路"),
        FLOODED.replace("被暴雨淹了", "追尾前车了"),
    ],
)
def test_another_place_or_cause_is_asked_as_usual(talk: JourneyTalk, story: str) -> None:
    usual = asked(talk, story)
    switch_on(talk, "厦门")
    assert asked(talk.another(), story.replace("京N30011", "京N30013")) == usual


def test_switched_off_it_is_asked_as_usual_again(talk: JourneyTalk) -> None:
    usual = asked(talk, FLOODED)
    event_id = switch_on(talk, "厦门")
    with talk.services.unit_of_work() as work:
        stop_event(work, event_id, "desk", NOW)
        work.commit()
    assert asked(talk.another(), FLOODED.replace("京N30011", "京N30014")) == usual


def test_the_place_says_that_less_will_be_asked_and_the_end_what_is_simplified(talk: JourneyTalk) -> None:
    switch_on(talk, "厦门")
    talk.say("我的车京N30015昨天下午三点被暴雨淹了，没人受伤", "report_claim")
    assert talk.slot == "claim_place", talk.text
    talk.say("厦门思明区湖滨南路")
    assert "厦门暴雨的理赔预案正在执行" in talk.text
    talk.all("不能开", "13900003015")
    talk.say("确认", "affirm")
    assert "气象证明由我们统一取" in talk.text
    assert "12 月 3 日" in talk.text


def test_a_turn_reads_the_plans_once_however_often_its_steps_ask(talk: JourneyTalk) -> None:
    event_id, opened, reading = switch_on(talk, "厦门"), 0, talk.services.reading

    def counted() -> UnitOfWork:
        nonlocal opened
        opened += 1
        return reading()

    situation = Situation({}, talk.message("厦门", "report_claim"), replace(talk.services, reading=counted), "run")
    later = replace(situation, answers={"claim_place": "厦门"})
    assert situation.plans()[0].id == event_id
    assert later.plans() == situation.plans()
    assert opened == 1


@pytest.mark.parametrize("region", ["厦门", "泉州"])
def test_a_report_keeps_the_disaster_that_it_falls_under(talk: JourneyTalk, region: str) -> None:
    event_id = switch_on(talk, region)
    asked(talk, FLOODED)
    talk.say("确认")
    with talk.services.reading() as work:
        (claim,) = work.claims.of_conversation(talk.conversation)
    assert claim.event_id == (event_id if region == "厦门" else "")
