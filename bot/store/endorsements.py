"""Requests to change beneficiaries, and the insured's consent to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.insurance.endorsement import BeneficiaryChange, ConsentInvitation, EndorsementStatus
from bot.store.case_tables import CONSENT_INVITATIONS, ENDORSEMENT_BENEFICIARIES, ENDORSEMENTS
from bot.store.policy_rows import beneficiary_row, read_beneficiary
from bot.store.rows import Row, insert_once, lists_of, replace_list, update_one

_PLAIN = (
    "endorsement_no",
    "idempotency_key",
    "policy_no",
    "applicant_id",
    "requested_at",
    "finish_by",
    "conversation_id",
    "consent_by",
    "closed_reason",
    "institution",
)


class SqlEndorsements:
    """Implements bot.services.ports.Endorsements."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, change: BeneficiaryChange) -> None:
        plain = {name: getattr(change, name) for name in _PLAIN}
        insert_once(self._connection, ENDORSEMENTS, {**plain, "status": change.status.value})
        for side, people in (("old", change.old), ("new", change.new)):
            key = {"endorsement_no": change.endorsement_no, "side": side}
            replace_list(self._connection, ENDORSEMENT_BENEFICIARIES, key, map(beneficiary_row, people))

    def save(self, change: BeneficiaryChange) -> None:
        """Changes status, reason and due date only: what was requested stays as it was. RowMissingError when never added."""
        key = {"endorsement_no": change.endorsement_no}
        values = {
            "status": change.status.value,
            "finish_by": change.finish_by,
            "closed_reason": change.closed_reason,
        }
        update_one(self._connection, ENDORSEMENTS, key, values)

    def get(self, endorsement_no: str) -> BeneficiaryChange | None:
        """Locks the request until the transaction ends, so that what is read can be changed and saved."""
        return self._one(select(ENDORSEMENTS).where(ENDORSEMENTS.c.endorsement_no == endorsement_no).with_for_update())

    def by_key(self, idempotency_key: str) -> BeneficiaryChange | None:
        return self._one(select(ENDORSEMENTS).where(ENDORSEMENTS.c.idempotency_key == idempotency_key))

    def of_policy(self, policy_no: str) -> Sequence[BeneficiaryChange]:
        return self._all(ENDORSEMENTS.c.policy_no == policy_no)

    def of_conversation(self, conversation_id: str) -> Sequence[BeneficiaryChange]:
        return self._all(ENDORSEMENTS.c.conversation_id == conversation_id)

    def invite(self, invitation: ConsentInvitation) -> None:
        """Raises DuplicateKeyError when the request has its invitation already."""
        insert_once(self._connection, CONSENT_INVITATIONS, asdict(invitation), key="endorsement_no")

    def invitation_by_code(self, code_hash: str) -> ConsentInvitation | None:
        return self._invitation(CONSENT_INVITATIONS.c.code_hash == code_hash)

    def invitation_of(self, endorsement_no: str) -> ConsentInvitation | None:
        return self._invitation(CONSENT_INVITATIONS.c.endorsement_no == endorsement_no)

    def save_invitation(self, invitation: ConsentInvitation) -> None:
        key = {"endorsement_no": invitation.endorsement_no}
        update_one(self._connection, CONSENT_INVITATIONS, key, asdict(invitation))

    def _invitation(self, condition: Any) -> ConsentInvitation | None:
        # Locked: a code works once, also when two answers come at the same moment.
        statement = select(CONSENT_INVITATIONS).where(condition).with_for_update()
        row = self._connection.execute(statement).mappings().first()
        return ConsentInvitation(**row) if row else None

    def _one(self, statement: Any) -> BeneficiaryChange | None:
        return next(iter(self._read(self._connection.execute(statement).mappings().all())), None)

    def _all(self, condition: Any) -> tuple[BeneficiaryChange, ...]:
        newest_first = (ENDORSEMENTS.c.requested_at.desc(), ENDORSEMENTS.c.endorsement_no.desc())
        statement = select(ENDORSEMENTS).where(condition).order_by(*newest_first)
        return self._read(self._connection.execute(statement).mappings().all())

    def _read(self, rows: Sequence[Row]) -> tuple[BeneficiaryChange, ...]:
        numbers = [row["endorsement_no"] for row in rows]
        people = lists_of(self._connection, ENDORSEMENT_BENEFICIARIES, "endorsement_no", numbers)
        return tuple(_change(row, people[row["endorsement_no"]]) for row in rows)


def _change(row: Row, people: list[Row]) -> BeneficiaryChange:
    return BeneficiaryChange(
        **{name: row[name] for name in _PLAIN},
        status=EndorsementStatus(row["status"]),
        old=tuple(read_beneficiary(item) for item in people if item["side"] == "old"),
        new=tuple(read_beneficiary(item) for item in people if item["side"] == "new"),
    )
