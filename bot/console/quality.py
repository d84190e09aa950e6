"""/desk/quality: sampled conversations are read and scored; the agent appeals, a second person decides, findings are closed (A05, A11)."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from aiohttp import web

from bot.console.auth import Guard, Refusal, Session
from bot.console.deps import ConsoleDeps
from bot.console.forms import read_form
from bot.console.pages import Pages, asked_page
from bot.console.times import CHINA, typed_day
from bot.conversations.messages import StoredMessage
from bot.insurance.quality import AppealOutcome, QualityReview, Severity
from bot.insurance.staff import May, Staff
from bot.services.desk_access import is_accused
from bot.services.ports import UnitOfWork
from bot.services.quality.review import (
    LEAST,
    LONGEST,
    NotTheirReviewError,
    ReviewFlawError,
    ReviewStepError,
    ScoreReview,
    appeal,
    close_finding,
    decide_appeal,
    score_review,
)
from bot.services.quality_ports import Shown
from bot.text.masking import mask_free_text

LIST, MINE, ROWS = "/desk/quality", "/desk/my-reviews", 50
_NONE = "没有这个编号的质检，或者不归您看。"


@dataclass(frozen=True)
class Sheet:
    """A review with what was said in its time, masked, and what the account may do with it."""

    review: QualityReview
    messages: Sequence[StoredMessage]
    owners: Sequence[str]
    scores: bool
    appeals: bool
    decides: bool
    closes: bool


@dataclass(frozen=True)
class QualityPages:
    """Quality, managers and compliance read what was drawn, and nothing that was not; an agent reads the own, once it has a score."""

    deps: ConsoleDeps
    pages: Pages

    def routes(self, signed_in: Guard) -> list[web.AbstractRouteDef]:
        one = LIST + r"/{number:J\d{14}}"
        return [
            web.get(LIST, signed_in(self.show_list)),
            web.get(MINE, signed_in(self.show_own)),
            web.get(one, signed_in(self.show)),
            web.post(f"{one}/score", signed_in(self.score)),
            web.post(f"{one}/appeal", signed_in(self.appeal)),
            web.post(f"{one}/decide", signed_in(self.decide)),
            web.post(f"{one}/close", signed_in(self.close)),
        ]

    async def show_list(self, request: web.Request, session: Session) -> web.StreamResponse:
        if not session.staff.may(May.READ_QUALITY):
            return self.pages.refuse(404, "没有这个页面。")
        number = asked_page(request)
        shown = next((one for one in Shown if one.value == request.query.get("shown")), Shown.TO_SCORE)
        reviews, counted = await asyncio.to_thread(self._list, shown, number)
        return self.pages.show(
            "quality.html", session=session, reviews=reviews, counted=counted, shown=shown, number=number,
            last=max(1, -(-counted[shown] // ROWS)), today=self._today(),
        )  # fmt: skip

    async def show_own(self, request: web.Request, session: Session) -> web.StreamResponse:
        if not session.staff.may(May.TALK):
            return self.pages.refuse(404, "没有这个页面。")
        reviews, findings = await asyncio.to_thread(self._own, session.agent)
        return self.pages.show(
            "my_reviews.html", session=session, reviews=reviews, findings=findings, today=self._today()
        )

    async def show(self, request: web.Request, session: Session) -> web.StreamResponse:
        sheet = await asyncio.to_thread(self._look, request.match_info["number"], session.staff)
        if sheet is None:
            return self.pages.refuse(404, _NONE)
        return self.pages.show(
            "review.html", session=session, sheet=sheet, rubric=self.deps.rubric, severities=tuple(Severity),
            outcomes=tuple(AppealOutcome), form_id=secrets.token_urlsafe(12), least=LEAST, longest=LONGEST,
            today=self._today(), masked=mask_free_text,
        )  # fmt: skip

    async def score(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Keep the points, the note and what was found; refusals say why, and the same form may then be sent again."""
        if not session.staff.may(May.SCORE_QUALITY):
            return self.pages.refuse(403, "评分由质检岗做。")
        fields = await _fields(request)
        points = {
            each.id: int(value)
            for each in self.deps.rubric.dimensions
            if (value := fields.get(f"p_{each.id}")) in ("0", "1", "2")
        }
        severity = next((one for one in Severity if one.value == fields.get("severity")), None)
        command = ScoreReview(
            request.match_info["number"], points, fields.get("note", ""), session.agent, self.deps.clock(), severity,
            fields.get("finding", ""), fields.get("owner", ""), typed_day(fields.get("due", "")),
        )  # fmt: skip
        return await self._carry_out(
            request, session, fields, lambda work: score_review(work, command, self.deps.rubric)
        )

    async def appeal(self, request: web.Request, session: Session) -> web.StreamResponse:
        number, fields = request.match_info["number"], await _fields(request)
        text, agent, now = fields.get("text", ""), session.agent, self.deps.clock()
        return await self._carry_out(request, session, fields, lambda work: appeal(work, number, text, agent, now))

    async def decide(self, request: web.Request, session: Session) -> web.StreamResponse:
        if not session.staff.may(May.DECIDE_APPEALS):
            return self.pages.refuse(403, "申诉由质检岗或主管复核。")
        number, fields = request.match_info["number"], await _fields(request)
        outcome = next((one for one in AppealOutcome if one.value == fields.get("outcome")), None)
        if outcome is None:
            return self.pages.refuse(400, "请先选维持还是撤销。")
        reason, agent, now = fields.get("reason", ""), session.agent, self.deps.clock()
        return await self._carry_out(
            request, session, fields, lambda work: decide_appeal(work, number, outcome, reason, agent, now)
        )

    async def close(self, request: web.Request, session: Session) -> web.StreamResponse:
        if not session.staff.may(May.DECIDE_APPEALS):
            return self.pages.refuse(403, "整改由质检岗或主管确认。")
        number, fields = request.match_info["number"], await _fields(request)
        closing, agent, now = fields.get("closing", ""), session.agent, self.deps.clock()
        return await self._carry_out(
            request, session, fields, lambda work: close_finding(work, number, closing, agent, now)
        )

    async def _carry_out(
        self,
        request: web.Request,
        session: Session,
        fields: Mapping[str, str],
        write: Callable[[UnitOfWork], QualityReview],
    ) -> web.StreamResponse:
        number = request.match_info["number"]
        refusal = await session.carry_out(fields.get("form_id", ""), lambda: self._write(number, session.staff, write))
        if refusal:
            return self.pages.refuse(*refusal)
        return web.Response(status=303, headers={"Location": f"{LIST}/{number}"})

    def _write(self, number: str, staff: Staff, write: Callable[[UnitOfWork], QualityReview]) -> Refusal | None:
        """Why not; None when it is done."""
        try:
            with self.deps.unit_of_work() as work:
                found = work.reviews.get(number)
                if found is None or not _may_see(work, found, staff):
                    return 404, _NONE
                write(work)
                work.commit()
        except ReviewStepError as error:
            return 409, f"这件质检{error.data['stage']}，不能再这样登记。"
        except ReviewFlawError as error:
            return 400, f"{error.data['flaw']}。"
        except NotTheirReviewError:
            return 403, "不能给自己评分，不能复核自己评的或被评的；申诉只能由被评的坐席本人提。"
        return None

    def _list(self, shown: Shown, number: int) -> tuple[Sequence[QualityReview], Mapping[Shown, int]]:
        with self.deps.reading() as work:
            return work.reviews.page(shown, offset=(number - 1) * ROWS, limit=ROWS), work.reviews.counted()

    def _own(self, agent: str) -> tuple[Sequence[QualityReview], Sequence[QualityReview]]:
        """What was scored of them, and what they have to put right, whoever was scored: of that the finding alone is shown."""
        with self.deps.reading() as work:
            return work.reviews.of_agent(agent, ROWS), work.reviews.findings_of(agent)

    def _look(self, number: str, staff: Staff) -> Sheet | None:
        with self.deps.unit_of_work() as work:
            review = work.reviews.get(number)
            if review is None or not _may_see(work, review, staff):
                return None
            owners = [one.name for one in work.staff.all() if not one.locked] if staff.may(May.SCORE_QUALITY) else []
            detail = {"conversation": review.conversation_id}
            actor, now = f"agent:{staff.name}", self.deps.clock()
            work.audit.append("quality.viewed", subject=number, actor=actor, at=now, detail=detail)
            work.commit()
        said = [one for one in self.deps.log.after(review.conversation_id, 0) if review.began <= one.at <= review.ended]
        second = staff.may(May.DECIDE_APPEALS) and staff.name != review.agent
        return Sheet(
            review, said, owners,
            scores=staff.may(May.SCORE_QUALITY) and review.score is None and review.agent != staff.name,
            appeals=review.may_be_appealed and review.agent == staff.name,
            decides=second and review.waits_for_decision and review.score is not None and review.score.by != staff.name,
            closes=second and review.is_open_finding and review.finding is not None and review.finding.owner != staff.name,
        )  # fmt: skip

    def _today(self) -> date:
        return self.deps.clock().astimezone(CHINA).date()


def _may_see(work: UnitOfWork, review: QualityReview, staff: Staff) -> bool:
    """What was reported since it was drawn is compliance's alone, and who is complained of in it does not judge it (投诉办法 art 17)."""
    if work.reviews.reported([review.conversation_id]) and not staff.may(May.READ_WRONGDOING):
        return False
    own = bool(review.agent) and review.agent == staff.name and review.score is not None
    return own or (staff.may(May.READ_QUALITY) and not is_accused(work, review.conversation_id, staff.name))


async def _fields(request: web.Request) -> dict[str, str]:
    return {name: str(value).replace("\r\n", "\n").strip() for name, value in (await read_form(request)).items()}
