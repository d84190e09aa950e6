"""On every case's sheet: who sees to it, who saw to it before, and the form that names somebody else."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from aiohttp import web

from bot.console.auth import Session
from bot.console.deps import ConsoleDeps
from bot.console.forms import read_form
from bot.console.pages import Pages
from bot.console.times import moment
from bot.insurance.staff import Staff
from bot.services.case_handler import CaseOverError, NotOfThePostError, able_staff, may_name_handler, name_handler
from bot.services.ports import UnitOfWork

NOBODY = "还没有指定"
Line = tuple[str, str]


@dataclass(frozen=True)
class HandlerForm:
    """`able`: whom this account may name, empty for who may not; `takes`: it may name itself and does not have it."""

    handler: str
    able: tuple[str, ...]
    takes: bool
    history: tuple[Line, ...]
    form_id: str


def handler_form(work: UnitOfWork, number: str, staff: Staff) -> HandlerForm:
    handler = work.handlers.of([number]).get(number, "")
    able = able_staff(work, number) if may_name_handler(work, number, staff) else ()
    history = tuple(
        (f"{moment(one.at)} {_who(one.by)}", f"{one.handler or '退回本岗'}{f'（{one.why}）' if one.why else ''}")
        for one in work.handlers.history(number)
    )
    return HandlerForm(handler, able, staff.name in able and handler != staff.name, history, secrets.token_urlsafe(12))


def _who(by: str) -> str:
    return {"clock": "系统"}.get(by, by.rpartition(":")[2])


@dataclass(frozen=True)
class HandlerDesk:
    deps: ConsoleDeps
    pages: Pages

    async def choose(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Name who sees to the case and go back to its sheet; refusals say why."""
        number, fields = request.match_info["number"], await read_form(request)
        name, form_id = str(fields.get("handler", "")).strip(), str(fields.get("form_id", ""))
        refusal = await session.carry_out(form_id, lambda: self._choose(number, name, session.staff))
        if refusal:
            return self.pages.refuse(*refusal)
        return web.Response(status=303, headers={"Location": f"/desk/cases/{number}"})

    def _choose(self, number: str, name: str, staff: Staff) -> tuple[int, str] | None:
        """Why not; None when it is done."""
        try:
            with self.deps.unit_of_work() as work:
                if not may_name_handler(work, number, staff):
                    return 403, "跟进人由本岗的人或主管指定，办完的不用再指定。"
                name_handler(work, number, name, staff.name, self.deps.clock())
                work.commit()
        except NotOfThePostError:
            return 400, "要选这一岗在用、不用回避的账号。"
        except CaseOverError:
            return 409, "这件业务已经办完，不用再指定跟进人。"
        return None
