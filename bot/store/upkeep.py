"""Improvements, and when rules were looked through and documents reported."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import and_, func, select, true
from sqlalchemy.engine import Connection

from bot.insurance.improvement import Improvement, ImprovementPage
from bot.insurance.upkeep import UpkeepRecord
from bot.store.rows import one_of, update_one
from bot.store.upkeep_tables import DONE_IMPROVEMENT, IMPROVEMENTS, OPEN_IMPROVEMENT, UPKEEP_RECORDS

_LATELY = 20  # of those that are done, on a page


class SqlImprovements:
    """Implements bot.services.upkeep_ports.Improvements."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, improvement: Improvement) -> None:
        self._connection.execute(IMPROVEMENTS.insert().values(**asdict(improvement)))

    def save(self, improvement: Improvement) -> None:
        update_one(self._connection, IMPROVEMENTS, {"number": improvement.number}, asdict(improvement))

    def get(self, number: str) -> Improvement | None:
        own = select(IMPROVEMENTS).where(IMPROVEMENTS.c.number == number).with_for_update()
        return next(iter(self._all(own)), None)

    def page(self, *, owner: str = "", today: date, offset: int, limit: int) -> ImprovementPage:
        columns = IMPROVEMENTS.c
        own = columns.owner == owner if owner else true()
        waits = and_(OPEN_IMPROVEMENT, own)
        late = func.count().filter(columns.due < today)
        total, overdue = self._connection.execute(
            select(func.count(), late).select_from(IMPROVEMENTS).where(waits)
        ).one()
        first_due = select(IMPROVEMENTS).where(waits).order_by(columns.due, columns.number)
        lately = select(IMPROVEMENTS).where(and_(DONE_IMPROVEMENT, own)).order_by(columns.done_at.desc())
        return ImprovementPage(
            self._all(first_due.offset(offset).limit(limit)), total, overdue, self._all(lately.limit(_LATELY))
        )

    def due_until(self, day: date, among: Collection[str] | None = None) -> Sequence[Improvement]:
        columns = IMPROVEMENTS.c
        near = and_(OPEN_IMPROVEMENT, columns.due <= day, one_of(columns.number, among))
        return self._all(select(IMPROVEMENTS).where(near).order_by(columns.due, columns.number))

    def _all(self, statement: Any) -> tuple[Improvement, ...]:
        return tuple(Improvement(**row) for row in self._connection.execute(statement).mappings())


class SqlUpkeepRecords:
    """Implements bot.services.upkeep_ports.UpkeepRecords."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, record: UpkeepRecord) -> None:
        self._connection.execute(UPKEEP_RECORDS.insert().values(**asdict(record)))

    def newest(self) -> Mapping[str, UpkeepRecord]:
        columns = UPKEEP_RECORDS.c
        of_all = select(columns.item, columns.on, columns.note, columns.by, columns.at)
        rows = self._connection.execute(of_all.order_by(columns.on, columns.record_id)).mappings()
        return {row["item"]: UpkeepRecord(**row) for row in rows}
