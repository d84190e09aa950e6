"""Reviews of a claim's papers, its approvals, who sees to it, why it is late, and the disaster that it belongs to.

Revision: 0037, after 0036
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_RECORDS = ("claim_reviews", "claim_proposals", "claim_judgements")
_INDEXES = {
    "ix_claims_waiting": ("awaits", "awaits <> ''"),
    "ix_claims_handled": ("handler", "handler <> '' AND stage NOT IN ('closed', 'denied', 'withdrawn')"),
    "ix_claims_of_event": ("event_id", "event_id <> ''"),
}


def upgrade() -> None:
    for name in ("awaits", "handler", "delay_reason", "event_id"):
        op.add_column("claims", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    for name in ("contacted_at", "delay_told_at"):
        op.add_column("claims", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("claims", sa.Column("delay_until", sa.Date(), nullable=True))
    for name, (column, where) in _INDEXES.items():
        op.create_index(name, "claims", [column], sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.create_index("ix_claims_reported_at", "claims", ["reported_at"])
    op.create_index("ix_claim_steps_at", "claim_steps", ["at"])
    _create("claim_reviews", ("findings", "opinion", "missing", "papers"), "reviewed", ())
    _create("claim_proposals", ("decision", "lines", "clause", "reason", "level"), "proposed", ("waited",))
    _create("claim_judgements", ("opinion",), "judged", ("approved",))
    for table in _RECORDS:
        _refuse_changes(table)


def _create(table: str, texts: tuple[str, ...], did: str, flags: tuple[str, ...]) -> None:
    of = ("claim_no", "position")
    made = (
        sa.ForeignKeyConstraint(of, [f"claim_proposals.{each}" for each in of], name=op.f(f"fk_{table}_claim_no"))
        if table == "claim_judgements"
        else sa.ForeignKeyConstraint(["claim_no"], ["claims.claim_no"], name=op.f(f"fk_{table}_claim_no"))
    )
    op.create_table(
        table,
        sa.Column("claim_no", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in flags),
        sa.Column(f"{did}_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(f"{did}_by", sa.Text(), nullable=False),
        made,
        sa.PrimaryKeyConstraint("claim_no", "position", name=op.f(f"pk_{table}")),
    )


def _refuse_changes(table: str) -> None:
    """What was written stays as it was; the function is that of the audit log."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    # INSERT OR REPLACE deletes the old row without its triggers.
    op.execute(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE claim_no = NEW.claim_no AND position = NEW.position) "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def downgrade() -> None:
    for table in reversed(_RECORDS):
        op.drop_table(table)
    op.drop_index("ix_claim_steps_at", "claim_steps")
    for name in ("ix_claims_reported_at", *_INDEXES):
        op.drop_index(name, "claims")
    for name in ("awaits", "handler", "delay_reason", "event_id", "contacted_at", "delay_told_at", "delay_until"):
        op.drop_column("claims", name)
