"""Requests to change a contract 批改, here: the beneficiaries (F06)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from bot.insurance.beneficiary import LEGAL_HEIRS, Beneficiary


class EndorsementStatus(str, Enum):
    """States of a request; WAITING_FOR_CONSENT until the insured agrees in the insured's own session."""

    WAITING_FOR_CONSENT = "waiting_for_consent"
    ACCEPTED = "accepted"
    COMPLETED = "completed"
    DECLINED = "declined"
    EXPIRED = "expired"

    @property
    def zh(self) -> str:
        return {
            "waiting_for_consent": "待被保险人确认",
            "accepted": "已受理",
            "completed": "已完成",
            "declined": "被保险人未同意",
            "expired": "确认已过期",
        }[self.value]


@dataclass(frozen=True)
class BeneficiaryChange:
    """A request to replace the beneficiaries of a policy. It takes effect as expressed at `requested_at` (X-17).

    `finish_by` is None while consent or a beneficiary's identity is missing: the clock D-P03 starts with a complete request.
    """

    endorsement_no: str
    policy_no: str
    applicant_id: str
    old: tuple[Beneficiary, ...]
    new: tuple[Beneficiary, ...]
    status: EndorsementStatus
    requested_at: datetime
    finish_by: date | None
    conversation_id: str
    idempotency_key: str

    @property
    def unidentified(self) -> tuple[str, ...]:
        """New beneficiaries whose identity papers are missing; until they come no endorsement can be issued."""
        known = {person.name for person in self.old if person.id_number}
        return tuple(
            person.name
            for person in self.new
            if not person.id_number and person.name not in known and person.name != LEGAL_HEIRS
        )


@dataclass(frozen=True)
class ConsentInvitation:
    """The insured's invitation to agree. The code is stored hashed; it works once and until `expires_at`."""

    endorsement_no: str
    insured_id: str
    code_hash: str
    expires_at: datetime
    answered_at: datetime | None = None
    agreed: bool | None = None
    conversation_id: str = ""  # the insured's own session, where it was answered
