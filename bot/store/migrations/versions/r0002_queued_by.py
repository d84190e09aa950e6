"""Remember which message queued a conversation for a person.

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ownerships", sa.Column("message_id", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("ownerships", "message_id")
