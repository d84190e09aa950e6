"""Seal the personal data that was written before columns were sealed.

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

from bot.store.sealing import MARK, sealer_of

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_BATCH = 1000
# Table: its key, and the columns sealed as of this revision.
_SEALED = {
    "parties": (("party_id",), ("name", "id_number", "phone", "email", "address")),
    "policies": (("policy_no",), ("plate_no",)),
    "policy_beneficiaries": (("policy_no", "position"), ("name", "id_number")),
    "verifications": (("conversation_id",), ("phone",)),
    "one_time_codes": (("conversation_id", "sent_at"), ("phone",)),
    "claims": (
        ("claim_no",),
        ("place", "cause", "injured", "reporter_phone", "reporter_name", "plate_no", "insured_name", "other_party")
        + ("hospital",),
    ),
    "claim_notes": (("claim_no", "position"), ("text",)),
    "complaints": (("complaint_no",), ("facts", "request", "phone", "complainant_name")),
    "complaint_supplements": (("complaint_no", "position"), ("text",)),
    "endorsement_beneficiaries": (("endorsement_no", "side", "position"), ("name", "id_number")),
    "hand_offs": (("idempotency_key",), ("slots",)),
    "messages": (("conversation_id", "seq"), ("text", "payload")),
    "offered_choices": (("choice_id",), ("title", "payload")),
    "text_messages": (("id",), ("phone", "text")),
    "trackers": (("conversation_id",), ("events",)),
}


def upgrade() -> None:
    connection = op.get_bind()
    for table, (key, columns) in _SEALED.items():
        _seal(connection, table, key, columns)


def _seal(connection: sa.engine.Connection, name: str, key: tuple[str, ...], columns: tuple[str, ...]) -> None:
    table = sa.table(name, *map(sa.column, (*key, *columns)))
    plain = sa.or_(*(sa.and_(table.c[each] != "", sa.not_(table.c[each].like(f"{MARK}%"))) for each in columns))
    while rows := connection.execute(sa.select(table).where(plain).limit(_BATCH)).mappings().all():
        sealer = sealer_of(connection.dialect)
        for row in rows:
            values = {
                each: row[each] if row[each].startswith(MARK) else sealer.seal(row[each], f"{name}.{each}")
                for each in columns
            }
            where = sa.and_(*(table.c[each] == row[each] for each in key))
            connection.execute(table.update().where(where).values(**values))


def downgrade() -> None:
    raise NotImplementedError("personal data is not written back in the clear")
