"""Rows of dialogue state, one a conversation, for `bot.dialogue.tracker_store`."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Column, MetaData, String, Table, Text, delete, insert, select
from sqlalchemy.engine import Engine

metadata = MetaData()
trackers = Table(
    "trackers", metadata, Column("conversation_id", String(64), primary_key=True), Column("events", Text, nullable=False)
)


class TrackerRows:
    """Get and put the serialised events of a conversation."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, conversation_id: str) -> str | None:
        with self._engine.connect() as connection:
            found = select(trackers.c.events).where(trackers.c.conversation_id == conversation_id)
            events: str | None = connection.execute(found).scalar_one_or_none()
            return events

    def put(self, conversation_id: str, events: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(delete(trackers).where(trackers.c.conversation_id == conversation_id))
            connection.execute(insert(trackers).values(conversation_id=conversation_id, events=events))

    def keys(self) -> Iterable[str]:
        with self._engine.connect() as connection:
            return list(connection.execute(select(trackers.c.conversation_id)).scalars())
