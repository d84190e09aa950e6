"""Verifications, one-time codes, failures, consents, text messages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from store_samples import CODE, NOW

from bot.insurance.identity import IdentityLevel, Verification
from bot.store.errors import RowMissingError
from bot.store.text_messages import TextOutbox


def _save(unit_of_work, *codes) -> None:
    with unit_of_work() as work:
        for code in codes:
            work.identities.save_code(code)
        work.commit()


def test_latest_verification_of_a_conversation_counts(unit_of_work):
    first = Verification("conversation-1", "", "13800001003", IdentityLevel.L1, NOW)
    second = Verification("conversation-1", "CU1", "13800001003", IdentityLevel.L3, NOW + timedelta(minutes=30))
    with unit_of_work() as work:
        assert work.identities.verification("conversation-1") is None
        work.identities.save_verification(first)
        assert work.identities.verification("conversation-1") == first
        work.identities.save_verification(second)
        work.commit()
    with unit_of_work() as work:
        assert work.identities.verification("conversation-1") == second
        assert work.identities.verification("conversation-2") is None


def test_current_code_is_the_latest_one_used_or_not(unit_of_work):
    later = replace(CODE, sent_at=NOW + timedelta(seconds=90), used=True)
    _save(unit_of_work, later, CODE)
    with unit_of_work() as work:
        assert work.identities.current_code("conversation-1") == later
        assert work.identities.current_code("conversation-2") is None


def test_saving_an_older_copy_neither_takes_back_tries_nor_makes_a_used_code_new(unit_of_work):
    _save(unit_of_work, CODE)
    with unit_of_work() as work:
        assert work.identities.count_try(CODE) == 2
        assert work.identities.count_try(CODE) == 3
        work.identities.save_code(replace(CODE, used=True))
        work.identities.save_code(CODE)
        work.commit()
    with unit_of_work() as work:
        assert work.identities.current_code("conversation-1") == replace(CODE, tries=3, used=True)


def test_trying_a_code_that_was_never_sent_is_an_error(unit_of_work):
    with unit_of_work() as work, pytest.raises(RowMissingError):
        work.identities.count_try(CODE)


def test_codes_sent_counts_a_phone_or_a_subject_over_all_conversations_since_a_moment(unit_of_work):
    _save(
        unit_of_work,
        CODE,
        replace(CODE, conversation_id="conversation-2"),
        replace(CODE, conversation_id="conversation-3", sent_at=NOW - timedelta(minutes=31)),
        replace(CODE, conversation_id="conversation-4", phone="13900000000"),
        replace(CODE, conversation_id="conversation-5", phone="", subject="another"),
    )
    since = NOW - timedelta(minutes=30)
    with unit_of_work() as work:
        assert work.identities.codes_sent("nobody", CODE.phone, since) == 2
        assert work.identities.codes_sent(CODE.subject, CODE.phone, since) == 3
        assert work.identities.codes_sent("another", "", since) == 1


def test_failures_count_for_each_subject_since_a_moment(unit_of_work):
    with unit_of_work() as work:
        work.identities.add_failure(["id:1", "policy:P1"], NOW)
        work.identities.add_failure(["id:1"], NOW - timedelta(minutes=31))
        work.identities.add_failure([], NOW)
        work.commit()
    with unit_of_work() as work:
        since = NOW - timedelta(minutes=30)
        assert work.identities.failures("id:1", since) == 1
        assert work.identities.failures("policy:P1", since) == 1
        assert work.identities.failures("id:1", NOW - timedelta(hours=1)) == 2
        assert work.identities.failures("id:2", since) == 0


def test_latest_answer_to_a_consent_counts(unit_of_work):
    with unit_of_work() as work:
        ask = {"conversation_id": "conversation-1", "party_id": "CU1", "kind": "C1", "version": "2026-01", "at": NOW}
        assert not work.consents.granted("conversation-1", "C1")
        work.consents.add(**ask, granted=True)
        assert work.consents.granted("conversation-1", "C1")
        assert not work.consents.granted("conversation-1", "C2")
        assert not work.consents.granted("conversation-2", "C1")
        work.consents.add(**ask, granted=False)
        assert not work.consents.granted("conversation-1", "C1")


def test_text_messages_leave_with_the_transaction_and_are_read_newest_first(engine, unit_of_work):
    outbox = TextOutbox(engine)
    with unit_of_work() as work:
        work.texts.send("138", "lost with the transaction", NOW)
    with unit_of_work() as work:
        for phone, words in (("138", "one"), ("139", "two"), ("138", "three")):
            work.texts.send(phone, words, NOW)
        work.commit()
    assert [message.text for message in outbox.texts_for(None, 2)] == ["three", "two"]
    assert [message.text for message in outbox.texts_for("138", 9)] == ["three", "one"]
    first = outbox.unsent(1)[0]
    outbox.mark_sent(first.id, NOW)
    assert outbox.texts_for("138", 9)[1] == replace(first, sent_at=NOW)
    assert [message.text for message in outbox.unsent(9)] == ["two", "three"]
