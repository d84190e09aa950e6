"""To whom of the desk a waiting conversation is offered, and who is there.

Revision: 0033, after 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("hand_offs", sa.Column("offered_to", sa.Text(), nullable=False, server_default=""))
    op.add_column("hand_offs", sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("hand_offs", sa.Column("passed", sa.Text(), nullable=False, server_default="[]"))
    op.create_index(op.f("ix_hand_offs_offered_to"), "hand_offs", ["offered_to"])
    op.create_index(op.f("ix_hand_offs_conversation_id"), "hand_offs", ["conversation_id"])
    op.create_table(
        "desk_presence",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("away", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["name"], ["staff.name"], name=op.f("fk_desk_presence_name")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_desk_presence")),
    )


def downgrade() -> None:
    op.drop_table("desk_presence")
    op.drop_index(op.f("ix_hand_offs_conversation_id"), "hand_offs")
    op.drop_index(op.f("ix_hand_offs_offered_to"), "hand_offs")
    for name in ("passed", "offered_at", "offered_to"):
        op.drop_column("hand_offs", name)
