"""How far inside a long message a customer was told, what a click or a scan allows beside a message, and the token that all
front desks share.

Revision: 0027, after 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, name in (("contacts", "sent_chars"), ("contacts", "event_texts_left"), *_PASSIVE):
        op.add_column(table, sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("contacts", sa.Column("event_until", sa.DateTime(timezone=True)))
    op.add_column("contacts", sa.Column("heard_id", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "account_tokens",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("renew_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("forced", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_account_tokens")),
    )


def downgrade() -> None:
    op.drop_table("account_tokens")
    for table, name in (*reversed(_PASSIVE), *(("contacts", name) for name in _CONTACTS)):
        op.drop_column(table, name)


_PASSIVE = (("passive_replies", "after_chars"), ("passive_replies", "up_to_chars"))
_CONTACTS = ("heard_id", "event_until", "event_texts_left", "sent_chars")
