"""The few statements that all repositories share: insert once, upsert, update one row, lists inside a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, and_, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from bot.services.errors import DuplicateKeyError
from bot.store.errors import HistoryChangedError, RowMissingError

Row = Mapping[str, Any]


def insert_for(connection: Connection, table: Table) -> Any:
    """The dialect's INSERT, which knows ON CONFLICT."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def insert_once(connection: Connection, table: Table, values: Row, *, key: str = "idempotency_key") -> None:
    """Insert a row unless its key exists; the transaction stays usable either way (PostgreSQL would abort it).

    A parallel insert of the same key waits for the other transaction and then finds the row.

    Raises:
        DuplicateKeyError: the key exists.
    """
    statement = insert_for(connection, table).values(**values).on_conflict_do_nothing(index_elements=[key])
    if connection.execute(statement).rowcount == 0:
        raise DuplicateKeyError(table=table.name)


def upsert(connection: Connection, table: Table, values: Row, *, keys: Sequence[str]) -> None:
    """Insert the row, or set every other column of the one with the same keys."""
    others = {name: value for name, value in values.items() if name not in keys}
    statement = insert_for(connection, table).values(**values)
    connection.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=others))


def update_one(connection: Connection, table: Table, key: Row, values: Row) -> None:
    """Update the row with this key.

    Raises:
        RowMissingError: there is none.
    """
    where = and_(*(table.c[name] == value for name, value in key.items()))
    if connection.execute(table.update().where(where).values(**values)).rowcount == 0:
        raise RowMissingError(table=table.name, **key)


def one_of(column: Any, among: Collection[str] | None) -> Any:
    """The condition that the column has one of these values; None: whatever it has."""
    return true() if among is None else column.in_(sorted(among))


def replace_list(connection: Connection, table: Table, key: Row, items: Iterable[Row]) -> None:
    """Write the list that belongs to `key`, in order, in place of what was there."""
    where = and_(*(table.c[name] == value for name, value in key.items()))
    connection.execute(table.delete().where(where))
    rows = [{**key, "position": position, **item} for position, item in enumerate(items)]
    if rows:
        connection.execute(table.insert(), rows)


def append_list(
    connection: Connection, table: Table, key: Row, items: Sequence[Row], *, changing: Collection[str] = ()
) -> None:
    """Write what is new at the end of the list that belongs to `key`; of the rest only the columns `changing` may change.

    Raises:
        HistoryChangedError: something else of the list is not what was written before.
    """
    where = and_(*(table.c[name] == value for name, value in key.items()))
    statement = select(table).where(where).order_by(table.c.position)
    stored = connection.execute(statement).mappings().all()
    if len(items) < len(stored):
        raise HistoryChangedError(table=table.name, position=len(items))
    for place, (old, item) in enumerate(zip(stored, items, strict=False)):
        different = {name: value for name, value in item.items() if old[name] != value}
        if different.keys() - set(changing):
            raise HistoryChangedError(table=table.name, position=place)
        if different:
            update_one(connection, table, {**key, "position": place}, different)
    added = [{**key, "position": place, **item} for place, item in enumerate(items) if place >= len(stored)]
    if added:
        connection.execute(table.insert(), added)


def lists_of(connection: Connection, table: Table, column: str, owners: Sequence[str]) -> dict[str, list[Row]]:
    """The lists of many owners in one query: owner → rows in order."""
    found: dict[str, list[Row]] = defaultdict(list)
    if owners:
        statement = select(table).where(table.c[column].in_(owners)).order_by(table.c[column], table.c.position)
        for row in connection.execute(statement).mappings():
            found[row[column]].append(row)
    return found
