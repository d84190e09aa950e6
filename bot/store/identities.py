"""Who a conversation has proved to be, codes in flight, and the counts that limit them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import case, func, or_, select
from sqlalchemy.engine import Connection

from bot.insurance.identity import IdentityLevel, OneTimeCode, Verification
from bot.store.attempts import LockedAttempts
from bot.store.identity_tables import ONE_TIME_CODES, VERIFICATIONS
from bot.store.rows import insert_for, upsert


class SqlIdentities:
    """Implements bot.services.ports.Identities."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._attempts = LockedAttempts(connection)

    def verification(self, conversation_id: str) -> Verification | None:
        statement = select(VERIFICATIONS).where(VERIFICATIONS.c.conversation_id == conversation_id)
        row = self._connection.execute(statement).mappings().first()
        return Verification(**{**row, "level": IdentityLevel(row["level"])}) if row else None

    def save_verification(self, verification: Verification) -> None:
        values = {**asdict(verification), "level": int(verification.level)}
        upsert(self._connection, VERIFICATIONS, values, keys=["conversation_id"])

    def current_code(self, conversation_id: str) -> OneTimeCode | None:
        """The latest code, locked until the transaction ends: a right code is accepted once, not once per request."""
        codes = ONE_TIME_CODES.c
        latest = select(func.max(codes.sent_at)).where(codes.conversation_id == conversation_id).scalar_subquery()
        statement = select(ONE_TIME_CODES).where((codes.conversation_id == conversation_id) & (codes.sent_at == latest))
        row = self._connection.execute(statement.with_for_update()).mappings().first()
        return OneTimeCode(**row) if row else None

    def save_code(self, code: OneTimeCode) -> None:
        """Tries never go down and a used code stays used, whatever older copy the caller holds."""
        codes, statement = ONE_TIME_CODES.c, insert_for(self._connection, ONE_TIME_CODES).values(**asdict(code))
        given = statement.excluded
        keep = ("conversation_id", "sent_at", "tries", "used")
        others = {name: value for name, value in asdict(code).items() if name not in keep}
        others["tries"] = case((codes.tries > given.tries, codes.tries), else_=given.tries)
        others["used"] = or_(codes.used, given.used)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["conversation_id", "sent_at"], set_=others)
        )

    def count_try(self, code: OneTimeCode) -> int:
        return self._attempts.count_try(code)

    def add_failure(self, subjects: Sequence[str], at: datetime) -> None:
        self._attempts.add_failure(subjects, at)

    def failures(self, subject: str, since: datetime) -> int:
        return self._attempts.failures(subject, since)

    def codes_sent(self, subject: str, phone: str, since: datetime) -> int:
        codes = ONE_TIME_CODES.c
        same = (codes.subject == subject) | (codes.phone == phone) if phone else codes.subject == subject
        statement = select(func.count()).where(same & (codes.sent_at >= since))
        return int(self._connection.execute(statement).scalar_one())
