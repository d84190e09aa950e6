"""Rows of dialogue state, one a conversation, for `bot.dialogue.tracker_store`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Column, Integer, MetaData, String, Table, select, update
from sqlalchemy.engine import Engine, make_url

from bot.errors import StateChangedError
from bot.store.engine import build_engine, is_postgresql, read_only
from bot.store.rows import insert_for
from bot.store.sealing import Sealed

metadata = MetaData()
trackers = Table(
    "trackers",
    metadata,
    Column("conversation_id", String(64), primary_key=True),
    Column("events", Sealed("trackers.events"), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
)
NO_ROW = 0  # the version of a conversation of which nothing is stored; the first row has 1


def trackers_url(database_url: str) -> str:
    """Where the rows of this database's conversations are: on PostgreSQL in it, on SQLite in a file beside it.

    SQLite locks whole files: a Rasa worker that stands still while it writes must not keep the front desk from taking
    messages.

    Raises:
        ConfigurationError: the URL is malformed.
    """
    if is_postgresql(database_url):
        return database_url
    url = make_url(database_url)
    moved = url.set(database=str(trackers_file(url.database)))
    return str(moved.render_as_string(hide_password=False))


def trackers_file(database: str) -> Path:
    """The file of dialogue state beside this SQLite file: `assistant.db` has `assistant.dialogue.db`."""
    path = Path(database)
    return path.with_name(f"{path.stem}.dialogue{path.suffix}")


def prepare_trackers(database_url: str) -> None:
    """Create the table where it is not there: in a new installation, or where the file was left out of a copy. On PostgreSQL
    the migrations do."""
    if is_postgresql(database_url):
        return
    engine = build_engine(trackers_url(database_url))
    metadata.create_all(engine)
    engine.dispose()


class TrackerRow(NamedTuple):
    """The serialised events of a conversation, and how often they have been written."""

    events: str
    version: int


class TrackerRows:
    """Get and put the serialised events of a conversation. Who puts says which version it has read.

    Turns of a conversation are run one at a time, by a lock of one process that ends after a minute: this is for two
    processes, and for a turn that took longer. The check is part of the statement that writes.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = read_only(engine)

    def get(self, conversation_id: str) -> TrackerRow | None:
        with self._reading.connect() as connection:
            found = select(trackers.c.events, trackers.c.version).where(trackers.c.conversation_id == conversation_id)
            row = connection.execute(found).one_or_none()
            return None if row is None else TrackerRow(*row)

    def put(self, conversation_id: str, events: str, version: int) -> int:
        """Replace the row of this version, or insert it where that is NO_ROW; the new version.

        Raises:
            StateChangedError: the row has another version, or is there, or is gone.
        """
        with self._engine.begin() as connection:
            written = {"events": events, "version": version + 1}
            if version == NO_ROW:
                insert = insert_for(connection, trackers).values(conversation_id=conversation_id, **written)
                statement = insert.on_conflict_do_nothing(index_elements=["conversation_id"])
            else:
                same = (trackers.c.conversation_id == conversation_id, trackers.c.version == version)
                statement = update(trackers).where(*same).values(**written)
            if connection.execute(statement).rowcount == 0:
                raise StateChangedError(table=trackers.name, version=version)
        return version + 1

    def keys(self) -> Iterable[str]:
        with self._reading.connect() as connection:
            return list(connection.execute(select(trackers.c.conversation_id)).scalars())
