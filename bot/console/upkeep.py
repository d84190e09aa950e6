"""/desk/upkeep: which rules and knowledge are to be looked through, and which documents reported, by when; recorded by compliance."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from datetime import date

from aiohttp import web

from bot.console.auth import Guard, Refusal, Session
from bot.console.deps import ConsoleDeps
from bot.console.forms import read_form
from bot.console.pages import Pages
from bot.console.times import CHINA, typed_day
from bot.insurance.staff import May
from bot.insurance.upkeep import UpkeepItem, UpkeepKind, UpkeepRecord
from bot.services.keep_up import LEAST, LONGEST, UpkeepFlawError, UpkeepLine, record_of, record_upkeep, upkeep_lines


@dataclass(frozen=True)
class UpkeepPage:
    """Managers and compliance read; compliance records."""

    deps: ConsoleDeps
    pages: Pages

    def routes(self, signed_in: Guard) -> list[web.AbstractRouteDef]:
        return [
            web.get("/desk/upkeep", signed_in(self.show)),
            web.post(r"/desk/upkeep/{item:[a-z0-9_]{1,80}}", signed_in(self.record)),
        ]

    async def show(self, request: web.Request, session: Session) -> web.StreamResponse:
        if not session.staff.may(May.SUPERVISE):
            return self.pages.refuse(404, "没有这个页面。")
        lines = await asyncio.to_thread(self._read)
        return self.pages.show(
            "upkeep.html",
            session=session,
            parts=tuple((kind, [line for line in lines if line.item.kind is kind]) for kind in UpkeepKind),
            late=sum(line.due < self._today() for line in lines),
            may_record=session.staff.may(May.KEEP_UP),
            today=self._today(),
            form_id=secrets.token_urlsafe(12),
            least=LEAST,
            longest=LONGEST,
        )

    def _read(self) -> tuple[UpkeepLine, ...]:
        with self.deps.unit_of_work() as work:
            return upkeep_lines(work, self.deps.upkeep)

    async def record(self, request: web.Request, session: Session) -> web.StreamResponse:
        """That it was looked through or reported, and back to the list; refusals say why."""
        if not session.staff.may(May.KEEP_UP):
            return self.pages.refuse(404, "没有这个页面。")
        item = next((one for one in self.deps.upkeep if one.id == request.match_info["item"]), None)
        if item is None:
            return self.pages.refuse(404, "没有这一项。")
        fields = {name: str(value).strip() for name, value in (await read_form(request)).items()}
        on = typed_day(fields.get("on", ""))
        if on is None:
            return self.pages.refuse(400, "请填哪天看的、哪天报的。")
        record = record_of(item, on, fields.get("note", ""), session.agent, self.deps.clock())
        refusal = await session.carry_out(fields.get("form_id", ""), lambda: self._record(item, record))
        if refusal:
            return self.pages.refuse(*refusal)
        return web.Response(status=303, headers={"Location": "/desk/upkeep"})

    def _record(self, item: UpkeepItem, record: UpkeepRecord) -> Refusal | None:
        """Why not; None when it is done."""
        try:
            with self.deps.unit_of_work() as work:
                record_upkeep(work, item, record)
                work.commit()
        except UpkeepFlawError as error:
            return 400, f"{error.data['flaw']}。"
        return None

    def _today(self) -> date:
        return self.deps.clock().astimezone(CHINA).date()
