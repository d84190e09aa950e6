"""What is open over all registers: the desk's list."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Text, and_, func, literal, select, union_all
from sqlalchemy.engine import Connection

from bot.insurance.open_case import CaseKind, CasePage, OpenCase
from bot.store.case_handlers import handled_by
from bot.store.case_tables import CLAIMS, ENDORSEMENTS, OPEN_CLAIM, OPEN_ENDORSEMENT, OPEN_REQUEST, SERVICE_REQUESTS
from bot.store.complaint_tables import COMPLAINTS, OPEN_COMPLAINT
from bot.store.seen_by import seen_by

_REGISTERS = {
    CaseKind.CLAIM: (
        (CLAIMS.c.claim_no, CLAIMS.c.line, CLAIMS.c.stage, CLAIMS.c.reported_at, CLAIMS.c.due_on), OPEN_CLAIM,
    ),
    CaseKind.COMPLAINT: (
        (
            COMPLAINTS.c.complaint_no, COMPLAINTS.c.kind, COMPLAINTS.c.stage, COMPLAINTS.c.received_at,
            COMPLAINTS.c.next_due,
        ),
        OPEN_COMPLAINT,
    ),
    CaseKind.ENDORSEMENT: (
        (
            ENDORSEMENTS.c.endorsement_no, literal("", Text), ENDORSEMENTS.c.status, ENDORSEMENTS.c.requested_at,
            ENDORSEMENTS.c.finish_by,
        ),
        OPEN_ENDORSEMENT,
    ),
    CaseKind.REQUEST: (
        (
            SERVICE_REQUESTS.c.request_no, SERVICE_REQUESTS.c.kind, SERVICE_REQUESTS.c.status,
            SERVICE_REQUESTS.c.requested_at, SERVICE_REQUESTS.c.due_on,
        ),
        OPEN_REQUEST,
    ),
}  # fmt: skip
_NAMES = ("number", "about", "stage", "received_at", "due", "post", "channel")


class SqlOpenCases:
    """Implements bot.services.case_ports.OpenCases."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def page(
        self,
        *,
        kind: CaseKind | None,
        today: date,
        offset: int,
        limit: int,
        posts: Collection[str] | None = None,
        restricted: bool = False,
        handler: str = "",
    ) -> CasePage:
        kinds = [one for one in ([kind] if kind else CaseKind) if posts is None or not one.post or one.post in posts]
        if not kinds:
            return CasePage((), 0, 0)
        registers = [_register(one, posts, restricted, handler) for one in kinds]
        cases = _together(registers)
        late = func.count().filter(cases.c.due < today)
        counts = select(func.count(), func.count(cases.c.due), late).select_from(cases)
        total, dated, overdue = self._connection.execute(counts).one()
        rows = self._rows(registers, offset, limit, dated=True) if offset < dated else []
        if len(rows) < limit:
            rows += self._rows(registers, max(offset - dated, 0), limit - len(rows), dated=False)
        return CasePage(tuple(map(_case, rows)), total, overdue)

    def _rows(self, registers: Sequence[Any], offset: int, limit: int, *, dated: bool) -> list[Any]:
        """Of those with a due date, or without, in order. Each register gives its first by its own index; sorted are those alone."""
        firsts = []
        for register in registers:
            of_one = register.subquery()
            due = of_one.c.due.is_not(None) if dated else of_one.c.due.is_(None)
            order = (of_one.c.due, of_one.c.received_at, of_one.c.number)
            firsts.append(select(select(of_one).where(due).order_by(*order).limit(offset + limit).subquery()))
        cases = _together(firsts)
        page = select(cases).order_by(cases.c.due, cases.c.received_at, cases.c.number).offset(offset).limit(limit)
        return list(self._connection.execute(page).mappings())


def _together(registers: Sequence[Any]) -> Any:
    return (union_all(*registers) if len(registers) > 1 else registers[0]).subquery()


def _register(kind: CaseKind, posts: Collection[str] | None, restricted: bool, handler: str) -> Any:
    columns, still_open = _REGISTERS[kind]
    post = SERVICE_REQUESTS.c.post if kind is CaseKind.REQUEST else literal(kind.post, Text)
    channel = COMPLAINTS.c.channel if kind is CaseKind.COMPLAINT else literal("", Text)
    named = [column.label(name) for column, name in zip((*columns, post, channel), _NAMES, strict=True)]
    seen = and_(still_open, handled_by(kind, handler)) if handler else still_open
    if kind is CaseKind.REQUEST:
        seen = and_(seen, seen_by(SERVICE_REQUESTS.c, posts, restricted=restricted))
    return select(literal(kind.value, Text).label("kind"), *named).where(seen)


def _case(row: Any) -> OpenCase:
    return OpenCase(CaseKind(row["kind"]), *(row[name] for name in _NAMES))
