"""Engines for the two databases the product runs on: SQLite (WAL) by default, PostgreSQL by URL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError
from sqlalchemy.pool import NullPool, QueuePool

from bot.errors import ConfigurationError, StoreUnavailableError
from bot.store.sealing import Sealer

BUSY_SECONDS = 30
# FULL: a message that was acknowledged survives a power cut.
_PRAGMAS = (f"busy_timeout = {BUSY_SECONDS * 1000}", "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON")
# Without limits a lost client's lock would stop every other conversation.
_POSTGRES_LIMITS = "-c timezone=UTC -c statement_timeout=60000 -c lock_timeout=30000"
# Seconds, but the last, which is milliseconds: a server that is gone without a word must not hold every thread.
_POSTGRES_CONNECTION = {
    "connect_timeout": 10, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 25_000,
}  # fmt: skip
# Marks a transaction that only reads, see `_begin`.
READING = {"reading": True}


def build_engine(url: str, data_key: str = "") -> Engine:
    """An engine in 2.0 style; connects only when used. Without a key it cannot touch sealed columns.

    Raises:
        ConfigurationError: the URL is malformed, is an in-memory SQLite database (three processes share the store),
            or names another database than SQLite or PostgreSQL.
    """
    parsed = _parse(url)
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        engine = _postgresql(parsed)
    elif backend == "sqlite" and parsed.database not in (None, "", ":memory:"):
        engine = _sqlite(parsed)
    else:
        raise ConfigurationError("use a SQLite file or PostgreSQL", setting="DATABASE_URL", backend=backend)
    event.listen(engine, "handle_error", _name_outage, retval=True)
    if data_key:
        engine.dialect.sealer = Sealer(data_key)  # types get the dialect with each value, see `bot.store.sealing`
    return engine


def is_postgresql(url: str) -> bool:
    """Raises ConfigurationError: the URL is malformed."""
    return bool(_parse(url).get_backend_name() == "postgresql")


def build_session_engine(url: str) -> Engine:
    """An engine for PostgreSQL whose connections are kept by who opens them, each statement a transaction of its own: for
    what belongs to a session (LISTEN, locks). Either side notices within half a minute that the other's machine is gone."""
    options = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
    engine = create_engine(
        _parse(url),
        future=True,
        isolation_level="AUTOCOMMIT",
        poolclass=NullPool,
        connect_args={**_POSTGRES_CONNECTION, "options": f"{_POSTGRES_LIMITS} {options}"},
    )
    event.listen(engine, "handle_error", _name_outage, retval=True)
    return engine


def _parse(url: str) -> Any:
    try:
        return make_url(url.replace("postgres://", "postgresql://", 1))
    except ArgumentError as error:
        raise ConfigurationError("not a database URL", setting="DATABASE_URL") from error


def read_only(engine: Engine) -> Engine:
    """The same engine for transactions that only read: on SQLite they do not wait for the writer."""
    return engine.execution_options(**READING)


def _postgresql(url: Any) -> Engine:
    return create_engine(
        url,
        future=True,
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        max_overflow=20,
        connect_args={**_POSTGRES_CONNECTION, "options": _POSTGRES_LIMITS},
    )


def _sqlite(url: Any) -> Engine:
    engine = create_engine(
        url,
        future=True,
        poolclass=QueuePool,
        max_overflow=40,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, record: Any) -> None:
    # The driver's own BEGIN comes too late (before the first write only); `_begin` sends ours instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Any) -> None:
    """Take the write lock at once: a transaction that reads first and writes later could fail in the middle."""
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


# SQLite gives one class of error to a file that cannot be had now and to a statement that is wrong for good.
_SQLITE_OUTAGES = ("locked", "busy", "unable to open", "disk i/o error", "disk is full")


def _name_outage(context: Any) -> Exception | None:
    """A database out of reach gets a name of its own, so that nobody takes it for a defect of one turn."""
    error = context.sqlalchemy_exception
    if not isinstance(error, (OperationalError, InterfaceError)):
        return None
    words = str(context.original_exception).lower()
    if context.engine.dialect.name == "sqlite" and not any(outage in words for outage in _SQLITE_OUTAGES):
        return None
    return StoreUnavailableError(error=type(context.original_exception).__name__)
