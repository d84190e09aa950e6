"""An officer asks a post or a colleague about a complaint, and gets an answer in writing (company rules art 17; F11, F24)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.errors import BotError
from bot.insurance.complaint import Complaint
from bot.insurance.inquiry import Inquiry
from bot.insurance.staff import POSTS, Staff
from bot.services.handle_complaint import ComplaintFlawError, ComplaintStepError, complaint_for
from bot.services.ports import UnitOfWork
from bot.services.triage_complaint import RecusedError

PREFIX = "Q"
LEAST, LONGEST = 5, 500


class NotAskedError(BotError):
    """Whoever answers is not the one asked."""

    code = "not_asked"


class AnsweredError(BotError):
    """It has been answered; an answer is given once."""

    code = "answered"


@dataclass(frozen=True)
class Inquire:
    """`background`: what of the complaint the one asked needs; he is told no more. `colleague`: one person, else "" and `post`
    answers, whoever works there."""

    complaint_no: str
    question: str
    background: str
    post: str
    colleague: str
    due: date
    agent: str
    at: datetime


@dataclass(frozen=True)
class AnswerInquiry:
    number: str
    answer: str
    staff: Staff
    at: datetime


def inquire(work: UnitOfWork, command: Inquire) -> Inquiry:
    """Write the question; it is a task of the one asked until it is answered or the complaint is over.

    Raises:
        LookupError: there is no such complaint. RecusedError, ComplaintStepError, ComplaintFlawError: as they say.
    """
    complaint = complaint_for(work, command.complaint_no, command.agent)
    if not complaint.is_open:
        raise ComplaintStepError(stage=complaint.stage.zh)
    if flaw := _flaw(work, complaint, command):
        raise ComplaintFlawError(flaw=flaw)
    made = Inquiry(
        number=work.numbers.next(PREFIX, command.at.date()),
        complaint_no=command.complaint_no,
        question=command.question,
        background=command.background,
        post="" if command.colleague else command.post,
        colleague=command.colleague,
        due=command.due,
        asked_by=command.agent,
        asked_at=command.at,
    )
    work.inquiries.add(made)
    detail = {"inquiry": made.number, "asked": made.asked, "due": made.due.isoformat()}
    actor = f"agent:{command.agent}"
    work.audit.append("complaint.inquired", subject=command.complaint_no, actor=actor, at=command.at, detail=detail)
    return made


def _flaw(work: UnitOfWork, complaint: Complaint, command: Inquire) -> str:
    if not LEAST <= len(command.question) <= LONGEST:
        return f"要问的事要写 {LEAST} 到 {LONGEST} 个字"
    if len(command.background) > LONGEST:
        return f"背景不超过 {LONGEST} 个字"
    latest = complaint.statutory_due
    if command.due < command.at.date() or (latest and command.due > latest):
        return f"答复日期从今天起{f'，不能晚于这件投诉的期限 {latest}' if latest else ''}"
    return _flaw_of_asked(work, complaint, command)


def _flaw_of_asked(work: UnitOfWork, complaint: Complaint, command: Inquire) -> str:
    if not command.colleague:
        return "" if command.post in POSTS else "请选问哪个岗位，或写同事的工号"
    asked = work.staff.get(command.colleague)
    if asked is None or asked.locked:
        return "没有这个工号，或者已经停用"
    if complaint.bars(command.colleague):
        return "投诉的是这位同事，或者他已经回避，不能问他；可以问他的岗位"
    return "不能问自己" if command.colleague == command.agent else ""


def may_answer(complaint: Complaint, inquiry: Inquiry, staff: Staff) -> bool:
    """Whether this account is asked, may know of the complaint, and an answer still matters."""
    return inquiry.is_open and complaint.is_open and inquiry.asks(staff) and not complaint.bars(staff.name)


def answer_inquiry(work: UnitOfWork, command: AnswerInquiry) -> Inquiry:
    """Write the answer, which stays.

    Raises:
        LookupError: there is no such inquiry. RecusedError, NotAskedError, AnsweredError, ComplaintStepError (the complaint
        is over), ComplaintFlawError: as they say.
    """
    inquiry, name = work.inquiries.get(command.number), command.staff.name
    complaint = work.complaints.get(inquiry.complaint_no) if inquiry else None
    if inquiry is None or complaint is None:
        raise LookupError(command.number)
    if complaint.bars(name):
        raise RecusedError(agent=name)
    if not inquiry.asks(command.staff):
        raise NotAskedError(agent=name)
    if not complaint.is_open:
        raise ComplaintStepError(stage=complaint.stage.zh)
    if not LEAST <= len(command.answer) <= LONGEST:
        raise ComplaintFlawError(flaw=f"答复要写 {LEAST} 到 {LONGEST} 个字")
    answered = replace(inquiry, answer=command.answer, answered_by=name, answered_at=command.at)
    if not work.inquiries.answer(answered):
        raise AnsweredError(number=command.number)
    detail = {"inquiry": command.number}
    work.audit.append(
        "complaint.inquiry_answered", subject=inquiry.complaint_no, actor=f"agent:{name}", at=command.at, detail=detail
    )  # fmt: skip
    return answered
