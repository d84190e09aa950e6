"""/desk/tasks: what the daily sweep found due soon or overdue, by post. Every look is recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from aiohttp import web

from bot.complaints.rule import KIND_NAMES
from bot.console.auth import Guard, Session
from bot.console.case_sheet import TRANSACTION_NAMES
from bot.console.deps import ConsoleDeps
from bot.console.pages import Pages
from bot.console.times import CHINA
from bot.insurance.complaint import Complaint
from bot.insurance.follow_up import FollowUpKind
from bot.insurance.policy import LineOfBusiness
from bot.insurance.staff import May, Staff
from bot.insurance.task import Register, Task


@dataclass(frozen=True)
class Tasks:
    """Of the posts of the account; compliance alone sees that there are tasks of restricted matters."""

    deps: ConsoleDeps
    pages: Pages

    def routes(self, signed_in: Guard) -> list[web.AbstractRouteDef]:
        return [web.get("/desk/tasks", signed_in(self.show))]

    async def show(self, request: web.Request, session: Session) -> web.StreamResponse:
        tasks, to_approve = await asyncio.to_thread(self._list, session.staff)
        posts = sorted({task.post for task in tasks})
        post = next((one for one in posts if one == request.query.get("post")), "")
        today = self._today()
        return self.pages.show(
            "tasks.html",
            session=session,
            tasks=[task for task in tasks if post in ("", task.post)],
            to_approve=to_approve,
            total=len(tasks),
            overdue=sum(task.due < today for task in tasks),
            posts=posts,
            post=post,
            today=today,
            what=what,
        )

    def _list(self, staff: Staff) -> tuple[Sequence[Task], Sequence[Complaint]]:
        """The tasks, and the complaints whose second extension waits for this very agent."""
        now = self.deps.clock()
        agent, approves = staff.name, staff.may(May.APPROVE)
        with self.deps.unit_of_work() as work:
            self.deps.settle_tasks(work, now)
            tasks = [task for task in work.tasks.open() if staff.sees(task.post, restricted=task.restricted)]
            asked = work.complaints.asking_for_more_time() if approves else ()
            to_approve = [one for one in asked if one.asked_for_more_by != agent and not one.accuses(agent)]
            detail = {"shown": str(len(tasks))}
            work.audit.append("desk.tasks_listed", subject="tasks", actor=f"agent:{agent}", at=now, detail=detail)
            work.commit()
        return tasks, to_approve

    def _today(self) -> date:
        return self.deps.clock().astimezone(CHINA).date()


def what(task: Task) -> str:
    """What the matter is, as the desk says it."""
    if task.register is Register.REQUEST:
        return TRANSACTION_NAMES.get(task.about, task.about)
    if task.register in (Register.CLAIM, Register.CALL, Register.STEP):
        return f"{task.register.zh}，{LineOfBusiness(task.about).zh}"
    if task.register is Register.FOLLOW_UP:
        return FollowUpKind(task.about).zh
    if task.register is Register.COMPLAINT:
        return f"{task.register.zh}，{KIND_NAMES.get(task.about, task.about)}"
    return task.register.zh
