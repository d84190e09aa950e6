"""Change beneficiaries (F06; 保险法 arts 39-41, 解释三 arts 9-11, 互联网办法 art 28).

The insured may do it alone; a policyholder needs the insured's consent, given in the insured's own session.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.errors import BotError
from bot.insurance.beneficiary import Beneficiary, check_beneficiaries
from bot.insurance.endorsement import BeneficiaryChange, ConsentInvitation, EndorsementStatus
from bot.insurance.identity import IdentityLevel
from bot.insurance.party import Party
from bot.insurance.policy import InsurancePolicy, Role
from bot.services.deadlines import Deadlines
from bot.services.errors import IdentityRequiredError, NotAllowedError
from bot.services.ports import UnitOfWork
from bot.services.verify_identity import current_identity

CONSENT_LIFETIME = timedelta(hours=72)
# No 0/O/1/I/L: the code is read aloud and typed by old people.
_CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8


class ConsentCodeError(BotError):
    """The consent code is unknown, used or expired; `data["reason"]` is a sentence for the customer."""

    code = "consent_code"


@dataclass(frozen=True)
class ChangeBeneficiary:
    """The command, after the customer has confirmed the card."""

    policy_no: str
    new: tuple[Beneficiary, ...]
    conversation_id: str
    key: str
    at: datetime


def eligible_policies(work: UnitOfWork, party: Party) -> Sequence[InsurancePolicy]:
    """Live insurance of persons in which the party is policyholder or insured."""
    allowed = {Role.POLICYHOLDER, Role.INSURED}
    return [
        policy
        for policy in work.policies.naming(party.party_id)
        if policy.line.about_people and policy.status.is_live and allowed & set(policy.roles_of(party.party_id))
    ]


def check_may_change(work: UnitOfWork, policy: InsurancePolicy, party: Party) -> None:
    """Refuse what the law or the contract's state rules out, before any question is asked.

    Raises:
        NotAllowedError: with `reason` for the customer and `hand_off` True when a person must look at it.
    """
    roles = policy.roles_of(party.party_id)
    if Role.POLICYHOLDER not in roles and Role.INSURED not in roles:
        raise NotAllowedError(reason="受益人只能由投保人或被保险人申请变更。", hand_off=False)
    if not policy.line.about_people:
        raise NotAllowedError(reason="这类保险没有受益人这一项。", hand_off=False)
    if not policy.status.is_live:
        raise NotAllowedError(reason=f"这份保单现在是“{policy.status.zh}”，变更受益人要先由人工核实。", hand_off=True)
    if policy.insured_event_on is not None:
        raise NotAllowedError(
            reason="这份保单已有保险事故记录。按司法解释（三）第十一条，事故发生后不能再变更受益人，我请人工跟您核对。",
            hand_off=True,
        )
    if policy.pledged:
        raise NotAllowedError(reason="这份保单正在质押，变更受益人要人工先与质权人核对。", hand_off=True)
    if policy.employer_is_policyholder and Role.INSURED not in roles:
        raise NotAllowedError(reason="单位投保的保单，请由被保险人本人来申请变更受益人。", hand_off=False)
    if len(policy.insured_ids) > 1 and Role.INSURED not in roles:
        raise NotAllowedError(reason="这份保单有多位被保险人，要分别征得同意，我请人工来办。", hand_off=True)


def needs_consent(policy: InsurancePolicy, party: Party) -> bool:
    """True when the applicant is not the insured, so that the insured must agree (保险法 art 41 ¶2)."""
    return party.party_id not in policy.insured_ids


def change_beneficiary(
    work: UnitOfWork, command: ChangeBeneficiary, deadlines: Deadlines, *, pepper: str
) -> BeneficiaryChange:
    """Store the request once; with consent needed, invite the insured on the insured's own phone.

    Raises:
        IdentityRequiredError: below L3. NotAllowedError, InvalidBeneficiariesError: as their checks say.
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
    check_may_change(work, policy, identity.party)
    check_proposal(work, policy, command.new)
    consent = needs_consent(policy, identity.party)
    number = work.numbers.next("E", command.at.date())
    work.endorsements.add(
        BeneficiaryChange(
            endorsement_no=number,
            policy_no=policy.policy_no,
            applicant_id=identity.party.party_id,
            old=policy.beneficiaries,
            new=command.new,
            status=EndorsementStatus.WAITING_FOR_CONSENT if consent else EndorsementStatus.ACCEPTED,
            requested_at=command.at,
            finish_by=None,
            conversation_id=command.conversation_id,
            idempotency_key=command.key,
        )
    )
    if not consent:
        _accept(work, number, command.at, deadlines)
    else:
        _invite(work, number, policy, identity.party, command.at, pepper=pepper)
    work.audit.append(
        "endorsement.requested", subject=number, actor="customer", at=command.at, detail={"key": command.key}
    )
    stored = work.endorsements.by_key(command.key)
    assert stored is not None
    return stored


def check_proposal(work: UnitOfWork, policy: InsurancePolicy, proposed: tuple[Beneficiary, ...]) -> None:
    """Raises InvalidBeneficiariesError, see `check_beneficiaries`."""
    insured = work.parties.get(policy.insured_ids[0]) if len(policy.insured_ids) == 1 else None
    check_beneficiaries(
        proposed,
        employer_is_policyholder=policy.employer_is_policyholder,
        insured_name=insured.name if insured else "",
    )


def _invite(
    work: UnitOfWork, endorsement_no: str, policy: InsurancePolicy, applicant: Party, at: datetime, *, pepper: str
) -> None:
    insured = work.parties.get(policy.insured_ids[0])
    if insured is None or insured.phone == applicant.phone:
        # One phone for both persons proves nothing about the insured's will.
        raise NotAllowedError(
            reason="投保人和被保险人登记了同一个手机，线上没法单独征得被保险人同意，我请人工来办。", hand_off=True
        )
    letters = "".join(secrets.choice(_CODE_LETTERS) for _ in range(CODE_LENGTH))
    work.endorsements.invite(
        ConsentInvitation(endorsement_no, insured.party_id, code_digest(letters, pepper), at + CONSENT_LIFETIME)
    )
    text = (
        f"【保险客服】{applicant.name[0]}** 申请变更您作为被保险人的一份保单的受益人，需要您本人同意。"
        f"请打开在线客服，发送：确认码 {letters}，72 小时内有效。不是您了解的情况请不要确认，可拨打客服热线。"
    )
    work.texts.send(insured.phone, text, at)


def find_invitation(
    work: UnitOfWork, code: str, at: datetime, *, pepper: str
) -> tuple[ConsentInvitation, BeneficiaryChange]:
    """The open request a consent code belongs to. Raises ConsentCodeError."""
    invitation = work.endorsements.invitation_by_code(code_digest(code, pepper))
    change = work.endorsements.get(invitation.endorsement_no) if invitation else None
    if invitation is None or change is None:
        raise ConsentCodeError(reason="这个确认码不对，请对照短信再输一次（8 位字母和数字）。")
    if invitation.answered_at is not None or change.status is not EndorsementStatus.WAITING_FOR_CONSENT:
        raise ConsentCodeError(reason="这个确认码已经用过了，不用再确认。")
    if invitation.expires_at <= at:
        raise ConsentCodeError(reason="这个确认码已超过 72 小时，请让申请人重新提交一次。")
    return invitation, change


def answer_invitation(
    work: UnitOfWork, code: str, *, agreed: bool, conversation_id: str, at: datetime, deadlines: Deadlines, pepper: str
) -> BeneficiaryChange:
    """Record the insured's answer, given by the insured at L3 in the insured's own session.

    Raises:
        IdentityRequiredError: the conversation has not proved to be the insured. ConsentCodeError: see above.
        NotAllowedError: the applicant's own session tries to consent.
    """
    invitation, change = find_invitation(work, code, at, pepper=pepper)
    identity = current_identity(work, conversation_id, at)
    if identity.level < IdentityLevel.L3 or identity.party is None or identity.party.party_id != invitation.insured_id:
        raise IdentityRequiredError(level="L3")
    if conversation_id == change.conversation_id:
        raise NotAllowedError(reason="请被保险人用自己的手机、在自己的会话里确认。", hand_off=False)
    work.endorsements.save_invitation(
        replace(invitation, answered_at=at, agreed=agreed, conversation_id=conversation_id)
    )
    finish_by = None
    if agreed:
        finish_by = _accept(work, change.endorsement_no, at, deadlines)
    else:
        work.endorsements.save(replace(change, status=EndorsementStatus.DECLINED))
    work.audit.append(
        "endorsement.consent", subject=change.endorsement_no, actor="insured", at=at, detail={"agreed": str(agreed)}
    )
    applicant = work.parties.get(change.applicant_id)
    if applicant:
        result = "被保险人没有同意，申请已终止"
        if agreed:
            result = (
                f"被保险人已同意，批单最晚 {finish_by:%m月%d日} 出具"
                if finish_by
                else "被保险人已同意，还需补交受益人身份证件"
            )
        work.texts.send(applicant.phone, f"【保险客服】受益人变更申请 {change.endorsement_no}：{result}。", at)
    stored = work.endorsements.get(change.endorsement_no)
    assert stored is not None
    return stored


def _accept(work: UnitOfWork, endorsement_no: str, at: datetime, deadlines: Deadlines) -> date | None:
    """Accepted; the 5 working days run once nothing is missing. Returns the date, or None while something is."""
    change = work.endorsements.get(endorsement_no)
    assert change is not None
    finish_by = None if change.unidentified else deadlines.due("D-P03", at).internal_due
    work.endorsements.save(replace(change, status=EndorsementStatus.ACCEPTED, finish_by=finish_by))
    return finish_by


def code_digest(code: str, pepper: str) -> str:
    return hmac.new(pepper.encode(), f"consent:{code.upper()}".encode(), hashlib.sha256).hexdigest()
