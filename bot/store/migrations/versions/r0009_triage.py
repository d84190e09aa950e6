"""What officers chose for a complaint, and when a complainant was told how far it is.

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("complaints", sa.Column("progress_told_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "complaint_triages",
        sa.Column("complaint_no", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_no"],
            ["complaints.complaint_no"],
            name=op.f("fk_complaint_triages_complaint_no"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("complaint_no", "position", name=op.f("pk_complaint_triages")),
    )


def downgrade() -> None:
    op.drop_table("complaint_triages")
    op.drop_column("complaints", "progress_told_at")
