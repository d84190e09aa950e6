"""The claims post releases an assessed loss; the claimant agrees, or disagrees and gets a second assessment (E04).

It is no decision: nothing here says what is paid, and the claim's legal clock runs on as it did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import BotError
from bot.insurance.assessment import LossAssessment
from bot.insurance.claim import Claim, ClaimStage, ClaimStep
from bot.insurance.service_request import RequestStatus, RequestStep, ServiceRequest
from bot.insurance.settlement import AmountLine
from bot.services.decide_claim import ClaimStepError, SettlementFlawError, find_claim, tell_claimant
from bot.services.ports import UnitOfWork

DISPUTE, OF_CLAIM = "dispute_claim", "案件"  # the request that a disagreement is, and its line for the claim
POST = "定损岗"
_FRESH_EYES = "客户不同意以后，由没有经办过的人重新定损"
_MAY_BE_ASSESSED = (ClaimStage.ASSESSING, ClaimStage.REVIEWING_LOSS)


class HandledBeforeError(BotError):
    """What is disagreed with is looked at by somebody else; `data["why"]` says so, for the desk."""

    code = "handled_before"


@dataclass(frozen=True)
class ReleaseAssessment:
    claim_no: str
    lines: tuple[AmountLine, ...]
    basis: str
    agent: str
    at: datetime

    @property
    def assessment(self) -> LossAssessment:
        return LossAssessment(self.lines, self.basis, self.at, f"agent:{self.agent}")

    @property
    def flaw(self) -> str:
        return self.assessment.flaw


def may_be_assessed(claim: Claim) -> bool:
    return claim.stage in _MAY_BE_ASSESSED


def open_assessment(claim: Claim) -> LossAssessment | None:
    """What the claimant may still agree or disagree to: nothing once the case has gone on to adjudication."""
    latest = claim.assessment
    return latest if latest and latest.is_open and may_be_assessed(claim) else None


def disputed_or_open(claim: Claim) -> LossAssessment | None:
    """The assessment that a disagreement now is about, said or not: none that was agreed to."""
    latest = claim.assessment
    return latest if latest and latest.agreed_at is None and may_be_assessed(claim) else None


def release_assessment(work: UnitOfWork, command: ReleaseAssessment) -> Claim:
    """Store it beside the earlier ones, finish the disagreements that asked for it, queue one text without an amount.

    Raises:
        LookupError: no such claim. ClaimStepError, SettlementFlawError, HandledBeforeError: as they say.
    """
    claim = find_claim(work, command.claim_no)
    if not may_be_assessed(claim):
        raise ClaimStepError(stage=claim.stage.zh)
    if command.flaw:
        raise SettlementFlawError(flaw=command.flaw)
    if disagreements(work, claim.claim_no) and f"agent:{command.agent}" in have_handled(work, claim):
        raise HandledBeforeError(why=_FRESH_EYES)
    again = bool(claim.assessments)
    note = "重新定损的金额出来了，等您确认" if again else "定损金额出来了，等您确认"
    released = _noted(claim, note, command.at)
    released = replace(released, assessments=(*claim.assessments, command.assessment))
    work.claims.save(released)
    _finish_disagreements(work, command)
    words = (
        f"案件 {claim.claim_no} 的{'重新' if again else ''}定损金额出来了，请打开在线客服说“查理赔进度”，核对身份后看，"
        "同意、不同意都在那里说。定损金额不是赔款。"
    )
    told = tell_claimant(work, released, words, command.at)
    detail = {"round": str(len(released.assessments)), "told_by_text": str(told)}
    work.audit.append(
        "claim.assessed", subject=claim.claim_no, actor=f"agent:{command.agent}", at=command.at, detail=detail
    )
    return released


def agree_to_assessment(work: UnitOfWork, claim_no: str, party_id: str, at: datetime) -> Claim:
    """Again it changes nothing.

    Raises:
        LookupError: no such claim. ClaimStepError: there is no amount to agree to.
    """
    claim = find_claim(work, claim_no)
    if claim.assessment and claim.assessment.agreed_at is not None:
        return claim
    latest = _still_open(claim)
    agreed = _noted(claim, "索赔人同意定损金额", at)
    return _answered(work, agreed, replace(latest, agreed_at=at), party_id, at)


def disagree_with_assessment(work: UnitOfWork, claim_no: str, objection: str, party_id: str, at: datetime) -> Claim:
    """Raises as `agree_to_assessment`."""
    claim = find_claim(work, claim_no)
    latest = replace(_still_open(claim), disagreed_at=at, objection=objection)
    return _answered(work, _noted(claim, "索赔人不同意定损金额，安排重新定损", at), latest, party_id, at)


def _still_open(claim: Claim) -> LossAssessment:
    latest = open_assessment(claim)
    if latest is None:
        raise ClaimStepError(stage=claim.stage.zh)
    return latest


def _noted(claim: Claim, note: str, at: datetime) -> Claim:
    return replace(claim, steps=(*claim.steps, ClaimStep(claim.stage, at, POST, note)))


def _answered(work: UnitOfWork, claim: Claim, latest: LossAssessment, party_id: str, at: datetime) -> Claim:
    changed = replace(claim, assessments=(*claim.assessments[:-1], latest))
    work.claims.save(changed)
    event = "claim.assessment_agreed" if latest.agreed_at else "claim.assessment_disputed"
    detail = {"round": str(len(changed.assessments))}
    work.audit.append(event, subject=claim.claim_no, actor=party_id or "customer", at=at, detail=detail)
    return changed


def have_handled(work: UnitOfWork, claim: Claim) -> frozenset[str]:
    """Who released an assessment or made or approved a decision: whoever reviews it is none of them (F23)."""
    proposals = work.claim_records.proposals(claim.claim_no)
    judged = (each.judgement.judged_by for each in proposals if each.judgement)
    decided = (claim.settlement.decided_by,) if claim.settlement else ()
    assessed = (each.released_by for each in claim.assessments)
    return frozenset((*assessed, *decided, *(each.author for each in proposals), *judged))


def disagreements(work: UnitOfWork, claim_no: str) -> Sequence[ServiceRequest]:
    """Requests for a review of the claim that wait for an answer."""
    waiting = work.requests.open_of_kind(DISPUTE)
    return [each for each in waiting if dict(each.fields).get(OF_CLAIM) == claim_no]


def _finish_disagreements(work: UnitOfWork, command: ReleaseAssessment) -> None:
    for request in disagreements(work, command.claim_no):
        by = f"agent:{command.agent}"
        step = RequestStep(RequestStatus.DONE, command.at, by, "重新定损的金额出来了，说“查理赔进度”看")
        work.requests.save(replace(request, status=RequestStatus.DONE, steps=(*request.steps, step)))
        detail = {"from": request.status.value, "to": RequestStatus.DONE.value}
        work.audit.append("request.moved", subject=request.request_no, actor=by, at=command.at, detail=detail)
