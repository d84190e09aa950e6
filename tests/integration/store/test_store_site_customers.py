"""Whose conversation is whose, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.channels.errors import RefusedRequestError
from bot.channels.web.identity import SiteCustomer
from bot.channels.web.sessions import Sessions
from bot.channels.web.tokens import Access
from bot.conversations.messages import Reply
from bot.insurance.identity import IdentityLevel, Verification
from bot.store.identities import SqlIdentities
from bot.store.site_customer_tables import SITE_STATEMENTS
from bot.store.site_customers import SqlSiteCustomers
from bot.text.dates import SHANGHAI

NOW = datetime(2026, 11, 27, 10, tzinfo=SHANGHAI)
LATER = NOW + timedelta(minutes=10)


def named(letter: str, signed_at: datetime, statement: str) -> SiteCustomer:
    return SiteCustomer(letter * 64, signed_at, signed_at + timedelta(hours=1), statement)


ANN, BOB = named("a", NOW, "ann 1"), named("b", NOW, "bob 1")


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
    gone = sessions.open_for(named("c", NOW, "cid 1"), access("never was"), NOW)
    assert gone.conversation_id not in (anns.conversation_id, "never was")


def test_a_logout_ends_every_token_and_every_statement_from_before_it(sessions: Sessions) -> None:
    mine = sessions.open_for(ANN, None, NOW)
    sessions.leave(access(mine.conversation_id, mine.generation), LATER)
    with pytest.raises(RefusedRequestError):
        sessions.check(access(mine.conversation_id, mine.generation))
    with pytest.raises(RefusedRequestError):
        sessions.open_for(ANN, None, LATER)
    back = sessions.open_for(named("a", LATER + timedelta(seconds=1), "ann 2"), None, LATER)
    assert (back.conversation_id, back.generation) == (mine.conversation_id, mine.generation + 1)
    sessions.check(access(back.conversation_id, back.generation))


def test_a_login_in_the_second_of_the_logout_is_let_through_and_a_statement_seen_before_it_is_not(
    sessions: Sessions,
) -> None:
    """The site writes whole seconds."""
    before, at = named("a", LATER, "ann 2"), LATER + timedelta(milliseconds=700)
    mine = sessions.open_for(ANN, None, NOW)
    sessions.open_for(before, None, LATER + timedelta(milliseconds=300))
    sessions.leave(access(mine.conversation_id, mine.generation), at)
    for seen in (ANN, before):
        with pytest.raises(RefusedRequestError):
            sessions.open_for(seen, None, at)
    fresh = named("a", LATER, "ann 3")
    assert sessions.open_for(fresh, None, at + timedelta(milliseconds=200)).generation == mine.generation + 1


def test_a_logout_ends_what_a_site_signed_whose_clock_runs_ahead(sessions: Sessions) -> None:
    ahead = timedelta(seconds=50)
    mine = sessions.open_for(named("a", NOW + ahead, "ann 1"), None, NOW)
    unseen = named("a", NOW + timedelta(seconds=10) + ahead, "ann 2")
    at = NOW + timedelta(seconds=20)
    sessions.leave(access(mine.conversation_id, mine.generation), at)
    for old in (named("a", NOW + ahead, "ann 1"), unseen):
        with pytest.raises(RefusedRequestError):
            sessions.open_for(old, None, at)
    fresh = named("a", at + ahead, "ann 3")
    assert sessions.open_for(fresh, None, at).generation == mine.generation + 1


def test_a_statement_is_remembered_no_longer_than_it_is_good(engine, sessions: Sessions) -> None:
    sessions.open_for(ANN, None, NOW)
    sessions.open_for(named("b", LATER, "bob 2"), None, ANN.expires_at)
    with engine.connect() as connection:
        assert connection.execute(select(SITE_STATEMENTS.c.statement)).scalars().all() == ["bob 2"]


def test_an_anonymous_customer_who_leaves_changes_nothing(sessions: Sessions) -> None:
    anonymous = sessions.open(NOW)
    sessions.leave(access(anonymous.conversation_id), NOW)
    sessions.check(access(anonymous.conversation_id))


def prove(engine, conversation_id: str) -> None:
    proof = Verification(conversation_id, "p1", "13800000000", IdentityLevel.L2, NOW + timedelta(hours=1))
    with engine.begin() as connection:
        SqlIdentities(connection).save_verification(proof)


def is_proved(engine, conversation_id: str) -> bool:
    with engine.begin() as connection:
        return SqlIdentities(connection).verification(conversation_id) is not None


def test_what_was_proved_stays_on_the_page_and_ends_on_a_new_device(engine, sessions: Sessions) -> None:
    mine = sessions.open_for(ANN, None, NOW)
    prove(engine, mine.conversation_id)
    sessions.open_for(ANN, access(mine.conversation_id, mine.generation), NOW)  # the page is loaded again
    assert is_proved(engine, mine.conversation_id)
    sessions.open_for(ANN, None, LATER)
    assert not is_proved(engine, mine.conversation_id)


def test_what_was_proved_ends_at_login_and_logout(engine, sessions: Sessions) -> None:
    anonymous = sessions.open(NOW)
    prove(engine, anonymous.conversation_id)
    mine = sessions.open_for(ANN, access(anonymous.conversation_id), NOW)
    assert not is_proved(engine, mine.conversation_id)
    prove(engine, mine.conversation_id)
    sessions.leave(access(mine.conversation_id, mine.generation), LATER)
    assert not is_proved(engine, mine.conversation_id)


def test_a_conversation_that_becomes_anothers_meanwhile_is_not_shared(engine, message_log) -> None:
    customers = SqlSiteCustomers(engine)
    message_log.open("shared", channel="web", at=NOW)
    assert customers.bind(ANN.key, "shared") == ("shared", 1)
    assert customers.bind(BOB.key, "shared") is None
