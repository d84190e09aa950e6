"""On SQLite, dialogue state in a file of its own, so that its writer locks nobody else out.

Revision: 0034, after 0033
"""

import sqlite3
from contextlib import closing

import sqlalchemy as sa
from alembic import op

from bot.store.trackers import trackers_file

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_TABLE = (
    "CREATE TABLE IF NOT EXISTS trackers (conversation_id VARCHAR(64) NOT NULL PRIMARY KEY, events TEXT NOT NULL, "
    "version INTEGER DEFAULT '1' NOT NULL)"
)
_ROWS = "SELECT conversation_id, events, version FROM trackers"


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    rows = [tuple(row) for row in op.get_bind().execute(sa.text(_ROWS))]
    # Committed before the old table goes: whoever is killed in between copies the same rows again.
    with closing(_file()) as file, file:
        file.execute(_TABLE)
        file.executemany("INSERT OR REPLACE INTO trackers (conversation_id, events, version) VALUES (?, ?, ?)", rows)
    op.drop_table("trackers")


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute(_TABLE)
    with closing(_file()) as file:
        for row in file.execute(_ROWS):
            values = dict(zip(("conversation_id", "events", "version"), row, strict=True))
            op.get_bind().execute(sa.text("INSERT INTO trackers VALUES (:conversation_id, :events, :version)"), values)
    trackers_file(_database()).unlink()


def _file() -> sqlite3.Connection:
    return sqlite3.connect(trackers_file(_database()))


def _database() -> str:
    return str(op.get_bind().engine.url.database)
