"""/desk/inquiries: what an officer asks about a complaint, for the one asked, who sees the question and no more of it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from aiohttp import web

from bot.console.auth import Guard, Session
from bot.console.case_access import CaseGuard, may_see_case
from bot.console.complaint_writing import NOT_THEIRS, written
from bot.console.deps import ConsoleDeps
from bot.console.forms import read_form
from bot.console.pages import Pages
from bot.console.times import CHINA, day, moment, typed_day
from bot.insurance.complaint import Complaint
from bot.insurance.complaint_list import running
from bot.insurance.inquiry import Inquiry, InquiryPage
from bot.insurance.staff import POSTS, May, Staff
from bot.services.inquire import LEAST, LONGEST, AnswerInquiry, Inquire, answer_inquiry, inquire, may_answer
from bot.services.ports import UnitOfWork
from bot.services.triage_complaint import RecusedError

MOST = 50  # that the page of tasks shows at once
_NONE = "没有这件协查，或者没有问您。"


@dataclass(frozen=True)
class InquiryForm:
    """What an officer may ask; `latest`: the last day for an answer, None while no clock runs."""

    posts: tuple[str, ...]
    first: date
    latest: date | None
    form_id: str
    least: int = LEAST
    longest: int = LONGEST


def inquiry_form(work: UnitOfWork, number: str, deps: ConsoleDeps, staff: Staff) -> InquiryForm | None:
    """None where there is nothing to ask, or not by this account."""
    complaint = work.complaints.get(number) if number.startswith("T") else None
    if complaint is None or not complaint.is_open or not staff.may(May.HANDLE_COMPLAINTS) or complaint.bars(staff.name):
        return None
    today = deps.clock().astimezone(CHINA).date()
    return InquiryForm(POSTS, today, complaint.statutory_due, secrets.token_urlsafe(12))


def inquiry_lines(inquiries: Sequence[Inquiry]) -> tuple[tuple[str, str], ...]:
    """Lines of the sheet: who asked whom what, and the answer."""
    return tuple(
        (f"{moment(one.asked_at)} {one.asked_by} 问 {one.asked}", f"{one.question}（{day(one.due)}前）\n{_answer(one)}")
        for one in inquiries
    )


def _answer(inquiry: Inquiry) -> str:
    if inquiry.answered_at is None:
        return "还没有答复"
    return f"{moment(inquiry.answered_at)} {inquiry.answered_by} 答：{inquiry.answer}"


def asked_of(work: UnitOfWork, staff: Staff) -> InquiryPage:
    """The first that wait for this account; those of a complaint that it keeps away from are left out."""
    page = work.inquiries.open_for(staff, MOST)
    barred = {one.complaint_no for one in page.inquiries if _is_barred(work, one.complaint_no, staff.name)}
    shown = tuple(one for one in page.inquiries if one.complaint_no not in barred)
    return InquiryPage(shown, page.total - len(page.inquiries) + len(shown))


def _is_barred(work: UnitOfWork, complaint_no: str, name: str) -> bool:
    complaint = work.complaints.get(complaint_no)
    return complaint is None or complaint.bars(name)


@dataclass(frozen=True)
class Inquiries:
    deps: ConsoleDeps
    pages: Pages

    def routes(self, signed_in: Guard) -> list[web.AbstractRouteDef]:
        seen = CaseGuard(self.deps, self.pages, signed_in)
        return [
            web.post(r"/desk/cases/{number:T\d{1,20}}/inquiry", seen(self.ask)),
            web.get(r"/desk/inquiries/{inquiry:Q\d{1,20}}", signed_in(self.show)),
            web.post(r"/desk/inquiries/{inquiry:Q\d{1,20}}/answer", signed_in(self.answer)),
        ]

    async def ask(self, request: web.Request, session: Session) -> web.StreamResponse:
        if not session.staff.may(May.HANDLE_COMPLAINTS):
            return self.pages.refuse(*NOT_THEIRS)
        number = request.match_info["number"]
        fields = {name: str(value).strip() for name, value in (await read_form(request)).items()}
        due = typed_day(fields.get("due", ""))
        if due is None:
            return self.pages.refuse(400, "请填最晚哪天答复。")
        command = Inquire(
            number, fields.get("question", ""), fields.get("background", ""), fields.get("post", ""),
            fields.get("colleague", ""), due, session.agent, self.deps.clock(),
        )  # fmt: skip
        form_id = fields.get("form_id", "")
        refusal = await session.carry_out(form_id, lambda: written(self.deps, lambda work: inquire(work, command)))
        if refusal:
            return self.pages.refuse(*refusal)
        return web.Response(status=303, headers={"Location": f"/desk/cases/{number}#inquiries"})

    async def show(self, request: web.Request, session: Session) -> web.StreamResponse:
        """The question, what is needed for it, and the answer; whoever sees the complaint is led to its sheet from here."""
        found = await asyncio.to_thread(self._look, request.match_info["inquiry"], session.staff)
        if found is None:
            return self.pages.refuse(404, _NONE)
        inquiry, complaint, sees_case = found
        return self.pages.show(
            "inquiry.html",
            session=session,
            inquiry=inquiry,
            sees_case=sees_case,
            answers=may_answer(complaint, inquiry, session.staff),
            over=not complaint.is_open,
            mark=running("最晚答复", inquiry.due, self.deps.clock().astimezone(CHINA).date()),
            form_id=secrets.token_urlsafe(12),
            least=LEAST,
            longest=LONGEST,
        )

    def _look(self, number: str, staff: Staff) -> tuple[Inquiry, Complaint, bool] | None:
        with self.deps.unit_of_work() as work:
            inquiry = work.inquiries.get(number)
            complaint = work.complaints.get(inquiry.complaint_no) if inquiry else None
            if inquiry is None or complaint is None:
                return None
            if complaint.bars(staff.name):
                raise RecusedError(agent=staff.name)
            sees_case = may_see_case(work, complaint.complaint_no, staff)
            if not sees_case and not inquiry.asks(staff):
                return None
            actor, at = f"agent:{staff.name}", self.deps.clock()
            work.audit.append("desk.inquiry_viewed", subject=number, actor=actor, at=at, detail={})
            work.commit()
        return inquiry, complaint, sees_case

    async def answer(self, request: web.Request, session: Session) -> web.StreamResponse:
        number, fields = request.match_info["inquiry"], await read_form(request)
        # For who is not asked there is none, whatever its number.
        if await asyncio.to_thread(self._look, number, session.staff) is None:
            return self.pages.refuse(404, _NONE)
        words = str(fields.get("answer", "")).strip()
        command = AnswerInquiry(number, words, session.staff, self.deps.clock())
        form_id = str(fields.get("form_id", ""))
        refusal = await session.carry_out(
            form_id, lambda: written(self.deps, lambda work: answer_inquiry(work, command))
        )  # fmt: skip
        if refusal:
            return self.pages.refuse(*refusal)
        return web.Response(status=303, headers={"Location": f"/desk/inquiries/{number}"})
