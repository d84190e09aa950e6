"""A conversation is in one desk's hands at a time, ours or that of a channel's own agents."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from store_samples import NOW, together

from bot.complaints.rule import Post
from bot.insurance.hand_off import Owner
from bot.services.hand_off import HandOffRequest, hand_off
from bot.services.leave_queue import leave_queue
from bot.services.their_agents import (
    LASTS,
    THEIR_AGENTS,
    Ended,
    end_overdue,
    give_to_them,
    overdue,
    they_joined,
    they_left,
)

REQUEST = HandOffRequest("one", "m1", "customer_asked", "理赔", NOW, None)


@pytest.fixture
def do(unit_of_work):
    """One call of a use case as a transaction of its own."""

    def call(use_case, *arguments, **options):
        with unit_of_work() as work:
            result = use_case(work, *arguments, **options)
            work.commit()
        return result

    return call


def _owner(work):
    return work.ownerships.owner("one")


def _taken_by(work):
    found = work.hand_offs.open_for("one")
    return None if found is None else found.taken_by


def test_who_waits_is_given_to_them_and_comes_back_when_they_end(do):
    do(hand_off, REQUEST)
    assert not do(give_to_them, "one", NOW, wanted=False)
    assert do(give_to_them, "one", NOW, wanted=True)
    assert do(give_to_them, "one", NOW, wanted=False)  # what follows goes there too
    assert (do(_owner), do(_taken_by)) == (Owner.QUEUE, THEIR_AGENTS)
    assert do(they_joined, "one", "event", NOW)
    assert do(_owner) is Owner.HUMAN
    assert do(they_left, "one", NOW)
    assert not do(they_left, "one", NOW)
    assert (do(_owner), do(_taken_by)) == (Owner.BOT, None)


def test_who_is_queued_without_a_hand_off_comes_back_too(do):
    do(lambda work: work.ownerships.set_owner("one", Owner.QUEUE, NOW))
    assert do(give_to_them, "one", NOW, wanted=True)
    assert do(they_left, "one", NOW)
    assert do(_owner) is Owner.BOT
    assert not do(they_left, "one", NOW)


def test_what_is_reported_to_compliance_stays_in_our_own_desk(do):
    do(hand_off, replace(REQUEST, post=Post.COMPLIANCE.value))
    assert not do(give_to_them, "one", NOW, wanted=True)
    assert not do(they_joined, "one", "event", NOW)
    assert not do(they_left, "one", NOW)
    assert (do(_owner), do(_taken_by)) == (Owner.QUEUE, "")


def test_an_old_event_that_comes_once_more_takes_nothing(do):
    assert do(they_joined, "one", "event", NOW)
    assert do(they_left, "one", NOW)
    assert not do(they_joined, "one", "event", NOW)
    assert do(_owner) is Owner.BOT


def test_an_old_event_takes_nothing_of_who_asked_for_a_person_either(do):
    do(hand_off, REQUEST)
    assert do(they_joined, "one", "event", NOW)
    assert do(they_left, "one", NOW)
    do(hand_off, replace(REQUEST, message_id="m2"))
    assert not do(they_joined, "one", "event", NOW)
    assert do(_taken_by) == ""


def test_who_is_queued_without_a_hand_off_comes_back_after_their_time(do):
    do(lambda work: work.ownerships.set_owner("one", Owner.QUEUE, NOW))
    assert do(give_to_them, "one", NOW, wanted=True)
    assert do(end_overdue, "one", NOW + LASTS) is Ended.NOT_REACHED
    assert do(_owner) is Owner.BOT


def test_who_no_longer_wants_to_wait_gets_the_assistant_from_their_queue_too(do):
    do(hand_off, REQUEST)
    do(give_to_them, "one", NOW, wanted=True)
    assert do(leave_queue, "one", NOW)
    assert (do(_owner), do(_taken_by)) == (Owner.BOT, None)


@pytest.mark.parametrize(
    ("reason", "joined", "ended", "owner", "taken_by"),
    [
        ("customer_asked", True, Ended.SERVED, Owner.BOT, None),
        ("fraud_suspected", True, Ended.SERVED, Owner.BOT, None),
        ("customer_asked", False, Ended.NOT_REACHED, Owner.BOT, None),
        ("fraud_suspected", False, Ended.OURS, Owner.QUEUE, ""),
    ],
)
def test_their_time_ends_once(do, reason, joined, ended, owner, taken_by):
    do(hand_off, replace(REQUEST, reason=reason))
    do(give_to_them, "one", NOW, wanted=True)
    if joined:
        do(they_joined, "one", "event", NOW)
    over = NOW + LASTS
    assert do(overdue, over - timedelta(seconds=1)) == []
    assert do(end_overdue, "one", over - timedelta(seconds=1)) is None
    assert do(overdue, over) == ["one"]
    assert sorted(together(4, lambda _: do(end_overdue, "one", over)), key=str) == sorted(
        [ended, None, None, None], key=str
    )
    assert (do(_owner), do(_taken_by)) == (owner, taken_by)
