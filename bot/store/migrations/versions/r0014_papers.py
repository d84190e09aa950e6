"""A link opens a paper about a policy or a claim.

Revision: 0014, after 0013
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("document_links") as table:
        table.alter_column("policy_no", new_column_name="subject_no")


def downgrade() -> None:
    with op.batch_alter_table("document_links") as table:
        table.alter_column("subject_no", new_column_name="policy_no")
