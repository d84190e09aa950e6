"""Phone calls: where each stands, and what each event was answered with.

Revision: 0021, after 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.conversation_id"], name=op.f("fk_calls_conversation_id")
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_calls")),
    )
    op.create_table(
        "call_events",
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("actions", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.conversation_id"], name=op.f("fk_call_events_conversation_id")
        ),
        sa.PrimaryKeyConstraint("conversation_id", "event_id", name=op.f("pk_call_events")),
    )


def downgrade() -> None:
    op.drop_table("call_events")
    op.drop_table("calls")
