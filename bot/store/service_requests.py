"""Requests for changes and papers, and what they mark on a policy."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, select, true
from sqlalchemy.engine import Connection

from bot.insurance.service_request import RequestStatus, RequestStep, ServiceRequest
from bot.store.case_tables import OPEN_REQUEST, POLICY_MARKS, SERVICE_REQUEST_STEPS, SERVICE_REQUESTS
from bot.store.rows import Row, insert_once, lists_of, replace_list, update_one, upsert
from bot.store.seen_by import seen_by


class SqlServiceRequests:
    """Implements bot.services.ports.ServiceRequests."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, request: ServiceRequest) -> None:
        insert_once(self._connection, SERVICE_REQUESTS, _row(request))
        self._write_steps(request)

    def save(self, request: ServiceRequest) -> None:
        """Raises RowMissingError when it was never added."""
        update_one(self._connection, SERVICE_REQUESTS, {"request_no": request.request_no}, _row(request))
        self._write_steps(request)

    def get(self, request_no: str) -> ServiceRequest | None:
        """Locked until the transaction ends."""
        found = self._all(SERVICE_REQUESTS.c.request_no == request_no, lock=True)
        return found[0] if found else None

    def by_key(self, idempotency_key: str) -> ServiceRequest | None:
        found = self._all(SERVICE_REQUESTS.c.idempotency_key == idempotency_key)
        return found[0] if found else None

    def of_conversation(self, conversation_id: str) -> Sequence[ServiceRequest]:
        return self._all(SERVICE_REQUESTS.c.conversation_id == conversation_id)

    def of_party(self, party_id: str) -> Sequence[ServiceRequest]:
        return self._all(SERVICE_REQUESTS.c.applicant_id == party_id) if party_id else ()

    def of_kind(self, kind: str) -> Sequence[ServiceRequest]:
        return self._all(SERVICE_REQUESTS.c.kind == kind)

    def restricted_of_kind(self, kind: str, *, offset: int, limit: int) -> tuple[Sequence[ServiceRequest], int, int]:
        rows = SERVICE_REQUESTS.c
        own = (rows.kind == kind) & (rows.restricted == true())
        newest = select(rows.request_no).where(own).order_by(rows.requested_at.desc(), rows.request_no.desc())
        wanted = list(self._connection.execute(newest.offset(offset).limit(limit)).scalars())
        found = {each.request_no: each for each in self._all(rows.request_no.in_(wanted))} if wanted else {}
        counted = select(func.count(), func.count().filter(OPEN_REQUEST)).select_from(SERVICE_REQUESTS).where(own)
        total, still_open = self._connection.execute(counted).one()
        return [found[number] for number in wanted], int(total), int(still_open)

    def when_requested(self, kind: str, since: datetime) -> Sequence[datetime]:
        rows = SERVICE_REQUESTS.c
        own = select(rows.requested_at).where((rows.kind == kind) & (rows.requested_at >= since))
        return tuple(self._connection.execute(own).scalars())

    def open_of_kind(self, kind: str) -> Sequence[ServiceRequest]:
        return self._all((SERVICE_REQUESTS.c.kind == kind) & OPEN_REQUEST)

    def stepped_since(self, moment: datetime) -> Sequence[ServiceRequest]:
        lately = select(SERVICE_REQUEST_STEPS.c.request_no).where(SERVICE_REQUEST_STEPS.c.at >= moment)
        return self._all(SERVICE_REQUESTS.c.request_no.in_(lately))

    def awaiting_papers(self) -> Sequence[ServiceRequest]:
        return self._all(SERVICE_REQUESTS.c.status == RequestStatus.WAITING_FOR_PAPERS.value)

    def to_chase(
        self, today: date, *, posts: Collection[str] | None = None, restricted: bool = False, limit: int = 50
    ) -> tuple[Sequence[ServiceRequest], int]:
        rows = SERVICE_REQUESTS.c
        due = and_(OPEN_REQUEST, rows.alert_on <= today, seen_by(rows, posts, restricted=restricted))
        first = func.coalesce(rows.due_on, today)
        numbers = select(rows.request_no).where(due).order_by(first, rows.request_no).limit(limit)
        wanted = list(self._connection.execute(numbers).scalars())
        found = {each.request_no: each for each in self._all(rows.request_no.in_(wanted))} if wanted else {}
        total = self._connection.execute(select(func.count()).select_from(SERVICE_REQUESTS).where(due)).scalar_one()
        return [found[number] for number in wanted], int(total)

    def reported_in(self, conversation_ids: Collection[str]) -> frozenset[str]:
        rows = SERVICE_REQUESTS.c
        reported = rows.conversation_id.in_(list(conversation_ids)) & (rows.restricted == true())
        return frozenset(self._connection.execute(select(rows.conversation_id).where(reported)).scalars())

    def mark_lost(self, policy_no: str, request_no: str, at: datetime) -> None:
        values = {"policy_no": policy_no, "mark": "lost", "request_no": request_no, "at": at}
        upsert(self._connection, POLICY_MARKS, values, keys=["policy_no", "mark"])

    def _all(self, condition: Any, *, lock: bool = False) -> tuple[ServiceRequest, ...]:
        statement = select(SERVICE_REQUESTS).where(condition).order_by(SERVICE_REQUESTS.c.request_no)
        statement = statement.with_for_update() if lock else statement
        rows = self._connection.execute(statement).mappings().all()
        steps = lists_of(self._connection, SERVICE_REQUEST_STEPS, "request_no", [row["request_no"] for row in rows])
        return tuple(_request(row, steps[row["request_no"]]) for row in rows)

    def _write_steps(self, request: ServiceRequest) -> None:
        steps = [{**vars(step), "status": step.status.value, "papers": list(step.papers)} for step in request.steps]
        replace_list(self._connection, SERVICE_REQUEST_STEPS, {"request_no": request.request_no}, steps)


def _row(request: ServiceRequest) -> dict[str, Any]:
    return {
        **{name: value for name, value in vars(request).items() if name != "steps"},
        "status": request.status.value,
        "fields": [list(pair) for pair in request.fields],
        "papers": list(request.papers),
    }


def _request(row: Row, steps: Sequence[Row]) -> ServiceRequest:
    values: dict[str, Any] = {
        **{name: row[name] for name in row if name != "handler"},  # bot.store.case_handlers reads and writes that
        "status": RequestStatus(row["status"]),
        "fields": tuple((label, value) for label, value in row["fields"]),
        "papers": tuple(row["papers"]),
        "steps": tuple(map(_step, steps)),
    }
    return ServiceRequest(**values)


def _step(row: Row) -> RequestStep:
    return RequestStep(RequestStatus(row["status"]), row["at"], row["by"], row["note"], tuple(row["papers"]))
