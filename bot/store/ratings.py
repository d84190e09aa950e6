"""What customers think of a service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.insurance.rating import Rating
from bot.store.rating_tables import RATINGS
from bot.store.rows import insert_for


class SqlRatings:
    """Implements bot.services.ports.Ratings."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, rating: Rating) -> None:
        statement = insert_for(self._connection, RATINGS).values(**asdict(rating))
        self._connection.execute(statement.on_conflict_do_nothing(index_elements=["idempotency_key"]))

    def of_conversation(self, conversation_id: str) -> Sequence[Rating]:
        return self._all(RATINGS.c.conversation_id == conversation_id)

    def since(self, moment: datetime) -> Sequence[Rating]:
        return self._all(RATINGS.c.at >= moment)

    def _all(self, condition: Any) -> Sequence[Rating]:
        rows = self._connection.execute(select(RATINGS).where(condition).order_by(RATINGS.c.at)).mappings()
        return tuple(Rating(**row) for row in rows)
