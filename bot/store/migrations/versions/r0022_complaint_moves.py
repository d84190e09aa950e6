"""What officers do with a complaint between accepting and deciding it; how somebody without a phone was told.

Revision: 0022, after 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "complaint_moves",
        sa.Column("complaint_no", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("move", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_how", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_no"],
            ["complaints.complaint_no"],
            name=op.f("fk_complaint_moves_complaint_no"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("complaint_no", "position", name=op.f("pk_complaint_moves")),
    )
    op.add_column("complaints", sa.Column("decide_by_special", sa.Date(), nullable=True))
    op.add_column("complaint_decisions", sa.Column("told_how", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("complaint_decisions", "told_how")
    op.drop_column("complaints", "decide_by_special")
    op.drop_table("complaint_moves")
