"""Whose case it is: for who does not work at its post there is none, whatever is asked of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from bot.console.auth import Guard, Handler, Session
from bot.console.deps import ConsoleDeps
from bot.console.pages import Pages
from bot.insurance.open_case import CaseKind
from bot.insurance.staff import May, Staff
from bot.services.ports import UnitOfWork
from bot.services.triage_complaint import RecusedError


def may_see_case(work: UnitOfWork, number: str, staff: Staff) -> bool:
    """The post's, the supervisors', and whose customer speaks of it: the case that a conversation in hand came with."""
    post, restricted = CaseKind(number[:1]).post, False
    if not post:
        request = work.requests.get(number)
        if request is None:
            return False
        post, restricted = request.post, request.restricted
    return staff.sees(post, restricted=restricted) or (not restricted and _has_in_hand(work, number, staff))


def _has_in_hand(work: UnitOfWork, number: str, staff: Staff) -> bool:
    return any(one.taken_by == staff.name and one.reference_no == number for one in work.hand_offs.open_all())


@dataclass(frozen=True)
class CaseGuard:
    """Makes handlers of one case (`{number}` in the address) that only who sees the case reaches, and may do this `to` it where that is
    said; whoever may not is `else_told` so."""

    deps: ConsoleDeps
    pages: Pages
    signed_in: Guard

    def __call__(
        self, handler: Handler, *, to: May | None = None, else_told: str = ""
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def guarded(request: web.Request, session: Session) -> web.StreamResponse:
            number = request.match_info["number"]
            if await asyncio.to_thread(self._is_barred, number, session.agent):
                raise RecusedError(agent=session.agent)
            if not await asyncio.to_thread(self._may_see, number, session.staff):
                if request.path == f"/desk/cases/{number}" and (
                    asked := await asyncio.to_thread(self._asked, number, session.staff)
                ):
                    raise web.HTTPSeeOther(f"/desk/inquiries/{asked}")
                return self.pages.refuse(404, "没有这个编号的业务，或者不归您的岗位看。")
            if to is not None and not session.staff.may(to):
                return self.pages.refuse(403, else_told)
            return await handler(request, session)

        return self.signed_in(guarded)

    def _is_barred(self, number: str, agent: str) -> bool:
        """Nobody reads the complaint about himself, nor one that he has stepped back from (投诉办法 art 17)."""
        if not number.startswith(CaseKind.COMPLAINT.value):
            return False
        with self.deps.unit_of_work() as work:
            complaint = work.complaints.get(number)
        return complaint is not None and complaint.bars(agent)

    def _asked(self, number: str, staff: Staff) -> str:
        """What of the complaint this account is asked, the open ones first: all that there is of it for who is of another post."""
        with self.deps.unit_of_work() as work:
            asked = [one for one in work.inquiries.of_complaint(number) if one.asks(staff)]
        return min(asked, key=lambda one: (not one.is_open, one.due)).number if asked else ""

    def _may_see(self, number: str, staff: Staff) -> bool:
        with self.deps.unit_of_work() as work:
            return may_see_case(work, number, staff)
