"""The officer's choice on a complaint's sheet: five outcomes with what each means and by when the complainant is told, beside what the
record says of the grounds of not accepting."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from aiohttp import web

from bot.console.auth import Session
from bot.console.complaint_writing import NOT_THEIRS, written
from bot.console.deps import ConsoleDeps
from bot.console.forms import read_form
from bot.console.pages import Pages
from bot.console.times import day, moment
from bot.console.wording import warning
from bot.insurance.complaint import Complaint
from bot.insurance.staff import May, Staff
from bot.insurance.triage import TriageOutcome
from bot.services.ports import UnitOfWork
from bot.services.triage_complaint import (
    LEAST_REASON,
    LONGEST_REASON,
    TriageComplaint,
    may_triage,
    tell_by,
    triage_complaint,
)
from bot.services.triage_hints import TriageHint, triage_hints


@dataclass(frozen=True)
class TriageForm:
    """What the sheet offers. `form_id`: a double click must not choose twice."""

    options: tuple[tuple[TriageOutcome, str], ...]
    form_id: str
    told_by_text: bool
    hints: tuple[TriageHint, ...] = ()
    least: int = LEAST_REASON
    longest: int = LONGEST_REASON


def triage_form(work: UnitOfWork, number: str, staff: Staff) -> TriageForm | None:
    """The form for this officer; None where there is nothing to choose, or the choice is not his."""
    complaint = work.complaints.get(number) if number.startswith("T") else None
    if complaint is None or not staff.may(May.HANDLE_COMPLAINTS) or not may_triage(complaint, staff.name):
        return None
    options = tuple((outcome, deadline_text(complaint, outcome)) for outcome in TriageOutcome)
    hints = triage_hints(work, complaint, staff.name)
    return TriageForm(options, secrets.token_urlsafe(12), told_by_text=bool(complaint.phone), hints=hints)


def deadline_text(complaint: Complaint, outcome: TriageOutcome) -> str:
    target, latest = tell_by(complaint)
    told = f"告知投诉人：目标 {day(target)}，最晚 {day(latest)}"
    if outcome is TriageOutcome.ACCEPT:
        clocks = complaint.clocks
        return f"{told}；作出处理决定：{day(clocks.decide_by)}，复杂的 {day(clocks.decide_by_complex)}"
    if outcome is TriageOutcome.OTHER_DEPARTMENT:
        return f"{told}；答复：{day(complaint.clocks.decide_by)}"
    return f"{told}，写明理由"


@dataclass(frozen=True)
class TriageDesk:
    deps: ConsoleDeps
    pages: Pages

    async def choose(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Carry the choice out and go back to the sheet; refusals say why."""
        if not session.staff.may(May.HANDLE_COMPLAINTS):
            return self.pages.refuse(*NOT_THEIRS)
        number = request.match_info["number"]
        fields = await read_form(request)
        reason = str(fields.get("reason", "")).strip()
        outcome = next((one for one in TriageOutcome if one.value == fields.get("outcome")), None)
        if outcome is None:
            return self.pages.refuse(400, "请先选一种处理。")
        if not LEAST_REASON <= len(reason) <= LONGEST_REASON:
            return self.pages.refuse(400, f"理由要写 {LEAST_REASON} 到 {LONGEST_REASON} 个字，投诉人会看到。")
        if warned := await warning(session, self.deps.objection, reason, "投诉人"):
            return self.pages.refuse(422, warned)
        told_how = str(fields.get("told_how", "")).strip()
        form_id = str(fields.get("form_id", ""))
        command = TriageComplaint(number, outcome, reason, session.agent, self.deps.clock(), told_how)
        refusal = await session.carry_out(
            form_id, lambda: written(self.deps, lambda work: triage_complaint(work, command))
        )  # fmt: skip
        if refusal:
            return self.pages.refuse(*refusal)
        return web.Response(status=303, headers={"Location": f"/desk/cases/{number}"})


def _told(told_how: str) -> str:
    return f"；告知：{told_how}" if told_how else ""


def past_choices(complaint: Complaint) -> tuple[tuple[str, str], ...]:
    """Lines of the sheet: who chose what, when and why."""
    return tuple(
        (f"{moment(one.at)} {one.agent}", f"{one.outcome.zh}：{one.reason}{_told(one.told_how)}")
        for one in complaint.triages
    )
