"""/desk/events: a manager switches event mode on for a disaster in an area, and off again (E26)."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from aiohttp import web

from bot.console.auth import Guard, Session
from bot.console.deps import ConsoleDeps
from bot.console.forms import read_form
from bot.console.pages import Pages, asked_page
from bot.console.request_desk import lines_of
from bot.console.wording import warning
from bot.insurance.claim_figures import EventClaim, EventFigures
from bot.insurance.contingency import DisasterEvent
from bot.insurance.staff import May, Staff
from bot.services.claim_times import event_figures
from bot.services.run_event import LONGEST, LONGEST_NAME, StartEvent, start_event, stop_event

_SHOWN = 20
ROWS = 50


@dataclass(frozen=True)
class LookedAt:
    """An event, what is counted of its claims, and a page of those that are open, of `open`."""

    event: DisasterEvent
    figures: EventFigures
    claims: Sequence[EventClaim]
    open: int


def may_look(staff: Staff) -> bool:
    """The claims post works on its claims, managers run it."""
    return staff.may(May.RECORD_CLAIMS) or staff.may(May.RUN_EVENTS)


@dataclass(frozen=True)
class Events:
    """Switching is for managers alone; the claims post looks."""

    deps: ConsoleDeps
    pages: Pages

    def routes(self, signed_in: Guard) -> list[web.AbstractRouteDef]:
        return [
            web.get("/desk/events", signed_in(self.show)),
            web.post("/desk/events", signed_in(self.start)),
            web.get(r"/desk/events/{event_id:D\d{14}}", signed_in(self.look)),
            web.post(r"/desk/events/{event_id:D\d{14}}/stop", signed_in(self.stop)),
        ]

    async def show(self, request: web.Request, session: Session) -> web.StreamResponse:
        if not self._is_manager(session):
            return self.pages.refuse(404, "没有这个页面。")
        today = self.deps.clock().date()
        return self.pages.show(
            "events.html",
            session=session,
            events=await asyncio.to_thread(self._newest),
            kinds={kind.id: kind for kind in self.deps.disasters},
            today=today,
            latest=today + timedelta(days=LONGEST),
            longest=LONGEST_NAME,
            form_id=secrets.token_urlsafe(12),
        )

    async def look(self, request: web.Request, session: Session) -> web.StreamResponse:
        """What a disaster brought, its open claims in the order in which they are to be done, and whom to call."""
        if not may_look(session.staff):
            return self.pages.refuse(404, "没有这个页面。")
        number = asked_page(request)
        found = await asyncio.to_thread(self._look, request.match_info["event_id"], number, session.agent)
        if found is None:
            return self.pages.refuse(404, "没有这个编号的灾害应急。")
        return self.pages.show(
            "event.html",
            session=session,
            found=found,
            command=self.deps.claim_rules.command,
            number=number,
            last=max(1, -(-found.open // ROWS)),
            today=self.deps.clock().date(),
        )

    async def start(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Switch it on and go back to the list; refusals say why."""
        if not self._is_manager(session):
            return self.pages.refuse(404, "没有这个页面。")
        fields = {name: str(value).strip() for name, value in (await read_form(request)).items()}
        command = StartEvent(
            kind=next((kind for kind in self.deps.disasters if kind.id == fields.get("kind")), None),
            name=fields.get("name", ""),
            regions=lines_of(fields.get("regions", "")),
            ends=_day(fields.get("ends", "")),
            tells=fields.get("tells") == "yes",
            agent=session.agent,
            at=self.deps.clock(),
        )
        if command.flaw:
            return self.pages.refuse(400, f"{command.flaw}。")
        if warned := await warning(session, self.deps.objection, "\n".join((command.name, *command.regions)), "客户"):
            return self.pages.refuse(422, warned)
        async with session.only_once(fields.get("form_id", "")) as new:
            if new:
                await asyncio.to_thread(self._start, command)
        return web.Response(status=303, headers={"Location": "/desk/events"})

    async def stop(self, request: web.Request, session: Session) -> web.StreamResponse:
        if not self._is_manager(session):
            return self.pages.refuse(404, "没有这个页面。")
        try:
            await asyncio.to_thread(self._stop, request.match_info["event_id"], session.agent)
        except LookupError:
            return self.pages.refuse(404, "没有这个编号的灾害应急。")
        return web.Response(status=303, headers={"Location": "/desk/events"})

    def _is_manager(self, session: Session) -> bool:
        return session.staff.may(May.RUN_EVENTS)

    def _look(self, event_id: str, number: int, agent: str) -> LookedAt | None:
        now = self.deps.clock()
        with self.deps.unit_of_work() as work:
            event = work.events.get(event_id)
            if event is None:
                return None
            claims, count = work.claim_figures.open_of_event(event_id, offset=(number - 1) * ROWS, limit=ROWS)
            figures = event_figures(work, event_id, now.date())
            detail = {"page": str(number), "shown": str(len(claims))}
            work.audit.append("desk.event_viewed", subject=event_id, actor=f"agent:{agent}", at=now, detail=detail)
            work.commit()
        return LookedAt(event, figures, claims, count)

    def _newest(self) -> Sequence[DisasterEvent]:
        with self.deps.unit_of_work() as work:
            return work.events.newest(_SHOWN)

    def _start(self, command: StartEvent) -> None:
        with self.deps.unit_of_work() as work:
            start_event(work, command)
            work.commit()

    def _stop(self, event_id: str, agent: str) -> None:
        with self.deps.unit_of_work() as work:
            stop_event(work, event_id, agent, self.deps.clock())
            work.commit()


def _day(written: str) -> date:
    """A day that no event may end on where it can't be read."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        return date.min
