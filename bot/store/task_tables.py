"""Tables of the daily sweep: tasks for the posts, and what may happen only once."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Table, Text, text

from bot.store.schema import METADATA, Moment

OPEN_TASK = text("closed_at IS NULL")

TASKS = Table(
    "tasks",
    METADATA,
    Column("number", Text, primary_key=True),
    Column("due", Date, primary_key=True),
    Column("register", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("post", Text, nullable=False),
    Column("state", Text, nullable=False),  # due_soon | overdue
    Column("raised_at", Moment, nullable=False),
    Column("restricted", Boolean, nullable=False),
    Column("closed_at", Moment),
    Index("ix_tasks_open", "due", sqlite_where=OPEN_TASK, postgresql_where=OPEN_TASK),
)

# A day that was swept, a notice that was queued: whoever inserts the key first does it.
DONE_ONCE = Table(
    "done_once",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("at", Moment, nullable=False),
)
