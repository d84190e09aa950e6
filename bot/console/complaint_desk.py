"""The complaints post: registering what came another way, asking for what is missing, the decision."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.console.auth import Session
from bot.console.complaint_writing import NOT_THEIRS, written
from bot.console.deps import ConsoleDeps
from bot.console.forms import read_form
from bot.console.pages import Pages, as_pdf
from bot.console.request_desk import lines_of
from bot.console.times import CHINA, moment, typed_day, typed_moment
from bot.console.wording import warning
from bot.insurance.complaint import ComplainantRole, Complaint, ComplaintStage
from bot.insurance.complaint_handling import ComplaintChannel, ComplaintMove, MadeMove
from bot.insurance.root_cause import RootCause
from bot.insurance.staff import May, Staff
from bot.services.complaint_letter import complaint_letter
from bot.services.handle_complaint import (
    LEAST,
    LONGEST,
    DecideComplaint,
    SendNotice,
    decide_complaint,
    may_be_asked,
    may_decide,
    send_notice,
    unanswered,
)
from bot.services.move_complaint import MoveComplaint, move_complaint, moves_open_to
from bot.services.ports import UnitOfWork
from bot.services.register_complaint import (
    CHANNELS,
    LONGEST_NAME,
    LONGEST_NUMBER,
    LONGEST_WORDS,
    RegisterComplaint,
    RegistrationFlawError,
    register_complaint,
)

_APPROVALS = (ComplaintMove.GRANT_MORE, ComplaintMove.REFUSE_MORE)


@dataclass(frozen=True)
class HandlingForm:
    """What the sheet offers of the two; `verifying`: the decision is that of a 核查."""

    asks: bool
    decides: bool
    verifying: bool
    told_by_text: bool
    moves: tuple[ComplaintMove, ...]
    form_id: str
    unanswered: int = 0  # questions that wait for an answer
    causes: tuple[RootCause, ...] = tuple(RootCause)
    least: int = LEAST
    longest: int = LONGEST


def handling_form(work: UnitOfWork, number: str, deps: ConsoleDeps, staff: Staff) -> HandlingForm | None:
    """None where nothing can be recorded, or not by this officer."""
    complaint = work.complaints.get(number) if number.startswith("T") else None
    agent, superior = staff.name, staff.may(May.APPROVE)
    if complaint is None or not (superior or staff.may(May.HANDLE_COMPLAINTS)):
        return None
    asks, decides = may_be_asked(complaint, agent), may_decide(complaint, agent, superior=superior)
    today = deps.clock().astimezone(CHINA).date()
    moves = moves_open_to(complaint, agent, today, approver=superior)
    if not staff.may(May.HANDLE_COMPLAINTS):  # an approver sees what waits for him and nothing else
        asks, decides = False, decides and complaint.stage is ComplaintStage.VERIFYING
        moves = tuple(one for one in moves if one in _APPROVALS)
    if not (asks or decides or moves):
        return None
    verifying = complaint.stage is ComplaintStage.VERIFYING
    waits = unanswered(work, number) if decides else 0
    return HandlingForm(asks, decides, verifying, bool(complaint.phone), moves, secrets.token_urlsafe(12), waits)


def may_print_letter(work: UnitOfWork, number: str, staff: Staff) -> bool:
    """The complaints post, once something was decided, and never who keeps away from it."""
    complaint = work.complaints.get(number) if number.startswith("T") else None
    decided = complaint is not None and bool(complaint.decisions) and not complaint.bars(staff.name)
    return decided and staff.may(May.HANDLE_COMPLAINTS)


@dataclass(frozen=True)
class ComplaintDesk:
    deps: ConsoleDeps
    pages: Pages

    async def show_form(self, request: web.Request, session: Session) -> web.StreamResponse:
        if not session.staff.may(May.HANDLE_COMPLAINTS):
            return self._not_their_post()
        return self.pages.show(
            "complaint_new.html",
            session=session,
            channels=CHANNELS,
            roles=tuple(ComplainantRole),
            form_id=secrets.token_urlsafe(12),
            latest=self.deps.clock().astimezone(CHINA).strftime("%Y-%m-%dT%H:%M"),
            longest_number=LONGEST_NUMBER,
            longest=LONGEST_WORDS,
            longest_name=LONGEST_NAME,
        )

    async def register(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Write it and go to its sheet; refusals say why, and the same form may then be sent again."""
        if not session.staff.may(May.HANDLE_COMPLAINTS):
            return self._not_their_post()
        fields = {name: str(value).strip() for name, value in (await read_form(request)).items()}
        channel = next((one for one in CHANNELS if one.value == fields.get("channel")), None)
        received_at = typed_moment(fields.get("received_at", ""))
        form_id = fields.get("form_id", "")
        if channel is None or received_at is None or not form_id:
            return self.pages.refuse(400, "请选来件渠道，填收到的日期和时刻。")
        command = self._command(fields, session.agent, channel, received_at)
        try:
            complaint = await asyncio.to_thread(self._write, command)
        except RegistrationFlawError as error:
            return self.pages.refuse(400, f"{error.data['flaw']}。")
        return web.Response(status=303, headers={"Location": f"/desk/cases/{complaint.complaint_no}"})

    def _command(
        self, fields: dict[str, str], agent: str, channel: ComplaintChannel, received_at: datetime
    ) -> RegisterComplaint:
        role = next((one for one in ComplainantRole if one.value == fields.get("role")), ComplainantRole.SELF)
        return RegisterComplaint(
            channel=channel,
            received_at=received_at,
            words=fields.get("words", "").replace("\r\n", "\n"),
            agent=agent,
            at=self.deps.clock(),
            key=f"desk:{agent}:{fields['form_id']}",
            name=fields.get("name", ""),
            phone=fields.get("phone", ""),
            policy_no=fields.get("policy_no", "").upper(),
            against=fields.get("against", ""),
            role=role,
            earlier_no=fields.get("earlier_no", "").upper(),
            transfer_no=fields.get("transfer_no", ""),
            report_by=typed_day(fields.get("report_by", "")),
        )

    def _write(self, command: RegisterComplaint) -> Complaint:
        with self.deps.unit_of_work() as work:
            complaint = register_complaint(work, command, self.deps.complaint_rules, self.deps.deadlines)
            work.commit()
        return complaint

    async def ask(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Send the notice of what is missing."""
        number, fields = request.match_info["number"], await read_form(request)
        items, note = lines_of(str(fields.get("items", ""))), str(fields.get("note", "")).strip()
        told_how = str(fields.get("told_how", "")).strip()
        command = SendNotice(number, items, note, session.agent, self.deps.clock(), told_how)
        shown = "\n".join((note, *items))
        return await self._record(
            session, command, str(fields.get("form_id", "")), shown, lambda work: send_notice(work, command)
        )

    async def decide(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Record the decision and tell it."""
        number, fields = request.match_info["number"], await read_form(request)
        facts, basis, result, told_how, cause = (
            str(fields.get(name, "")).strip() for name in ("facts", "basis", "result", "told_how", "cause")
        )
        superior = session.staff.may(May.APPROVE)
        despite, now = fields.get("despite") == "1", self.deps.clock()
        command = DecideComplaint(
            number, facts, basis, result, session.agent, now, told_how, superior, despite, cause
        )  # fmt: skip
        shown = "\n".join((facts, basis, result))
        return await self._record(
            session, command, str(fields.get("form_id", "")), shown, lambda work: decide_complaint(work, command)
        )

    async def move(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Record what is done between accepting and deciding; the dates follow from it."""
        number, fields = request.match_info["number"], await read_form(request)
        move = next((one for one in ComplaintMove if one.value == fields.get("move")), None)
        note, approver = str(fields.get("note", "")).strip(), session.staff.may(May.APPROVE)
        if not session.staff.may(May.HANDLE_COMPLAINTS) and not (approver and move in _APPROVALS):
            return self._not_their_post()
        if move is None:
            return self.pages.refuse(400, "请先选一种办理。")
        if warned := await warning(session, self.deps.objection, note, "投诉人"):
            return self.pages.refuse(422, warned)
        told_how = str(fields.get("told_how", "")).strip()
        command = MoveComplaint(number, move, note, session.agent, self.deps.clock(), approver, told_how)
        form_id = str(fields.get("form_id", ""))
        refusal = await session.carry_out(
            form_id, lambda: written(self.deps, lambda work: move_complaint(work, command, self.deps.deadlines))
        )
        if refusal:
            return self.pages.refuse(*refusal)
        return web.Response(status=303, headers={"Location": f"/desk/cases/{number}"})

    async def letter(self, request: web.Request, session: Session) -> web.StreamResponse:
        """The decision as a PDF to be signed, sealed and sent; that it was taken out is recorded."""
        number = request.match_info["number"]
        printed = await asyncio.to_thread(self._print, number, session.staff)
        if printed is None:
            return self.pages.refuse(404, "还没有决定可以打印，或者不归您的岗位看。")
        return as_pdf(f"{number}.pdf", printed)

    def _print(self, number: str, staff: Staff) -> bytes | None:
        with self.deps.unit_of_work() as work:
            if not may_print_letter(work, number, staff):
                return None
            complaint, at = work.complaints.get(number), self.deps.clock()
            assert complaint is not None
            paper = complaint_letter(complaint, self.deps.settings.company, at.astimezone(CHINA).date())
            work.audit.append("desk.letter_printed", subject=number, actor=f"agent:{staff.name}", at=at, detail={})
            work.commit()
        return self.deps.print_paper(paper)

    async def _record(
        self,
        session: Session,
        command: SendNotice | DecideComplaint,
        form_id: str,
        shown: str,
        write: Callable[[UnitOfWork], Complaint],
    ) -> web.StreamResponse:
        of_superior = isinstance(command, DecideComplaint) and command.superior
        if not session.staff.may(May.HANDLE_COMPLAINTS) and not of_superior:
            return self._not_their_post()
        if command.flaw:
            return self.pages.refuse(400, f"{command.flaw}。")
        if warned := await warning(session, self.deps.objection, shown, "投诉人"):
            return self.pages.refuse(422, warned)
        refusal = await session.carry_out(form_id, lambda: written(self.deps, write))
        if refusal:
            return self.pages.refuse(*refusal)
        return web.Response(status=303, headers={"Location": f"/desk/cases/{command.complaint_no}"})

    def _not_their_post(self) -> web.Response:
        return self.pages.refuse(*NOT_THEIRS)


def decision_lines(complaint: Complaint) -> tuple[tuple[str, str], ...]:
    """Lines of the sheet."""
    found: list[tuple[str, str]] = []
    for made in complaint.decisions:
        what = "核查决定" if made.verifying else "处理决定"
        found += [(what, made.result), ("认定的事实", made.facts), ("依据", made.basis), ("作出", made.agent)]
        if made.cause:
            found.append(("根本原因（内部）", RootCause(made.cause).zh))
        if made.told_how:
            found.append(("告知方式和凭证", made.told_how))
    return tuple(found)


def past_moves(complaint: Complaint) -> tuple[tuple[str, str], ...]:
    """Lines of the sheet: what was done on the way, by whom, and what waits for a second person."""
    lines = [
        (f"{moment(one.at)} {one.agent}", "；告知：".join(filter(None, (_done(one), one.told_how))))
        for one in complaint.moves
    ]
    if complaint.asked_for_more_by:
        lines.append(("等待审批", f"{complaint.asked_for_more_by} 申请再延长 30 日，由另一位高级管理人员批准"))
    return tuple(lines)


def _done(made: MadeMove) -> str:
    about = f"（{made.subject}）" if made.subject else ""
    return f"{made.move.zh}{about}：{made.note}"
