"""Accounts of the desk, who is signed in, and tries to sign in.

Revision: 0031, after 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("posts", sa.Text(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("handed_out", sa.Boolean(), nullable=False),
        sa.Column("code_secret", sa.Text(), nullable=False),
        sa.Column("last_code", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_staff")),
    )
    op.create_table(
        "desk_sessions",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("csrf", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["name"], ["staff.name"], name=op.f("fk_desk_sessions_name")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_desk_sessions")),
    )
    op.create_index(op.f("ix_desk_sessions_name"), "desk_sessions", ["name"])
    op.create_table(
        "sign_in_tries",
        sa.Column("try_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("try_id", name=op.f("pk_sign_in_tries")),
    )
    op.create_index("ix_sign_in_tries_subject_at", "sign_in_tries", ["subject", "at"])


def downgrade() -> None:
    op.drop_table("sign_in_tries")
    op.drop_table("desk_sessions")
    op.drop_table("staff")
