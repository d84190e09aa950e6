"""The claims post reviews the papers of a claim, point by point; what is missing is asked for once, all of it (保险法 art 22).

A review is kept as it was written. Papers that come later open it anew: until they are reviewed too, nothing is decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import BotError
from bot.insurance.claim import Claim, ClaimStage, ClaimStep
from bot.insurance.document_review import DocumentReview, PointFinding, ReviewPoint, asked_for
from bot.insurance.policy import is_compulsory_motor
from bot.services.deadlines import Deadlines
from bot.services.decide_claim import ClaimStepError, find_claim, tell_claimant
from bot.services.ports import UnitOfWork
from bot.services.receive_documents import papers_complete
from bot.services.reviewed_papers import present_papers

POST = "资料审核岗"
_REVIEWED_AT = frozenset(
    {
        ClaimStage.REGISTERED, ClaimStage.SURVEYING, ClaimStage.ASSESSING, ClaimStage.REVIEWING_LOSS,
        ClaimStage.AWAITING_DOCUMENTS, ClaimStage.ADJUDICATING,
    }
)  # fmt: skip


class ReviewFlawError(BotError):
    """The review is incomplete; `data["flaw"]` says what is missing, for the desk."""

    code = "review_flaw"


@dataclass(frozen=True)
class ReviewDocuments:
    """`missing` is what the claimant is asked for; empty: the papers are complete."""

    claim_no: str
    findings: tuple[PointFinding, ...]
    opinion: str
    missing: tuple[str, ...]
    agent: str
    at: datetime

    def review(self, papers: Sequence[str]) -> DocumentReview:
        by = f"agent:{self.agent}"
        return DocumentReview(self.findings, self.opinion, self.missing, tuple(papers), self.at, by)


def may_be_reviewed(claim: Claim) -> bool:
    """Registered, and neither decided nor waiting for an approval."""
    return claim.stage in _REVIEWED_AT and claim.awaits is None


def review_documents(
    work: UnitOfWork, command: ReviewDocuments, points: Sequence[ReviewPoint], deadlines: Deadlines
) -> Claim:
    """Keep the review; ask the claimant for what is missing, or note that nothing is.

    Raises:
        LookupError: no such claim. ClaimStepError, ReviewFlawError: as they say.
    """
    claim = find_claim(work, command.claim_no)
    if not may_be_reviewed(claim):
        raise ClaimStepError(stage=claim.stage.zh)
    review = command.review(present_papers(work, claim.claim_no))
    flaw = review.flaw(points) or _asks_again(work, claim, command.missing)
    if flaw:
        raise ReviewFlawError(flaw=flaw)
    work.claim_records.add_review(claim.claim_no, review)
    changed = _ask(work, claim, command) if command.missing else _complete(work, claim, command, deadlines)
    work.claims.save(changed)
    detail = {
        "in_order": str(sum(each.in_order for each in review.findings)),
        "commented": str(sum(bool(each.comment) for each in review.findings)),
        "missing": str(len(review.missing)),
        "files": str(len(review.papers)),
    }
    actor = f"agent:{command.agent}"
    work.audit.append("claim.reviewed", subject=claim.claim_no, actor=actor, at=command.at, detail=detail)
    return changed


def may_be_asked_for(work: UnitOfWork, claim: Claim) -> tuple[str, ...]:
    """What alone may be asked for, because it was asked for before; () while nothing was."""
    before = asked_for(work.claim_records.reviews(claim.claim_no))
    return tuple(dict.fromkeys((*before, *claim.missing_documents)))


def _asks_again(work: UnitOfWork, claim: Claim, missing: Sequence[str]) -> str:
    before = may_be_asked_for(work, claim)
    if before and set(missing) - set(before):
        return f"要补什么已经一次通知过（保险法第二十二条），再要的只能是：{'、'.join(before)}"
    return ""


def _ask(work: UnitOfWork, claim: Claim, command: ReviewDocuments) -> Claim:
    waiting = ClaimStage.AWAITING_DOCUMENTS
    step = ClaimStep(waiting, command.at, POST, f"资料审核完，要补 {len(command.missing)} 样")
    asked = replace(claim, stage=waiting, missing_documents=command.missing, documents_complete_on=None, delay=None)
    if claim.stage is not waiting:  # while it waits already, its clock stands from the first notice
        asked = replace(asked, steps=(*claim.steps, step))
    # Which papers of a person are wanted tells of his health: that is read where he is proved.
    named = "" if claim.report.line.about_people else f"：{'、'.join(command.missing)}"
    words = (
        f"案件 {claim.claim_no} 的资料审核完了，还要补 {len(command.missing)} 样{named}，这次全部列齐。"
        "打开在线客服说“补交资料”，能看到缺哪几样，拍照就能传。"
    )
    tell_claimant(work, asked, words, command.at)
    return asked


def _complete(work: UnitOfWork, claim: Claim, command: ReviewDocuments, deadlines: Deadlines) -> Claim:
    """The papers count as complete from the last one that came, where nobody noted the day before (保险法 art 25 counts from it)."""
    if claim.stage is ClaimStage.AWAITING_DOCUMENTS:
        policy = work.policies.get(claim.report.policy_no) if claim.report.policy_no else None
        compulsory = policy is not None and is_compulsory_motor(policy)
        return papers_complete(claim, command.at, deadlines, compulsory=compulsory)
    if claim.documents_complete_on is not None:
        return replace(claim, missing_documents=())
    came = [file.received_at for file in work.files.of_matter(claim.claim_no)]
    return replace(claim, missing_documents=(), documents_complete_on=max(came, default=command.at).date())
