"""On a claim's sheet: the eight-point review of its papers, and a second person's word on its decision."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.console.auth import Session
from bot.console.claim_posts import ClaimPost, write_down
from bot.console.deps import ConsoleDeps
from bot.console.forms import read_form
from bot.console.pages import Pages
from bot.console.request_desk import lines_of
from bot.console.times import moment
from bot.insurance.approval import LEAST, LONGEST, Level, Proposal
from bot.insurance.claim import Claim
from bot.insurance.document_review import LONGEST_COMMENT, DocumentReview, PointFinding, ReviewPoint
from bot.insurance.staff import May, Staff
from bot.services.approve_claim import JudgeClaim, claim_to_judge, judge_claim
from bot.services.claim_rules import ClaimRules
from bot.services.ports import UnitOfWork
from bot.services.review_documents import ReviewDocuments, may_be_asked_for, may_be_reviewed, review_documents
from bot.services.reviewed_papers import papers_are_reviewed
from bot.services.speak_money import money

Line = tuple[str, str]


@dataclass(frozen=True)
class ReviewForm:
    """`asked_for`: what was asked for once and alone may be asked for again; `reviewed`: a new one changes what stands."""

    points: Sequence[ReviewPoint]
    asked_for: tuple[str, ...]
    reviewed: bool
    form_id: str
    least: int = LEAST
    longest: int = LONGEST
    longest_comment: int = LONGEST_COMMENT


@dataclass(frozen=True)
class ApprovalForm:
    """A decision that waits for this very account; `stale`: papers came since, so that it can only be sent back."""

    result: str
    lines: tuple[Line, ...]
    author: str
    stale: bool
    form_id: str
    least: int = LEAST
    longest: int = LONGEST


def review_form(work: UnitOfWork, claim: Claim, staff: Staff, rules: ClaimRules) -> ReviewForm | None:
    if not may_be_reviewed(claim) or not staff.may(May.RECORD_CLAIMS):
        return None
    reviewed = papers_are_reviewed(work, claim.claim_no)
    return ReviewForm(rules.points, may_be_asked_for(work, claim), reviewed, secrets.token_urlsafe(12))


def approval_form(work: UnitOfWork, claim: Claim, staff: Staff) -> ApprovalForm | None:
    """None where nothing waits, or not for this account."""
    proposal = claim_to_judge(work, claim, staff)
    if proposal is None:
        return None
    made, stale = proposal.settlement, not papers_are_reviewed(work, claim.claim_no)
    lines = (*((line.item, money(line.amount)) for line in made.lines), ("依据", made.clause), ("理由", made.reason))
    told = tuple(line for line in lines if line[1])
    return ApprovalForm(_result(proposal), told, _name(proposal.author), stale, secrets.token_urlsafe(12))


def review_lines(reviews: Sequence[DocumentReview], rules: ClaimRules) -> tuple[Line, ...]:
    """Every review that was written, the oldest first: who, when, the opinion, what was commented, what was asked for."""
    return tuple((f"{moment(one.reviewed_at)} {_name(one.reviewed_by)}", _told(one, rules)) for one in reviews)


def _told(one: DocumentReview, rules: ClaimRules) -> str:
    in_order = sum(each.in_order for each in one.findings)
    notes = [f"{rules.name_of(each.point)}：{each.comment}" for each in one.findings if each.comment]
    asked = f"要补：{'、'.join(one.missing)}" if one.missing else "资料齐全"
    head = f"{in_order} 项没有问题，共 {len(one.findings)} 项，{len(one.papers)} 个文件；{asked}"
    return "\n".join((head, *notes, f"意见：{one.opinion}"))


def approval_lines(proposals: Sequence[Proposal]) -> tuple[Line, ...]:
    """Every decision that was put down, and what a second person said to it."""
    return tuple(line for one in proposals for line in _of_proposal(one))


def _of_proposal(one: Proposal) -> tuple[Line, ...]:
    within = "等审批" if one.waited else "在权限内，当时生效"
    first = (
        f"{moment(one.settlement.decided_at)} {_name(one.author)}",
        f"核定：{_result(one)}；要{one.level.zh}同意，{within}",
    )
    said = one.judgement
    if said is None:
        return (first,)
    word = "同意" if said.approved else "退回"
    return (first, (f"{moment(said.judged_at)} {_name(said.judged_by)}", f"审批：{word}。意见：{said.opinion}"))


def _result(one: Proposal) -> str:
    made = one.settlement
    return f"{made.decision.zh} {money(made.amount)}" if made.lines else made.decision.zh


def _name(by: str) -> str:
    return by.removeprefix("agent:")


@dataclass(frozen=True)
class ReviewDesk:
    deps: ConsoleDeps
    pages: Pages

    async def review(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Keep the review and go back to the sheet; refusals say why."""
        number, fields = request.match_info["number"], _texts(await read_form(request))
        rules, deadlines = self.deps.claim_rules, self.deps.deadlines
        missing = lines_of(fields.get("papers", ""))
        command = ReviewDocuments(
            number, _findings(fields, rules), fields.get("opinion", ""), missing, session.agent, self.deps.clock()
        )
        post = ClaimPost(number, fields.get("form_id", ""), "\n".join(missing))
        return await write_down(
            self.deps, self.pages, session, post, lambda work: review_documents(work, command, rules.points, deadlines)
        )

    async def judge(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Approve or send back, and go back to the sheet; refusals say why."""
        if not Level.SECOND_CLAIMS.is_met_by(session.staff):
            return self.pages.refuse(403, "核定由理赔岗或主管审批。")
        number, fields = request.match_info["number"], _texts(await read_form(request))
        if fields.get("answer") not in ("approve", "send_back"):
            return self.pages.refuse(400, "请先选同意还是退回。")
        approved = fields["answer"] == "approve"
        command = JudgeClaim(number, approved, fields.get("opinion", ""), session.staff, self.deps.clock())
        post = ClaimPost(number, fields.get("form_id", ""), flaw=command.flaw)
        return await write_down(
            self.deps, self.pages, session, post, lambda work: judge_claim(work, command, self.deps.deadlines)
        )


def _texts(fields: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value).strip() for name, value in fields.items()}


def _findings(fields: Mapping[str, str], rules: ClaimRules) -> tuple[PointFinding, ...]:
    return tuple(
        PointFinding(point.id, fields.get(f"ok_{point.id}") == "yes", fields.get(f"note_{point.id}", ""))
        for point in rules.points
    )
