"""What sites signed of their customers and we have seen, so that a logout ends it whatever the site's clock says.

Revision: 0029, after 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "site_statements",
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("customer_key", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("statement", name=op.f("pk_site_statements")),
    )
    op.create_index("ix_site_statements_customer_key", "site_statements", ["customer_key"])


def downgrade() -> None:
    op.drop_table("site_statements")
