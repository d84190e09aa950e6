"""Tables that only grow: number counters, the audit chain and its head, text messages."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, Table, Text, text

from bot.store.schema import METADATA, Moment
from bot.store.sealing import Sealed

COUNTERS = Table(
    "counters",
    METADATA,
    Column("prefix", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("last", Integer, nullable=False),
)

AUDIT_LOG = Table(
    "audit_log",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("event", Text, nullable=False),
    Column("subject", Text, nullable=False, index=True),
    Column("actor", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("detail", Text, nullable=False),  # canonical JSON, exactly as it was hashed
    Column("previous_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("ix_audit_log_event_at", "event", "at"),
)

# One row: the end of the chain, kept outside the log so that entries cut off its end are noticed.
AUDIT_HEAD = Table(
    "audit_head",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", Text, nullable=False),
)

_UNSENT = "sent_at IS NULL"

TEXT_MESSAGES = Table(
    "text_messages",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("phone", Sealed("text_messages.phone"), nullable=False),
    Column("text", Sealed("text_messages.text"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("sent_at", Moment),
    Index("ix_text_messages_phone", "phone"),
    Index("ix_text_messages_unsent", "id", sqlite_where=text(_UNSENT), postgresql_where=text(_UNSENT)),
)
