"""Who sees to which case, in the registers themselves, and every change of it in a table of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import and_, func, literal, select, union_all
from sqlalchemy.engine import Connection

from bot.insurance.case_handler import HandlerChange
from bot.insurance.open_case import CaseKind
from bot.store.case_tables import (
    CASE_HANDLER_CHANGES,
    CLAIMS,
    ENDORSEMENTS,
    HANDLED_CLAIM,
    HANDLED_ENDORSEMENT,
    HANDLED_REQUEST,
    SERVICE_REQUESTS,
)
from bot.store.complaint_tables import COMPLAINTS, HANDLED_COMPLAINT
from bot.store.rows import update_one

_AT_ONCE = 500  # numbers in one statement: SQLite and PostgreSQL take some thirty thousand
_REGISTERS = {
    CaseKind.CLAIM: (CLAIMS, CLAIMS.c.claim_no, HANDLED_CLAIM),
    CaseKind.COMPLAINT: (COMPLAINTS, COMPLAINTS.c.complaint_no, HANDLED_COMPLAINT),
    CaseKind.ENDORSEMENT: (ENDORSEMENTS, ENDORSEMENTS.c.endorsement_no, HANDLED_ENDORSEMENT),
    CaseKind.REQUEST: (SERVICE_REQUESTS, SERVICE_REQUESTS.c.request_no, HANDLED_REQUEST),
}


def handled_by(kind: CaseKind, name: str) -> Any:
    """The condition on open cases of a register that this account sees to; in the words of the index that finds them."""
    table, _, handled = _REGISTERS[kind]
    return and_(handled, table.c.handler == name)


class SqlCaseHandlers:
    """Implements bot.services.case_ports.CaseHandlers."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, numbers: Collection[str]) -> Mapping[str, str]:
        found = dict[str, str]()
        for kind, (table, number, _) in _REGISTERS.items():
            own = sorted(each for each in numbers if each.startswith(kind.value))
            for first in range(0, len(own), _AT_ONCE):
                these = number.in_(own[first : first + _AT_ONCE])
                found.update(self._connection.execute(select(number, table.c.handler).where(these)).all())
        return found

    def change(self, number: str, change: HandlerChange) -> None:
        table, key, _ = _REGISTERS[CaseKind(number[:1])]
        update_one(self._connection, table, {key.name: number}, {"handler": change.handler})
        self._connection.execute(CASE_HANDLER_CHANGES.insert().values(number=number, **asdict(change)))

    def history(self, number: str) -> Sequence[HandlerChange]:
        changes = CASE_HANDLER_CHANGES.c
        own = select(changes.handler, changes.by, changes.at, changes.why).where(changes.number == number)
        return [HandlerChange(**row) for row in self._connection.execute(own.order_by(changes.change_id)).mappings()]

    def held_by(self, name: str) -> Sequence[str]:
        of_all = [
            select(number.label("number")).where(handled_by(kind, name)) for kind, (_, number, _) in _REGISTERS.items()
        ]
        held = union_all(*of_all).subquery()
        numbers = self._connection.execute(select(held.c.number).order_by(held.c.number)).scalars()
        return [str(number) for number in numbers]

    def loads(self, kind: CaseKind) -> Mapping[str, int]:
        table, _, handled = _REGISTERS[kind]
        counted = select(table.c.handler, func.count(literal(1))).where(handled).group_by(table.c.handler)
        return {name: count for name, count in self._connection.execute(counted)}
