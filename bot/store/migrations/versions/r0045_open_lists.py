"""The desk's list of open cases is read off an index of each register, in its order, and no row of any.

Revision: 0045, after 0044
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

_OPEN_COMPLAINT = "(stage NOT IN ('decided', 'closed', 'withdrawn') OR (report_by IS NOT NULL AND reported_at IS NULL))"
# Index: register, what is open of it, columns from now on, columns before.
_LISTS = {
    "ix_claims_open": (
        "claims", "stage NOT IN ('closed', 'denied', 'withdrawn')",
        ["due_on", "reported_at", "claim_no", "line", "stage"], ["due_on"],
    ),
    "ix_endorsements_open": (
        "endorsements", "status IN ('waiting_for_consent', 'accepted')",
        ["finish_by", "requested_at", "endorsement_no", "status"], ["finish_by"],
    ),
    "ix_service_requests_open": (
        "service_requests", "status NOT IN ('done', 'withdrawn', 'declined')",
        ["due_on", "requested_at", "request_no", "kind", "status", "post", "restricted"], ["due_on"],
    ),
    "ix_complaints_open": (
        "complaints", _OPEN_COMPLAINT,
        ["next_due", "received_at", "complaint_no", "stage", "kind", "channel"],
        ["next_due", "complaint_no", "received_at", "stage", "kind", "channel"],
    ),
}  # fmt: skip


def upgrade() -> None:
    for name, (table, still_open, columns, _) in _LISTS.items():
        _replace(name, table, still_open, columns)


def downgrade() -> None:
    for name, (table, still_open, _, columns) in _LISTS.items():
        _replace(name, table, still_open, columns)


def _replace(name: str, table: str, still_open: str, columns: list[str]) -> None:
    op.drop_index(name, table)
    where = sa.text(still_open)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
