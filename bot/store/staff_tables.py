"""Tables of the desk's accounts, who is signed in, tries to sign in, and what staff note for each other."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text

from bot.store.schema import METADATA, JsonText, Moment
from bot.store.sealing import Sealed

STAFF = Table(
    "staff",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("roles", JsonText, nullable=False),
    Column("posts", JsonText, nullable=False),
    Column("locked", Boolean, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("handed_out", Boolean, nullable=False),
    Column("code_secret", Sealed("staff.code_secret"), nullable=False),
    Column("last_code", Integer, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("trained_on", Date),
    Column("institution", Text, nullable=False, server_default=""),
)

DESK_SESSIONS = Table(
    "desk_sessions",
    METADATA,
    Column("key", Text, primary_key=True),  # a digest of the cookie
    Column("name", Text, ForeignKey("staff.name"), nullable=False, index=True),
    Column("csrf", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("offered", Sealed("desk_sessions.offered"), nullable=False),
)

DESK_PRESENCE = Table(
    "desk_presence",
    METADATA,
    Column("name", Text, ForeignKey("staff.name"), primary_key=True),
    Column("seen_at", Moment, nullable=False),
    Column("away", Boolean, nullable=False),
    Column("stays_until", Moment),
)

DESK_NOTES = Table(
    "desk_notes",
    METADATA,
    Column("note_id", Integer, primary_key=True, autoincrement=True),
    Column("conversation_id", Text, nullable=False, index=True),
    Column("by", Text, nullable=False),
    Column("text", Sealed("desk_notes.text"), nullable=False),
    Column("at", Moment, nullable=False),
)

SIGN_IN_TRIES = Table(
    "sign_in_tries",
    METADATA,
    Column("try_id", Integer, primary_key=True, autoincrement=True),
    Column("subject", Text, nullable=False),  # a digest
    Column("at", Moment, nullable=False),
    Index("ix_sign_in_tries_subject_at", "subject", "at"),
)
