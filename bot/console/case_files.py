"""What customers handed in, by the post that works on the matter: to be saved and never shown here, for it is a stranger's."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from aiohttp import web

from bot.console.auth import Session
from bot.console.deps import ConsoleDeps
from bot.console.pages import Pages
from bot.console.request_desk import may_advance
from bot.insurance.matter_file import MatterFile
from bot.insurance.open_case import CaseKind
from bot.services.ports import UnitOfWork


def may_open_files(work: UnitOfWork, number: str, deps: ConsoleDeps, agent: str) -> bool:
    """The post of the matter; nobody opens what was sent against himself, and compliance alone what is a report's."""
    if number.startswith(CaseKind.CLAIM.value):
        return agent in deps.settings.claims_agents
    if number.startswith(CaseKind.COMPLAINT.value):
        complaint = work.complaints.get(number)
        return complaint is not None and agent in deps.settings.complaint_agents and not complaint.accuses(agent)
    request = work.requests.get(number)
    return request is not None and may_advance(request, deps, agent)


@dataclass(frozen=True)
class CaseFiles:
    deps: ConsoleDeps
    pages: Pages

    async def open(self, request: web.Request, session: Session) -> web.StreamResponse:
        number, file_no = request.match_info["number"], request.match_info["file_no"]
        found = await asyncio.to_thread(self._take_out, number, file_no, session.agent)
        if found is None:
            return self.pages.refuse(404, "没有这份材料，或者不归您的岗位看。")
        file, content = found
        headers = {"Content-Disposition": f'attachment; filename="{file_no}.{file.kind.extension}"'}
        return web.Response(body=content, content_type=file.kind.media_type, headers=headers)

    def _take_out(self, number: str, file_no: str, agent: str) -> tuple[MatterFile, bytes] | None:
        with self.deps.unit_of_work() as work:
            file = work.files.get(file_no)
            if file is None or file.matter_no != number or not may_open_files(work, number, self.deps, agent):
                return None
            content = work.files.content(file_no)
            if content is None:
                return None
            at, detail = self.deps.clock(), {"file": file_no}
            work.audit.append("desk.file_opened", subject=number, actor=f"agent:{agent}", at=at, detail=detail)
            work.commit()
        return file, content
