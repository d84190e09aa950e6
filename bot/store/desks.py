"""Several front desks on one PostgreSQL: who does what alone, and the news they tell each other.

What a desk has to itself is an advisory lock of its session (PostgreSQL manual, 13.3.5), so it ends with the desk, however
that ends; news goes by LISTEN and NOTIFY. Both belong to one connection each, which a transaction pooler (pgbouncer's
`pool_mode = transaction`) would break: give it the database itself.
"""

from __future__ import annotations

import hashlib
import logging
import queue
import select
import threading
import uuid
from collections.abc import Callable
from typing import Any, Protocol

from sqlalchemy import func
from sqlalchemy import select as sql_select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import StoreUnavailableError
from bot.store.engine import build_session_engine

log = logging.getLogger(__name__)
CHANNEL = "front_desks"
LISTEN_SECONDS = 5.0  # until the listener looks whether it should end
AGAIN_AFTER = 1.0  # seconds until a lost connection is made anew


class _Session:
    """One connection, kept; made anew after it was lost. Safe to use from many threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._guard = threading.Lock()
        self._connection: Connection | None = None
        self._number = 0  # of the connection

    def ask(self, what: object, *, of: int | None = None) -> tuple[object, int]:
        """The answer, and the number of the connection that gave it. `of`: not asked on any other connection (None, 0).

        Raises:
            StoreUnavailableError: the connection is lost, or refuses; what it holds is lost only with it.
        """
        with self._guard:
            if of is not None and of != self._number:
                return None, 0
            try:
                if self._connection is None:
                    self._connection = self._engine.connect()
                    self._number += 1
                return self._connection.execute(sql_select(what)).scalar(), self._number
            except (StoreUnavailableError, SQLAlchemyError) as error:
                if self._connection is None or self._connection.invalidated:
                    self._drop()
                raise StoreUnavailableError(error=type(error).__name__) from error

    def close(self) -> None:
        with self._guard:
            self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None
        self._number += 1


class SqlDesks:
    """Implements bot.conversations.ports.Desks on PostgreSQL; safe to use from many threads.

    A connection that is lost takes what it held with it: another desk may then do the same turn. The turn's message id
    keeps it from being done twice, see `bot.store.message_log` and the processor of `bot.dialogue`.
    """

    several = True

    def __init__(self, url: str) -> None:
        self._engine = build_session_engine(url)
        self._locks, self._telling = _Session(self._engine), _Session(self._engine)
        self._me = uuid.uuid4().hex
        self._news: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._ended = threading.Event()

    def take(self, key: str) -> int:
        """Raises StoreUnavailableError."""
        taken, connection = self._locks.ask(func.pg_try_advisory_lock(_number(key)))
        return connection if taken else 0

    def give_back(self, key: str, receipt: int) -> None:
        """When the database cannot be reached, the lock has gone with the connection."""
        try:
            self._locks.ask(func.pg_advisory_unlock(_number(key)), of=receipt)
        except StoreUnavailableError:
            log.warning("desks.lost_a_lock")

    def tell(self, conversation_id: str) -> None:
        """News for the other desks; returns at once."""
        self._news.put(conversation_id)

    def start(self, hear: Callable[[str], None], hear_all: Callable[[], None]) -> None:
        """Call `hear` with each conversation another desk has news of, `hear_all` when some may have been missed; both from
        a thread of ours."""
        threading.Thread(target=self._pass_on, daemon=True, name="desks-tell").start()
        threading.Thread(target=self._listen, args=(hear, hear_all), daemon=True, name="desks-hear").start()

    def close(self) -> None:
        """Give back everything."""
        self._ended.set()
        self._news.put("")
        self._locks.close()
        self._telling.close()

    def _pass_on(self) -> None:
        while not self._ended.is_set():
            conversation_id = self._news.get()
            while conversation_id and not self._ended.is_set():
                try:
                    self._telling.ask(func.pg_notify(CHANNEL, f"{self._me} {conversation_id}"))
                    break
                except StoreUnavailableError:
                    log.warning("desks.not_told")
                    self._ended.wait(AGAIN_AFTER)

    def _listen(self, hear: Callable[[str], None], hear_all: Callable[[], None]) -> None:
        while not self._ended.is_set():
            try:
                with self._engine.connect() as connection:
                    connection.exec_driver_sql(f"LISTEN {CHANNEL}")
                    hear_all()
                    self._hear(connection.connection.driver_connection, hear)
            except Exception as error:  # the driver's own errors too, which come past SQLAlchemy here
                log.warning("desks.not_heard", extra={"data": {"error": type(error).__name__}})
                self._ended.wait(AGAIN_AFTER)

    def _hear(self, driver: _Driver, hear: Callable[[str], None]) -> None:
        waiting = select.poll()  # `select` itself knows no file number over 1,023
        waiting.register(driver, select.POLLIN)
        while not self._ended.is_set():
            waiting.poll(LISTEN_SECONDS * 1000)
            driver.poll()  # raises when the connection is gone
            while driver.notifies:
                teller, _, conversation_id = driver.notifies.pop(0).payload.partition(" ")
                if teller != self._me:
                    hear(conversation_id)


class _Driver(Protocol):
    """What we use of psycopg2's connection."""

    notifies: list[Any]

    def poll(self) -> None: ...
    def fileno(self) -> int: ...


def _number(key: str) -> int:
    """A lock's number, 64 bits with sign. Two keys with one number would only wait for each other."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)
