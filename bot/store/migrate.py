"""Bring a database to the present schema."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine

from bot.store.engine import build_engine
from bot.store.trackers import prepare_trackers

_SCRIPTS = Path(__file__).resolve().parent / "migrations"
# Any number, as long as nothing else in the database locks it ("insurance-assistant" as a CRC).
_LOCK = 1_737_514_873


def migrate(url: str, data_key: str = "") -> None:
    """Create or upgrade every table; nothing happens when all is up to date.

    The processes start together and each calls this: one migrates, the others wait and find the work done. A failing
    migration leaves the database as it was, since both databases roll back table changes. `data_key` seals what was
    written before columns were sealed (`bot.store.sealing`).

    Raises:
        ConfigurationError: see `build_engine`.
    """
    engine = build_engine(url, data_key)
    try:
        with _alone(engine):
            with engine.begin() as connection:
                if engine.dialect.name == "postgresql":
                    connection.execute(text("SET LOCAL lock_timeout = 0"))
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
                command.upgrade(_config(connection), "head")
            prepare_trackers(url)
    finally:
        engine.dispose()


def _config(connection: Connection) -> Config:
    config = Config()
    # ConfigParser would read a % in the path as an interpolation.
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """For SQLite, a lock beside the file: switching it to WAL on first use does not wait for others as writes do."""
    if engine.dialect.name != "sqlite":
        yield
        return
    with Path(f"{engine.url.database}.migrate.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
