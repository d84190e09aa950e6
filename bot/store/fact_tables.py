"""Table of what is counted of conversations: codes alone, no word of a customer. It is forgotten after `figures.kept_days`."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text

from bot.store.schema import METADATA

SERVICE_FACTS = Table(
    "service_facts",
    METADATA,
    Column("run", Text, primary_key=True),
    Column("fact", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("conversation_id", Text, nullable=False),
    # Days as ordinals: "within seven days" is then the same sum in both databases.
    Column("day", Integer, nullable=False),
    Index("ix_service_facts_fact_day", "fact", "day"),
)
