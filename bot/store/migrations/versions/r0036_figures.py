"""Why somebody complained, what is counted of conversations, quality reviews, and indexes for the board and the reports.

Revision: 0036, after 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_OPEN_REQUEST = sa.text("status NOT IN ('done', 'withdrawn', 'declined')")
_UNSCORED = sa.text("scored_at IS NULL")
_MOMENT = sa.DateTime(timezone=True)
_TEXTS = (
    "note", "rubric", "scored_by", "severity", "finding", "owner", "closed_by", "closing", "appeal", "outcome",
    "decided_by", "reason",
)  # fmt: skip


def upgrade() -> None:
    op.create_index(op.f("ix_complaint_decisions_at"), "complaint_decisions", ["at"])
    op.create_index(op.f("ix_audit_log_event_at"), "audit_log", ["event", "at"])
    op.create_index(op.f("ix_verifications_party_id"), "verifications", ["party_id"])
    op.create_index(
        op.f("ix_service_requests_board_open"), "service_requests", ["post", "restricted", "due_on", "status"],
        sqlite_where=_OPEN_REQUEST, postgresql_where=_OPEN_REQUEST,
    )  # fmt: skip
    _create_facts()
    _create_reviews()


def _create_facts() -> None:
    op.create_table(
        "service_facts",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("run", "fact", "value", "conversation_id")),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("run", "fact", "value", name=op.f("pk_service_facts")),
    )
    op.create_index(op.f("ix_service_facts_fact_day"), "service_facts", ["fact", "day"])


def _create_reviews() -> None:
    op.create_table(
        "quality_reviews",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("number", "key", "sampled", "conversation_id")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("agent", "post")),
        *(sa.Column(name, _MOMENT, nullable=False) for name in ("began", "ended", "drawn_at")),
        sa.Column("points", sa.Text(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in _TEXTS),
        *(sa.Column(name, _MOMENT, nullable=True) for name in ("scored_at", "closed_at", "appealed_at", "decided_at")),
        sa.Column("due", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_quality_reviews")),
        sa.UniqueConstraint("key", name=op.f("uq_quality_reviews_key")),
    )
    op.create_index(op.f("ix_quality_reviews_drawn_at"), "quality_reviews", ["drawn_at"])
    op.create_index(op.f("ix_quality_reviews_scored_at"), "quality_reviews", ["scored_at"])
    op.create_index(op.f("ix_quality_reviews_agent_scored_at"), "quality_reviews", ["agent", "scored_at"])
    op.create_index(
        op.f("ix_quality_reviews_to_score"), "quality_reviews", ["drawn_at"],
        sqlite_where=_UNSCORED, postgresql_where=_UNSCORED,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("quality_reviews")
    op.drop_table("service_facts")
    op.drop_index(op.f("ix_service_requests_board_open"), "service_requests")
    op.drop_index(op.f("ix_verifications_party_id"), "verifications")
    op.drop_index(op.f("ix_audit_log_event_at"), "audit_log")
    op.drop_index(op.f("ix_complaint_decisions_at"), "complaint_decisions")
