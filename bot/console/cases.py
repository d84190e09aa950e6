"""/desk/cases: what was filed and is still open, the first due first, one case and its files. Every look is recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from aiohttp import web

from bot.complaints.rule import KIND_NAMES
from bot.console.auth import Guard, Session
from bot.console.case_access import CaseGuard
from bot.console.case_files import CaseFiles, may_open_files
from bot.console.case_handler import NOBODY, HandlerDesk, HandlerForm, handler_form
from bot.console.case_papers import PapersDesk, PapersForm, papers_form
from bot.console.case_sheet import TRANSACTION_NAMES, CaseSheet, find_sheet
from bot.console.claim_care import CareDesk
from bot.console.claim_desk import ClaimDesk
from bot.console.claim_review import ReviewDesk
from bot.console.claim_sheet import ClaimSheet, claim_sheet
from bot.console.complaint_desk import ComplaintDesk, HandlingForm, handling_form, may_print_letter
from bot.console.complaint_steps import ComplaintSteps, StepsForm, may_print_report, steps_form
from bot.console.deps import ConsoleDeps
from bot.console.events import may_look
from bot.console.forms import with_file
from bot.console.inquiries import InquiryForm, inquiry_form
from bot.console.pages import Pages, asked_page
from bot.console.reports import feedback_by_month
from bot.console.request_desk import RequestDesk, RequestForm, request_form
from bot.console.times import CHINA
from bot.console.triage import TriageDesk, TriageForm, triage_form
from bot.insurance.claim import ClaimStage
from bot.insurance.complaint import ComplaintStage
from bot.insurance.complaint_handling import ComplaintChannel
from bot.insurance.contingency import DisasterEvent
from bot.insurance.endorsement import EndorsementStatus
from bot.insurance.open_case import CaseKind, CasePage, OpenCase
from bot.insurance.policy import LineOfBusiness
from bot.insurance.service_request import RequestStatus
from bot.insurance.staff import May, Staff
from bot.services.change_beneficiary import complete_change
from bot.services.errors import NotAllowedError
from bot.services.ports import UnitOfWork

ROWS = 50
Counted = tuple[tuple[str, int], ...]
EventsOn = tuple[tuple[DisasterEvent, int], ...]
_ANCHORS = {"协查": "inquiries", "投诉内容": "told"}  # parts of a sheet that links lead to
_STAGES = {
    CaseKind.CLAIM: ClaimStage,
    CaseKind.COMPLAINT: ComplaintStage,
    CaseKind.ENDORSEMENT: EndorsementStatus,
    CaseKind.REQUEST: RequestStatus,
}


@dataclass(frozen=True)
class Listed:
    """A page of the list, with who sees to each case, and what stands above it."""

    page: CasePage
    handlers: Mapping[str, str]
    feedback: Counted
    events: EventsOn


@dataclass(frozen=True)
class OpenedCase:
    """A sheet with the forms that this agent may fill in."""

    sheet: CaseSheet
    handled: HandlerForm
    papers: PapersForm | None
    triage: TriageForm | None
    claim: ClaimSheet | None
    advance: RequestForm | None
    handling: HandlingForm | None
    steps: StepsForm | None
    inquiry: InquiryForm | None
    report: bool  # whether there is a report to a regulator that this agent may print
    letter: bool  # whether there is a decision that this agent may print
    files: bool  # whether this agent may open what was handed in


@dataclass(frozen=True)
class Cases:
    deps: ConsoleDeps
    pages: Pages

    def routes(self, signed_in: Guard) -> list[web.AbstractRouteDef]:
        deps, pages = self.deps, self.pages
        steps = ComplaintSteps(deps, pages)
        complaints, claims, files = ComplaintDesk(deps, pages), ClaimDesk(deps, pages), CaseFiles(deps, pages)
        seen = CaseGuard(deps, pages, signed_in)
        recorded = partial(seen, to=May.RECORD_CLAIMS, else_told="案件由理赔岗登记。")
        care, reviews = CareDesk(deps, pages), ReviewDesk(deps, pages)
        return [
            web.get("/desk/cases", signed_in(self.show_list)),
            web.get(r"/desk/cases/{number:[CTES]\d{1,20}}", seen(self.show_case)),
            web.post(r"/desk/cases/{number:E\d{1,20}}/issued", seen(self.mark_issued)),
            web.post(r"/desk/cases/{number:T\d{1,20}}/triage", seen(TriageDesk(deps, pages).choose)),
            web.post(r"/desk/cases/{number:C\d{1,20}}/stage", recorded(claims.move)),
            web.post(r"/desk/cases/{number:C\d{1,20}}/assessment", recorded(claims.assess)),
            web.post(r"/desk/cases/{number:C\d{1,20}}/decision", recorded(claims.decide)),
            web.post(r"/desk/cases/{number:C\d{1,20}}/review", recorded(reviews.review)),
            web.post(r"/desk/cases/{number:C\d{1,20}}/approval", seen(reviews.judge)),
            web.post(r"/desk/cases/{number:C\d{1,20}}/contact", recorded(care.contact)),
            web.post(r"/desk/cases/{number:C\d{1,20}}/delay", recorded(care.explain)),
            web.post(r"/desk/cases/{number:[CTES]\d{1,20}}/handler", seen(HandlerDesk(deps, pages).choose)),
            web.post(r"/desk/cases/{number:[CTS]\d{1,20}}/papers", with_file(seen(PapersDesk(deps, pages).bring))),
            web.post(r"/desk/cases/{number:S\d{1,20}}/advance", seen(RequestDesk(deps, pages).advance)),
            web.get(r"/desk/cases/{number:[CTS]\d{1,20}}/files/{file_no:F\d{1,20}}", seen(files.open)),
            web.get(r"/desk/{conversation_id:[\w.-]{1,128}}/files/{file_no:F\d{1,20}}", signed_in(files.open_sent)),
            web.get("/desk/complaints/new", signed_in(complaints.show_form)),
            web.post("/desk/complaints/new", signed_in(complaints.register)),
            web.post(r"/desk/cases/{number:T\d{1,20}}/supplement", seen(complaints.ask)),
            web.post(r"/desk/cases/{number:T\d{1,20}}/decide", seen(complaints.decide)),
            web.post(r"/desk/cases/{number:T\d{1,20}}/move", seen(complaints.move)),
            web.get(r"/desk/cases/{number:T\d{1,20}}/letter", seen(complaints.letter)),
            web.post(r"/desk/cases/{number:T\d{1,20}}/recuse", seen(steps.recuse)),
            web.post(r"/desk/cases/{number:T\d{1,20}}/merge", seen(steps.merge)),
            web.post(r"/desk/cases/{number:T\d{1,20}}/withdraw", seen(steps.withdraw)),
            web.post(r"/desk/cases/{number:T\d{1,20}}/verify", seen(steps.verify)),
            web.post(r"/desk/cases/{number:T\d{1,20}}/delivered", seen(steps.deliver)),
            web.post(r"/desk/cases/{number:T\d{1,20}}/report", seen(steps.report)),
            web.get(r"/desk/cases/{number:T\d{1,20}}/report", seen(steps.print_report)),
        ]

    async def show_list(self, request: web.Request, session: Session) -> web.StreamResponse:
        kind = next((one for one in CaseKind if one.value == request.query.get("kind")), None)
        number, mine = asked_page(request), request.query.get("mine") == "1"
        found = await asyncio.to_thread(self._list, kind, number, session.staff, mine)
        page = found.page
        return self.pages.show(
            "cases.html",
            session=session,
            page=page,
            handlers=found.handlers,
            mine=mine,
            feedback=found.feedback,
            events=found.events,
            may_register=session.staff.may(May.HANDLE_COMPLAINTS),
            may_call=session.staff.may(May.CALL_BACK),
            sees_reports=session.staff.may(May.READ_WRONGDOING),
            kinds=tuple(CaseKind),
            kind=kind,
            number=number,
            last=max(1, -(-page.total // ROWS)),
            today=self._today(),
            about=_about,
            stage=_stage,
        )

    def _list(self, kind: CaseKind | None, number: int, staff: Staff, mine: bool) -> Listed:
        with self.deps.unit_of_work() as work:
            page = work.open_cases.page(
                kind=kind,
                today=self._today(),
                offset=(number - 1) * ROWS,
                limit=ROWS,
                posts=None if staff.may(May.SUPERVISE) else staff.posts,
                restricted=staff.may(May.READ_WRONGDOING),
                handler=staff.name if mine else "",
            )
            handlers = work.handlers.of([one.number for one in page.cases])
            detail = {"kind": kind.value if kind else "", "page": str(number), "shown": str(len(page.cases))}
            work.audit.append(
                "desk.cases_listed", subject="cases", actor=f"agent:{staff.name}", at=self.deps.clock(), detail=detail
            )
            feedback = feedback_by_month(work, self.deps.clock()) if kind is CaseKind.REQUEST else ()
            events = self._events_on(work) if may_look(staff) else ()
            work.commit()
        return Listed(page, handlers, feedback, events)

    def _events_on(self, work: UnitOfWork) -> EventsOn:
        """Disasters whose claims go first, each with how many of them are open."""
        on = work.events.on(self._today())
        counts = work.claim_figures.open_by_event([event.event_id for event in on])
        return tuple((event, counts.get(event.event_id, 0)) for event in on)

    async def show_case(self, request: web.Request, session: Session) -> web.StreamResponse:
        found = await asyncio.to_thread(self._look, request.match_info["number"], session.staff)
        if found is None:
            return self.pages.refuse(404, "没有这个编号的业务。")
        return self.pages.show(
            "case.html",
            session=session,
            sheet=found.sheet,
            today=self._today(),
            may_issue=found.sheet.to_issue and _may_issue(session.staff),
            handled=found.handled,
            papers=found.papers,
            nobody=NOBODY,
            anchors=_ANCHORS,
            triage=found.triage,
            claim=found.claim,
            advance=found.advance,
            handling=found.handling,
            may_open=found.files,
            letter=found.letter,
            steps=found.steps,
            inquiry=found.inquiry,
            report=found.report,
        )

    async def mark_issued(self, request: web.Request, session: Session) -> web.StreamResponse:
        """The servicing post says that the endorsement 批单 is out; the customers are told by text message."""
        number = request.match_info["number"]
        if not _may_issue(session.staff):
            return self.pages.refuse(403, "批单由保全岗登记。")
        try:
            await asyncio.to_thread(self._issue, number, session.agent)
        except LookupError:
            return self.pages.refuse(404, "没有这个编号的业务。")
        except NotAllowedError as error:
            return self.pages.refuse(409, str(error.data["reason"]))
        return web.Response(status=303, headers={"Location": f"/desk/cases/{number}"})

    def _issue(self, number: str, agent: str) -> None:
        with self.deps.unit_of_work() as work:
            complete_change(work, number, self.deps.clock(), by=f"agent:{agent}")
            work.commit()

    def _look(self, number: str, staff: Staff) -> OpenedCase | None:
        with self.deps.unit_of_work() as work:
            sheet = find_sheet(
                work, number, self.deps.cite, today=self._today(), restricted=staff.may(May.READ_WRONGDOING)
            )
            if sheet is None:
                return None
            opened = OpenedCase(
                sheet,
                handled=handler_form(work, number, staff),
                papers=papers_form(work, number, staff),
                triage=triage_form(work, number, staff),
                claim=claim_sheet(work, number, self.deps, staff, self.deps.clock()),
                advance=request_form(work, number, self.deps, staff),
                handling=handling_form(work, number, self.deps, staff),
                steps=steps_form(work, number, self.deps, staff),
                inquiry=inquiry_form(work, number, self.deps, staff),
                report=may_print_report(work, number, staff),
                letter=may_print_letter(work, number, staff),
                files=bool(sheet.files) and may_open_files(work, number, staff),
            )
            work.audit.append(
                "desk.case_viewed", subject=number, actor=f"agent:{staff.name}", at=self.deps.clock(), detail={}
            )
            work.commit()
        return opened

    def _today(self) -> date:
        return self.deps.clock().astimezone(CHINA).date()


def _may_issue(staff: Staff) -> bool:
    return staff.records_at(CaseKind.ENDORSEMENT.post)


def _about(case: OpenCase) -> str:
    if case.kind is CaseKind.CLAIM:
        return LineOfBusiness(case.about).zh
    if case.kind is CaseKind.REQUEST:
        return TRANSACTION_NAMES.get(case.about, case.about)
    if case.kind is CaseKind.COMPLAINT:
        return f"{KIND_NAMES.get(case.about, case.about)}（{ComplaintChannel(case.channel).zh}）"
    return "变更受益人"


def _stage(case: OpenCase) -> str:
    return _STAGES[case.kind](case.stage).zh
