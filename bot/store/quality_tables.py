"""Table of quality reviews: what was drawn, its score, what was found, the appeal."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, Table, Text, text

from bot.store.schema import METADATA, JsonText, Moment
from bot.store.sealing import Sealed

# Conditions of partial indexes: a statement uses one only where it says the same in the same words.
UNSCORED = text("scored_at IS NULL")
UNDECIDED = text("appealed_at IS NOT NULL AND outcome = ''")
UNCLOSED = text("severity != '' AND closed_at IS NULL")

QUALITY_REVIEWS = Table(
    "quality_reviews",
    METADATA,
    Column("number", Text, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("sampled", Text, nullable=False),
    Column("conversation_id", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("post", Text, nullable=False),
    Column("began", Moment, nullable=False),
    Column("ended", Moment, nullable=False),
    Column("drawn_at", Moment, nullable=False, index=True),
    Column("points", JsonText),
    Column("total", Integer),
    Column("note", Sealed("quality_reviews.note"), nullable=False),
    Column("rubric", Text, nullable=False),
    Column("scored_by", Text, nullable=False),
    Column("scored_at", Moment, index=True),
    Column("severity", Text, nullable=False),
    Column("finding", Sealed("quality_reviews.finding"), nullable=False),
    Column("owner", Text, nullable=False),
    Column("due", Date),
    Column("closed_at", Moment),
    Column("closed_by", Text, nullable=False),
    Column("closing", Sealed("quality_reviews.closing"), nullable=False),
    Column("appeal", Sealed("quality_reviews.appeal"), nullable=False),
    Column("appealed_at", Moment),
    Column("outcome", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", Moment),
    Column("reason", Sealed("quality_reviews.reason"), nullable=False),
    Index("ix_quality_reviews_agent_scored_at", "agent", "scored_at"),
    Index("ix_quality_reviews_to_score", "drawn_at", sqlite_where=UNSCORED, postgresql_where=UNSCORED),
    Index("ix_quality_reviews_appeals_open", "drawn_at", sqlite_where=UNDECIDED, postgresql_where=UNDECIDED),
    Index("ix_quality_reviews_findings_open", "owner", "due", sqlite_where=UNCLOSED, postgresql_where=UNCLOSED),
)
