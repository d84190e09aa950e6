"""How a complainant without a phone was told of a refusal, or of what is missing; the extension that a restart replaced.

Revision: 0023, after 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_TABLES = ("complaint_triages", "complaint_notices")


def upgrade() -> None:
    for table in _TABLES:
        op.add_column(table, sa.Column("told_how", sa.Text(), nullable=False, server_default=""))
    op.add_column("complaint_earlier_clocks", sa.Column("decide_by_special", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("complaint_earlier_clocks", "decide_by_special")
    for table in _TABLES:
        op.drop_column(table, "told_how")
