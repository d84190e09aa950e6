"""/desk/reports: the register of wrongdoing (F17) for compliance alone, and how many suggestions came by month (H17)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from bot.console.auth import Guard, Session
from bot.console.deps import ConsoleDeps
from bot.console.pages import Pages, asked_page
from bot.console.times import CHINA
from bot.insurance.service_request import ServiceRequest
from bot.insurance.staff import May
from bot.services.ports import UnitOfWork
from bot.services.report_to_compliance import REPORT

FEEDBACK = "give_feedback"
ROWS = 50
_MONTHS, _A_YEAR = 12, timedelta(days=365)
_NOBODY = "匿名"


@dataclass(frozen=True)
class Reports:
    deps: ConsoleDeps
    pages: Pages

    def routes(self, signed_in: Guard) -> list[web.AbstractRouteDef]:
        return [web.get("/desk/reports", signed_in(self.show))]

    async def show(self, request: web.Request, session: Session) -> web.StreamResponse:
        """All of them, over or not, newest first; for others there is no such page."""
        if not session.staff.may(May.READ_WRONGDOING):
            return self.pages.refuse(404, "没有这个页面。")
        number = asked_page(request)
        found, total, still_open = await asyncio.to_thread(self._list, session.agent, number)
        return self.pages.show(
            "reports.html",
            session=session,
            reports=found,
            total=total,
            open=still_open,
            number=number,
            last=max(1, -(-total // ROWS)),
            anonymous=is_anonymous,
        )

    def _list(self, agent: str, number: int) -> tuple[Sequence[ServiceRequest], int, int]:
        with self.deps.unit_of_work() as work:
            found, total, still_open = work.requests.restricted_of_kind(REPORT, offset=(number - 1) * ROWS, limit=ROWS)
            detail = {"shown": str(len(found))}
            work.audit.append(
                "desk.reports_listed", subject="reports", actor=f"agent:{agent}", at=self.deps.clock(), detail=detail
            )
            work.commit()
        return found, total, still_open


def is_anonymous(report: ServiceRequest) -> bool:
    """Nobody is named in it and no way to reach anybody was left."""
    left = dict(report.fields).get("联系方式", _NOBODY)
    return not report.applicant_id and left == _NOBODY


def feedback_by_month(work: UnitOfWork, now: datetime) -> tuple[tuple[str, int], ...]:
    """(2026-11, how many suggestions and praises came), the newest first, at most a year."""
    came = work.requests.when_requested(FEEDBACK, now - _A_YEAR)
    months = Counter(f"{at.astimezone(CHINA):%Y-%m}" for at in came)
    return tuple(sorted(months.items(), reverse=True)[:_MONTHS])
