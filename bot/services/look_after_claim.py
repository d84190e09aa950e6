"""Nobody's claim is late by being nobody's: a named account sees to it, its reporter is spoken with, and why it takes longer is said.

Source: company rules 004 §7.3.3 (a named person for what is late), 002 part 1 (first contact); 保险法 art 23: no date that the company
gives itself is after the law's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.errors import BotError
from bot.insurance.case_handler import HandlerChange
from bot.insurance.claim import Claim, ClaimStage, Delay
from bot.insurance.open_case import CaseKind
from bot.insurance.staff import May
from bot.insurance.task import DueMatter, Register
from bot.services.case_handler import write_handler
from bot.services.deadlines import speak_date
from bot.services.decide_claim import ClaimStepError, find_claim, tell_claimant
from bot.services.ports import UnitOfWork

CLOCK = "clock"
LEAST, LONGEST = 5, 200  # of a reason, in characters
_REGISTERS = (Register.CLAIM, Register.STEP, Register.CALL)


class CareFlawError(BotError):
    """What was recorded is incomplete or can't be; `data["flaw"]` says why, for the desk."""

    code = "claim_care_flaw"


def name_handlers(work: UnitOfWork, matters: Sequence[DueMatter], now: datetime) -> int:
    """Each claim among these that nobody sees to, or somebody who is gone, gets the account with the fewest open ones; how many were
    named. What is near its date is given out first."""
    able = [staff.name for staff in work.staff.all() if staff.may(May.RECORD_CLAIMS) and not staff.locked]
    numbers = list(dict.fromkeys(each.number for each in matters if each.register in _REGISTERS))
    if not able or not numbers:
        return 0
    load = {name: count for name, count in work.handlers.loads(CaseKind.CLAIM).items() if name in able}
    had, named = work.handlers.of(numbers), 0
    for number in numbers:
        if had.get(number, "") not in able:
            name = min(able, key=lambda each: (load.get(each, 0), each))
            load[name] = load.get(name, 0) + 1
            write_handler(work, number, HandlerChange(name, CLOCK, now))
            named += 1
    return named


def record_contact(work: UnitOfWork, claim_no: str, agent: str, at: datetime) -> Claim:
    """Somebody spoke with the reporter for the first time. Again it changes nothing.

    Raises LookupError: no such claim. ClaimStepError: it is over.
    """
    claim = find_claim(work, claim_no)
    if claim.contacted_at is not None:
        return claim
    if claim.is_over:
        raise ClaimStepError(stage=claim.stage.zh)
    spoken = replace(claim, contacted_at=at)
    work.claims.save(spoken)
    in_time = claim.contact_by is None or at <= claim.contact_by
    detail = {"in_time": str(in_time)}
    work.audit.append("claim.contacted", subject=claim_no, actor=f"agent:{agent}", at=at, detail=detail)
    return spoken


@dataclass(frozen=True)
class ExplainDelay:
    """`reason` is read by the claimant; `until` is the new date of the present step."""

    claim_no: str
    reason: str
    until: date
    agent: str
    at: datetime

    @property
    def flaw(self) -> str:
        fits = LEAST <= len(self.reason) <= LONGEST
        return "" if fits else f"原因要写 {LEAST} 到 {LONGEST} 个字，索赔的人会看到"


def may_be_explained(claim: Claim) -> bool:
    """A step of ours, before the decision: while papers are missing it is the claimant's turn."""
    over = claim.stage.is_decided or claim.is_over
    return not over and claim.stage is not ClaimStage.AWAITING_DOCUMENTS


def explain_delay(work: UnitOfWork, command: ExplainDelay) -> Claim:
    """Keep why and until when, and tell the claimant that there is a new date.

    Raises LookupError: no such claim. ClaimStepError: no step of ours. CareFlawError: the date is past, or after the law's.
    """
    claim = find_claim(work, command.claim_no)
    if not may_be_explained(claim):
        raise ClaimStepError(stage=claim.stage.zh)
    flaw = command.flaw or _date_flaw(claim, command)
    if flaw:
        raise CareFlawError(flaw=flaw)
    told = replace(claim, delay=Delay(command.reason, command.until, command.at))
    work.claims.save(told)
    day = speak_date(command.until, command.at.date())
    words = f"案件 {claim.claim_no} 这一步比计划慢了，改为最晚 {day}办完。原因打开在线客服说“查理赔进度”看。"
    sent = tell_claimant(work, told, words, command.at)
    detail = {"until": command.until.isoformat(), "told_by_text": str(sent)}
    work.audit.append(
        "claim.delay_told", subject=claim.claim_no, actor=f"agent:{command.agent}", at=command.at, detail=detail
    )
    return told


def _date_flaw(claim: Claim, command: ExplainDelay) -> str:
    today, legal = command.at.date(), claim.due_on
    if command.until < today:
        return "新的日期不能早于今天"
    if legal is not None and legal < today:
        return f"法定期限 {speak_date(legal, today)} 已经过了，不能再定新的日期，今天就办"
    if legal is not None and command.until > legal:
        return f"新的日期不能晚于法定期限 {speak_date(legal, today)}"
    return ""
