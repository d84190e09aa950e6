"""The SMS outbox: written with the transaction that wants the message, sent after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine

from bot.store.engine import read_only
from bot.store.ledger_tables import TEXT_MESSAGES
from bot.store.rows import update_one


@dataclass(frozen=True)
class TextMessage:
    """One SMS; `sent_at` is None until a provider took it (in the demo: always, the inbox page shows it)."""

    id: int
    phone: str
    text: str
    at: datetime
    sent_at: datetime | None


class SqlTextMessages:
    """Implements bot.services.ports.TextMessages."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def send(self, phone: str, text: str, at: datetime) -> None:
        self._connection.execute(TEXT_MESSAGES.insert().values(phone=phone, text=text, at=at))


class TextOutbox:
    """The other end: for the demo's inbox page and for whoever sends."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def texts_for(self, phone: str | None, limit: int) -> Sequence[TextMessage]:
        """The newest messages to this phone, or to anybody (None), newest first."""
        newest_first = select(TEXT_MESSAGES).order_by(TEXT_MESSAGES.c.id.desc()).limit(limit)
        return self._read(newest_first if phone is None else newest_first.where(TEXT_MESSAGES.c.phone == phone))

    def unsent(self, limit: int) -> Sequence[TextMessage]:
        """Messages no provider has taken yet, oldest first."""
        statement = select(TEXT_MESSAGES).where(TEXT_MESSAGES.c.sent_at.is_(None))
        return self._read(statement.order_by(TEXT_MESSAGES.c.id).limit(limit))

    def mark_sent(self, message_id: int, at: datetime) -> None:
        """Raises RowMissingError for an unknown id."""
        with self._engine.begin() as connection:
            update_one(connection, TEXT_MESSAGES, {"id": message_id}, {"sent_at": at})

    def _read(self, statement: Any) -> tuple[TextMessage, ...]:
        with read_only(self._engine).connect() as connection:
            return tuple(TextMessage(**row) for row in connection.execute(statement).mappings())
