"""Customers whom a site with our widget has named.

Revision: 0025, after 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "site_customers",
        sa.Column("customer_key", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.conversation_id"], name=op.f("fk_site_customers_conversation_id")
        ),
        sa.PrimaryKeyConstraint("customer_key", name=op.f("pk_site_customers")),
        sa.UniqueConstraint("conversation_id", name=op.f("uq_site_customers_conversation_id")),
    )


def downgrade() -> None:
    op.drop_table("site_customers")
