"""/desk/cases: what was filed and is still open, the first due first, one case and its files. Every look is recorded."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date

from aiohttp import web

from bot.complaints.rule import KIND_NAMES
from bot.console.agents import FIRST_AGENT
from bot.console.auth import Guard, Session
from bot.console.case_files import CaseFiles, may_open_files
from bot.console.case_sheet import TRANSACTION_NAMES, CaseSheet, find_sheet
from bot.console.claim_desk import ClaimDesk, ClaimForm, claim_form
from bot.console.complaint_desk import ComplaintDesk, HandlingForm, handling_form, may_print_letter
from bot.console.deps import ConsoleDeps
from bot.console.pages import Pages
from bot.console.reports import feedback_by_month
from bot.console.request_desk import RequestDesk, RequestForm, request_form
from bot.console.times import CHINA
from bot.console.triage import TriageDesk, TriageForm, triage_form
from bot.insurance.claim import ClaimStage
from bot.insurance.complaint import ComplaintStage
from bot.insurance.complaint_handling import ComplaintChannel
from bot.insurance.endorsement import EndorsementStatus
from bot.insurance.open_case import CaseKind, CasePage, OpenCase
from bot.insurance.policy import LineOfBusiness
from bot.insurance.service_request import RequestStatus
from bot.services.change_beneficiary import complete_change
from bot.services.errors import NotAllowedError

ROWS = 50
_LAST_PAGE = 10_000
_STAGES = {
    CaseKind.CLAIM: ClaimStage,
    CaseKind.COMPLAINT: ComplaintStage,
    CaseKind.ENDORSEMENT: EndorsementStatus,
    CaseKind.REQUEST: RequestStatus,
}


@dataclass(frozen=True)
class OpenedCase:
    """A sheet with the forms that this agent may fill in."""

    sheet: CaseSheet
    triage: TriageForm | None
    settle: ClaimForm | None
    advance: RequestForm | None
    handling: HandlingForm | None
    letter: bool  # whether there is a decision that this agent may print
    files: bool  # whether this agent may open what was handed in


@dataclass(frozen=True)
class Cases:
    deps: ConsoleDeps
    pages: Pages

    def routes(self, signed_in: Guard) -> list[web.AbstractRouteDef]:
        complaints = ComplaintDesk(self.deps, self.pages)
        return [
            web.get("/desk/cases", signed_in(self.show_list)),
            web.get(r"/desk/cases/{number:[CTES]\d{1,20}}", signed_in(self.show_case)),
            web.post(r"/desk/cases/{number:E\d{1,20}}/issued", signed_in(self.mark_issued)),
            web.post(r"/desk/cases/{number:T\d{1,20}}/triage", signed_in(TriageDesk(self.deps, self.pages).choose)),
            web.post(r"/desk/cases/{number:C\d{1,20}}/stage", signed_in(ClaimDesk(self.deps, self.pages).move)),
            web.post(r"/desk/cases/{number:C\d{1,20}}/assessment", signed_in(ClaimDesk(self.deps, self.pages).assess)),
            web.post(r"/desk/cases/{number:C\d{1,20}}/decision", signed_in(ClaimDesk(self.deps, self.pages).decide)),
            web.post(r"/desk/cases/{number:S\d{1,20}}/advance", signed_in(RequestDesk(self.deps, self.pages).advance)),
            web.get(
                r"/desk/cases/{number:[CTS]\d{1,20}}/files/{file_no:F\d{1,20}}",
                signed_in(CaseFiles(self.deps, self.pages).open),
            ),
            web.get(
                r"/desk/{conversation_id:[\w.-]{1,128}}/files/{file_no:F\d{1,20}}",
                signed_in(CaseFiles(self.deps, self.pages).open_sent),
            ),
            web.get("/desk/complaints/new", signed_in(complaints.show_form)),
            web.post("/desk/complaints/new", signed_in(complaints.register)),
            web.post(r"/desk/cases/{number:T\d{1,20}}/supplement", signed_in(complaints.ask)),
            web.post(r"/desk/cases/{number:T\d{1,20}}/decide", signed_in(complaints.decide)),
            web.post(r"/desk/cases/{number:T\d{1,20}}/move", signed_in(complaints.move)),
            web.get(r"/desk/cases/{number:T\d{1,20}}/letter", signed_in(complaints.letter)),
        ]

    async def show_list(self, request: web.Request, session: Session) -> web.StreamResponse:
        kind = next((one for one in CaseKind if one.value == request.query.get("kind")), None)
        asked = request.query.get("page", "1")
        number = min(int(asked), _LAST_PAGE) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1
        page, feedback = await asyncio.to_thread(self._list, kind, max(1, number), session.agent)
        return self.pages.show(
            "cases.html",
            session=session,
            first_agent=FIRST_AGENT,
            page=page,
            feedback=feedback,
            may_register=session.agent in self.deps.settings.complaint_agents,
            sees_reports=self._sees_all(session.agent),
            kinds=tuple(CaseKind),
            kind=kind,
            number=max(1, number),
            last=max(1, -(-page.total // ROWS)),
            today=self._today(),
            about=_about,
            stage=_stage,
        )

    def _list(self, kind: CaseKind | None, number: int, agent: str) -> tuple[CasePage, tuple[tuple[str, int], ...]]:
        with self.deps.unit_of_work() as work:
            page = work.open_cases.page(
                kind=kind, today=self._today(), offset=(number - 1) * ROWS, limit=ROWS, restricted=self._sees_all(agent)
            )
            detail = {"kind": kind.value if kind else "", "page": str(number), "shown": str(len(page.cases))}
            work.audit.append(
                "desk.cases_listed", subject="cases", actor=f"agent:{agent}", at=self.deps.clock(), detail=detail
            )
            feedback = feedback_by_month(work) if kind is CaseKind.REQUEST else ()
            work.commit()
        return page, feedback

    async def show_case(self, request: web.Request, session: Session) -> web.StreamResponse:
        found = await asyncio.to_thread(self._look, request.match_info["number"], session.agent)
        if found is None:
            return self.pages.refuse(404, "没有这个编号的业务。")
        return self.pages.show(
            "case.html",
            session=session,
            first_agent=FIRST_AGENT,
            sheet=found.sheet,
            today=self._today(),
            may_issue=found.sheet.to_issue and self._may_issue(session.agent),
            triage=found.triage,
            settle=found.settle,
            advance=found.advance,
            handling=found.handling,
            may_open=found.files,
            letter=found.letter,
        )

    async def mark_issued(self, request: web.Request, session: Session) -> web.StreamResponse:
        """The servicing post says that the endorsement 批单 is out; the customers are told by text message."""
        number = request.match_info["number"]
        if not self._may_issue(session.agent):
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

    def _may_issue(self, agent: str) -> bool:
        return agent in self.deps.settings.servicing_agents

    def _look(self, number: str, agent: str) -> OpenedCase | None:
        with self.deps.unit_of_work() as work:
            sheet = find_sheet(work, number, self.deps.cite, restricted=self._sees_all(agent))
            if sheet is None:
                return None
            opened = OpenedCase(
                sheet,
                triage=triage_form(work, number, agent),
                settle=claim_form(work, number) if agent in self.deps.settings.claims_agents else None,
                advance=request_form(work, number, self.deps, agent),
                handling=handling_form(work, number, self.deps, agent),
                letter=may_print_letter(work, number, self.deps, agent),
                files=bool(sheet.files) and may_open_files(work, number, self.deps, agent),
            )
            work.audit.append(
                "desk.case_viewed", subject=number, actor=f"agent:{agent}", at=self.deps.clock(), detail={}
            )
            work.commit()
        return opened

    def _sees_all(self, agent: str) -> bool:
        """Reports of wrongdoing are for the compliance agents; for all others there are none."""
        return agent in self.deps.settings.compliance_agents

    def _today(self) -> date:
        return self.deps.clock().astimezone(CHINA).date()


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
