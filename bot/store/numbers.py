"""Numbers of claims, complaints and endorsements."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.store.ledger_tables import COUNTERS
from bot.store.rows import insert_for


class SqlNumbers:
    """Implements bot.services.ports.Numbers.

    The counter row stays locked until the transaction ends. A transaction that is rolled back leaves no gap, and no
    number is given out twice.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def next(self, prefix: str, day: date) -> str:
        count = COUNTERS.c
        statement = insert_for(self._connection, COUNTERS).values(prefix=prefix, day=day, last=1)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["prefix", "day"], set_={"last": count.last + 1})
        )
        row = (count.prefix == prefix) & (count.day == day)
        last = self._connection.execute(select(count.last).where(row)).scalar_one()
        return f"{prefix}{day:%Y%m%d}{last:06d}"
