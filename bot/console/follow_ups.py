"""/desk/follow-ups: what is to be asked of whom by when, and calls to those who did not answer (G04, G08)."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from aiohttp import web

from bot.console.auth import Guard, Session
from bot.console.deps import ConsoleDeps
from bot.console.forms import read_form
from bot.console.pages import Pages
from bot.console.retention import kept_label
from bot.console.times import CHINA
from bot.insurance.follow_up import FollowUp, FollowUpVisit
from bot.insurance.party import Party
from bot.insurance.questionnaire import Question
from bot.insurance.staff import May, Staff
from bot.services.follow_ups.problem_ticket import FollowUpRules
from bot.services.follow_ups.record_call import (
    LONGEST_NOTE,
    CallFlawError,
    CallOutcome,
    RecordCall,
    check_call,
    check_not_barred,
    record_call,
)
from bot.services.follow_ups.subject import Subject, subject_of
from bot.text.masking import mask_free_text, mask_name

_SHOWN = 200


@dataclass(frozen=True)
class FollowUpPage:
    """Those that are open, the first due first, of `waiting` in all; and the newest that are over."""

    open: Sequence[FollowUp]
    waiting: int
    over: Sequence[FollowUp]


@dataclass(frozen=True)
class FollowUpSheet:
    """One of them with its questions; `phone` is who is called, shown to whoever may call."""

    follow_up: FollowUp
    subject: Subject
    name: str
    phone: str
    questions: Sequence[Question]
    visits: Sequence[FollowUpVisit]
    kept: str  # until when its record is kept at least


@dataclass(frozen=True)
class FollowUps:
    """The post that follows up (投诉回访) works on them; managers and compliance read."""

    deps: ConsoleDeps
    pages: Pages

    def routes(self, signed_in: Guard) -> list[web.AbstractRouteDef]:
        return [
            web.get("/desk/follow-ups", signed_in(self.show_list)),
            web.get(r"/desk/follow-ups/{number:R\d{14}}", signed_in(self.show)),
            web.post(r"/desk/follow-ups/{number:R\d{14}}/call", signed_in(self.record)),
        ]

    async def show_list(self, request: web.Request, session: Session) -> web.StreamResponse:
        if not session.staff.may(May.READ_FOLLOW_UPS):
            return self.pages.refuse(404, "没有这个页面。")
        page = await asyncio.to_thread(self._read, session.agent)
        return self.pages.show("follow_ups.html", session=session, page=page, today=self._today())

    async def show(self, request: web.Request, session: Session) -> web.StreamResponse:
        if not session.staff.may(May.READ_FOLLOW_UPS):
            return self.pages.refuse(404, "没有这个页面。")
        sheet = await asyncio.to_thread(self._look, request.match_info["number"], session.staff)
        if sheet is None:
            return self.pages.refuse(404, "没有这个编号的回访。")
        return self.pages.show(
            "follow_up.html",
            session=session,
            sheet=sheet,
            problems=self.deps.questionnaires.problems_of(sheet.follow_up),
            may_call=sheet.follow_up.is_open and session.staff.may(May.CALL_BACK),
            outcomes=tuple(CallOutcome),
            longest=LONGEST_NOTE,
            form_id=secrets.token_urlsafe(12),
            masked=mask_free_text,
        )

    async def record(self, request: web.Request, session: Session) -> web.StreamResponse:
        """What came of a call, and back to the sheet; refusals say why."""
        if not session.staff.may(May.CALL_BACK):
            return self.pages.refuse(403, "回访电话由投诉回访岗登记。")
        number = request.match_info["number"]
        fields = {name: str(value).strip() for name, value in (await read_form(request)).items()}
        outcome = next((one for one in CallOutcome if one.value == fields.get("outcome")), None)
        if outcome is None:
            return self.pages.refuse(400, "请先选电话打得怎么样。")
        answers = {name.removeprefix("q_"): value for name, value in fields.items() if name.startswith("q_") and value}
        command = RecordCall(number, outcome, answers, fields.get("note", ""), session.agent, self.deps.clock())
        try:
            await asyncio.to_thread(self._check, command)
            async with session.only_once(fields.get("form_id", "")) as new:
                if new:
                    await asyncio.to_thread(self._record, command)
        except LookupError:
            return self.pages.refuse(409, "没有这个编号的回访，或者已经结束了。")
        except CallFlawError as error:
            return self.pages.refuse(400, f"{error.data['flaw']}。")
        return web.Response(status=303, headers={"Location": f"/desk/follow-ups/{number}"})

    def _check(self, command: RecordCall) -> None:
        """Before the form is used up, so that what was refused can be put right and sent again."""
        with self.deps.unit_of_work() as work:
            check_call(work, command, self._rules())

    def _record(self, command: RecordCall) -> None:
        with self.deps.unit_of_work() as work:
            record_call(work, command, self._rules())
            work.commit()

    def _rules(self) -> FollowUpRules:
        return FollowUpRules(self.deps.questionnaires, self.deps.deadlines, self.deps.limits)

    def _read(self, agent: str) -> FollowUpPage:
        now = self.deps.clock()
        with self.deps.unit_of_work() as work:
            waiting, total = work.follow_ups.first_due(_SHOWN)
            over = work.follow_ups.ended_last(_SHOWN)
            detail = {"shown": str(len(waiting))}
            work.audit.append(
                "desk.follow_ups_listed", subject="follow_ups", actor=f"agent:{agent}", at=now, detail=detail
            )
            work.commit()
        return FollowUpPage(waiting, total, over)

    def _look(self, number: str, staff: Staff) -> FollowUpSheet | None:
        now = self.deps.clock()
        with self.deps.unit_of_work() as work:
            found = work.follow_ups.get(number)
            if found is None:
                return None
            check_not_barred(work, found, staff.name)
            party = work.parties.get(found.party_id) if found.party_id else None
            complaint = work.complaints.get(found.subject) if found.subject.startswith("T") else None
            subject = subject_of(work, found, now.date())
            visits = work.follow_ups.visits(number)
            work.audit.append("desk.follow_up_viewed", subject=number, actor=f"agent:{staff.name}", at=now, detail={})
            work.commit()
        form = self.deps.questionnaires.of(found)
        answers = {each.question: each.value for each in found.answers}
        # Which open question follows an answer is not known before the call: all of them are on the form.
        asked = [each for each in form.questions if each.is_asked(answers, subject.facts) or each.after]
        phone = party.phone if party else complaint.phone if complaint else ""
        shown = phone if staff.may(May.CALL_BACK) and found.is_open else ""
        kept = kept_label(found.finished_at, self.deps.deadlines) if found.finished_at else ""
        return FollowUpSheet(found, subject, _name(party), shown, asked, visits, kept)

    def _today(self) -> date:
        return self.deps.clock().astimezone(CHINA).date()


def _name(party: Party | None) -> str:
    return mask_name(party.name) if party else "没有核实过身份"
