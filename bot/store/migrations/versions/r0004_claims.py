"""Claims: the fields of F01 that were not kept, the promised call and the day the documents were complete.

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TEXTS = (
    "police_report", "driver_name", "reporter_relation", "vehicle_at", "visit_on", "admitted", "spreading"
)  # fmt: skip


def upgrade() -> None:
    for name in _TEXTS:
        op.add_column("claims", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("claims", sa.Column("injured_count", sa.Integer(), nullable=True))
    op.add_column("claims", sa.Column("contact_by", sa.DateTime(timezone=True), nullable=True))
    op.add_column("claims", sa.Column("documents_complete_on", sa.Date(), nullable=True))


def downgrade() -> None:
    for name in (*_TEXTS, "injured_count", "contact_by", "documents_complete_on"):
        op.drop_column("claims", name)
