"""Tables of recorded calls."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Integer, Table, Text

from bot.store.schema import METADATA, JsonText, Moment
from bot.store.sealing import Sealed, SealedJson

TRANSCRIPT_CALLS = Table(
    "transcript_calls",
    METADATA,
    Column("call_id", Text, primary_key=True),
    Column(
        "source", Sealed("transcript_calls.source"), nullable=False
    ),  # a file is often named by the number that called
    Column("phone", Sealed("transcript_calls.phone"), nullable=False, index=True),
    Column("began", Moment, nullable=True),
    Column("imported_at", Moment, nullable=False),
    Column("utterances", Integer, nullable=False),
    Column("intents", JsonText, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("complaint_kind", Text, nullable=False),
    Column("complaint_no", Text, nullable=False),
    Column("emergency", Boolean, nullable=False),
    Column("holds", JsonText, nullable=False),
    Column("call_key", Sealed("transcript_calls.call_key"), nullable=False, server_default="", index=True),
    Column("marks", SealedJson("transcript_calls.marks"), nullable=True),
)

TRANSCRIPT_TURNS = Table(
    "transcript_turns",
    METADATA,
    Column("call_id", Text, ForeignKey("transcript_calls.call_id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("speaker", Text, nullable=False),
    Column("text", Sealed("transcript_turns.text"), nullable=False),
    Column("start_ms", Integer, nullable=True),
    Column("end_ms", Integer, nullable=True),
    Column("intent", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("in_doubt", Boolean, nullable=False),
)
