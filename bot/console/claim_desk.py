"""The claims post's forms on a case's sheet: the next stage with a note, the assessed loss, and the decision with its computation."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from decimal import Decimal

from aiohttp import web

from bot.console.auth import Session
from bot.console.claim_posts import ClaimPost, write_down
from bot.console.deps import ConsoleDeps
from bot.console.forms import read_form
from bot.console.pages import Pages
from bot.console.times import day, moment
from bot.insurance.approval import own_level
from bot.insurance.assessment import LossAssessment
from bot.insurance.claim import Claim, ClaimStage
from bot.insurance.settlement import AmountLine, Decision
from bot.services.assess_loss import ReleaseAssessment, may_be_assessed, release_assessment
from bot.services.decide_claim import (
    LEAST_NOTE,
    LONGEST_NOTE,
    DecideClaim,
    MoveClaim,
    decide_claim,
    may_be_decided,
    may_be_moved,
    move_claim,
)
from bot.services.ports import UnitOfWork
from bot.services.reviewed_papers import papers_are_reviewed
from bot.services.speak_money import money
from bot.text.masking import mask_free_text

_LINE = re.compile(r"^(.{1,40}?)[\s:：]+([-−]?[\d,，]{1,15}(?:\.\d{1,2})?)\s*元?$")
_MOST_LINES = 30
# What a stage is called as something to record, where its name is not that.
_TITLES = {
    ClaimStage.AWAITING_REGISTRATION: "暂不立案（写明原因和怎么补）",
    ClaimStage.DENIED: "不予赔付通知书已发出",
    ClaimStage.CLOSED: "赔款已支付，结案",
}


@dataclass(frozen=True)
class ClaimForm:
    """What the sheet offers. `form_id`: a double click must not record twice."""

    stages: tuple[tuple[str, str], ...]
    decisions: tuple[Decision, ...]
    form_id: str
    assesses: bool = False
    least: int = LEAST_NOTE
    longest: int = LONGEST_NOTE


def claim_form(work: UnitOfWork, number: str) -> ClaimForm | None:
    """None where nothing can be recorded."""
    claim = work.claims.get(number) if number.startswith("C") else None
    if claim is None:
        return None
    reviewed = papers_are_reviewed(work, number)
    following = claim.stage.following if may_be_moved(claim) else ()
    if not reviewed and not claim.stage.is_decided:
        following = tuple(stage for stage in following if stage is not ClaimStage.ADJUDICATING)
    stages = tuple((stage.value, _TITLES.get(stage, stage.zh)) for stage in following)
    decisions = tuple(Decision) if may_be_decided(claim) and reviewed else ()
    assesses = may_be_assessed(claim)
    return ClaimForm(stages, decisions, secrets.token_urlsafe(12), assesses) if stages or decisions else None


def read_lines(text: str) -> tuple[AmountLine, ...] | None:
    """One "项目 金额" a line, what is taken off with a minus; None when a line can't be read."""
    rows = [line.strip() for line in text.splitlines() if line.strip()]
    found = [_LINE.match(row) for row in rows]
    if len(rows) > _MOST_LINES or not all(found):
        return None
    return tuple(AmountLine(each[1].strip(), _amount(each[2])) for each in found if each)


def _amount(written: str) -> Decimal:
    return Decimal(re.sub("[,，]", "", written).replace("−", "-"))


@dataclass(frozen=True)
class ClaimDesk:
    deps: ConsoleDeps
    pages: Pages

    async def move(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Record the next stage and go back to the sheet; refusals say why."""
        number, fields = request.match_info["number"], await read_form(request)
        note = str(fields.get("note", "")).strip()
        stage = next((one for one in ClaimStage if one.value == fields.get("stage")), None)
        if stage is None:
            return self.pages.refuse(400, "请先选下一步。")
        command = MoveClaim(number, stage, note, session.agent, self.deps.clock())
        form, deadlines = ClaimPost(number, str(fields.get("form_id", "")), note, command.flaw), self.deps.deadlines
        return await write_down(self.deps, self.pages, session, form, lambda work: move_claim(work, command, deadlines))

    async def assess(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Release an assessed loss to the claimant and go back to the sheet; refusals say why."""
        number, fields = request.match_info["number"], await read_form(request)
        basis, lines = str(fields.get("basis", "")).strip()[:LONGEST_NOTE], read_lines(str(fields.get("lines", "")))
        if lines is None:
            return self.pages.refuse(400, f"定损明细一行一项：项目 金额，最多 {_MOST_LINES} 行。")
        command = ReleaseAssessment(number, lines, basis, session.agent, self.deps.clock())
        shown = "\n".join((basis, *(line.item for line in lines)))
        form = ClaimPost(number, str(fields.get("form_id", "")), shown, command.flaw)
        return await write_down(self.deps, self.pages, session, form, lambda work: release_assessment(work, command))

    async def decide(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Record the decision and go back to the sheet; refusals say why."""
        number, fields = request.match_info["number"], await read_form(request)
        clause, reason = (str(fields.get(name, "")).strip()[:LONGEST_NOTE] for name in ("clause", "reason"))
        decision = next((one for one in Decision if one.value == fields.get("decision")), None)
        lines = read_lines(str(fields.get("lines", "")))
        if decision is None:
            return self.pages.refuse(400, "请先选核定结论。")
        if lines is None:
            return self.pages.refuse(400, f"计算明细一行一项：项目 金额，扣减写负数，最多 {_MOST_LINES} 行。")
        level = own_level(session.staff)
        command = DecideClaim(number, decision, lines, clause, reason, session.agent, self.deps.clock(), level)
        shown = "\n".join((clause, reason, *(line.item for line in lines)))
        form = ClaimPost(number, str(fields.get("form_id", "")), shown, command.flaw)
        deadlines, matrix = self.deps.deadlines, self.deps.claim_rules.approval
        return await write_down(
            self.deps, self.pages, session, form, lambda work: decide_claim(work, command, deadlines, matrix)
        )


def assessment_lines(claim: Claim) -> tuple[tuple[str, str], ...]:
    """Lines of the sheet: every amount that was released, and what the claimant said to it."""
    return tuple(
        (f"{moment(one.released_at)} {one.released_by.removeprefix('agent:')}", _told(one)) for one in claim.assessments
    )


def _told(one: LossAssessment) -> str:
    answer = "客户还没有答复"
    if one.agreed_at:
        answer = f"客户 {moment(one.agreed_at)} 同意"
    elif one.disagreed_at:
        answer = f"客户 {moment(one.disagreed_at)} 不同意：{mask_free_text(one.objection)}"
    items = "，".join(f"{line.item} {money(line.amount)}" for line in one.lines)
    return f"{money(one.amount)}（{items}）；依据：{one.basis}；{answer}"


def settlement_lines(claim: Claim) -> tuple[tuple[str, str], ...]:
    """Lines of the sheet: the decision, its computation and its dates."""
    one = claim.settlement
    if one is None:
        return ()
    return (
        ("结论", one.decision.zh),
        *((line.item, money(line.amount)) for line in one.lines),
        ("合计", money(one.amount) if one.lines else ""),
        ("依据", one.clause),
        ("理由", one.reason),
        ("核定", f"{moment(one.decided_at)} {one.decided_by.removeprefix('agent:')}"),
        ("通知书最晚发出（D-L06）", day(one.notice_by) if one.notice_by else ""),
        ("通知书已发出", day(one.notice_on) if one.notice_on else ""),
        ("客户同意", moment(one.agreed_at) if one.agreed_at else ""),
        ("最晚支付（D-L05）", day(one.pay_by) if one.pay_by else ""),
        ("已支付", day(one.paid_on) if one.paid_on else ""),
    )
