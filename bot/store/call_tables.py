"""Tables of phone calls: where each stands, and what each event was answered with."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table, Text

from bot.store.schema import METADATA
from bot.store.sealing import Sealed

CALLS = Table(
    "calls",
    METADATA,
    Column("conversation_id", Text, ForeignKey("conversations.conversation_id"), primary_key=True),
    Column("state", Sealed("calls.state"), nullable=False),  # JSON; holds what the caller said last
)

CALL_EVENTS = Table(
    "call_events",
    METADATA,
    Column("conversation_id", Text, ForeignKey("conversations.conversation_id"), primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("actions", Sealed("call_events.actions"), nullable=False),
)
