"""Tables of follow-ups and what was answered in them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from bot.store.schema import METADATA, Moment
from bot.store.sealing import Sealed

OPEN_FOLLOW_UP = text("state IN ('waiting', 'sent')")

FOLLOW_UPS = Table(
    "follow_ups",
    METADATA,
    Column("number", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("party_id", Text, nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("raised_at", Moment, nullable=False),
    Column("due", Date, nullable=False),
    Column("due_rule", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("last_try_at", Moment),
    Column("call_by", Date),
    Column("finished_at", Moment, index=True),
    Column("valid", Boolean),
    Column("channel", Text, nullable=False),
    Column("conversation_id", Text, nullable=False),
    Column("problem_no", Text, nullable=False),
    Column("note", Sealed("follow_ups.note"), nullable=False),
    Column("institution", Text, nullable=False, server_default="HQ"),
    UniqueConstraint("kind", "subject"),
    # Has all that the reports count, so that a year of them is counted without a row.
    Index(
        "ix_follow_ups_counted",
        "raised_at",
        "institution",
        "kind",
        "state",
        "due",
        "finished_at",
        "number",
        "problem_no",
    ),
    Index("ix_follow_ups_open", "due", sqlite_where=OPEN_FOLLOW_UP, postgresql_where=OPEN_FOLLOW_UP),
    Index(
        "ix_follow_ups_board_open",
        "institution",
        "call_by",
        "due",
        "state",
        sqlite_where=OPEN_FOLLOW_UP,
        postgresql_where=OPEN_FOLLOW_UP,
    ),
)

FOLLOW_UP_VISITS = Table(
    "follow_up_visits",
    METADATA,
    Column("number", Text, ForeignKey("follow_ups.number", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("visitor", Sealed("follow_up_visits.visitor"), nullable=False),
    Column("place", Sealed("follow_up_visits.place"), nullable=False),
    Column("file_no", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

FOLLOW_UP_ANSWERS = Table(
    "follow_up_answers",
    METADATA,
    Column("number", Text, ForeignKey("follow_ups.number", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("question", Text, nullable=False),
    Column("value", Sealed("follow_up_answers.value"), nullable=False),
    Column("said", Sealed("follow_up_answers.said"), nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_follow_up_answers_counted", "number", "question", "value"),
)
