"""Rows of dialogue state, one a conversation, for `bot.dialogue.tracker_store`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, MetaData, String, Table, event, insert, select, update
from sqlalchemy.engine import Engine

from bot.store.engine import read_only
from bot.store.sealing import Sealed

metadata = MetaData()
trackers = Table(
    "trackers",
    metadata,
    Column("conversation_id", String(64), primary_key=True),
    Column("events", Sealed("trackers.events"), nullable=False),
)


class TrackerRows:
    """Get and put the serialised events of a conversation.

    The engine must be its own. On SQLite its commits do not wait for the disk: a turn counts only when the message log
    marks its message handled, in the same file and later, and that commit waits for all that was written before it. A
    power cut before then loses a turn that will be tried again.
    """

    def __init__(self, engine: Engine) -> None:
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _do_not_wait_for_the_disk)
        self._engine = engine
        self._reading = read_only(engine)

    def get(self, conversation_id: str) -> str | None:
        with self._reading.connect() as connection:
            found = select(trackers.c.events).where(trackers.c.conversation_id == conversation_id)
            events: str | None = connection.execute(found).scalar_one_or_none()
            return events

    def put(self, conversation_id: str, events: str) -> None:
        with self._engine.begin() as connection:
            there = trackers.c.conversation_id == conversation_id
            if connection.execute(update(trackers).where(there).values(events=events)).rowcount == 0:
                connection.execute(insert(trackers).values(conversation_id=conversation_id, events=events))

    def keys(self) -> Iterable[str]:
        with self._reading.connect() as connection:
            return list(connection.execute(select(trackers.c.conversation_id)).scalars())


def _do_not_wait_for_the_disk(connection: Any, record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.close()
