"""Whose conversation is whose, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.channels.web.errors import RefusedRequestError
from bot.channels.web.identity import SiteCustomer
from bot.channels.web.sessions import Sessions
from bot.channels.web.tokens import Access
from bot.conversations.messages import Reply
from bot.store.site_customers import SqlSiteCustomers
from bot.text.dates import SHANGHAI

NOW = datetime(2026, 11, 27, 10, tzinfo=SHANGHAI)
LATER = NOW + timedelta(minutes=10)
ANN = SiteCustomer("a" * 64, NOW)
BOB = SiteCustomer("b" * 64, NOW)


@pytest.fixture
def sessions(engine, message_log) -> Sessions:
    numbers = iter(range(100))
    return Sessions(message_log, Reply("您好"), lambda: f"c{next(numbers)}", SqlSiteCustomers(engine))


def access(conversation_id: str, generation: int = 0) -> Access:
    return Access(conversation_id, NOW + timedelta(hours=1), generation)


def test_a_customer_has_one_conversation_whatever_device_he_comes_from(sessions: Sessions) -> None:
    first = sessions.open_for(ANN, None, NOW)
    assert sessions.open_for(ANN, None, LATER) == first
    assert sessions.open_for(BOB, None, NOW).conversation_id != first.conversation_id


def test_an_anonymous_conversation_becomes_the_customers_and_its_old_token_ends(sessions: Sessions) -> None:
    anonymous = sessions.open(NOW)
    sessions.check(access(anonymous.conversation_id))
    mine = sessions.open_for(ANN, access(anonymous.conversation_id), NOW)
    assert mine.conversation_id == anonymous.conversation_id
    sessions.check(access(mine.conversation_id, mine.generation))
    with pytest.raises(RefusedRequestError):
        sessions.check(access(anonymous.conversation_id))


def test_one_customers_conversation_never_becomes_anothers(sessions: Sessions) -> None:
    anns = sessions.open_for(ANN, None, NOW)
    bobs = sessions.open_for(BOB, access(anns.conversation_id, anns.generation), NOW)
    assert bobs.conversation_id != anns.conversation_id
    gone = sessions.open_for(SiteCustomer("c" * 64, NOW), access("never was"), NOW)
    assert gone.conversation_id not in (anns.conversation_id, "never was")


def test_a_logout_ends_every_token_and_every_statement_from_before_it(sessions: Sessions) -> None:
    mine = sessions.open_for(ANN, None, NOW)
    sessions.leave(access(mine.conversation_id, mine.generation), LATER)
    with pytest.raises(RefusedRequestError):
        sessions.check(access(mine.conversation_id, mine.generation))
    with pytest.raises(RefusedRequestError):
        sessions.open_for(ANN, None, LATER)
    back = sessions.open_for(SiteCustomer(ANN.key, LATER + timedelta(seconds=1)), None, LATER)
    assert (back.conversation_id, back.generation) == (mine.conversation_id, mine.generation + 1)
    sessions.check(access(back.conversation_id, back.generation))


def test_an_anonymous_customer_who_leaves_changes_nothing(sessions: Sessions) -> None:
    anonymous = sessions.open(NOW)
    sessions.leave(access(anonymous.conversation_id), NOW)
    sessions.check(access(anonymous.conversation_id))
