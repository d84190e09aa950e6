"""Table of what customers think of a service."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text

from bot.store.schema import METADATA, Moment
from bot.store.sealing import Sealed

RATINGS = Table(
    "ratings",
    METADATA,
    Column("idempotency_key", Text, primary_key=True),
    Column("conversation_id", Text, nullable=False, index=True),
    Column("matter_no", Text, nullable=False),
    Column("score", Integer, nullable=False),
    Column("reason", Sealed("ratings.reason"), nullable=False),
    Column("channel", Text, nullable=False),
    Column("at", Moment, nullable=False, index=True),
)
