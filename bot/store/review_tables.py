"""Tables of the trainers' inbox: a row for each masked sentence, its history, the filters that trainers keep."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, Table, Text, text

from bot.store.schema import METADATA, JsonText, Moment
from bot.store.sealing import Sealed

TO_LAND = text("landed_at IS NULL")

REVIEW_ITEMS = Table(
    "review_items",
    METADATA,
    Column("item_id", Text, primary_key=True),
    Column("text", Sealed("review_items.text"), nullable=False),
    Column("guess", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("ranking", JsonText, nullable=False),
    Column("reasons", JsonText, nullable=False),
    Column("meant", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("conversation_id", Text, nullable=False),
    Column("source", Sealed("review_items.source"), nullable=False),  # a file is often named by the number that called
    Column("times", Integer, nullable=False),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("example", Sealed("review_items.example"), nullable=False),
    Column("intent", Text, nullable=False),
    Column("new_intent", Text, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("landed_at", Moment),
    Column("commit_id", Text, nullable=False),
    Index("ix_review_items_state_times", "state", "times", "last_at", "item_id"),
    Index("ix_review_items_state_last_at", "state", "last_at", "item_id"),
    Index("ix_review_items_to_land", "state", "proposed_by", sqlite_where=TO_LAND, postgresql_where=TO_LAND),
)

REVIEW_STEPS = Table(
    "review_steps",
    METADATA,
    Column("item_id", Text, ForeignKey("review_items.item_id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("deed", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("note", Sealed("review_steps.note"), nullable=False),
    Column("state", Text, nullable=False),
    Column("example", Sealed("review_steps.example"), nullable=False),
    Column("intent", Text, nullable=False),
    Column("new_intent", Text, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
)

REVIEW_VIEWS = Table(
    "review_views",
    METADATA,
    Column("owner", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("query", Text, nullable=False),
)
