"""What the queue holds and the customer hears when the assistant cannot go on with a conversation, on a real store."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from bot.adapters import QueueOfPeople
from bot.bootstrap import FrontDeskParts, build_assistant_services, build_front_desk_parts, prepare_store
from bot.calendars.clocks import SHANGHAI
from bot.conversations.messages import Inbound
from bot.conversations.ports import Why
from bot.insurance.claim import LossReport
from bot.insurance.hand_off import HandOff, Owner, Priority
from bot.insurance.policy import LineOfBusiness
from bot.services.report_claim import ReportClaim, report_claim
from bot.services.servicing.staffed_hours import PostHours
from bot.settings import Settings, read_settings

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)


LOSS = LossReport(LineOfBusiness.MOTOR, "2026-11-23T08:20", "北四环", "追尾", "无人受伤", "13800009999")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = read_settings({"BOT_VAR_DIR": str(tmp_path)})
    prepare_store(settings, NOW.date())
    return settings


@pytest.fixture
def parts(settings: Settings) -> FrontDeskParts:
    return build_front_desk_parts(settings)


def inbound(text: str, *, message_id: str = "m1", payload: str = "") -> Inbound:
    return Inbound("c1", message_id, 2, text, payload, "web", NOW)


def queue(parts: FrontDeskParts) -> list[HandOff]:
    with parts.unit_of_work() as work:
        return [one for one in work.hand_offs.open_all() if one.conversation_id == "c1"]


def take(parts: FrontDeskParts, message: Inbound, why: Why = Why.SYSTEM_ERROR) -> list[str]:
    return [reply.text for reply in parts.people.take(message, why, NOW)]


def test_a_turn_that_failed_twice_is_queued_with_its_reason_and_the_words_claim_nothing(parts: FrontDeskParts) -> None:
    sorry, queued = take(parts, inbound("我想问点事"))
    assert "系统连续出错" in sorry
    assert "没有提交任何内容" in sorry
    assert "成功" not in sorry
    assert "正在为您转接人工（综合岗）" in queued
    (hand_off,) = queue(parts)
    assert (hand_off.reason, hand_off.reason_zh, hand_off.priority) == ("system_error", "系统两次出错", Priority.NORMAL)
    with parts.unit_of_work() as work:
        assert (work.ownerships.owner("c1"), work.ownerships.queued_by("c1")) == (Owner.QUEUE, "m1")


def test_taking_the_same_message_again_queues_once_and_says_the_same(parts: FrontDeskParts) -> None:
    assert take(parts, inbound("我想问点事")) == take(parts, inbound("我想问点事"))
    assert len(queue(parts)) == 1


def test_what_is_stored_of_the_conversation_is_named(parts: FrontDeskParts, settings: Settings) -> None:
    with parts.unit_of_work() as work:
        deadlines = build_assistant_services(settings).deadlines
        number = report_claim(work, ReportClaim(LOSS, "c1", "key", NOW), deadlines).claim_no
        work.commit()
    sorry, _ = take(parts, inbound("确认提交", payload="/affirm"))
    assert f"已登记的只有 {number}" in sorry
    assert queue(parts)[0].reference_no == number


def test_a_customer_who_asked_hears_only_that_a_person_comes(parts: FrontDeskParts) -> None:
    (queued,) = take(parts, inbound("人工"), Why.CUSTOMER_ASKED)
    assert "转接人工" in queued
    assert queue(parts)[0].reason == "customer_asked"


def test_an_emergency_that_no_turn_was_made_of_is_told_the_numbers_and_comes_first(parts: FrontDeskParts) -> None:
    said = take(parts, inbound("我不想活了"))
    assert len(said) == 3
    assert queue(parts)[0].priority is Priority.INJURY_OR_DEATH


@pytest.mark.parametrize(("owner", "by"), [(Owner.HUMAN, ""), (Owner.QUEUE, "another message")])
def test_a_person_who_has_it_keeps_it_and_nothing_is_said(parts: FrontDeskParts, owner: Owner, by: str) -> None:
    with parts.unit_of_work() as work:
        work.ownerships.set_owner("c1", owner, NOW - timedelta(minutes=1), message_id=by)
        work.commit()
    assert take(parts, inbound("我想问点事")) == []
    with parts.unit_of_work() as work:
        assert work.ownerships.owner("c1") is owner
    assert queue(parts) == []


NIGHT = datetime(2026, 11, 27, 23, 30, tzinfo=SHANGHAI)  # a Friday


def test_at_night_it_says_when_people_are_back_and_queues_all_the_same(parts: FrontDeskParts) -> None:
    (_, queued) = [reply.text for reply in parts.people.take(inbound("我想问点事"), Why.SYSTEM_ERROR, NIGHT)]
    assert "您排在第一位。现在没有人值班，11 月 30 日（周一）09:00 上班后依次回您" in queued
    assert "写上电话和方便的时间" in queued
    assert len(queue(parts)) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("我去银行存钱，结果给我办了一份五年期的保险", "正在为您转接人工（投诉回访岗）"),
        ("我想问点事", "已为您转接人工（综合岗）排队"),
    ],
)
def test_whether_people_are_there_is_asked_of_the_post_it_goes_to(parts: FrontDeskParts, text: str, said: str) -> None:
    around_the_clock = {"投诉回访": PostHours(time(), time(), every_day=True)}
    assert isinstance(parts.people, QueueOfPeople)
    people = replace(parts.people, hours=replace(parts.people.hours, posts=around_the_clock))
    queued = [reply.text for reply in people.take(inbound(text), Why.SYSTEM_ERROR, NIGHT)][-1]
    assert queued.startswith(said)
