"""What the desk knows of who waits: important customers, the place told last, who stays after hours, up to where a customer has read.

Revision: 0038, after 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("parties", sa.Column("vip", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("hand_offs", sa.Column("told_ahead", sa.Integer(), nullable=True))
    op.add_column("hand_offs", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("desk_presence", sa.Column("stays_until", sa.DateTime(timezone=True), nullable=True))
    op.drop_index(op.f("ix_hand_offs_offered_to"), "hand_offs")
    op.create_index(op.f("ix_hand_offs_offered_to_offered_at"), "hand_offs", ["offered_to", "offered_at"])
    op.create_index(op.f("ix_hand_offs_post_requested_at"), "hand_offs", ["post", "requested_at"])
    open_request = sa.text("status NOT IN ('done', 'withdrawn', 'declined')")
    op.create_index(
        "ix_service_requests_open",
        "service_requests",
        ["due_on"],
        sqlite_where=open_request,
        postgresql_where=open_request,
    )
    op.create_index(op.f("ix_follow_ups_finished_at"), "follow_ups", ["finished_at"])
    op.create_index(op.f("ix_service_requests_kind_requested_at"), "service_requests", ["kind", "requested_at"])
    op.create_table(
        "seen_messages",
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.conversation_id"], name=op.f("fk_seen_messages_conversation_id")
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_seen_messages")),
    )


def downgrade() -> None:
    op.drop_table("seen_messages")
    op.drop_index(op.f("ix_service_requests_kind_requested_at"), "service_requests")
    op.drop_index(op.f("ix_follow_ups_finished_at"), "follow_ups")
    op.drop_index("ix_service_requests_open", "service_requests")
    op.drop_index(op.f("ix_hand_offs_post_requested_at"), "hand_offs")
    op.drop_index(op.f("ix_hand_offs_offered_to_offered_at"), "hand_offs")
    op.create_index(op.f("ix_hand_offs_offered_to"), "hand_offs", ["offered_to"])
    op.drop_column("desk_presence", "stays_until")
    for name in ("told_at", "told_ahead"):
        op.drop_column("hand_offs", name)
    op.drop_column("parties", "vip")
