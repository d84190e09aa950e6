"""Event mode: what was switched on for which area, by whom, and off again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.insurance.contingency import DisasterEvent
from bot.store.event_tables import DISASTER_EVENTS
from bot.store.rows import update_one


class SqlDisasterEvents:
    """Implements bot.services.ports.DisasterEvents."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, event: DisasterEvent) -> None:
        self._connection.execute(DISASTER_EVENTS.insert().values(**_row(event)))

    def save(self, event: DisasterEvent) -> None:
        """Raises RowMissingError when it was never added."""
        update_one(self._connection, DISASTER_EVENTS, {"event_id": event.event_id}, _row(event))

    def get(self, event_id: str) -> DisasterEvent | None:
        """Locked until the transaction ends."""
        found = select(DISASTER_EVENTS).where(DISASTER_EVENTS.c.event_id == event_id).with_for_update()
        return next(iter(self._all(found)), None)

    def on(self, day: date) -> Sequence[DisasterEvent]:
        columns = DISASTER_EVENTS.c
        held = columns.stopped_at.is_(None) & (columns.starts <= day) & (columns.ends >= day)
        return self._all(select(DISASTER_EVENTS).where(held).order_by(columns.event_id.desc()))

    def newest(self, limit: int) -> Sequence[DisasterEvent]:
        return self._all(select(DISASTER_EVENTS).order_by(DISASTER_EVENTS.c.event_id.desc()).limit(limit))

    def _all(self, statement: Any) -> tuple[DisasterEvent, ...]:
        rows = self._connection.execute(statement).mappings()
        return tuple(DisasterEvent(**{**row, "regions": tuple(row["regions"])}) for row in rows)


def _row(event: DisasterEvent) -> dict[str, Any]:
    return {**vars(event), "regions": list(event.regions)}
