"""What was decided on a claim, with the lines of its computation.

Revision: 0013, after 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _claim_no(table: str) -> tuple[sa.Column, sa.ForeignKeyConstraint]:
    return (
        sa.Column("claim_no", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_no"], ["claims.claim_no"], name=op.f(f"fk_{table}_claim_no"), ondelete="CASCADE"
        ),
    )


def upgrade() -> None:
    op.create_table(
        "claim_settlements",
        *_claim_no("claim_settlements"),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("notice_by", sa.Date()),
        sa.Column("notice_on", sa.Date()),
        sa.Column("agreed_at", sa.DateTime(timezone=True)),
        sa.Column("pay_by", sa.Date()),
        sa.Column("paid_on", sa.Date()),
        sa.PrimaryKeyConstraint("claim_no", name=op.f("pk_claim_settlements")),
    )
    op.create_table(
        "claim_amount_lines",
        *_claim_no("claim_amount_lines"),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("claim_no", "position", name=op.f("pk_claim_amount_lines")),
    )


def downgrade() -> None:
    op.drop_table("claim_amount_lines")
    op.drop_table("claim_settlements")
