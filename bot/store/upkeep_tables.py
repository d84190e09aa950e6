"""Tables of improvements, and of when rules were looked through and documents reported."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, Table, Text, text

from bot.store.schema import METADATA, Moment
from bot.store.sealing import Sealed

OPEN_IMPROVEMENT = text("done_at IS NULL")
DONE_IMPROVEMENT = text("done_at IS NOT NULL")

IMPROVEMENTS = Table(
    "improvements",
    METADATA,
    Column("number", Text, primary_key=True),
    Column("source_no", Text, nullable=False),
    Column("what", Sealed("improvements.what"), nullable=False),
    Column("owner", Text, nullable=False),
    Column("post", Text, nullable=False),
    Column("due", Date, nullable=False),
    Column("opened_by", Text, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("done", Sealed("improvements.done"), nullable=False),
    Column("proof", Sealed("improvements.proof"), nullable=False),
    Column("done_by", Text, nullable=False),
    Column("done_at", Moment, index=True),
    Index("ix_improvements_done", "owner", "done_at", sqlite_where=DONE_IMPROVEMENT, postgresql_where=DONE_IMPROVEMENT),
    # With all that is counted of the open ones.
    Index("ix_improvements_open", "due", "owner", sqlite_where=OPEN_IMPROVEMENT, postgresql_where=OPEN_IMPROVEMENT),
)

UPKEEP_RECORDS = Table(
    "upkeep_records",
    METADATA,
    Column("record_id", Integer, primary_key=True, autoincrement=True),
    Column("item", Text, nullable=False, index=True),
    Column("on", Date, nullable=False),
    Column("note", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
