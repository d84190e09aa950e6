"""The form of the post that owns a request: what becomes of it, what the customer is told, which papers are wanted."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from datetime import date

from aiohttp import web

from bot.console.auth import Session
from bot.console.deps import ConsoleDeps
from bot.console.forms import read_form
from bot.console.pages import Pages
from bot.console.times import moment
from bot.console.wording import warning
from bot.insurance.policy import Servicer
from bot.insurance.service_request import RequestStatus, ServiceRequest
from bot.insurance.staff import Staff
from bot.services.advance_request import (
    CHANGE_SERVICER,
    LEAST_NOTE,
    LONGEST_NOTE,
    AdvanceRequest,
    RequestFlawError,
    RequestStepError,
    Surveyor,
    advance_request,
)
from bot.services.booked_survey import BOOK_SURVEY
from bot.services.ports import UnitOfWork
from bot.services.request_clock import notice_by

# What a status is called as something to record, where its name is not that.
_TITLES = {
    RequestStatus.WITH_PERSON: "处理中（写办到哪里、下一步）",
    RequestStatus.WAITING_FOR_PAPERS: "要补材料（一次说全）",
    RequestStatus.DONE: "办结（写办了什么）",
    RequestStatus.DECLINED: "不能办（写理由和还能怎么办）",
}
_SERVICER = ("servicer_name", "servicer_no", "servicer_phone")


@dataclass(frozen=True)
class RequestForm:
    """What the sheet offers. `asked_for`: what was asked for once, and alone may be asked for again; `notice_by`: until
    when the notice of what is missing is to be out; `servicer`: a new one is to be named when it is done; `surveyor`: who comes."""

    options: tuple[tuple[str, str], ...]
    asked_for: tuple[str, ...]
    notice_by: date | None
    servicer: bool
    surveyor: bool
    form_id: str
    least: int = LEAST_NOTE
    longest: int = LONGEST_NOTE


def request_form(work: UnitOfWork, number: str, deps: ConsoleDeps, staff: Staff) -> RequestForm | None:
    """None where nothing can be recorded, or not by this account."""
    request = work.requests.get(number) if number.startswith("S") else None
    if (
        request is None
        or not request.status.is_open
        or not staff.records_at(request.post, restricted=request.restricted)
    ):
        return None
    policy = work.policies.get(request.policy_no) if request.policy_no else None
    return RequestForm(
        options=tuple((status.value, _TITLES[status]) for status in request.status.following),
        asked_for=request.asked_for,
        notice_by=notice_by(request, policy, deps.deadlines),
        servicer=request.kind == CHANGE_SERVICER,
        surveyor=request.kind == BOOK_SURVEY,
        form_id=secrets.token_urlsafe(12),
    )


def past_steps(request: ServiceRequest) -> tuple[tuple[str, str], ...]:
    """Lines of the sheet: who recorded what, and when."""
    return tuple(
        (
            f"{moment(step.at)} {step.by.removeprefix('agent:').replace('customer', '客户')}",
            f"{step.status.zh}：{step.note}" + (f"（{'、'.join(step.papers)}）" if step.papers else ""),
        )
        for step in request.steps
    )


@dataclass(frozen=True)
class RequestDesk:
    deps: ConsoleDeps
    pages: Pages

    async def advance(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Record the step and go back to the sheet; refusals say why."""
        number = request.match_info["number"]
        fields = {name: str(value).strip() for name, value in (await read_form(request)).items()}
        status = next((one for one in RequestStatus if one.value == fields.get("status")), None)
        if status is None:
            return self.pages.refuse(400, "请先选一种处理。")
        papers = lines_of(fields.get("papers", "")) if status is RequestStatus.WAITING_FOR_PAPERS else ()
        people = _servicer(status, fields), _surveyor(status, fields)
        command = AdvanceRequest(
            number, status, fields.get("note", ""), session.agent, self.deps.clock(), papers, *people
        )
        refusal = await asyncio.to_thread(self._may_not, command, session.staff)
        if refusal:
            return self.pages.refuse(*refusal)
        if warned := await warning(session, self.deps.objection, "\n".join((command.note, *command.papers)), "客户"):
            return self.pages.refuse(422, warned)
        form_id = fields.get("form_id", "")
        refusal = await session.carry_out(form_id, lambda: self._carry_out(command))
        if refusal:
            return self.pages.refuse(*refusal)
        return web.Response(status=303, headers={"Location": f"/desk/cases/{number}"})

    def _may_not(self, command: AdvanceRequest, staff: Staff) -> tuple[int, str] | None:
        with self.deps.unit_of_work() as work:
            request = work.requests.get(command.request_no)
        if request is None or not staff.sees(request.post, restricted=request.restricted):
            return 404, "没有这个编号的业务。"
        if not staff.records_at(request.post, restricted=request.restricted):
            return 403, f"这件事由{request.post}岗登记。"
        return (400, f"{command.flaw}。") if command.flaw else None

    def _carry_out(self, command: AdvanceRequest) -> tuple[int, str] | None:
        """Why not; None when it is done."""
        try:
            with self.deps.unit_of_work() as work:
                advance_request(work, command, self.deps.deadlines)
                work.commit()
        except RequestStepError as error:
            return 409, f"这件事现在是“{error.data['stage']}”，不能这样登记。"
        except RequestFlawError as error:
            return 400, f"{error.data['flaw']}。"
        return None


def lines_of(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def _surveyor(status: RequestStatus, fields: dict[str, str]) -> Surveyor | None:
    name, phone = fields.get("surveyor_name", ""), fields.get("surveyor_phone", "")
    return Surveyor(name, phone) if status is RequestStatus.WITH_PERSON and (name or phone) else None


def _servicer(status: RequestStatus, fields: dict[str, str]) -> Servicer | None:
    name, registration_no, phone = (fields.get(each, "") for each in _SERVICER)
    told = status is RequestStatus.DONE and (name or registration_no or phone)
    return Servicer(name, registration_no, phone) if told else None
