"""Tables of what is written about a claim once and never changed: reviews of its papers, decisions, what a second person said.

Triggers of migration 0037 refuse changes and deletions, as of the audit log.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, ForeignKeyConstraint, Integer, Table, Text

from bot.store.schema import METADATA, JsonText, Moment
from bot.store.sealing import Sealed, SealedJson

CLAIM_REVIEWS = Table(
    "claim_reviews",
    METADATA,
    Column("claim_no", Text, ForeignKey("claims.claim_no"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("findings", SealedJson("claim_reviews.findings"), nullable=False),
    Column("opinion", Sealed("claim_reviews.opinion"), nullable=False),
    Column("missing", JsonText, nullable=False),
    Column("papers", JsonText, nullable=False),
    Column("reviewed_at", Moment, nullable=False),
    Column("reviewed_by", Text, nullable=False),
)
CLAIM_PROPOSALS = Table(
    "claim_proposals",
    METADATA,
    Column("claim_no", Text, ForeignKey("claims.claim_no"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("decision", Text, nullable=False),
    Column("lines", SealedJson("claim_proposals.lines"), nullable=False),
    Column("clause", Text, nullable=False),
    Column("reason", Sealed("claim_proposals.reason"), nullable=False),
    Column("level", Text, nullable=False),
    Column("waited", Boolean, nullable=False),
    Column("proposed_at", Moment, nullable=False),
    Column("proposed_by", Text, nullable=False),
)
CLAIM_JUDGEMENTS = Table(
    "claim_judgements",
    METADATA,
    Column("claim_no", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("approved", Boolean, nullable=False),
    Column("opinion", Sealed("claim_judgements.opinion"), nullable=False),
    Column("judged_at", Moment, nullable=False),
    Column("judged_by", Text, nullable=False),
    ForeignKeyConstraint(("claim_no", "position"), ("claim_proposals.claim_no", "claim_proposals.position")),
)
