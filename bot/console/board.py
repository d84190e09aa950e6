"""/desk/board: what waits, what is in whose hands, what is due or overdue right now, for managers; it refreshes itself."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from bot.console.auth import Guard, Session
from bot.console.deps import ConsoleDeps
from bot.console.pages import Pages
from bot.console.times import CHINA
from bot.insurance.staff import May, Staff
from bot.services.figures.board import LiveBoard, live_board
from bot.services.figures.where import Where, read_where

PATH = "/desk/board"


@dataclass(frozen=True)
class BoardPage:
    """Counts and accounts of the staff, no customer: a look at it is no reading of personal data."""

    deps: ConsoleDeps
    pages: Pages

    def routes(self, signed_in: Guard) -> list[web.AbstractRouteDef]:
        return [web.get(PATH, signed_in(self.show))]

    async def show(self, request: web.Request, session: Session) -> web.StreamResponse:
        if not session.staff.may(May.READ_BOARD):
            return self.pages.refuse(404, "没有这个页面。")
        where = read_where(request.query.get("institution", ""), session.staff.institution, self.deps.institutions)
        board = await asyncio.to_thread(self._read, session.staff, where)
        path = f"{PATH}?institution={where.institution}" if where.institution else PATH
        return self.pages.show("board.html", session=session, board=board, where=where, path=path)

    def _read(self, staff: Staff, where: Where) -> LiveBoard:
        now = self.deps.clock()
        absent = timedelta(seconds=self.deps.limits.whole("desk.absent_seconds"))
        with self.deps.reading() as work:
            today = now.astimezone(CHINA).date()
            restricted, whose = staff.may(May.READ_WRONGDOING), where.institution
            return live_board(work, now, today, now - absent, restricted=restricted, institution=whose)
