"""/desk/follow-ups/R…/visit: a follow-up at the customer's own place, with the photo of the form that he signed (G03)."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from bot.console.auth import Guard, Refusal, Session
from bot.console.case_files import CaseFiles
from bot.console.case_papers import REFUSALS, inspect
from bot.console.deps import ConsoleDeps
from bot.console.forms import SentFile, read_upload, with_file
from bot.console.pages import Pages
from bot.insurance.staff import May
from bot.services.follow_ups.problem_ticket import FollowUpRules
from bot.services.follow_ups.record_call import CallFlawError
from bot.services.follow_ups.record_visit import RecordVisit, record_visit
from bot.services.take_file import FileRefusedError


@dataclass(frozen=True)
class Visits:
    """The post that follows up (投诉回访) records them."""

    deps: ConsoleDeps
    pages: Pages

    def routes(self, signed_in: Guard) -> list[web.AbstractRouteDef]:
        one, files = r"/desk/follow-ups/{number:R\d{14}}", CaseFiles(self.deps, self.pages)
        return [
            web.post(one + "/visit", with_file(signed_in(self.record))),
            web.get(one + r"/files/{file_no:F\d{1,20}}", signed_in(files.open_of_visit)),
        ]

    async def record(self, request: web.Request, session: Session) -> web.StreamResponse:
        """What came of a visit, and back to the sheet; refusals say why."""
        if not session.staff.may(May.CALL_BACK):
            return self.pages.refuse(403, "上门回访由投诉回访岗登记。")
        number, (read, sent) = request.match_info["number"], await read_upload(request)
        fields = {name: value.strip() for name, value in read.items()}
        if sent is None:
            return self.pages.refuse(400, "请附上客户签名的回访记录照片。")
        answers = {name.removeprefix("q_"): value for name, value in fields.items() if name.startswith("q_") and value}
        command = RecordVisit(
            number, fields.get("visitor", ""), fields.get("place", ""), answers, fields.get("note", ""), session.agent,
            self.deps.clock(),
        )  # fmt: skip
        form_id = fields.get("form_id", "")
        refusal = await session.carry_out(form_id, lambda: self._record(command, sent))
        if refusal:
            return self.pages.refuse(*refusal)
        return web.Response(status=303, headers={"Location": f"/desk/follow-ups/{number}"})

    def _record(self, command: RecordVisit, sent: SentFile) -> Refusal | None:
        """Why not; None when it is done."""
        rules = FollowUpRules(self.deps.questionnaires, self.deps.deadlines, self.deps.limits)
        try:
            form = inspect(self.deps, f"desk:{command.number}", sent)
            with self.deps.unit_of_work() as work:
                record_visit(work, command, form, rules)
                work.commit()
        except FileRefusedError as error:
            return 400, REFUSALS[str(error.data["reason"])]
        except CallFlawError as error:
            return 400, f"{error.data['flaw']}。"
        except LookupError:
            return 409, "没有这个编号的回访，或者已经结束了。"
        return None
