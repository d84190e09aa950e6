"""Accounts, sessions and tries on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from store_samples import NOW

from bot.insurance.staff import Credentials, DeskSession, Role, Staff, Stage
from bot.services.errors import DuplicateKeyError
from bot.services.prove_staff import TRIES_PER_PAIR, NotProvedError, SignIn, TooManyTriesError
from bot.store.errors import RowMissingError

CLERK = Staff("1001", frozenset({Role.CLAIMS}), frozenset({"理赔"}))
PROOF = Credentials("$argon2id$hash", True, "JBSWY3DPEHPK3PXP", 7)
SESSION = DeskSession("digest", "1001", "token", Stage.ENROL, NOW, NOW, "JBSWY3DPEHPK3PXP")


def test_an_account_comes_back_as_it_was_and_its_name_is_used_once(unit_of_work):
    with unit_of_work() as work:
        work.staff.add(CLERK, PROOF, NOW)
        with pytest.raises(DuplicateKeyError):
            work.staff.add(CLERK, PROOF, NOW)
        work.staff.save(replace(CLERK, locked=True))
        work.commit()
    with unit_of_work() as work:
        assert work.staff.get("1001") == replace(CLERK, locked=True)
        assert work.staff.credentials("1001") == PROOF
        assert work.staff.get("1002") is work.staff.credentials("1002") is None
        assert list(work.staff.all()) == [replace(CLERK, locked=True)]
        with pytest.raises(RowMissingError):
            work.staff.prove_by("1002", PROOF)


def test_an_authenticators_secret_is_unreadable_without_the_key(unit_of_work, engine):
    with unit_of_work() as work:
        work.staff.add(CLERK, PROOF, NOW)
        work.desk_sessions.open(SESSION)
        work.commit()
    with engine.connect() as connection:
        kept = str([connection.execute(text(f"SELECT * FROM {name}")).all() for name in ("staff", "desk_sessions")])
    assert PROOF.code_secret not in kept


def test_sessions_end_with_their_account_and_with_time(unit_of_work):
    with unit_of_work() as work:
        work.staff.add(CLERK, PROOF, NOW)
        work.desk_sessions.open(SESSION)
        work.desk_sessions.open(replace(SESSION, key="other", seen_at=NOW + timedelta(hours=1), stage=Stage.DONE))
        work.commit()
    with unit_of_work() as work:
        assert work.desk_sessions.get("digest") == SESSION
        assert work.desk_sessions.forget(NOW, NOW + timedelta(minutes=1)) == 1
        assert work.desk_sessions.get("digest") is None
        work.desk_sessions.close_all("1001")
        assert work.desk_sessions.get("other") is None


def test_of_tries_at_once_no_more_are_looked_at_than_are_allowed(unit_of_work):
    sign_in = SignIn(unit_of_work)

    def guess(_: int) -> str:
        try:
            sign_in.by_password("1001", "guess", "192.0.2.1", NOW)
        except (NotProvedError, TooManyTriesError) as error:
            return error.code
        return "signed in"

    with ThreadPoolExecutor(8) as threads:
        codes = list(threads.map(guess, range(TRIES_PER_PAIR + 6)))
    assert codes.count("not_proved") == TRIES_PER_PAIR
    assert codes.count("too_many_tries") == 6


def test_tries_are_kept_as_digests_for_a_name_may_be_a_password(unit_of_work, engine):
    with pytest.raises(NotProvedError):
        SignIn(unit_of_work).by_password("my-secret-password", "x", "192.0.2.1", NOW)
    with engine.connect() as connection:
        kept = str(connection.execute(text("SELECT * FROM sign_in_tries")).all())
    assert "my-secret" not in kept
    assert "192.0.2.1" not in kept
