"""/desk/ratings: how satisfied customers are by month, and what they said where they were not (H10)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from bot.console.auth import Guard, Session
from bot.console.deps import ConsoleDeps
from bot.console.pages import Pages
from bot.insurance.rating import SCORES, Rating
from bot.insurance.staff import May
from bot.services.rate_service import Satisfaction, counting, satisfaction_by_month
from bot.text.masking import mask_free_text

_LATELY, _MOST = timedelta(days=31), 100


@dataclass(frozen=True)
class Ratings:
    """For the post that calls customers back (投诉回访) alone."""

    deps: ConsoleDeps
    pages: Pages

    def routes(self, signed_in: Guard) -> list[web.AbstractRouteDef]:
        return [web.get("/desk/ratings", signed_in(self.show))]

    async def show(self, request: web.Request, session: Session) -> web.StreamResponse:
        if not session.staff.may(May.CALL_BACK):
            return self.pages.refuse(404, "没有这个页面。")
        months, bad = await asyncio.to_thread(self._read, session.agent)
        return self.pages.show(
            "ratings.html",
            session=session,
            months=months,
            bad=bad,
            scores=SCORES,
            masked=mask_free_text,
        )

    def _read(self, agent: str) -> tuple[Sequence[Satisfaction], Sequence[Rating]]:
        now = self.deps.clock()
        with self.deps.unit_of_work() as work:
            months = satisfaction_by_month(work, now)
            bad = [rating for rating in counting(work.ratings.since(now - _LATELY)) if rating.is_bad]
            detail = {"shown": str(len(bad))}
            work.audit.append("desk.ratings_listed", subject="ratings", actor=f"agent:{agent}", at=now, detail=detail)
            work.commit()
        return months, bad[::-1][:_MOST]
