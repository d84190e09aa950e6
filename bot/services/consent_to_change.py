"""The insured's consent to a change that the policyholder asks for (保险法 arts 39, 41): invited on the insured's own
phone, answered at L3 in the insured's own session, and checked once more before it counts."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from bot.errors import BotError
from bot.insurance.endorsement import BeneficiaryChange, ConsentInvitation, EndorsementStatus
from bot.insurance.identity import IdentityLevel
from bot.insurance.party import Party
from bot.insurance.policy import InsurancePolicy
from bot.services.beneficiary_rules import finish_by, why_not_any_more
from bot.services.deadlines import Deadlines
from bot.services.errors import IdentityRequiredError, NotAllowedError
from bot.services.ports import UnitOfWork
from bot.services.verify_identity import current_identity

CONSENT_LIFETIME = timedelta(hours=72)
# No 0/O/1/I/L: the code is read aloud and typed by old people.
_CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8
_OVER = {
    EndorsementStatus.EXPIRED: "这个确认码已超过 72 小时，申请已失效，请让申请人重新提交一次。",
    EndorsementStatus.WITHDRAWN: "这项申请已经撤回，不用再确认。",
    EndorsementStatus.REFUSED: "这项申请已经停止办理，不用再确认。",
}


class ConsentCodeError(BotError):
    """The consent code is unknown, used or expired; `data["reason"]` is a sentence for the customer."""

    code = "consent_code"


def code_digest(code: str, pepper: str) -> str:
    return hmac.new(pepper.encode(), f"consent:{code.upper()}".encode(), hashlib.sha256).hexdigest()


def invite(
    work: UnitOfWork, change: BeneficiaryChange, policy: InsurancePolicy, applicant: Party, *, pepper: str
) -> None:
    """Send the insured a code that works once and until `change.consent_by`."""
    insured = work.parties.get(policy.insured_ids[0])
    assert insured is not None
    assert change.consent_by is not None
    letters = "".join(secrets.choice(_CODE_LETTERS) for _ in range(CODE_LENGTH))
    work.endorsements.invite(
        ConsentInvitation(change.endorsement_no, insured.party_id, code_digest(letters, pepper), change.consent_by)
    )
    text = (
        f"【保险客服】{applicant.name[0]}** 申请变更您作为被保险人的一份保单的受益人，需要您本人同意。"
        f"请打开在线客服，发送：确认码 {letters}，72 小时内有效，之前收到的确认码作废。"
        "不是您了解的情况请不要确认，可拨打客服热线。"
    )
    work.texts.send(insured.phone, text, change.requested_at)


def find_invitation(
    work: UnitOfWork, code: str, at: datetime, *, pepper: str
) -> tuple[ConsentInvitation, BeneficiaryChange]:
    """The open request a consent code belongs to. Raises ConsentCodeError."""
    invitation = work.endorsements.invitation_by_code(code_digest(code, pepper))
    change = work.endorsements.get(invitation.endorsement_no) if invitation else None
    if invitation is None or change is None:
        raise ConsentCodeError(reason="这个确认码不对，请对照短信再输一次（8 位字母和数字）。")
    status = change.as_of(at).status
    if invitation.answered_at is not None or status is not EndorsementStatus.WAITING_FOR_CONSENT:
        raise ConsentCodeError(reason=_OVER.get(status, "这个确认码已经用过了，不用再确认。"))
    return invitation, change


def settle_code(work: UnitOfWork, code: str, at: datetime, *, pepper: str) -> bool:
    """Write down that the request behind a code has run out, if it has. True when something was written."""
    invitation = work.endorsements.invitation_by_code(code_digest(code, pepper))
    change = work.endorsements.get(invitation.endorsement_no) if invitation else None
    return change is not None and expire(work, change, at)


def expire(work: UnitOfWork, change: BeneficiaryChange, at: datetime) -> bool:
    """Settle a request whose time for consent is over and tell the applicant; False when it is not over."""
    expired = change.as_of(at)
    if expired.status is change.status:
        return False
    work.endorsements.save(expired)
    work.audit.append("endorsement.expired", subject=change.endorsement_no, actor="clock", at=at, detail={})
    _tell_applicant(work, change, "72 小时内没有收到被保险人的确认，申请已失效，原受益人不变", at)
    return True


def answer_invitation(
    work: UnitOfWork, code: str, *, agreed: bool, conversation_id: str, at: datetime, deadlines: Deadlines, pepper: str
) -> BeneficiaryChange:
    """Record the insured's answer, given by the insured at L3 in the insured's own session.

    A yes is not enough when the law or the contract stands against the change by now (解释三 art 11): the request is then
    REFUSED with its reason.

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
    answered = _answered(work, change, agreed, at, deadlines)
    work.endorsements.save(answered)
    detail = {"agreed": str(agreed), "status": answered.status.value}
    work.audit.append("endorsement.consent", subject=change.endorsement_no, actor="insured", at=at, detail=detail)
    _tell_applicant(work, answered, _result(answered), at)
    return answered


def _answered(
    work: UnitOfWork, change: BeneficiaryChange, agreed: bool, at: datetime, deadlines: Deadlines
) -> BeneficiaryChange:
    if not agreed:
        return replace(change, status=EndorsementStatus.DECLINED)
    reason = why_not_any_more(work, change, at.date())
    if reason:
        return replace(change, status=EndorsementStatus.REFUSED, closed_reason=reason)
    policy = work.policies.get(change.policy_no)
    assert policy is not None
    return replace(change, status=EndorsementStatus.ACCEPTED, finish_by=finish_by(change, policy, at, deadlines))


def _result(change: BeneficiaryChange) -> str:
    if change.status is EndorsementStatus.DECLINED:
        return "被保险人没有同意，申请已终止，原受益人不变"
    if change.status is EndorsementStatus.REFUSED:
        return "保单情况有变动，申请已停止办理，原受益人不变，请联系在线人工核对"
    if change.finish_by:
        return f"被保险人已同意，批单最晚 {change.finish_by:%m月%d日} 出具"
    return "被保险人已同意" + ("，还需补交受益人身份证件" if change.unidentified else "")


def _tell_applicant(work: UnitOfWork, change: BeneficiaryChange, result: str, at: datetime) -> None:
    applicant = work.parties.get(change.applicant_id)
    if applicant:
        work.texts.send(applicant.phone, f"【保险客服】受益人变更申请 {change.endorsement_no}：{result}。", at)
