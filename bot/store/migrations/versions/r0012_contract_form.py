"""The form of a contract: an ordinary policy, or one on a card that is activated.

Revision: 0012, after 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("policies", sa.Column("form", sa.Text(), nullable=False, server_default="standard"))


def downgrade() -> None:
    op.drop_column("policies", "form")
