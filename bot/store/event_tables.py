"""Table of the disasters for which event mode was switched on."""

from __future__ import annotations

from sqlalchemy import Column, Date, Integer, Table, Text

from bot.store.schema import METADATA, JsonText, Moment

DISASTER_EVENTS = Table(
    "disaster_events",
    METADATA,
    Column("event_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("regions", JsonText, nullable=False),
    Column("starts", Date, nullable=False),
    Column("ends", Date, nullable=False, index=True),
    Column("started_by", Text, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("told", Integer),
    Column("stopped_by", Text, nullable=False),
    Column("stopped_at", Moment),
)
