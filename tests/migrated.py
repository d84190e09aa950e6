"""An empty SQLite store of the current schema: the migrations run once a process, each test gets a copy."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from functools import lru_cache
from pathlib import Path

from bot.store.migrate import migrate


def migrated_store(path: Path) -> str:
    """The address of a new store at `path`."""
    path.write_bytes(_empty())
    return f"sqlite:///{path}"


@lru_cache(maxsize=1)
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        migrate(f"sqlite:///{path}")
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return path.read_bytes()
