"""What the posts write on requests and complaints; files belong to a claim, a complaint or a request.

Revision: 0015, after 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _list_of(table: str, parent: str, key: str, *columns: sa.Column) -> None:
    op.create_table(
        table,
        sa.Column(key, sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        *columns,
        sa.ForeignKeyConstraint([key], [f"{parent}.{key}"], name=op.f(f"fk_{table}_{key}"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint(key, "position", name=op.f(f"pk_{table}")),
    )


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False)


def _at() -> sa.Column:
    return sa.Column("at", sa.DateTime(timezone=True), nullable=False)


def upgrade() -> None:
    _list_of(
        "service_request_steps", "service_requests", "request_no",
        _text("status"), _at(), _text("by"), _text("note"), _text("papers"),
    )  # fmt: skip
    _list_of(
        "complaint_notices", "complaints", "complaint_no",
        _text("items"), _text("note"), _text("agent"), _at(), _text("missing"),
    )  # fmt: skip
    _list_of(
        "complaint_decisions", "complaints", "complaint_no",
        _text("facts"), _text("basis"), _text("result"), _text("agent"), _at(),
        sa.Column("verifying", sa.Boolean(), nullable=False),
    )  # fmt: skip
    op.add_column("complaints", sa.Column("channel", sa.Text(), nullable=False, server_default="web"))
    _rename_matter("claim_no", "matter_no")


def downgrade() -> None:
    _rename_matter("matter_no", "claim_no")
    op.drop_column("complaints", "channel")
    for table in ("complaint_decisions", "complaint_notices", "service_request_steps"):
        op.drop_table(table)


def _rename_matter(old: str, new: str) -> None:
    op.drop_index(op.f(f"ix_claim_files_{old}"), table_name="claim_files")
    op.alter_column("claim_files", old, new_column_name=new)
    op.create_index(op.f(f"ix_claim_files_{new}"), "claim_files", [new])
