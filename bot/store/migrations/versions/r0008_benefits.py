"""Benefits that can be collected, when a loan began, when a request must be chased, links to documents.

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("policies", sa.Column("loan_since", sa.Date(), nullable=True))
    op.add_column("service_requests", sa.Column("alert_on", sa.Date(), nullable=True))
    op.create_index(op.f("ix_service_requests_alert_on"), "service_requests", ["alert_on"])
    op.create_table(
        "policy_benefits",
        sa.Column("policy_no", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("payee", sa.Text(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["policy_no"], ["policies.policy_no"], name=op.f("fk_policy_benefits_policy_no"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("policy_no", "position", name=op.f("pk_policy_benefits")),
    )
    op.create_table(
        "document_links",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("request_no", sa.Text(), nullable=False),
        sa.Column("policy_no", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("verification_code", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_document_links")),
        sa.UniqueConstraint("request_no", name=op.f("uq_document_links_request_no")),
    )


def downgrade() -> None:
    op.drop_table("document_links")
    op.drop_table("policy_benefits")
    op.drop_index(op.f("ix_service_requests_alert_on"), table_name="service_requests")
    op.drop_column("service_requests", "alert_on")
    op.drop_column("policies", "loan_since")
