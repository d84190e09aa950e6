"""By what a recorded call is known again when its export has grown: its own number, and a digest of each utterance.

Revision: 0028, after 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("transcript_calls", sa.Column("call_key", sa.Text(), nullable=False, server_default=""))
    op.add_column("transcript_calls", sa.Column("marks", sa.Text(), nullable=True))
    op.create_index(op.f("ix_transcript_calls_call_key"), "transcript_calls", ["call_key"])


def downgrade() -> None:
    op.drop_index(op.f("ix_transcript_calls_call_key"), "transcript_calls")
    op.drop_column("transcript_calls", "marks")
    op.drop_column("transcript_calls", "call_key")
