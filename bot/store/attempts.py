"""Counting tries and failures so that parallel guesses cannot slip past the limits."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from bot.insurance.identity import OneTimeCode
from bot.store.errors import RowMissingError
from bot.store.identity_tables import IDENTITY_FAILURES, ONE_TIME_CODES


class LockedAttempts:
    """Tries of a code and failures of a subject, each counted under a lock that lasts until the transaction ends."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count_try(self, code: OneTimeCode) -> int:
        """One more try of this code; returns the new count, different for each of several parallel tries.

        Raises:
            RowMissingError: the code was never saved.
        """
        codes = ONE_TIME_CODES.c
        row = (codes.conversation_id == code.conversation_id) & (codes.sent_at == code.sent_at)
        # The UPDATE locks the row (SQLite: the database), so the SELECT reads this transaction's own count.
        if self._connection.execute(ONE_TIME_CODES.update().where(row).values(tries=codes.tries + 1)).rowcount == 0:
            raise RowMissingError(table="one_time_codes", conversation_id=code.conversation_id)
        return int(self._connection.execute(select(codes.tries).where(row)).scalar_one())

    def add_failure(self, subjects: Sequence[str], at: datetime) -> None:
        if subjects:
            self._connection.execute(IDENTITY_FAILURES.insert(), [{"subject": name, "at": at} for name in subjects])

    def failures(self, subject: str, since: datetime) -> int:
        """Failures at or after `since`; others who ask about the subject wait until this transaction ends."""
        lock_subject(self._connection, subject)
        rows = IDENTITY_FAILURES.c
        statement = select(func.count()).where((rows.subject == subject) & (rows.at >= since))
        return int(self._connection.execute(statement).scalar_one())


def lock_subject(connection: Connection, subject: str) -> None:
    """Others who lock it wait until this transaction ends. A subject has no row to lock, so PostgreSQL gets a number for it; SQLite
    has one writer anyway."""
    if connection.dialect.name == "postgresql":
        key = int.from_bytes(hashlib.sha256(subject.encode()).digest()[:8], "big", signed=True)
        connection.execute(select(func.pg_advisory_xact_lock(key)))
