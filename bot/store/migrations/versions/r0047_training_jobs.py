"""Trainings, one at a time.

Revision: 0047, after 0046
"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "training_jobs",
        sa.Column("job_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("model_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer()),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_training_jobs")),
        sa.UniqueConstraint("place", name=op.f("uq_training_jobs_place")),
    )
    op.create_index(op.f("ix_training_jobs_started_at"), "training_jobs", ["started_at"])


def downgrade() -> None:
    op.drop_table("training_jobs")
