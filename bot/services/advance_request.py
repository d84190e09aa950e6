"""The post that owns a request takes it on: in hand, papers wanted, done, or not to be done; the customer hears each time.

Source: 基本服务规定 art 19 (what is missing is said once, all of it), art 20; business flows 0.5.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.errors import BotError
from bot.insurance.policy import Servicer
from bot.insurance.service_request import SURVEYOR, RequestStatus, RequestStep, ServiceRequest
from bot.services.assess_loss import DISPUTE, OF_CLAIM, have_handled
from bot.services.booked_survey import BOOK_SURVEY
from bot.services.deadlines import Deadlines, speak_date
from bot.services.list_matters import REQUEST_NAMES, WAYS_ON
from bot.services.ports import UnitOfWork
from bot.services.request_clock import admitted, waiting
from bot.text.identifiers import is_mobile

LEAST_NOTE, LONGEST_NOTE = 5, 300
MOST_PAPERS, LONGEST_PAPER = 20, 60
CHANGE_SERVICER = "change_servicer"
_CONTACTS = ("联系电话", "联系方式")  # the lines of a card that say how to reach who asks
_NO_ANSWER_WANTED = ("要不要反馈", "不用")


class RequestStepError(BotError):
    """The request can't go there from where it is; `data["stage"]` is its status in Chinese."""

    code = "request_step"


class RequestFlawError(BotError):
    """What was recorded is incomplete; `data["flaw"]` says what is missing, for the desk."""

    code = "request_flaw"


@dataclass(frozen=True)
class Surveyor:
    """Who comes to look at a loss, as the customer is told."""

    name: str
    phone: str

    @property
    def spoken(self) -> str:
        return f"{self.name} {self.phone}"


@dataclass(frozen=True)
class AdvanceRequest:
    """`note` is what the customer reads; `papers` go with WAITING_FOR_PAPERS, `servicer` with a change of servicer done,
    `surveyor` with a booked survey in hand."""

    request_no: str
    status: RequestStatus
    note: str
    agent: str
    at: datetime
    papers: tuple[str, ...] = ()
    servicer: Servicer | None = None
    surveyor: Surveyor | None = None

    @property
    def flaw(self) -> str:
        """What is wrong with it whatever the request; "" for nothing."""
        if not LEAST_NOTE <= len(self.note) <= LONGEST_NOTE:
            return f"说明要写 {LEAST_NOTE} 到 {LONGEST_NOTE} 个字，客户会看到"
        if self.status is not RequestStatus.WAITING_FOR_PAPERS:
            return ""
        fits = 0 < len(self.papers) <= MOST_PAPERS and all(len(paper) <= LONGEST_PAPER for paper in self.papers)
        return "" if fits else f"要补的材料一行一样，1 到 {MOST_PAPERS} 样，每样不超过 {LONGEST_PAPER} 个字"


def advance_request(work: UnitOfWork, command: AdvanceRequest, deadlines: Deadlines) -> ServiceRequest:
    """Store the step, move the clock, queue one text to whoever asked.

    Raises:
        LookupError: no such request. RequestStepError, RequestFlawError: as they say.
    """
    request = work.requests.get(command.request_no)
    if request is None:
        raise LookupError(command.request_no)
    if command.status not in request.status.following:
        raise RequestStepError(stage=request.status.zh)
    flaw = command.flaw or _flaw_for(request, command)
    if flaw:
        raise RequestFlawError(flaw=flaw)
    _refuse_own_review(work, request, command)
    step = RequestStep(command.status, command.at, f"agent:{command.agent}", command.note, command.papers)
    changed = replace(request, status=command.status, papers=_papers(request, command), steps=(*request.steps, step))
    changed = _with_surveyor(_with_clock(changed, command, deadlines), command.surveyor)
    if command.servicer:
        work.policies.assign_servicer(request.policy_no, command.servicer)
    work.requests.save(changed)
    told = _tell(work, changed, command)
    detail = {"from": request.status.value, "to": command.status.value, "told_by_text": str(told)}
    if command.surveyor:
        detail["surveyor"] = "named"
    if command.servicer:
        detail["servicer"] = command.servicer.registration_no
    work.audit.append(
        "request.moved", subject=request.request_no, actor=f"agent:{command.agent}", at=command.at, detail=detail
    )
    return changed


def _refuse_own_review(work: UnitOfWork, request: ServiceRequest, command: AdvanceRequest) -> None:
    """What is disagreed with is answered by somebody who had no hand in it (business flows F23). Raises RequestFlawError."""
    if request.kind != DISPUTE or command.status not in (RequestStatus.DONE, RequestStatus.DECLINED):
        return
    claim = work.claims.get(dict(request.fields).get(OF_CLAIM, ""))
    if claim is not None and f"agent:{command.agent}" in have_handled(work, claim):
        raise RequestFlawError(flaw="复核要由没有核定、审批、定损过这件案子的人答复")


def _flaw_for(request: ServiceRequest, command: AdvanceRequest) -> str:
    added = [paper for paper in command.papers if paper not in request.asked_for]
    if command.status is RequestStatus.WAITING_FOR_PAPERS and request.asked_for and added:
        return f"要补什么已经一次通知过（基本服务规定第十九条），再要的只能是：{'、'.join(request.asked_for)}"
    assigns = request.kind == CHANGE_SERVICER and command.status is RequestStatus.DONE
    servicer = command.servicer
    if assigns and (
        servicer is None or not servicer.name or not servicer.registration_no or not is_mobile(servicer.phone)
    ):
        return "要写新服务人员的姓名、执业登记号和 11 位手机号，客户会收到"
    if servicer is not None and not assigns:
        return "只有办结换服务人员时才登记新的服务人员"
    return _surveyor_flaw(request, command)


def _surveyor_flaw(request: ServiceRequest, command: AdvanceRequest) -> str:
    """A booked survey is confirmed with who comes; somebody else may be named later."""
    surveyor, confirms = command.surveyor, request.kind == BOOK_SURVEY and command.status is RequestStatus.WITH_PERSON
    if surveyor is None:
        return "要写查勘员的姓名和手机号" if confirms and SURVEYOR not in dict(request.fields) else ""
    if not confirms:
        return "只有确认查勘时才登记查勘员"
    return "" if surveyor.name and is_mobile(surveyor.phone) else "查勘员要写姓名和 11 位手机号，客户会收到"


def _with_surveyor(request: ServiceRequest, surveyor: Surveyor | None) -> ServiceRequest:
    if surveyor is None:
        return request
    others = tuple(field for field in request.fields if field[0] != SURVEYOR)
    return replace(request, fields=(*others, (SURVEYOR, surveyor.spoken)))


def _papers(request: ServiceRequest, command: AdvanceRequest) -> tuple[str, ...]:
    """What is still to be handed in."""
    if command.status is RequestStatus.WAITING_FOR_PAPERS:
        return command.papers
    told_of_again = command.status is request.status  # work goes on while the customer collects what he was told to
    return request.papers if told_of_again else ()


def _with_clock(request: ServiceRequest, command: AdvanceRequest, deadlines: Deadlines) -> ServiceRequest:
    if command.status is RequestStatus.WAITING_FOR_PAPERS:
        return waiting(request, deadlines)
    return admitted(request, command.at, deadlines) if command.status is RequestStatus.WITH_PERSON else request


def _tell(work: UnitOfWork, request: ServiceRequest, command: AdvanceRequest) -> bool:
    phone = phone_of(work, request)
    if phone:
        work.texts.send(phone, f"【保险客服】{notice_text(request, command, command.at.date())}", command.at)
    return bool(phone)


def phone_of(work: UnitOfWork, request: ServiceRequest) -> str:
    """The registered phone of who asked, else the one that was left; "" for who stays unknown or wants to hear nothing."""
    if request.restricted and _NO_ANSWER_WANTED in request.fields:
        return ""
    party = work.parties.get(request.applicant_id) if request.applicant_id and not request.restricted else None
    left = (value for label, value in request.fields if label in _CONTACTS and is_mobile(value))
    return party.phone if party else next(left, "")


def notice_text(request: ServiceRequest, command: AdvanceRequest, today: date) -> str:
    """What the text says: number, stage, what to hand in, what follows. The note is read where the customer is known."""
    number, status = request.request_no, request.status.zh
    servicer, surveyor = command.servicer, command.surveyor
    if request.restricted:  # who reads over a shoulder learns of no report
        return f"您反映的事（编号 {number}）有新进展：{status}。详情凭编号到在线客服查。"
    lines = [f"您的{REQUEST_NAMES.get(request.kind, '业务')}申请 {number}：{status}。"]
    if request.papers and request.status is RequestStatus.WAITING_FOR_PAPERS:
        lines.append(f"请补：{'、'.join(request.papers)}。打开在线客服说“补材料 {number}”，拍照就能传。")
    if servicer:
        lines.append(f"新服务人员 {servicer.name}，执业登记号 {servicer.registration_no}，电话 {servicer.phone}。")
    if surveyor:
        lines.append(f"查勘员 {surveyor.name}，电话 {surveyor.phone}，到之前会打给您。")
    elif request.status is RequestStatus.WITH_PERSON and request.due_on:
        lines.append(f"最晚 {speak_date(request.due_on, today)} 办完。")
    if request.status is RequestStatus.DECLINED:
        lines.append(WAYS_ON)
    lines.append(f"说明打开在线客服说“{number} 到哪一步了”看。")
    return "".join(lines)
