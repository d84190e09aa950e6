"""On a complaint's sheet: stepping back, merging, taking back, a written 核查 application, proofs of delivery, a regulator's report."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from bot.console.auth import Session
from bot.console.complaint_writing import NOT_THEIRS, written
from bot.console.deps import ConsoleDeps
from bot.console.forms import read_form
from bot.console.pages import Pages, as_pdf
from bot.console.times import CHINA, moment, typed_moment
from bot.console.wording import warning
from bot.insurance.complaint import Complaint, ComplaintStage
from bot.insurance.complaint_delivery import DeliveryWay
from bot.insurance.complaint_notices import ToldNotice, told_notices
from bot.insurance.staff import May, Staff
from bot.services.follow_complaint import may_be_verified
from bot.services.merge_complaints import MergeComplaints, merge_complaints
from bot.services.ports import UnitOfWork
from bot.services.prove_delivery import LONGEST_RECEIPT, ProveDelivery, prove_delivery
from bot.services.record_withdrawal import LEAST, LONGEST, RecordWithdrawal, record_withdrawal
from bot.services.recuse_officer import RecuseOfficer, recuse_officer
from bot.services.report_to_regulator import (
    LONGEST_WORDS,
    ReportToRegulator,
    regulator_paper,
    report_to_regulator,
    written_report,
)
from bot.services.take_verification import LONGEST_WORDS as LONGEST_OBJECTION
from bot.services.take_verification import TakeVerification, take_verification


@dataclass(frozen=True)
class StepsForm:
    """What the sheet offers of them. `orders`: others may be told to keep away."""

    recuses: bool
    orders: bool
    merges: bool
    withdraws: bool
    verifies: bool
    notices: tuple[ToldNotice, ...]
    reports: bool
    told_by_text: bool
    form_id: str
    latest: str
    ways: tuple[DeliveryWay, ...] = tuple(DeliveryWay)
    least: int = LEAST
    longest: int = LONGEST
    longest_words: int = LONGEST_WORDS
    longest_objection: int = LONGEST_OBJECTION
    longest_receipt: int = LONGEST_RECEIPT


def steps_form(work: UnitOfWork, number: str, deps: ConsoleDeps, staff: Staff) -> StepsForm | None:
    """None where nothing of it can be written by this account."""
    complaint = work.complaints.get(number) if number.startswith("T") else None
    handles, orders = staff.may(May.HANDLE_COMPLAINTS), staff.may(May.APPROVE)
    if complaint is None or complaint.bars(staff.name) or not (handles or orders):
        return None
    going_on = complaint.is_open and complaint.stage is not ComplaintStage.VERIFYING
    return StepsForm(
        recuses=handles and complaint.is_open,
        orders=orders and complaint.is_open,
        merges=handles and going_on,
        withdraws=handles and complaint.is_open,
        verifies=handles and may_be_verified(complaint),
        notices=told_notices(complaint) if handles else (),
        reports=handles and complaint.owes_report,
        told_by_text=bool(complaint.phone),
        form_id=secrets.token_urlsafe(12),
        latest=deps.clock().astimezone(CHINA).strftime("%Y-%m-%dT%H:%M"),
    )


def delivery_lines(complaint: Complaint) -> tuple[tuple[str, str], ...]:
    """Lines of the sheet: each notice, and what proves that it arrived."""
    return tuple((f"{moment(one.at)} {one.title}", _proofs(one)) for one in told_notices(complaint))


def _proofs(notice: ToldNotice) -> str:
    proofs = (
        f"{moment(one.delivered_at)} {one.way.zh}，{one.way.receipt} {one.receipt_no}" for one in notice.deliveries
    )
    return "；".join(proofs) or "还没有送达凭证"


def may_print_report(work: UnitOfWork, number: str, staff: Staff) -> bool:
    complaint = work.complaints.get(number) if number.startswith("T") else None
    reported = complaint is not None and written_report(complaint) is not None and not complaint.bars(staff.name)
    return reported and staff.may(May.HANDLE_COMPLAINTS)


@dataclass(frozen=True)
class ComplaintSteps:
    deps: ConsoleDeps
    pages: Pages

    async def recuse(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Oneself, or, by a manager, whoever is named; who stepped back is led away from the sheet."""
        manager = session.staff.may(May.APPROVE)
        if not (manager or session.staff.may(May.HANDLE_COMPLAINTS)):
            return self.pages.refuse(*NOT_THEIRS)
        number, fields = request.match_info["number"], await _fields(request)
        who = fields.get("who") or session.agent
        command = RecuseOfficer(number, who, fields.get("reason", ""), session.agent, self.deps.clock(), manager)
        leads = "/desk/complaints" if who == session.agent else f"/desk/cases/{number}"
        return await self._write(session, fields, leads, lambda work: recuse_officer(work, command))

    async def merge(self, request: web.Request, session: Session) -> web.StreamResponse:
        number, fields = request.match_info["number"], await _fields(request)
        if fields.get("new_facts") not in ("yes", "no"):
            return self.pages.refuse(400, "请选有没有新的事实和理由。")
        command = MergeComplaints(
            number, fields.get("other_no", "").upper(), fields["new_facts"] == "yes", fields.get("reason", ""),
            session.agent, self.deps.clock(), fields.get("told_how", ""),
        )  # fmt: skip
        return await self._by_post(
            session, fields, number, lambda work: merge_complaints(work, command, self.deps.deadlines), command.reason
        )  # fmt: skip

    async def withdraw(self, request: web.Request, session: Session) -> web.StreamResponse:
        number, fields = request.match_info["number"], await _fields(request)
        command = RecordWithdrawal(
            number, fields.get("proof", ""), session.agent, self.deps.clock(), fields.get("told_how", "")
        )  # fmt: skip
        return await self._by_post(session, fields, number, lambda work: record_withdrawal(work, command))

    async def verify(self, request: web.Request, session: Session) -> web.StreamResponse:
        """An application for 核查 that came on paper."""
        number, fields = request.match_info["number"], await _fields(request)
        received_at = typed_moment(fields.get("received_at", ""))
        if received_at is None:
            return self.pages.refuse(400, "请填收到核查申请的日期和时刻。")
        command = TakeVerification(
            number, fields.get("words", "").replace("\r\n", "\n"), fields.get("proof", ""), received_at, session.agent,
            self.deps.clock(), fields.get("told_how", ""),
        )  # fmt: skip
        return await self._by_post(
            session, fields, number, lambda work: take_verification(work, command, self.deps.deadlines)
        )

    async def deliver(self, request: web.Request, session: Session) -> web.StreamResponse:
        number, fields = request.match_info["number"], await _fields(request)
        way = next((one for one in DeliveryWay if one.value == fields.get("way")), None)
        delivered_at = typed_moment(fields.get("delivered_at", ""))
        if way is None or delivered_at is None:
            return self.pages.refuse(400, "请选送达方式，填送达的日期和时刻。")
        command = ProveDelivery(
            number, fields.get("notice", ""), way, delivered_at, fields.get("receipt_no", ""), session.agent, self.deps.clock()
        )  # fmt: skip
        return await self._by_post(session, fields, number, lambda work: prove_delivery(work, command))

    async def report(self, request: web.Request, session: Session) -> web.StreamResponse:
        number, fields = request.match_info["number"], await _fields(request)
        command = ReportToRegulator(
            number, fields.get("paper_no", ""), fields.get("words", ""), fields.get("sent_how", ""), session.agent,
            self.deps.clock(),
        )  # fmt: skip
        return await self._by_post(session, fields, number, lambda work: report_to_regulator(work, command))

    async def print_report(self, request: web.Request, session: Session) -> web.StreamResponse:
        """The report as a PDF to be sealed; that it was taken out is recorded."""
        number = request.match_info["number"]
        printed = await asyncio.to_thread(self._print, number, session.staff)
        if printed is None:
            return self.pages.refuse(404, "还没有报告可以打印，或者不归您的岗位看。")
        return as_pdf(f"{number}-report.pdf", printed)

    def _print(self, number: str, staff: Staff) -> bytes | None:
        with self.deps.unit_of_work() as work:
            if not may_print_report(work, number, staff):
                return None
            complaint, at = work.complaints.get(number), self.deps.clock()
            assert complaint is not None
            paper = regulator_paper(complaint, self.deps.settings.company, at.astimezone(CHINA).date())
            work.audit.append("desk.report_printed", subject=number, actor=f"agent:{staff.name}", at=at, detail={})
            work.commit()
        return self.deps.print_paper(paper)

    async def _by_post(
        self,
        session: Session,
        fields: dict[str, str],
        number: str,
        write: Callable[[UnitOfWork], object],
        shown: str = "",
    ) -> web.StreamResponse:
        """`shown`: what of it the complainant reads."""
        if not session.staff.may(May.HANDLE_COMPLAINTS):
            return self.pages.refuse(*NOT_THEIRS)
        if shown and (warned := await warning(session, self.deps.objection, shown, "投诉人")):
            return self.pages.refuse(422, warned)
        return await self._write(session, fields, f"/desk/cases/{number}", write)

    async def _write(
        self, session: Session, fields: dict[str, str], leads: str, write: Callable[[UnitOfWork], object]
    ) -> web.StreamResponse:
        refusal = await session.carry_out(fields.get("form_id", ""), lambda: written(self.deps, write))
        if refusal:
            return self.pages.refuse(*refusal)
        return web.Response(status=303, headers={"Location": leads})


async def _fields(request: web.Request) -> dict[str, str]:
    return {name: str(value).strip() for name, value in (await read_form(request)).items()}
