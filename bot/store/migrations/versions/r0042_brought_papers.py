"""Papers that did not come by a conversation: how they came, who brought them, and who scanned them.

Revision: 0042, after 0041
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

_COLUMNS = ("way", "brought_by", "scanned_by")


def upgrade() -> None:
    for name in _COLUMNS:
        op.add_column("claim_files", sa.Column(name, sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    for name in _COLUMNS:
        op.drop_column("claim_files", name)
