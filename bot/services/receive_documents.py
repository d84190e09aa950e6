"""Papers of a claim come in: what is still missing, and the thirty days that ran on only while nothing was.

保险法第二十二、二十三条; 解释二第十五条: from the notice that something is missing until it arrives the clock of the thirty
days stands; 基本服务规定第二十三条's five working days and 交强险 never stand (X-16).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.calendars.clocks import Pause, PauseReason, due
from bot.insurance.claim import Claim, ClaimStage, ClaimStep
from bot.services.deadlines import Deadlines

_POST = "资料审核岗"
COMPULSORY = "D-L12"
_UNREGISTERED = (ClaimStage.REPORTED, ClaimStage.AWAITING_REGISTRATION)


def receive_documents(
    claim: Claim,
    received: Sequence[str],
    wanted: Sequence[str],
    at: datetime,
    deadlines: Deadlines,
    *,
    compulsory: bool = False,
) -> Claim:
    """The claim after the papers `received`; `wanted` are those it lacked before. All there: a stopped clock runs on, and
    of a compulsory motor policy (`compulsory`) the five days of 交强险条例 art 29 begin (X-16).
    """
    left = tuple(name for name in wanted if name not in received)
    what = "、".join(dict.fromkeys(received))
    note = f"客户补交（{at:%Y-%m-%d %H:%M}）：{what}" + (f"；还缺 {'、'.join(left)}" if left else "")
    changed = replace(claim, notes=(*claim.notes, note), missing_documents=left)
    if left or not wanted:
        return changed
    return papers_complete(changed, at, deadlines, compulsory=compulsory)


def papers_complete(claim: Claim, at: datetime, deadlines: Deadlines, *, compulsory: bool = False) -> Claim:
    """Nothing is missing any more. A claim that waited goes back to the stage it waited in, where its papers are reviewed before
    anything is adjudicated."""
    changed = replace(claim, missing_documents=(), documents_complete_on=at.date())
    if claim.stage is ClaimStage.AWAITING_DOCUMENTS:
        post, stage = claim.steps[-1].post if claim.steps else _POST, _before_waiting(claim)
        step = ClaimStep(stage, at, post, "资料收齐，审核后继续核定")
        changed = replace(changed, stage=stage, steps=(*claim.steps, step))
        changed = replace(changed, due_on=due_with_pauses(changed, deadlines))
    return _within_five_days(changed, at, deadlines) if compulsory else changed


def _before_waiting(claim: Claim) -> ClaimStage:
    """Where it was when papers were asked for; registered where nothing tells."""
    stages = [step.stage for step in claim.steps if step.stage is not ClaimStage.AWAITING_DOCUMENTS]
    before = stages[-1] if stages else ClaimStage.REGISTERED
    return ClaimStage.REGISTERED if before in _UNREGISTERED else before


def _within_five_days(claim: Claim, at: datetime, deadlines: Deadlines) -> Claim:
    """D-L12, where nothing earlier runs."""
    by = deadlines.due(COMPULSORY, at).internal_due
    if claim.stage.is_decided or (claim.due_on and claim.due_on <= by):
        return claim
    return replace(claim, due_on=by, due_rule=COMPULSORY)


def due_with_pauses(claim: Claim, deadlines: Deadlines) -> date | None:
    """By when the claim's present clock falls due, the days that its own article does not count left out."""
    rule = deadlines.rules.get(claim.due_rule)
    if rule is None or PauseReason.CLAIM_DOCUMENTS not in rule.pauses:
        return claim.due_on
    pauses = tuple(
        Pause(step.at, after.at, PauseReason.CLAIM_DOCUMENTS, claim.claim_no)
        for step, after in zip(claim.steps, claim.steps[1:], strict=False)
        if step.stage is ClaimStage.AWAITING_DOCUMENTS
    )
    return due(rule, claim.reported_at, calendar=deadlines.calendar, pauses=pauses).internal_due
