"""Follow-ups and what was answered in them.

Revision: 0019, after 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('waiting', 'sent')")


def upgrade() -> None:
    op.create_table(
        "follow_ups",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("due_rule", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_try_at", sa.DateTime(timezone=True)),
        sa.Column("call_by", sa.Date()),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("valid", sa.Boolean()),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("problem_no", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_follow_ups")),
        sa.UniqueConstraint("kind", "subject", name=op.f("uq_follow_ups_kind_subject")),
    )
    op.create_index(op.f("ix_follow_ups_party_id"), "follow_ups", ["party_id"])
    op.create_index(op.f("ix_follow_ups_raised_at"), "follow_ups", ["raised_at"])
    op.create_index("ix_follow_ups_open", "follow_ups", ["due"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "follow_up_answers",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["follow_ups.number"], name=op.f("fk_follow_up_answers_number"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", "position", name=op.f("pk_follow_up_answers")),
    )


def downgrade() -> None:
    op.drop_table("follow_up_answers")
    op.drop_table("follow_ups")
