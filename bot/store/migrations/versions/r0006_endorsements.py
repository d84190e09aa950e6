"""Endorsements know until when consent counts and why they were closed; policies know of a freeze by an authority.

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("policies", sa.Column("frozen", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("endorsements", sa.Column("consent_by", sa.DateTime(timezone=True), nullable=True))
    op.add_column("endorsements", sa.Column("closed_reason", sa.Text(), nullable=False, server_default=""))
    # Requests under way keep the time that their invitation gave.
    op.execute(
        "UPDATE endorsements SET consent_by = (SELECT expires_at FROM consent_invitations "
        "WHERE consent_invitations.endorsement_no = endorsements.endorsement_no)"
    )


def downgrade() -> None:
    op.drop_column("endorsements", "closed_reason")
    op.drop_column("endorsements", "consent_by")
    op.drop_column("policies", "frozen")
