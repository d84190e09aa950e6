"""Ask for a change of beneficiaries (F06; 保险法 arts 39-41, 解释三 arts 9-11, 互联网办法 art 28).

The insured may do it alone; a policyholder needs the insured's consent, given in the insured's own session
(`bot.services.consent_to_change`). A policy has one open request at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.insurance.beneficiary import Beneficiary
from bot.insurance.endorsement import BeneficiaryChange, EndorsementStatus
from bot.insurance.identity import IdentityLevel
from bot.insurance.party import Party
from bot.insurance.policy import InsurancePolicy
from bot.services.beneficiary_rules import check_may_change, check_may_replace, check_proposal, finish_by, needs_consent
from bot.services.consent_to_change import CONSENT_LIFETIME, expire, invite
from bot.services.deadlines import Deadlines
from bot.services.errors import IdentityRequiredError, NotAllowedError
from bot.services.ports import UnitOfWork
from bot.services.verify_identity import current_identity


@dataclass(frozen=True)
class ChangeBeneficiary:
    """The command, after the customer has confirmed the card. `replaces`: the open request it takes the place of."""

    policy_no: str
    new: tuple[Beneficiary, ...]
    conversation_id: str
    key: str
    at: datetime
    replaces: str = ""


def open_change(work: UnitOfWork, policy_no: str, at: datetime) -> BeneficiaryChange | None:
    """The request on this policy of which something may still come, the newest if there should be several."""
    return next((c for c in work.endorsements.of_policy(policy_no) if c.as_of(at).status.is_open), None)


def change_beneficiary(
    work: UnitOfWork, command: ChangeBeneficiary, deadlines: Deadlines, *, pepper: str
) -> BeneficiaryChange:
    """Store the request once; with consent needed, invite the insured on the insured's own phone.

    Raises:
        IdentityRequiredError: below L3. NotAllowedError, InvalidBeneficiariesError: as their checks say, or another
            request on the policy is open that the command does not replace.
    """
    existing = work.endorsements.by_key(command.key)
    if existing:
        return existing
    identity = current_identity(work, command.conversation_id, command.at)
    if identity.level < IdentityLevel.L3 or identity.party is None:
        raise IdentityRequiredError(level="L3")
    policy = work.policies.get(command.policy_no)
    if policy is None:
        raise LookupError(command.policy_no)
    check_may_change(work, policy, identity.party, command.at.date())
    check_proposal(work, policy, command.new)
    # The counter's row stays locked until the end: two requests on one policy come here one after the other.
    number = work.numbers.next("E", command.at.date())
    existing = work.endorsements.by_key(command.key)
    if existing:
        return existing
    _make_room(work, policy, identity.party, command, number)
    change = _request(policy, identity.party, command, number)
    if change.status is EndorsementStatus.ACCEPTED:
        change = replace(change, finish_by=finish_by(change, policy, command.at, deadlines))
    work.endorsements.add(change)
    if change.status is EndorsementStatus.WAITING_FOR_CONSENT:
        invite(work, change, policy, identity.party, pepper=pepper)
    work.audit.append(
        "endorsement.requested", subject=number, actor="customer", at=command.at, detail={"key": command.key}
    )
    return change


def _request(policy: InsurancePolicy, applicant: Party, command: ChangeBeneficiary, number: str) -> BeneficiaryChange:
    consent = needs_consent(policy, applicant)
    return BeneficiaryChange(
        endorsement_no=number,
        policy_no=policy.policy_no,
        applicant_id=applicant.party_id,
        old=policy.beneficiaries,
        new=command.new,
        status=EndorsementStatus.WAITING_FOR_CONSENT if consent else EndorsementStatus.ACCEPTED,
        requested_at=command.at,
        finish_by=None,
        conversation_id=command.conversation_id,
        idempotency_key=command.key,
        consent_by=command.at + CONSENT_LIFETIME if consent else None,
        institution=policy.institution,
    )


def _make_room(
    work: UnitOfWork, policy: InsurancePolicy, party: Party, command: ChangeBeneficiary, number: str
) -> None:
    """Withdraw the request that is replaced (its consent code dies with it), settle those whose time has run out."""
    for found in work.endorsements.of_policy(policy.policy_no):
        change = work.endorsements.get(found.endorsement_no) or found  # locked, and as it is now
        if change.as_of(command.at).status is EndorsementStatus.EXPIRED:
            expire(work, change, command.at)
        elif change.status.is_open and change.endorsement_no != command.replaces:
            raise NotAllowedError(
                reason=f"这份保单还有一件没办完的变更申请 {change.endorsement_no}，请先决定保留它还是替换它。",
                hand_off=False,
            )
        elif change.status.is_open:
            check_may_replace(policy, party, change)
            _withdraw(work, change, party, number, command.at)


def _withdraw(work: UnitOfWork, change: BeneficiaryChange, party: Party, number: str, at: datetime) -> None:
    reason = f"由新的申请 {number} 替换。"
    work.endorsements.save(replace(change, status=EndorsementStatus.WITHDRAWN, finish_by=None, closed_reason=reason))
    work.audit.append("endorsement.withdrawn", subject=change.endorsement_no, actor="customer", at=at, detail={})
    applicant = work.parties.get(change.applicant_id)
    if applicant and applicant.party_id != party.party_id:
        text = f"【保险客服】受益人变更申请 {change.endorsement_no} 已撤回：被保险人本人提交了新的变更申请。有疑问可拨打客服热线。"
        work.texts.send(applicant.phone, text, at)


def complete_change(work: UnitOfWork, endorsement_no: str, at: datetime, *, by: str) -> BeneficiaryChange:
    """The endorsement 批单 has been issued, as the servicing post says (`by`, for the audit log); both persons are told.

    Raises:
        NotAllowedError: the request is not accepted, or a beneficiary's identity is still missing.
    """
    change = work.endorsements.get(endorsement_no)
    if change is None:
        raise LookupError(endorsement_no)
    if change.status is EndorsementStatus.COMPLETED:
        return change
    if change.status is not EndorsementStatus.ACCEPTED or change.unidentified:
        raise NotAllowedError(reason="申请还没有受理或还缺受益人的身份证件，不能出具批单。", hand_off=False)
    done = replace(change, status=EndorsementStatus.COMPLETED)
    work.endorsements.save(done)
    work.audit.append("endorsement.completed", subject=endorsement_no, actor=by, at=at, detail={})
    policy = work.policies.get(change.policy_no)
    told = {change.applicant_id, *(policy.insured_ids if policy else ())}
    for party in filter(None, map(work.parties.get, sorted(told))):
        work.texts.send(party.phone, f"【保险客服】受益人变更申请 {endorsement_no} 已办完，批单已出具。", at)
    return done
