"""Complaints: role, whom it is against, joint complainants, restarted clocks, 核查, withdrawal; the desk's list of open cases.

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# What the desk's list reads: the open rows of each register.
_OPEN = (
    ("ix_claims_open", "claims", "due_on", "stage NOT IN ('closed', 'denied', 'withdrawn')"),
    ("ix_complaints_open", "complaints", "next_due", "stage NOT IN ('decided', 'closed', 'withdrawn')"),
    ("ix_endorsements_open", "endorsements", "finish_by", "status IN ('waiting_for_consent', 'accepted')"),
)
_OVER = ("decided", "closed", "withdrawn", "mediating")


def upgrade() -> None:
    for column in (
        sa.Column("acceptance_target", sa.Date(), nullable=False, server_default="1970-01-01"),
        sa.Column("role", sa.Text(), nullable=False, server_default="self"),
        sa.Column("against", sa.Text(), nullable=False, server_default=""),
        sa.Column("earlier_no", sa.Text(), nullable=False, server_default=""),
        sa.Column("joint_count", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("clock_started_at", sa.DateTime(timezone=True)),
        sa.Column("verify_by", sa.Date()),
        sa.Column("closing_reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("last_notice", sa.Text(), nullable=False, server_default=""),
        sa.Column("last_notice_at", sa.DateTime(timezone=True)),
        sa.Column("next_due", sa.Date()),
    ):
        op.add_column("complaints", column)
    for name, table, column, still_open in _OPEN:
        where = sa.text(still_open)
        op.create_index(name, table, [column], sqlite_where=where, postgresql_where=where)
    op.create_table(
        "complaint_earlier_clocks",
        sa.Column("complaint_no", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decide_by", sa.Date(), nullable=False),
        sa.Column("decide_by_complex", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_no"],
            ["complaints.complaint_no"],
            name="fk_complaint_earlier_clocks_complaint_no",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("complaint_no", "position", name="pk_complaint_earlier_clocks"),
    )
    # Complaints from before were promised the later date; what is still open is due as the law says.
    complaints = sa.table(
        "complaints", *map(sa.column, ("stage", "decide_by", "acceptance_by", "acceptance_target", "next_due"))
    )
    op.execute(complaints.update().values(acceptance_target=complaints.c.acceptance_by))
    still_open = complaints.c.stage.not_in(_OVER)
    op.execute(complaints.update().where(still_open).values(next_due=complaints.c.decide_by))


def downgrade() -> None:
    op.drop_table("complaint_earlier_clocks")
    for name, table, _, _ in _OPEN:
        op.drop_index(name, table)
    for name in (
        "acceptance_target", "role", "against", "earlier_no", "joint_count", "clock_started_at", "verify_by",
        "closing_reason", "last_notice", "last_notice_at", "next_due",
    ):
        op.drop_column("complaints", name)
