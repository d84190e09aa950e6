"""/desk/reports: the register of wrongdoing (F17) for compliance alone, and how many suggestions came by month (H17)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.console.auth import Guard, Session
from bot.console.deps import ConsoleDeps
from bot.console.pages import Pages
from bot.console.times import CHINA
from bot.insurance.service_request import ServiceRequest
from bot.insurance.staff import May
from bot.services.ports import UnitOfWork
from bot.services.report_to_compliance import REPORT

FEEDBACK = "give_feedback"
_MONTHS = 12
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
        found = await asyncio.to_thread(self._list, session.agent)
        return self.pages.show(
            "reports.html",
            session=session,
            reports=found,
            open=sum(one.status.is_open for one in found),
            anonymous=is_anonymous,
        )

    def _list(self, agent: str) -> Sequence[ServiceRequest]:
        with self.deps.unit_of_work() as work:
            found = [one for one in work.requests.of_kind(REPORT) if one.restricted]
            detail = {"shown": str(len(found))}
            work.audit.append(
                "desk.reports_listed", subject="reports", actor=f"agent:{agent}", at=self.deps.clock(), detail=detail
            )
            work.commit()
        return sorted(found, key=lambda one: one.requested_at, reverse=True)


def is_anonymous(report: ServiceRequest) -> bool:
    """Nobody is named in it and no way to reach anybody was left."""
    left = dict(report.fields).get("联系方式", _NOBODY)
    return not report.applicant_id and left == _NOBODY


def feedback_by_month(work: UnitOfWork) -> tuple[tuple[str, int], ...]:
    """(2026-11, how many suggestions and praises came), the newest first, at most a year."""
    months = Counter(f"{one.requested_at.astimezone(CHINA):%Y-%m}" for one in work.requests.of_kind(FEEDBACK))
    return tuple(sorted(months.items(), reverse=True)[:_MONTHS])
