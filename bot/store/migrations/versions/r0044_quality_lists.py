"""Quality reviews: what waits for a decision on an appeal and what is to be put right are found without reading all that was ever scored.

Revision: 0044, after 0043
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    appealed, found = sa.text("appealed_at IS NOT NULL AND outcome = ''"), sa.text("severity != '' AND closed_at IS NULL")
    op.create_index(
        "ix_quality_reviews_appeals_open", "quality_reviews", ["drawn_at"], sqlite_where=appealed, postgresql_where=appealed
    )
    op.create_index(
        "ix_quality_reviews_findings_open", "quality_reviews", ["owner", "due"], sqlite_where=found, postgresql_where=found
    )


def downgrade() -> None:
    op.drop_index("ix_quality_reviews_findings_open", "quality_reviews")
    op.drop_index("ix_quality_reviews_appeals_open", "quality_reviews")
