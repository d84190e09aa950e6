"""On a case's sheet: scanning what was brought to the counter or came by post, by who works on the case."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.console.auth import Refusal, Session
from bot.console.deps import ConsoleDeps
from bot.console.forms import SentFile, read_upload
from bot.console.pages import Pages
from bot.insurance.matter_file import MAX_BYTES, PaperWay
from bot.insurance.staff import Staff
from bot.services.bring_papers import (
    LONGEST,
    OTHER,
    WAYS,
    BringPaper,
    CaseTakesNoPapersError,
    bring_paper,
    takes_papers,
    wanted_of,
)
from bot.services.case_handler import works_on
from bot.services.ports import UnitOfWork
from bot.services.take_file import FileRefusedError, Inspected, Upload, inspect_upload

REFUSALS = {
    "file_empty": "文件是空的，请重新扫描。",
    "file_too_large": f"文件超过 {MAX_BYTES // 1024 // 1024} MB，请压缩或分开扫描。",
    "file_type": "只收 jpg、png、heic 照片和 PDF。",
    "file_broken": "文件打不开，请重新扫描。",
    "too_many_files": "没有办完的文件太多，请先处理。",
}


@dataclass(frozen=True)
class PapersForm:
    wanted: Sequence[str]
    form_id: str
    ways: tuple[PaperWay, ...] = WAYS
    longest: int = LONGEST
    other: str = OTHER


def papers_form(work: UnitOfWork, number: str, staff: Staff) -> PapersForm | None:
    """None where no paper is taken, or not by this account."""
    if not takes_papers(work, number) or not works_on(work, number, staff):
        return None
    return PapersForm(wanted_of(work, number), secrets.token_urlsafe(12))


@dataclass(frozen=True)
class PapersDesk:
    deps: ConsoleDeps
    pages: Pages

    async def bring(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Keep the scan and go back to the sheet; refusals say why."""
        number, (fields, sent) = request.match_info["number"], await read_upload(request)
        if not await asyncio.to_thread(self._works_on, number, session.staff):
            return self.pages.refuse(403, "材料由办这件业务的岗位扫描。")
        way = next((one for one in WAYS if one.value == fields.get("way")), None)
        if way is None or sent is None:
            return self.pages.refuse(400, "请选怎么交来的，并选一个扫描文件。")
        document = fields.get("named", "").strip() or fields.get("document", "").strip() or OTHER
        command = BringPaper(number, document, way, fields.get("brought_by", "").strip(), session.agent)
        if command.flaw:
            return self.pages.refuse(400, f"{command.flaw}。")
        refusal = await session.carry_out(fields.get("form_id", ""), lambda: self._bring(command, sent))
        if refusal:
            return self.pages.refuse(*refusal)
        return web.Response(status=303, headers={"Location": f"/desk/cases/{number}#papers"})

    def _works_on(self, number: str, staff: Staff) -> bool:
        with self.deps.unit_of_work() as work:
            return works_on(work, number, staff)

    def _bring(self, command: BringPaper, sent: SentFile) -> Refusal | None:
        """Why not; None when it is done."""
        try:
            inspected = inspect(self.deps, f"desk:{command.number}", sent)  # before the store is held
            with self.deps.unit_of_work() as work:
                bring_paper(work, inspected, command, self.deps.deadlines, self.deps.limits)
                work.commit()
        except FileRefusedError as error:
            return 400, REFUSALS[str(error.data["reason"])]
        except CaseTakesNoPapersError:
            return 409, "这件业务已经办完，不再收材料。"
        return None


def inspect(deps: ConsoleDeps, conversation_id: str, sent: SentFile) -> Inspected:
    """As a customer's own file is looked at. Raises FileRefusedError."""
    return inspect_upload(Upload(conversation_id, sent.name, sent.content, deps.clock()), deps.inspect_file)
