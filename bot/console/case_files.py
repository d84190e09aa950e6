"""What customers handed in, for the post that works on the matter, or sent to whoever talks to them: to be saved and never
shown here, for it is a stranger's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from bot.console.auth import Session
from bot.console.deps import ConsoleDeps
from bot.console.pages import Pages
from bot.insurance.matter_file import MatterFile
from bot.insurance.open_case import CaseKind
from bot.insurance.staff import May, Staff
from bot.services.approve_claim import claim_to_judge
from bot.services.case_handler import works_on
from bot.services.ports import UnitOfWork


def may_open_files(work: UnitOfWork, number: str, staff: Staff) -> bool:
    """The post of the matter; nobody opens what was sent against himself, and compliance alone what is a report's."""
    return works_on(work, number, staff) or (
        number.startswith(CaseKind.CLAIM.value) and _is_to_approve(work, number, staff)
    )


def _is_to_approve(work: UnitOfWork, number: str, staff: Staff) -> bool:
    """Whose yes a decision waits for looks at what it rests on, as long as it waits."""
    claim = work.claims.get(number)
    return claim is not None and claim_to_judge(work, claim, staff) is not None


@dataclass(frozen=True)
class CaseFiles:
    deps: ConsoleDeps
    pages: Pages

    async def open(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Of a matter: for its post."""
        number, file_no = request.match_info["number"], request.match_info["file_no"]

        def may_open(work: UnitOfWork, file: MatterFile) -> bool:
            return file.matter_no == number and may_open_files(work, number, session.staff)

        return await self._answer(file_no, may_open, number, session.agent)

    async def open_of_visit(self, request: web.Request, session: Session) -> web.StreamResponse:
        """The signed form of a follow-up at the customer's place: for the post that follows up."""
        number, file_no = request.match_info["number"], request.match_info["file_no"]

        def may_open(_: UnitOfWork, file: MatterFile) -> bool:
            return file.matter_no == number and session.staff.may(May.CALL_BACK)

        return await self._answer(file_no, may_open, number, session.agent)

    async def open_sent(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Sent in a conversation and not handed in for anything: for who has the conversation in hand."""
        conversation_id, file_no = request.match_info["conversation_id"], request.match_info["file_no"]

        def may_open(work: UnitOfWork, file: MatterFile) -> bool:
            hand_off = work.hand_offs.open_for(conversation_id)
            in_hand = hand_off is not None and hand_off.taken_by == session.agent
            reported = any(each.restricted for each in work.requests.of_conversation(conversation_id))
            if reported and not session.staff.may(May.READ_WRONGDOING):
                return False
            return in_hand and file.conversation_id == conversation_id and not file.is_handed_in

        return await self._answer(file_no, may_open, conversation_id, session.agent)

    async def _answer(
        self, file_no: str, may_open: Callable[[UnitOfWork, MatterFile], bool], subject: str, agent: str
    ) -> web.StreamResponse:
        found = await asyncio.to_thread(self._take_out, file_no, may_open, subject, agent)
        if found is None:
            return self.pages.refuse(404, "没有这份材料，或者不归您看。")
        file, content = found
        headers = {"Content-Disposition": f'attachment; filename="{file_no}.{file.kind.extension}"'}
        return web.Response(body=content, content_type=file.kind.media_type, headers=headers)

    def _take_out(
        self, file_no: str, may_open: Callable[[UnitOfWork, MatterFile], bool], subject: str, agent: str
    ) -> tuple[MatterFile, bytes] | None:
        with self.deps.unit_of_work() as work:
            file = work.files.get(file_no)
            if file is None or not may_open(work, file):
                return None
            content = work.files.content(file_no)
            if content is None:
                return None
            at, detail = self.deps.clock(), {"file": file_no}
            work.audit.append("desk.file_opened", subject=subject, actor=f"agent:{agent}", at=at, detail=detail)
            work.commit()
        return file, content
