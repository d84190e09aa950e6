"""What is to become better and who sees to it, when rules were looked through, who is trained, and visits to customers.

Revision: 0043, after 0042
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "improvements",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("source_no", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("done_by", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_improvements")),
    )
    open_one = sa.text("done_at IS NULL")
    due = ["due", "owner"]
    op.create_index("ix_improvements_open", "improvements", due, sqlite_where=open_one, postgresql_where=open_one)
    op.create_index(op.f("ix_improvements_done_at"), "improvements", ["done_at"])
    done = sa.text("done_at IS NOT NULL")
    own = ["owner", "done_at"]
    op.create_index("ix_improvements_done", "improvements", own, sqlite_where=done, postgresql_where=done)
    op.create_table(
        "upkeep_records",
        sa.Column("record_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_upkeep_records")),
    )
    op.create_index(op.f("ix_upkeep_records_item"), "upkeep_records", ["item"])
    op.create_table(
        "follow_up_visits",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("visitor", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("file_no", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["follow_ups.number"], name=op.f("fk_follow_up_visits_number"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", "position", name=op.f("pk_follow_up_visits")),
    )
    op.add_column("staff", sa.Column("trained_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("staff", "trained_on")
    for table in ("follow_up_visits", "upkeep_records", "improvements"):
        op.drop_table(table)
