"""/desk/improvements: what is to become better, seen in a disaster, a review or a complaint; who sees to it by when; what was done."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from aiohttp import web

from bot.console.auth import Guard, Refusal, Session
from bot.console.deps import ConsoleDeps
from bot.console.forms import read_form
from bot.console.pages import Pages, asked_page
from bot.console.times import CHINA, typed_day
from bot.insurance.improvement import Improvement, ImprovementPage
from bot.insurance.staff import May, Staff
from bot.services.improve import (
    LEAST,
    LONGEST,
    ImprovementDoneError,
    ImprovementFlawError,
    OpenImprovement,
    finish_improvement,
    give_improvement,
    open_improvement,
)
from bot.services.ports import UnitOfWork

ROWS = 50
_NONE = "没有这件改进，或者不归您看。"
# Where what an improvement came of is seen, by the first letter of its number.
_PLACES = {"D": "/desk/events/", "J": "/desk/quality/", "T": "/desk/cases/"}


def source_path(source_no: str) -> str:
    """ "" where there is nothing to go to."""
    place = _PLACES.get(source_no[:1])
    return f"{place}{source_no}" if place else ""


@dataclass(frozen=True)
class Improvements:
    """Whoever may open one sees all; everybody else sees those that are his to do."""

    deps: ConsoleDeps
    pages: Pages

    def routes(self, signed_in: Guard) -> list[web.AbstractRouteDef]:
        one = r"/desk/improvements/{number:G\d{14}}"
        return [
            web.get("/desk/improvements", signed_in(self.show_list)),
            web.post("/desk/improvements", signed_in(self.open)),
            web.get(one, signed_in(self.show)),
            web.post(one + "/give", signed_in(self.give)),
            web.post(one + "/done", signed_in(self.finish)),
        ]

    async def show_list(self, request: web.Request, session: Session) -> web.StreamResponse:
        number = asked_page(request)
        page, able = await asyncio.to_thread(self._list, session.staff, number)
        return self.pages.show(
            "improvements.html",
            session=session,
            page=page,
            able=able,
            may_open=session.staff.may(May.IMPROVE),
            source_no=request.query.get("source", "")[:20],
            source_path=source_path,
            number=number,
            last=max(1, -(-page.total // ROWS)),
            today=self._today(),
            form_id=secrets.token_urlsafe(12),
            least=LEAST,
            longest=LONGEST,
        )

    def _list(self, staff: Staff, number: int) -> tuple[ImprovementPage, Sequence[str]]:
        sees_all = staff.may(May.IMPROVE)
        with self.deps.unit_of_work() as work:
            page = work.improvements.page(
                owner="" if sees_all else staff.name, today=self._today(), offset=(number - 1) * ROWS, limit=ROWS
            )
            return page, self._able(work) if sees_all else ()

    def _able(self, work: UnitOfWork) -> Sequence[str]:
        return tuple(one.name for one in work.staff.all() if not one.locked)

    async def open(self, request: web.Request, session: Session) -> web.StreamResponse:
        if not session.staff.may(May.IMPROVE):
            return self.pages.refuse(403, "改进由投诉回访岗、质检、主管和合规提出。")
        fields = {name: str(value).strip() for name, value in (await read_form(request)).items()}
        due = typed_day(fields.get("due", ""))
        if due is None:
            return self.pages.refuse(400, "请填最晚哪天做完。")
        command = OpenImprovement(
            fields.get("source", ""),
            fields.get("what", ""),
            fields.get("owner", ""),
            due,
            session.staff,
            self.deps.clock(),
        )
        return await self._write(session, fields, "/desk/improvements", lambda work: open_improvement(work, command))

    async def show(self, request: web.Request, session: Session) -> web.StreamResponse:
        found = await asyncio.to_thread(self._look, request.match_info["number"], session.staff)
        if found is None:
            return self.pages.refuse(404, _NONE)
        one, able = found
        return self.pages.show(
            "improvement.html",
            session=session,
            one=one,
            able=able,
            source_path=source_path(one.source_no),
            today=self._today(),
            form_id=secrets.token_urlsafe(12),
            least=LEAST,
            longest=LONGEST,
        )

    def _look(self, number: str, staff: Staff) -> tuple[Improvement, Sequence[str]] | None:
        with self.deps.unit_of_work() as work:
            one = work.improvements.get(number)
            if one is None or not may_see(one, staff):
                return None
            return one, self._able(work) if staff.may(May.IMPROVE) else ()

    async def give(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Another owner or day."""
        number, fields = await self._fields(request)
        if not session.staff.may(May.IMPROVE):
            return self.pages.refuse(404, _NONE)
        due, owner, at = typed_day(fields.get("due", "")), fields.get("owner", ""), self.deps.clock()
        if due is None:
            return self.pages.refuse(400, "请填最晚哪天做完。")
        return await self._write(
            session,
            fields,
            f"/desk/improvements/{number}",
            lambda work: give_improvement(work, number, owner, due, session.agent, at),
        )

    async def finish(self, request: web.Request, session: Session) -> web.StreamResponse:
        """What was done, by its owner or whoever may open one."""
        number, fields = await self._fields(request)
        if await asyncio.to_thread(self._look, number, session.staff) is None:
            return self.pages.refuse(404, _NONE)
        done, proof, at = fields.get("done", ""), fields.get("proof", ""), self.deps.clock()
        return await self._write(
            session,
            fields,
            f"/desk/improvements/{number}",
            lambda work: finish_improvement(work, number, done, proof, session.agent, at),
        )

    async def _fields(self, request: web.Request) -> tuple[str, dict[str, str]]:
        fields = {name: str(value).strip() for name, value in (await read_form(request)).items()}
        return request.match_info["number"], fields

    async def _write(
        self, session: Session, fields: dict[str, str], back: str, write: Callable[[UnitOfWork], Improvement]
    ) -> web.StreamResponse:
        refusal = await session.carry_out(fields.get("form_id", ""), lambda: self._carry_out(write))
        if refusal:
            return self.pages.refuse(*refusal)
        return web.Response(status=303, headers={"Location": back})

    def _carry_out(self, write: Callable[[UnitOfWork], Improvement]) -> Refusal | None:
        """Why not; None when it is done."""
        try:
            with self.deps.unit_of_work() as work:
                write(work)
                work.commit()
        except LookupError:
            return 404, _NONE
        except ImprovementFlawError as error:
            return 400, f"{error.data['flaw']}。"
        except ImprovementDoneError:
            return 409, "这件改进已经登记做完，不能再改。"
        return None

    def _today(self) -> date:
        return self.deps.clock().astimezone(CHINA).date()


def may_see(improvement: Improvement, staff: Staff) -> bool:
    return staff.may(May.IMPROVE) or improvement.owner == staff.name
