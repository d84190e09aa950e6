"""A second person says yes to a decision on a claim, or sends it back; only then does the claimant hear of it (company rules 004 §7.2).

Nobody approves what he decided himself, nor the claim of somebody who complains about him (投诉办法 art 17).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import BotError
from bot.insurance.approval import LEAST, LONGEST, Judgement, Proposal, newest_open
from bot.insurance.claim import Claim, ClaimStage
from bot.insurance.staff import Staff
from bot.services.deadlines import Deadlines
from bot.services.decide_claim import ClaimStepError, find_claim, settle
from bot.services.ports import UnitOfWork
from bot.services.reviewed_papers import require_review


class NotToApproveError(BotError):
    """This account may not judge this decision: its own, above its level, or of somebody who complains about it; `data["why"]` says
    which, for the desk."""

    code = "not_to_approve"


class OpinionMissingError(BotError):
    """An opinion is missing or too long; `data["flaw"]` says so, for the desk."""

    code = "opinion_missing"


@dataclass(frozen=True)
class JudgeClaim:
    claim_no: str
    approved: bool
    opinion: str
    staff: Staff
    at: datetime

    @property
    def flaw(self) -> str:
        fits = LEAST <= len(self.opinion) <= LONGEST
        return "" if fits else f"审批意见要写 {LEAST} 到 {LONGEST} 个字"


def why_not(work: UnitOfWork, claim: Claim, proposal: Proposal, staff: Staff) -> str:
    """Why this account may not judge the decision; "" when it may."""
    if proposal.author == f"agent:{staff.name}":
        return "自己核定的要由别人审批"
    if not proposal.level.is_met_by(staff):
        return f"这件要由{proposal.level.zh}审批"
    complaints = [*work.complaints.of_conversation(claim.conversation_id)]
    complaints += work.complaints.of_party(claim.claimant_party_id) if claim.claimant_party_id else ()
    if any(complaint.accuses(staff.name) for complaint in complaints):
        return "索赔的人投诉过您，这件要回避，由别人审批"
    return ""


def claim_to_judge(work: UnitOfWork, claim: Claim, staff: Staff) -> Proposal | None:
    """The decision on the claim that waits for this very account."""
    if claim.awaits is None or claim.stage is not ClaimStage.ADJUDICATING:
        return None
    proposal = newest_open(work.claim_records.proposals(claim.claim_no))
    return proposal if proposal and not why_not(work, claim, proposal, staff) else None


def judge_claim(work: UnitOfWork, command: JudgeClaim, deadlines: Deadlines) -> Claim:
    """Approve: the decision holds from now, and the claimant is told. Send back: it is adjudicated on.

    Raises:
        LookupError: no such claim. ClaimStepError: nothing waits there. NotToApproveError, OpinionMissingError. ReviewMissingError:
        papers came since; it can only be sent back.
    """
    claim = find_claim(work, command.claim_no)
    proposal = newest_open(work.claim_records.proposals(claim.claim_no))
    if claim.awaits is None or proposal is None or claim.stage is not ClaimStage.ADJUDICATING:
        raise ClaimStepError(stage=claim.stage.zh)
    if why := why_not(work, claim, proposal, command.staff):
        raise NotToApproveError(why=why)
    if command.flaw:
        raise OpinionMissingError(flaw=command.flaw)
    if command.approved:
        require_review(work, claim.claim_no)
    by = f"agent:{command.staff.name}"
    work.claim_records.judge(claim.claim_no, Judgement(command.approved, command.opinion, command.at, by))
    event = "claim.approved" if command.approved else "claim.sent_back"
    detail = {"decision": proposal.settlement.decision.value, "level": proposal.level.value, "author": proposal.author}
    work.audit.append(event, subject=claim.claim_no, actor=by, at=command.at, detail=detail)
    free = replace(claim, awaits=None)
    if not command.approved:
        work.claims.save(free)
        return free
    return settle(work, free, replace(proposal.settlement, decided_at=command.at), command.at, deadlines)
