"""Tables of trainings, and of what the comparison of a model said."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text

from bot.store.schema import METADATA, Moment
from bot.store.sealing import SealedJson

TRAINING_JOBS = Table(
    "training_jobs",
    METADATA,
    Column("job_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("model_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("progress", Integer, nullable=False),
    Column("started_at", Moment, nullable=False, index=True),
    Column("seen_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("failure", Text, nullable=False),
    Column("place", Integer, unique=True),  # 1 while it runs, NULL after: there is one place
)

MODEL_COMPARISONS = Table(
    "model_comparisons",
    METADATA,
    Column("model_id", Text, primary_key=True),
    Column("compared_with", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("report", SealedJson("model_comparisons.report"), nullable=False),  # with customers' sentences, masked
)
