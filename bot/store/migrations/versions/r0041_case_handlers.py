"""Who sees to each open case, of every register, and how that changed.

Revision: 0041, after 0040
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_HANDLED = {
    "complaints": (
        "handler <> '' AND (stage NOT IN ('decided', 'closed', 'withdrawn') OR (report_by IS NOT NULL AND "
        "reported_at IS NULL))"
    ),
    "endorsements": "handler <> '' AND status IN ('waiting_for_consent', 'accepted')",
    "service_requests": "handler <> '' AND status NOT IN ('done', 'withdrawn', 'declined')",
}


def upgrade() -> None:
    for table, handled in _HANDLED.items():
        op.add_column(table, sa.Column("handler", sa.Text(), nullable=False, server_default=""))
        where = sa.text(handled)
        op.create_index(f"ix_{table}_handled", table, ["handler"], sqlite_where=where, postgresql_where=where)
    op.create_table(
        "case_handler_changes",
        sa.Column("change_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("handler", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_case_handler_changes")),
    )
    op.create_index(op.f("ix_case_handler_changes_number"), "case_handler_changes", ["number"])


def downgrade() -> None:
    op.drop_table("case_handler_changes")
    for table in _HANDLED:
        op.drop_index(f"ix_{table}_handled", table)
        op.drop_column(table, "handler")
