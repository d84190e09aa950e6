"""Requests to change a contract 批改, here: the beneficiaries (F06)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum

from bot.insurance.beneficiary import LEGAL_HEIRS, Beneficiary
from bot.insurance.institution import HEAD_OFFICE


class EndorsementStatus(str, Enum):
    """States of a request; WAITING_FOR_CONSENT until the insured agrees in the insured's own session.

    COMPLETED when the endorsement 批单 has been issued. REFUSED when the law or the contract stood against it in the end,
    WITHDRAWN when a newer request took its place.
    """

    WAITING_FOR_CONSENT = "waiting_for_consent"
    ACCEPTED = "accepted"
    COMPLETED = "completed"
    DECLINED = "declined"
    EXPIRED = "expired"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def zh(self) -> str:
        return {
            "waiting_for_consent": "待被保险人确认",
            "accepted": "已受理",
            "completed": "已完成",
            "declined": "被保险人未同意",
            "expired": "72 小时内没有收到被保险人的确认，已失效",
            "refused": "不能办理，已停止",
            "withdrawn": "已撤回",
        }[self.value]

    @property
    def is_open(self) -> bool:
        """Something may still come of it."""
        return self in (EndorsementStatus.WAITING_FOR_CONSENT, EndorsementStatus.ACCEPTED)


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
    consent_by: datetime | None = None  # the insured's answer counts until then; None when none is needed
    closed_reason: str = ""  # for the customer: why it was refused or withdrawn
    institution: str = HEAD_OFFICE  # of the policy

    def as_of(self, now: datetime) -> BeneficiaryChange:
        """The request as it stands at `now`: nobody has to be there when the time for consent runs out."""
        waiting = self.status is EndorsementStatus.WAITING_FOR_CONSENT
        if waiting and self.consent_by is not None and self.consent_by <= now:
            return replace(self, status=EndorsementStatus.EXPIRED)
        return self

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
