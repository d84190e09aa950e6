"""What the comparison of a model said; and the newest conversations, which it reads again.

Revision: 0048, after 0047
"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "model_comparisons",
        sa.Column("model_id", sa.Text(), nullable=False),
        sa.Column("compared_with", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("model_id", name=op.f("pk_model_comparisons")),
    )
    op.create_index(op.f("ix_conversations_opened_at"), "conversations", ["opened_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_conversations_opened_at"), "conversations")
    op.drop_table("model_comparisons")
