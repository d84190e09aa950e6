"""Mergers, reports to regulators, proofs of delivery and inquiries; the history of a complaint is only added to.

Revision: 0035, after 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_ENDED = "stage NOT IN ('decided', 'closed', 'withdrawn')"
_OPEN = f"({_ENDED} OR (report_by IS NOT NULL AND reported_at IS NULL))"
_UNANSWERED = "answered_at IS NULL"
_MOMENT = sa.DateTime(timezone=True)
_FOUND_BY = ("reference_no", "complainant_name", "transfer_no")
# What an officer wrote, by table: every column but what the complainant still has to bring.
_WRITTEN = {
    "complaint_triages": "outcome, reason, agent, at, told_how",
    "complaint_notices": "items, note, agent, at, told_how",
    "complaint_moves": "move, note, agent, at, told_how, subject",
    "complaint_decisions": "facts, basis, result, agent, at, verifying, told_how, cause",
    "complaint_earlier_clocks": "started_at, decide_by, decide_by_complex, decide_by_special",
    "complaint_deliveries": "notice, way, delivered_at, receipt_no, agent, at",
    "complaint_inquiries": "question, background, post, colleague, due, asked_by, asked_at",
}


def upgrade() -> None:
    op.add_column("complaints", sa.Column("merged_into", sa.Text(), nullable=False, server_default=""))
    op.add_column("complaints", sa.Column("transfer_no", sa.Text(), nullable=False, server_default=""))
    op.add_column("complaints", sa.Column("report_by", sa.Date(), nullable=True))
    op.add_column("complaints", sa.Column("reported_at", _MOMENT, nullable=True))
    op.add_column("complaint_decisions", sa.Column("cause", sa.Text(), nullable=False, server_default=""))
    op.add_column("complaint_moves", sa.Column("subject", sa.Text(), nullable=False, server_default=""))
    for column in _FOUND_BY:
        op.create_index(op.f(f"ix_complaints_{column}"), "complaints", [column])
    op.drop_index("ix_complaints_open", "complaints")
    listed = ["complaint_no", "received_at", "stage", "kind", "channel"]
    _partial("ix_complaints_open", "complaints", ["next_due", *listed], _OPEN)
    op.create_index(
        "ix_complaints_listed", "complaints", ["received_at", "complaint_no", "stage", "kind", "channel"]
    )
    _create_deliveries()
    _create_inquiries()
    _turn_earlier_clocks()
    if op.get_bind().dialect.name == "postgresql":
        _refuse_changes_on_postgresql()
    else:
        _refuse_changes_on_sqlite()


def _create_deliveries() -> None:
    op.create_table(
        "complaint_deliveries",
        sa.Column("complaint_no", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("delivered_at", _MOMENT, nullable=False),
        sa.Column("receipt_no", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_no"],
            ["complaints.complaint_no"],
            name=op.f("fk_complaint_deliveries_complaint_no"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("complaint_no", "position", name=op.f("pk_complaint_deliveries")),
    )


def _create_inquiries() -> None:
    texts = ("complaint_no", "question", "background", "post", "colleague", "asked_by", "answer", "answered_by")
    op.create_table(
        "complaint_inquiries",
        sa.Column("number", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("answered_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["complaint_no"], ["complaints.complaint_no"], name=op.f("fk_complaint_inquiries_complaint_no")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_complaint_inquiries")),
    )
    op.create_index(op.f("ix_complaint_inquiries_complaint_no"), "complaint_inquiries", ["complaint_no"])
    _partial("ix_complaint_inquiries_open", "complaint_inquiries", ["colleague", "post", "due"], _UNANSWERED)


def _partial(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def _turn_earlier_clocks() -> None:
    """The oldest first, or the newest first where it was the other way: two steps, for a place is taken once."""
    op.execute("UPDATE complaint_earlier_clocks SET position = -1 - position")
    op.execute(
        "UPDATE complaint_earlier_clocks SET position = position + (SELECT count(*) FROM complaint_earlier_clocks AS all_of "
        "WHERE all_of.complaint_no = complaint_earlier_clocks.complaint_no)"
    )


def _refuse_changes_on_sqlite() -> None:
    for table, columns in _WRITTEN.items():
        refusal = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE OF {columns} ON {table} {refusal}")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refusal}")
    op.execute(
        "CREATE TRIGGER complaint_inquiries_answered BEFORE UPDATE ON complaint_inquiries WHEN OLD.answered_at IS NOT NULL "
        "BEGIN SELECT RAISE(ABORT, 'an inquiry is answered once'); END"
    )


def _refuse_changes_on_postgresql() -> None:
    function = "EXECUTE FUNCTION refuse_change()"
    for table, columns in _WRITTEN.items():
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE OF {columns} ON {table} FOR EACH ROW {function}")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW {function}")
    op.execute(
        "CREATE TRIGGER complaint_inquiries_answered BEFORE UPDATE ON complaint_inquiries "
        f"FOR EACH ROW WHEN (OLD.answered_at IS NOT NULL) {function}"
    )


def downgrade() -> None:
    on = " ON {}" if op.get_bind().dialect.name == "postgresql" else ""
    for table in _WRITTEN:
        for change in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_no_{change}{on.format(table)}")
    op.execute(f"DROP TRIGGER complaint_inquiries_answered{on.format('complaint_inquiries')}")
    _turn_earlier_clocks()
    op.drop_table("complaint_inquiries")
    op.drop_table("complaint_deliveries")
    op.drop_index("ix_complaints_listed", "complaints")
    op.drop_index("ix_complaints_open", "complaints")
    for column in _FOUND_BY:
        op.drop_index(op.f(f"ix_complaints_{column}"), "complaints")
    op.drop_column("complaint_decisions", "cause")
    op.drop_column("complaint_moves", "subject")
    for column in ("reported_at", "report_by", "transfer_no", "merged_into"):
        op.drop_column("complaints", column)
    _partial("ix_complaints_open", "complaints", ["next_due"], _ENDED)
