"""Callers who are put through or hang up in the queue, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from bot.complaints.rule import Post
from bot.insurance.hand_off import HandOff, Owner, Priority
from bot.services.phone_calls import CallDesk
from bot.text.dates import SHANGHAI

NOW = datetime(2026, 11, 27, 20, tzinfo=SHANGHAI)
MONDAY = datetime(2026, 11, 30, 9, tzinfo=SHANGHAI)
CALLER = "13800001234"
WAITING = HandOff(
    "iv1", "customer_asked", "客户要求人工", "理赔", Priority.NORMAL, (("正在办理", "报案"),), (), "C20261127000001",
    NOW, "iv1:m1",
)  # fmt: skip


@pytest.fixture
def desk(unit_of_work, message_log) -> CallDesk:
    message_log.open("iv1", channel="ivr", at=NOW)
    return CallDesk(unit_of_work, lambda _, __: MONDAY)


def queue(unit_of_work, hand_off: HandOff = WAITING, owner: Owner = Owner.QUEUE) -> None:
    with unit_of_work() as work:
        work.hand_offs.add(hand_off)
        work.ownerships.set_owner("iv1", owner, NOW)
        work.commit()


def slots(unit_of_work) -> dict[str, str]:
    with unit_of_work() as work:
        return dict(work.hand_offs.open_for("iv1").slots)


def test_who_takes_over_sees_the_number_masked_and_that_it_proves_nothing(unit_of_work, desk) -> None:
    queue(unit_of_work)
    for _ in range(2):  # an event that crosses the transfer
        post, summary = desk.put_through("iv1", CALLER)
    assert post == "理赔"
    assert summary == "客户要求人工。C20261127000001。正在办理 报案；来电号码 138****1234（没有核实身份）"
    assert slots(unit_of_work) == {"正在办理": "报案", "来电号码": "138****1234（没有核实身份）"}
    with unit_of_work() as work:
        assert work.identities.verification("iv1") is None


def test_without_a_hand_off_or_a_number_nothing_is_noted(unit_of_work, desk) -> None:
    assert desk.put_through("iv1", CALLER) == ("综合", "")
    queue(unit_of_work)
    assert desk.put_through("iv1", "") == ("理赔", "客户要求人工。C20261127000001。正在办理 报案")


def test_who_hangs_up_in_the_queue_is_called_back_once_when_people_are_there(unit_of_work, desk, engine) -> None:
    queue(unit_of_work)
    number = desk.hung_up("iv1", CALLER, NOW)
    assert desk.hung_up("iv1", CALLER, NOW + timedelta(seconds=1)) == ""
    with unit_of_work() as work:
        [request] = work.requests.of_conversation("iv1")
    assert (request.request_no, request.kind, request.post) == (number, "request_callback", "理赔")
    assert (request.due_on, request.alert_on, request.restricted) == (date(2026, 11, 30), date(2026, 11, 30), False)
    assert dict(request.fields) == {
        "想谈的事": "热线排队时挂断：客户要求人工。C20261127000001",
        "联系电话": CALLER,
    }
    assert number in slots(unit_of_work)["已挂断"]
    with engine.connect() as connection:
        kept = str(
            [connection.execute(text(f"SELECT * FROM {name}")).all() for name in ("service_requests", "hand_offs")]
        )
    assert CALLER not in kept


@pytest.mark.parametrize(("post", "day"), [("理赔", NOW.date()), ("保全", MONDAY.date())])
def test_the_call_is_promised_by_the_hours_of_the_post_that_makes_it(unit_of_work, message_log, post, day) -> None:
    message_log.open("iv1", channel="ivr", at=NOW)
    around_the_clock = {"理赔"}
    desk = CallDesk(unit_of_work, lambda _, asked: None if asked in around_the_clock else MONDAY)
    queue(unit_of_work, replace(WAITING, post=post))
    desk.hung_up("iv1", CALLER, NOW)
    with unit_of_work() as work:
        [request] = work.requests.of_conversation("iv1")
    assert (request.post, request.due_on, request.alert_on) == (post, day, day)


@pytest.mark.parametrize(
    ("hand_off", "owner"),
    [
        (replace(WAITING, taken_by="坐席一"), Owner.HUMAN),
        (replace(WAITING, taken_by="坐席一"), Owner.QUEUE),
        (WAITING, Owner.BOT),
        (replace(WAITING, closed_at=NOW), Owner.QUEUE),
    ],
)
def test_whom_somebody_spoke_to_or_who_did_not_wait_is_not_called_back(unit_of_work, desk, hand_off, owner) -> None:
    queue(unit_of_work, hand_off, owner)
    assert desk.hung_up("iv1", CALLER, NOW) == ""
    with unit_of_work() as work:
        assert not work.requests.of_conversation("iv1")


def test_a_call_without_a_number_says_so_and_makes_no_task(unit_of_work, desk) -> None:
    queue(unit_of_work)
    assert desk.hung_up("iv1", "", NOW) == ""
    assert slots(unit_of_work)["已挂断"] == "排队时挂断，没有显示号码"
    with unit_of_work() as work:
        assert not work.requests.of_conversation("iv1")


def test_the_call_back_of_who_reported_wrongdoing_is_compliances_alone(unit_of_work, desk) -> None:
    queue(unit_of_work, replace(WAITING, post=Post.COMPLIANCE.value))
    desk.hung_up("iv1", CALLER, NOW)
    with unit_of_work() as work:
        [request] = work.requests.of_conversation("iv1")
    assert request.restricted


def test_who_was_answered_after_being_put_through_waits_no_more_and_is_not_called_back(
    unit_of_work, desk, engine
) -> None:
    queue(unit_of_work)
    assert desk.hung_up("iv1", CALLER, NOW, answered=True) == ""
    with unit_of_work() as work:
        assert work.hand_offs.open_for("iv1") is None
        assert not work.requests.of_conversation("iv1")
    with engine.connect() as connection:
        told = connection.execute(
            text("SELECT subject, actor FROM audit_log WHERE event = 'conversation.answered_by_phone'")
        )
        assert told.all() == [("iv1", "hotline")]
