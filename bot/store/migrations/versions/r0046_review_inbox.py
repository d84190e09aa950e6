"""The trainers' inbox takes the sentences that recordings offered so far.

Revision: 0046, after 0045
"""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

from bot.store.sealing import sealer_of

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_TO_LAND = sa.text("landed_at IS NULL")
_VERDICT = ("state", "example", "intent", "new_intent", "proposed_by", "decided_by")


def upgrade() -> None:
    _create()
    _move(op.get_bind())
    op.drop_index(op.f("ix_training_sentences_state"), "training_sentences")
    op.drop_table("training_sentences")


def _create() -> None:
    texts = ("item_id", "text", "guess", "ranking", "reasons", "meant", "channel", "conversation_id", "source")
    op.create_table(
        "review_items",
        *(sa.Column(name, sa.Text(), nullable=False) for name in (*texts, *_VERDICT, "commit_id")),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", _MOMENT, nullable=False),
        sa.Column("last_at", _MOMENT, nullable=False),
        sa.Column("landed_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_review_items")),
    )
    op.create_index("ix_review_items_state_times", "review_items", ["state", "times", "last_at", "item_id"])
    op.create_index("ix_review_items_state_last_at", "review_items", ["state", "last_at", "item_id"])
    op.create_index(
        "ix_review_items_to_land",
        "review_items",
        ["state", "proposed_by"],
        sqlite_where=_TO_LAND,
        postgresql_where=_TO_LAND,
    )
    op.create_table(
        "review_steps",
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("deed", "by", "note", *_VERDICT)),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["review_items.item_id"], name=op.f("fk_review_steps_item_id")),
        sa.PrimaryKeyConstraint("item_id", "position", name=op.f("pk_review_steps")),
    )
    op.create_table(
        "review_views",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("owner", "name", "query")),
        sa.PrimaryKeyConstraint("owner", "name", name=op.f("pk_review_views")),
    )


def _move(connection: sa.engine.Connection) -> None:
    """A sealed value belongs to its column: what moves is opened and sealed anew."""
    names = ("sentence_id", "text", "intent", "source", "confidence", "times")
    old = sa.table("training_sentences", *map(sa.column, names), sa.column("offered_at", _MOMENT))
    new = sa.table("review_items", *map(sa.column, (
        "item_id", "text", "guess", "ranking", "reasons", "meant", "channel", "conversation_id", "source", "commit_id",
        "confidence", "times", *_VERDICT,
    )), sa.column("first_at", _MOMENT), sa.column("last_at", _MOMENT))  # fmt: skip
    for row in connection.execute(sa.select(old)).mappings().all():
        sealer = sealer_of(connection.dialect)
        words, text, source = (
            sealer.open(row[name], f"training_sentences.{name}") for name in ("sentence_id", "text", "source")
        )
        key = sealer.seal(words, "review_items.words")
        connection.execute(new.insert().values(
            item_id=hashlib.sha256(key.encode()).hexdigest()[:20], text=sealer.seal(text, "review_items.text"),
            guess=row["intent"], ranking=json.dumps([[row["intent"], row["confidence"]]], separators=(",", ":")),
            reasons=json.dumps({"transcript": row["times"]}, separators=(",", ":")), meant="", channel="transcript",
            conversation_id="", source=sealer.seal(source, "review_items.source"), commit_id="", confidence=row["confidence"],
            times=row["times"], state="new", example=sealer.seal(text, "review_items.example"), intent="", new_intent="",
            proposed_by="", decided_by="", first_at=row["offered_at"], last_at=row["offered_at"],
        ))  # fmt: skip


def downgrade() -> None:
    for name in ("review_views", "review_steps", "review_items"):
        op.drop_table(name)
    op.create_table(
        "training_sentences",
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("sentence_id", "text", "intent", "reason", "source", "state")
        ),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("offered_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("sentence_id", name=op.f("pk_training_sentences")),
    )
    op.create_index(op.f("ix_training_sentences_state"), "training_sentences", ["state"])
