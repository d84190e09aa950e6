"""Who waits for a person: his priority by our own records, his place told when it changes, who is offered him and when, and the call that
is promised at night. Both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from store_samples import CLAIM, COMPLAINT, HOLDER, NOW

from bot.conversations.messages import Sender
from bot.insurance.hand_off import Owner, Priority
from bot.insurance.identity import IdentityLevel, Verification
from bot.insurance.service_request import RequestStatus
from bot.insurance.staff import Credentials, Role, Staff
from bot.services import move_conversation as moves
from bot.services.desk_work import DeskWork
from bot.services.hand_off import HandOffRequest, hand_off
from bot.services.leave_queue import leave_queue
from bot.services.offer_work import OfferRules, settle_offers
from bot.services.queue_place import PlaceRules, tell_place, tell_places
from bot.store.parties import add_parties

PLACES = PlaceRules(timedelta(minutes=3), 3)
MORNING = NOW + timedelta(hours=16)
CLERK = Staff("1001", frozenset({Role.AGENT}), frozenset({"综合"}))


def ask(unit_of_work, name: str, at=NOW, *, post="综合", back_at=None, **changes) -> str:
    """What a customer is told who asks for a person."""
    request = HandOffRequest(name, f"m-{at.isoformat()}", "customer_asked", post, at, back_at, **changes)
    with unit_of_work() as work:
        reply = hand_off(work, request)
        work.commit()
    return reply.text


def prove(unit_of_work, engine, name: str, born: date, *, vip: bool = False) -> None:
    with engine.begin() as connection:
        add_parties(connection, (replace(HOLDER, birth_date=born, vip=vip),))
    with unit_of_work() as work:
        proof = Verification(name, HOLDER.party_id, HOLDER.phone, IdentityLevel.L2, NOW + timedelta(minutes=30))
        work.identities.save_verification(proof)
        work.commit()


def opened(unit_of_work, name: str):
    with unit_of_work() as work:
        return work.hand_offs.open_for(name)


def take(unit_of_work, name: str, at) -> None:
    with unit_of_work() as work:
        if work.staff.get("1001") is None:
            work.staff.add(CLERK, Credentials("x", handed_out=False), NOW)
            work.commit()
    DeskWork(unit_of_work).move(name, CLERK, moves.take, at)


@pytest.mark.parametrize(
    ("born", "vip", "asked", "expected"),
    [
        (date(1966, 11, 23), False, Priority.NORMAL, Priority.ELDERLY),  # sixty today
        (date(1966, 11, 24), False, Priority.NORMAL, Priority.NORMAL),
        (date(1966, 11, 24), True, Priority.NORMAL, Priority.VIP),
        (date(1950, 1, 1), True, Priority.NORMAL, Priority.ELDERLY),
        (date(1950, 1, 1), True, Priority.COMPLAINT, Priority.COMPLAINT),
        (None, True, Priority.NORMAL, Priority.VIP),
    ],
)
def test_age_and_importance_come_from_the_proved_customers_record(unit_of_work, engine, born, vip, asked, expected):
    prove(unit_of_work, engine, "c-1", born, vip=vip)
    ask(unit_of_work, "c-1", priority=asked)
    assert opened(unit_of_work, "c-1").priority is expected


def test_who_has_proved_nothing_is_nobody_special(unit_of_work, engine):
    prove(unit_of_work, engine, "another", date(1950, 1, 1), vip=True)
    ask(unit_of_work, "c-1")
    assert opened(unit_of_work, "c-1").priority is Priority.NORMAL


def test_the_old_and_the_important_are_before_others_who_asked_earlier(unit_of_work, engine):
    ask(unit_of_work, "c-early")
    prove(unit_of_work, engine, "c-old", date(1950, 1, 1))
    ask(unit_of_work, "c-old", NOW + timedelta(minutes=1))
    with unit_of_work() as work:
        assert [one.conversation_id for one in work.hand_offs.waiting()] == ["c-old", "c-early"]


def test_only_those_of_the_same_desk_are_before_him(unit_of_work):
    ask(unit_of_work, "c-1", post="理赔")
    ask(unit_of_work, "c-2", post="理赔")
    assert "您排在第一位" in ask(unit_of_work, "c-3", post="综合")
    assert "前面还有 2 位" in ask(unit_of_work, "c-4", post="理赔")
    assert "前面还有 1 位" in ask(unit_of_work, "c-5", post="咨询")  # has no desk of its own: the general one's


def wait_in_line(unit_of_work, message_log, count: int, channel: str = "web") -> list[str]:
    names = [f"c-{number}" for number in range(count)]
    for number, name in enumerate(names):
        message_log.open(name, channel=channel, at=NOW)
        ask(unit_of_work, name, NOW + timedelta(seconds=number))
    return names


def told(message_log, name: str) -> list[str]:
    return [one.text for one in message_log.after(name, 0) if one.sender is Sender.SYSTEM]


def tell(unit_of_work, at, may_push=lambda *_: False) -> tuple[str, ...]:
    with unit_of_work() as work:
        found = tell_places(work, at, PLACES, may_push)
        work.commit()
    return found


def test_a_waiting_customer_hears_when_his_place_has_changed_much_and_not_every_minute(unit_of_work, message_log):
    names = wait_in_line(unit_of_work, message_log, 6)
    for name in names[:2]:
        take(unit_of_work, name, NOW)
    later = NOW + timedelta(minutes=4)
    assert tell(unit_of_work, later) == ("c-2",)  # the first now; two places are not much for the others
    take(unit_of_work, "c-2", later)
    assert tell(unit_of_work, later + timedelta(minutes=1)) == ("c-3", "c-4", "c-5")
    assert "现在您排在第一位" in told(message_log, "c-3")[0]
    assert "现在前面还有 2 位" in told(message_log, "c-5")[0]
    take(unit_of_work, "c-3", later)
    assert tell(unit_of_work, later + timedelta(minutes=2)) == ()  # told a minute ago
    assert tell(unit_of_work, later + timedelta(minutes=5)) == ("c-4",)
    assert tell(unit_of_work, later + timedelta(minutes=9)) == ()


def test_who_is_overtaken_by_many_is_told_that_too(unit_of_work, message_log):
    wait_in_line(unit_of_work, message_log, 1)
    for number in range(3):
        ask(unit_of_work, f"c-hurt-{number}", priority=Priority.INJURY_OR_DEATH)
    assert tell(unit_of_work, NOW + timedelta(minutes=3)) == ("c-0",)
    assert "前面还有 3 位" in told(message_log, "c-0")[0]


@pytest.mark.parametrize(("channel", "may_push", "hears"), [
    ("web", False, True), ("wechat", True, True), ("wechat", False, False), ("ivr", True, False),
])  # fmt: skip
def test_the_channel_decides_whether_he_is_told_unasked(unit_of_work, message_log, channel, may_push, hears):
    first, second = wait_in_line(unit_of_work, message_log, 2, channel)
    take(unit_of_work, first, NOW)
    later = NOW + timedelta(minutes=4)
    assert tell(unit_of_work, later, lambda name, at: may_push and at == later) == ((second,) if hears else ())
    with unit_of_work() as work:
        assert tell_place(work, second, later).text.startswith("您排在第一位")  # whoever asks is told on every channel
        assert tell_place(work, first, later) is None  # somebody has him


def test_two_front_desks_tell_him_once(unit_of_work, message_log):
    first, second = wait_in_line(unit_of_work, message_log, 2)
    take(unit_of_work, first, NOW)
    assert [tell(unit_of_work, NOW + timedelta(minutes=4)) for _ in range(2)] == [(second,), ()]


# -- hours ---------------------------------------------------------------------------------------------------------------


def settle(unit_of_work, at, *, staffed: bool) -> tuple[str, ...]:
    rules = OfferRules(timedelta(seconds=30), timedelta(seconds=45), timedelta(minutes=5), 2, lambda post, now: staffed)
    with unit_of_work() as work:
        offered = settle_offers(work, at, rules).offered
        work.commit()
    return offered


def test_outside_the_hours_only_who_said_that_he_stays_is_offered_anything(unit_of_work):
    desk = DeskWork(unit_of_work)
    with unit_of_work() as work:
        work.staff.add(CLERK, Credentials("x", handed_out=False), NOW)
        work.commit()
    ask(unit_of_work, "c-1", back_at=MORNING)
    desk.is_here(CLERK, NOW)
    assert settle(unit_of_work, NOW, staffed=False) == ()
    desk.set_away(CLERK, NOW, away=False, stays_until=MORNING)
    assert settle(unit_of_work, NOW, staffed=False) == ("c-1",)
    desk.is_here(CLERK, MORNING)  # the promise to stay ends with the next opening
    assert settle(unit_of_work, MORNING, staffed=False) == ()
    assert settle(unit_of_work, MORNING, staffed=True) == ("c-1",)


# -- the call that is promised at night ----------------------------------------------------------------------------------


def calls(unit_of_work, name: str):
    with unit_of_work() as work:
        return work.requests.of_conversation(name)


def test_at_night_who_can_be_called_gets_a_task_of_the_post_with_its_date(unit_of_work, engine):
    prove(unit_of_work, engine, "c-1", date(1980, 1, 1))
    text = ask(unit_of_work, "c-1", post="理赔", back_at=MORNING)
    (call,) = calls(unit_of_work, "c-1")
    assert (call.kind, call.post, call.due_on, call.alert_on) == (
        "request_callback",
        "理赔",
        MORNING.date(),
        MORNING.date(),
    )
    assert dict(call.fields)["联系电话"] == HOLDER.phone
    for words in (call.request_no, "11 月 24 日", "138****1003"):
        assert words in text
    assert HOLDER.phone not in text
    assert ask(unit_of_work, "c-1", post="理赔", back_at=MORNING)  # the turn is tried again
    assert len(calls(unit_of_work, "c-1")) == 1


@pytest.mark.parametrize("filed", ["claim", "complaint"])
def test_the_phone_that_was_left_with_a_report_is_one_to_call(unit_of_work, filed):
    with unit_of_work() as work:
        if filed == "claim":
            work.claims.add(replace(CLAIM, conversation_id="c-1"))
        else:
            work.complaints.add(replace(COMPLAINT, conversation_id="c-1"))
        work.commit()
    ask(unit_of_work, "c-1", back_at=MORNING)
    assert len(calls(unit_of_work, "c-1")) == 1


def test_without_a_phone_he_is_asked_for_one_and_a_reporter_of_wrongdoing_is_not_called_unasked(unit_of_work, engine):
    assert "在这里写上电话" in ask(unit_of_work, "c-1", back_at=MORNING)
    prove(unit_of_work, engine, "c-2", date(1980, 1, 1))
    assert "在这里写上电话" in ask(unit_of_work, "c-2", post="合规监察", back_at=MORNING)
    assert not [*calls(unit_of_work, "c-1"), *calls(unit_of_work, "c-2")]


def test_by_day_nobody_is_promised_a_call(unit_of_work, engine):
    prove(unit_of_work, engine, "c-1", date(1980, 1, 1))
    ask(unit_of_work, "c-1")
    assert not calls(unit_of_work, "c-1")


def test_who_is_served_in_the_conversation_or_wants_nobody_any_more_is_not_called(unit_of_work, engine):
    prove(unit_of_work, engine, "c-1", date(1980, 1, 1))
    ask(unit_of_work, "c-1", back_at=MORNING)
    take(unit_of_work, "c-1", MORNING)
    assert calls(unit_of_work, "c-1")[0].status.is_open  # served is who has been served
    DeskWork(unit_of_work).move("c-1", CLERK, moves.give_back, MORNING)
    (call,) = calls(unit_of_work, "c-1")
    assert (call.status, call.steps[-1].by) == (RequestStatus.DONE, "agent:1001")
    ask(unit_of_work, "c-1", NOW + timedelta(minutes=1), back_at=MORNING)
    with unit_of_work() as work:
        assert leave_queue(work, "c-1", NOW + timedelta(minutes=2))
        work.commit()
        assert work.ownerships.owner("c-1") is Owner.BOT
    assert [one.status for one in calls(unit_of_work, "c-1")] == [RequestStatus.DONE, RequestStatus.WITHDRAWN]
