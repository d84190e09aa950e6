"""/desk/tasks: what the daily sweep found due soon or overdue, by post. Every look is recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from aiohttp import web

from bot.complaints.rule import KIND_NAMES
from bot.console.auth import Guard, Session
from bot.console.case_sheet import TRANSACTION_NAMES
from bot.console.deps import ConsoleDeps
from bot.console.inquiries import asked_of
from bot.console.pages import Pages, asked_page
from bot.console.times import CHINA
from bot.insurance.approval import Level, WaitingApproval
from bot.insurance.complaint import Complaint, ComplaintStage
from bot.insurance.complaint_list import ComplaintFilter, running
from bot.insurance.follow_up import FollowUpKind
from bot.insurance.inquiry import InquiryPage
from bot.insurance.policy import LineOfBusiness
from bot.insurance.staff import May, Staff
from bot.insurance.task import Register, Task, TaskPage, TaskView
from bot.services.handle_complaint import may_decide
from bot.services.ports import UnitOfWork

ROWS = 50
_PLACES = {Register.FOLLOW_UP: "follow-ups", Register.IMPROVEMENT: "improvements"}  # all others are cases
ClaimsToApprove = tuple[Sequence[WaitingApproval], int]  # the first of them, and how many there are


@dataclass(frozen=True)
class Waiting:
    """What waits for this very agent: second extensions of complaints and 核查 of what others decided, decisions on claims, questions of
    colleagues. `handlers`: who sees to the cases of the page."""

    to_approve: Sequence[Complaint]
    to_verify: Sequence[Complaint]
    claims: ClaimsToApprove
    to_answer: InquiryPage
    handlers: Mapping[str, str]


@dataclass(frozen=True)
class Tasks:
    """Of the posts of the account; compliance alone sees that there are tasks of restricted matters."""

    deps: ConsoleDeps
    pages: Pages

    def routes(self, signed_in: Guard) -> list[web.AbstractRouteDef]:
        return [web.get("/desk/tasks", signed_in(self.show))]

    async def show(self, request: web.Request, session: Session) -> web.StreamResponse:
        number, post = asked_page(request), request.query.get("post", "")
        page, waits = await asyncio.to_thread(self._list, session.staff, post, number)
        post = post if post in page.posts else ""
        return self.pages.show(
            "tasks.html",
            session=session,
            page=page,
            to_approve=waits.to_approve,
            to_verify=waits.to_verify,
            to_answer=waits.to_answer,
            clock=lambda due: running("", due, self._today()),
            claims=waits.claims,
            handlers=waits.handlers,
            post=post,
            number=number,
            last=max(1, -(-page.total // ROWS)),
            today=self._today(),
            what=what,
            path=task_path,
        )

    def _list(self, staff: Staff, post: str, number: int) -> tuple[TaskPage, Waiting]:
        now = self.deps.clock()
        agent, approves = staff.name, staff.may(May.APPROVE)
        with self.deps.unit_of_work() as work:
            page = self._page(work, staff, post, number)
            # What was done since the sweep leaves the list before it is seen, and others move up.
            while self.deps.settle_tasks(work, page.tasks, now):
                page = self._page(work, staff, post, number)
            asked = work.complaints.asking_for_more_time() if approves else ()
            waits = Waiting(
                [one for one in asked if one.asked_for_more_by != agent and not one.bars(agent)],
                to_verify(work, staff, self._today()),
                claims_to_approve(work, staff),
                asked_of(work, staff),
                work.handlers.of({task.number for task in page.tasks}),
            )
            detail = {"shown": str(len(page.tasks))}
            work.audit.append("desk.tasks_listed", subject="tasks", actor=f"agent:{agent}", at=now, detail=detail)
            work.commit()
        return page, waits

    def _page(self, work: UnitOfWork, staff: Staff, post: str, number: int) -> TaskPage:
        view = TaskView(None if staff.may(May.SUPERVISE) else staff.posts, restricted=staff.may(May.READ_WRONGDOING))
        page = partial(work.tasks.page, view, today=self._today(), offset=(number - 1) * ROWS, limit=ROWS)
        of_post = page(post=post)
        return of_post if post in ("", *of_post.posts) else page()

    def _today(self) -> date:
        return self.deps.clock().astimezone(CHINA).date()


def to_verify(work: UnitOfWork, staff: Staff, today: date) -> Sequence[Complaint]:
    """The first of those that the superior body looks at, where this account speaks for it; never what it decided itself (投诉办法 art
    20)."""
    if not staff.may(May.APPROVE):
        return ()
    waits = ComplaintFilter(stage=ComplaintStage.VERIFYING)
    found = work.complaints.found(waits, today=today, offset=0, limit=ROWS).complaints
    mine = [one for one in found if may_decide(one, staff.name, superior=True)]
    return sorted(mine, key=lambda one: (one.verify_by or today, one.complaint_no))


def claims_to_approve(work: UnitOfWork, staff: Staff) -> ClaimsToApprove:
    levels = [level for level in Level if level.is_met_by(staff)]
    return work.claim_records.awaiting(levels, but_by=f"agent:{staff.name}", limit=ROWS) if levels else ((), 0)


def task_path(task: Task) -> str:
    """Where it is done."""
    if task.register is Register.UPKEEP:
        return "/desk/upkeep"
    if task.register is Register.REPORT:
        return f"/desk/figures/monthly?period={task.number}"
    return f"/desk/{_PLACES.get(task.register, 'cases')}/{task.number}"


def what(task: Task) -> str:
    """What the matter is, as the desk says it."""
    if task.register is Register.REQUEST:
        return TRANSACTION_NAMES.get(task.about, task.about)
    if task.register in (Register.CLAIM, Register.CALL, Register.STEP):
        return f"{task.register.zh}，{LineOfBusiness(task.about).zh}"
    if task.register is Register.FOLLOW_UP:
        return FollowUpKind(task.about).zh
    if task.register is Register.IMPROVEMENT:
        return f"{task.register.zh}，{task.about}负责"
    if task.register is Register.UPKEEP:
        return f"{task.register.zh}，{task.about}"
    if task.register is Register.COMPLAINT:
        return f"{task.register.zh}，{KIND_NAMES.get(task.about, task.about)}"
    return task.register.zh
