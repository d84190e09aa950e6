"""The institution of policies, cases and accounts, and indexes by which open cases are counted for one.

Cases that were written before belong to the head office: their policies did not say.

Revision: 0039, after 0038
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_CASES = ("policies", "claims", "complaints", "endorsements", "service_requests", "follow_ups")
_OPEN = {
    "claims": "stage NOT IN ('closed', 'denied', 'withdrawn')",
    "complaints": "(stage NOT IN ('decided', 'closed', 'withdrawn') OR (report_by IS NOT NULL AND reported_at IS NULL))",
    "endorsements": "status IN ('waiting_for_consent', 'accepted')",
    "follow_ups": "state IN ('waiting', 'sent')",
    "service_requests": "status NOT IN ('done', 'withdrawn', 'declined')",
}
_COUNTED = {
    "claims": ["institution", "due_on", "stage"],
    "complaints": ["institution", "next_due", "stage", "report_by", "reported_at"],
    "endorsements": ["institution", "finish_by", "status"],
    "follow_ups": ["institution", "call_by", "due", "state"],
}
_REQUESTS = ["post", "restricted", "due_on", "status"]


def upgrade() -> None:
    for table in _CASES:
        op.add_column(table, sa.Column("institution", sa.Text(), nullable=False, server_default="HQ"))
    op.add_column("staff", sa.Column("institution", sa.Text(), nullable=False, server_default=""))
    for table, columns in _COUNTED.items():
        _board_index(table, columns)
    op.drop_index("ix_service_requests_board_open", "service_requests")
    _board_index("service_requests", [*_REQUESTS, "institution"])
    op.create_index("ix_policies_counted", "policies", ["status", "effective_on", "expires_on", "institution"])


def _board_index(table: str, columns: list[str]) -> None:
    where = sa.text(_OPEN[table])
    op.create_index(f"ix_{table}_board_open", table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index("ix_policies_counted", "policies")
    op.drop_index("ix_service_requests_board_open", "service_requests")
    _board_index("service_requests", _REQUESTS)
    for table in _COUNTED:
        op.drop_index(f"ix_{table}_board_open", table)
    for table in ("staff", *_CASES):
        op.drop_column(table, "institution")
