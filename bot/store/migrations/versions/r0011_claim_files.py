"""Files that customers hand in for a claim.

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "claim_files",
        sa.Column("file_no", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("flaws", sa.Text(), nullable=False),
        sa.Column("claim_no", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("request_no", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("file_no", name=op.f("pk_claim_files")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_claim_files_idempotency_key")),
    )
    op.create_index(op.f("ix_claim_files_conversation_id"), "claim_files", ["conversation_id"])
    op.create_index(op.f("ix_claim_files_claim_no"), "claim_files", ["claim_no"])
    op.create_table(
        "claim_file_contents",
        sa.Column("file_no", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_no"], ["claim_files.file_no"], name=op.f("fk_claim_file_contents_file_no"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("file_no", name=op.f("pk_claim_file_contents")),
    )


def downgrade() -> None:
    op.drop_table("claim_file_contents")
    op.drop_index(op.f("ix_claim_files_claim_no"), table_name="claim_files")
    op.drop_index(op.f("ix_claim_files_conversation_id"), table_name="claim_files")
    op.drop_table("claim_files")
