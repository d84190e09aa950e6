"""What a loss was assessed at before it was adjudicated, and what the claimant said to that.

Revision: 0017, after 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def _list_of_claim(table: str, *columns: sa.Column) -> None:
    op.create_table(
        table,
        sa.Column("claim_no", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["claim_no"], ["claims.claim_no"], name=op.f(f"fk_{table}_claim_no"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("claim_no", "position", name=op.f(f"pk_{table}")),
    )


def upgrade() -> None:
    _list_of_claim(
        "claim_assessments",
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by", sa.Text(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True)),
        sa.Column("disagreed_at", sa.DateTime(timezone=True)),
        sa.Column("objection", sa.Text(), nullable=False),
    )
    _list_of_claim(
        "claim_assessment_lines",
        sa.Column("assessment", sa.Integer(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("claim_assessment_lines")
    op.drop_table("claim_assessments")
