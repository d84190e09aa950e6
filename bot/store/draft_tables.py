"""Table of the journeys that their customers have not finished."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from bot.store.schema import METADATA, Moment
from bot.store.sealing import SealedJson

DRAFTS = Table(
    "drafts",
    METADATA,
    Column("run", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("party_id", Text, nullable=False, index=True),
    Column("conversation_id", Text, nullable=False),
    Column("answers", SealedJson("drafts.answers"), nullable=False),
    Column("at", Moment, nullable=False, index=True),
)
