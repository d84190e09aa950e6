"""Indexes by which times, closings and follow-ups are counted without reading a row.

Revision: 0040, after 0039
"""

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_MADE = {
    "ix_endorsements_requested_at": ("endorsements", ["requested_at", "institution"]),
    "ix_service_request_steps_at": ("service_request_steps", ["at", "status", "request_no"]),
    "ix_service_requests_counted": (
        "service_requests", ["requested_at", "kind", "status", "restricted", "institution", "request_no"],
    ),
    "ix_policy_instalments_paid": ("policy_instalments", ["paid_on", "due_on", "position", "policy_no"]),
    "ix_follow_ups_counted": (
        "follow_ups",
        ["raised_at", "institution", "kind", "state", "due", "finished_at", "number", "problem_no"],
    ),
    "ix_follow_up_answers_counted": ("follow_up_answers", ["number", "question", "value"]),
}  # fmt: skip


def upgrade() -> None:
    op.drop_index("ix_claim_steps_at", "claim_steps")
    op.create_index("ix_claim_steps_at", "claim_steps", ["at", "stage", "claim_no", "position"])
    op.drop_index("ix_claims_reported_at", "claims")
    op.create_index("ix_claims_reported_at", "claims", ["reported_at", "institution"])
    op.drop_index(op.f("ix_follow_ups_raised_at"), "follow_ups")
    for name, (table, columns) in _MADE.items():
        op.create_index(name, table, columns)


def downgrade() -> None:
    for name, (table, _) in _MADE.items():
        op.drop_index(name, table)
    op.create_index(op.f("ix_follow_ups_raised_at"), "follow_ups", ["raised_at"])
    op.drop_index("ix_claim_steps_at", "claim_steps")
    op.create_index("ix_claim_steps_at", "claim_steps", ["at"])
    op.drop_index("ix_claims_reported_at", "claims")
    op.create_index("ix_claims_reported_at", "claims", ["reported_at"])
