"""The daily sweep's tasks, the keys of what is done once, and what is due over all registers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Text, and_, func, literal, or_, select
from sqlalchemy.engine import Connection

from bot.insurance.claim import ClaimStage
from bot.insurance.endorsement import EndorsementStatus
from bot.insurance.open_case import CaseKind
from bot.insurance.service_request import RequestStatus
from bot.insurance.task import DueMatter, Register, Task, TaskPage, TaskState, TaskView
from bot.store.case_tables import CLAIMS, ENDORSEMENTS, OPEN_CLAIM, SERVICE_REQUESTS
from bot.store.complaint_tables import COMPLAINTS, OPEN_COMPLAINT
from bot.store.follow_up_tables import FOLLOW_UPS, OPEN_FOLLOW_UP
from bot.store.rows import Row, insert_for, one_of
from bot.store.schema import SHANGHAI
from bot.store.seen_by import seen_by
from bot.store.task_tables import DONE_ONCE, OPEN_TASK, TASKS

_OPEN_REQUEST = [status.value for status in RequestStatus if status.is_open]
_KEYS = ("number", "due")
_NOTHING = literal("", Text)
_POSTS = {
    Register.CLAIM: CaseKind.CLAIM.post,
    Register.CALL: CaseKind.CLAIM.post,
    Register.STEP: CaseKind.CLAIM.post,
    Register.COMPLAINT: CaseKind.COMPLAINT.post,
    Register.ENDORSEMENT: CaseKind.ENDORSEMENT.post,
    Register.CONSENT: CaseKind.ENDORSEMENT.post,
    Register.FOLLOW_UP: CaseKind.COMPLAINT.post,
}


class SqlTasks:
    """Implements bot.services.case_ports.Tasks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self) -> Sequence[Task]:
        statement = select(TASKS).where(OPEN_TASK).order_by(TASKS.c.due, TASKS.c.number)
        return tuple(_task(row) for row in self._connection.execute(statement).mappings())

    def page(self, view: TaskView, *, today: date, post: str = "", offset: int = 0, limit: int) -> TaskPage:
        columns = TASKS.c
        seen = and_(OPEN_TASK, seen_by(columns, view.posts, restricted=view.restricted))
        if view.posts is not None:  # the report is for those who see every post
            seen = and_(seen, columns.register != Register.REPORT.value)
        by_post = self._connection.execute(
            select(columns.post, func.count(), func.count().filter(columns.due < today))
            .where(seen)
            .group_by(columns.post)
        ).all()
        of_it = and_(seen, columns.post == post) if post else seen
        statement = select(TASKS).where(of_it).order_by(columns.due, columns.number).offset(offset).limit(limit)
        tasks = tuple(_task(row) for row in self._connection.execute(statement).mappings())
        counted = [row for row in by_post if post in ("", row[0])]
        total, overdue = sum(row[1] for row in counted), sum(row[2] for row in counted)
        return TaskPage(tasks, total, overdue, tuple(sorted(row[0] for row in by_post)))

    def save(self, *tasks: Task) -> None:
        if not tasks:
            return
        insert = insert_for(self._connection, TASKS)
        others = {column.name: insert.excluded[column.name] for column in TASKS.c if column.name not in _KEYS}
        statement = insert.on_conflict_do_update(index_elements=list(_KEYS), set_=others)
        rows = [{**asdict(task), "register": task.register.value, "state": task.state.value} for task in tasks]
        self._connection.execute(statement, rows)


class SqlOnce:
    """Implements bot.services.case_ports.Once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(self, key: str, at: datetime) -> bool:
        statement = insert_for(self._connection, DONE_ONCE).values(key=key, at=at)
        return bool(self._connection.execute(statement.on_conflict_do_nothing(index_elements=["key"])).rowcount)

    def was_claimed(self, key: str) -> bool:
        own = select(DONE_ONCE.c.key).where(DONE_ONCE.c.key == key)
        return self._connection.execute(own).first() is not None

    def release(self, key: str) -> None:
        self._connection.execute(DONE_ONCE.delete().where(DONE_ONCE.c.key == key))

    def forget(self, prefix: str, before: datetime) -> None:
        old = DONE_ONCE.c.key.startswith(prefix, autoescape=True) & (DONE_ONCE.c.at < before)
        self._connection.execute(DONE_ONCE.delete().where(old))


class SqlDueMatters:
    """Implements bot.services.case_ports.DueMatters."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def until(self, day: date, *, today: date, among: Collection[str] | None = None) -> Sequence[DueMatter]:
        claims, complaints = CLAIMS.c, COMPLAINTS.c
        found = [
            *self._read(
                Register.CLAIM, claims.claim_no, claims.line, claims.stage, claims.due_on, claims.due_rule,
                where=(OPEN_CLAIM, claims.due_on <= day, one_of(claims.claim_no, among)),
            ),
            *self._read(
                Register.COMPLAINT, complaints.complaint_no, complaints.kind, complaints.stage, complaints.next_due,
                where=(OPEN_COMPLAINT, complaints.next_due <= day, one_of(complaints.complaint_no, among)),
            ),
            *self._calls(day, among),
            *self._endorsements(day, among),
            *self._requests(day, today, among),
            *self._follow_ups(day, among),
        ]  # fmt: skip
        return sorted(found, key=lambda each: (each.due, each.number))

    def _read(
        self, register: Register, number: Any, about: Any, stage: Any, due: Any, rule: Any = _NOTHING, *, where: Any
    ) -> list[DueMatter]:
        post, columns = _POSTS[register], (number, about, stage, due, rule)
        rows = self._connection.execute(select(*columns).where(*where)).all()
        return [DueMatter(row[0], register, row[1], row[2], post, _day(row[3]), row[4]) for row in rows]

    def _calls(self, day: date, among: Collection[str] | None) -> list[DueMatter]:
        columns, after = CLAIMS.c, datetime.combine(day + timedelta(days=1), time(), SHANGHAI)
        return self._read(
            Register.CALL, columns.claim_no, columns.line, columns.stage, columns.contact_by,
            where=(
                columns.stage == ClaimStage.REPORTED.value, columns.contact_by < after, columns.contacted_at.is_(None),
                one_of(columns.claim_no, among),
            ),
        )  # fmt: skip

    def _endorsements(self, day: date, among: Collection[str] | None) -> list[DueMatter]:
        columns = ENDORSEMENTS.c
        asked = one_of(columns.endorsement_no, among)
        accepted = self._read(
            Register.ENDORSEMENT, columns.endorsement_no, _NOTHING, columns.status, columns.finish_by,
            where=(columns.status == EndorsementStatus.ACCEPTED.value, columns.finish_by <= day, asked),
        )  # fmt: skip
        after = datetime.combine(day + timedelta(days=1), time(), SHANGHAI)
        waiting = self._read(
            Register.CONSENT, columns.endorsement_no, _NOTHING, columns.status, columns.consent_by,
            where=(columns.status == EndorsementStatus.WAITING_FOR_CONSENT.value, columns.consent_by < after, asked),
        )  # fmt: skip
        return [*accepted, *waiting]

    def _requests(self, day: date, today: date, among: Collection[str] | None) -> list[DueMatter]:
        columns = SERVICE_REQUESTS.c
        near = or_(columns.due_on <= day, columns.alert_on <= today)
        statement = select(
            columns.request_no, columns.kind, columns.status, columns.post, columns.due_on, columns.due_rule,
            columns.alert_on, columns.restricted,
        ).where(columns.status.in_(_OPEN_REQUEST), near, one_of(columns.request_no, among))  # fmt: skip
        return [
            DueMatter(number, Register.REQUEST, kind, status, post, due or alert, rule, alert, restricted)
            for number, kind, status, post, due, rule, alert, restricted in self._connection.execute(statement)
        ]

    def _follow_ups(self, day: date, among: Collection[str] | None) -> list[DueMatter]:
        """Those to be called, whenever that is due, and those whose own day is near."""
        columns = FOLLOW_UPS.c
        due, near = func.coalesce(columns.call_by, columns.due), or_(columns.call_by.is_not(None), columns.due <= day)
        return self._read(
            Register.FOLLOW_UP, columns.number, columns.kind, columns.state, due, columns.due_rule,
            where=(OPEN_FOLLOW_UP, near, one_of(columns.number, among)),
        )  # fmt: skip


def _day(due: date | datetime) -> date:
    """Consent counts until a moment of its last day."""
    return due.date() if isinstance(due, datetime) else due


def _task(row: Row) -> Task:
    values: dict[str, Any] = {**row, "register": Register(row["register"]), "state": TaskState(row["state"])}
    return Task(**values)
