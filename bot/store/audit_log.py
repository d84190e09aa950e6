"""The audit log: append-only (triggers refuse the rest) and hash-chained, so that a change made past them is found.

Each entry's hash is sha256 over the previous hash and the entry's canonical JSON. The head is a row of its own:
without it, entries cut off the end would leave a valid, shorter chain. Whoever may write both tables could still make
a new chain; `chain_head` is to be copied elsewhere from time to time and given to `verify_chain`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine

from bot.store.engine import read_only
from bot.store.errors import AuditChainBrokenError
from bot.store.ledger_tables import AUDIT_HEAD, AUDIT_LOG
from bot.store.rows import Row
from bot.store.schema import canonical_json

GENESIS = "0" * 64
_BATCH = 1000


@dataclass(frozen=True)
class ChainHead:
    """The end of the chain at some moment: number and hash of the latest entry (0 and zeros for an empty log)."""

    seq: int
    hash: str


@dataclass(frozen=True)
class _Entry:
    event: str
    subject: str
    actor: str
    at: datetime
    detail: str


class SqlAuditLog:
    """Implements bot.services.ports.AuditLog.

    Entries are collected and written by `flush`, just before the commit: the head row is the one lock that all writers
    want, and as the last of each transaction it can never be part of a deadlock.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._entries: list[_Entry] = []

    def append(self, event: str, *, subject: str, actor: str, at: datetime, detail: dict[str, str]) -> None:
        self._entries.append(_Entry(event, subject, actor, at, canonical_json(detail)))

    def flush(self) -> None:
        """Write the collected entries at the end of the chain."""
        if not self._entries:
            return
        locked = select(AUDIT_HEAD).where(AUDIT_HEAD.c.id == 1).with_for_update()
        head = self._connection.execute(locked).mappings().one()
        seq, previous, rows = head["seq"], head["hash"], []
        for entry in self._entries:
            seq += 1
            row: dict[str, Any] = {"seq": seq, **vars(entry), "previous_hash": previous}
            row["hash"] = previous = _digest(row)
            rows.append(row)
        self._connection.execute(AUDIT_LOG.insert(), rows)
        self._connection.execute(AUDIT_HEAD.update().where(AUDIT_HEAD.c.id == 1).values(seq=seq, hash=previous))
        self._entries.clear()


def chain_head(engine: Engine) -> ChainHead:
    """The present end of the chain, to be kept outside the database."""
    with read_only(engine).connect() as connection:
        return _head(connection)


def verify_chain(engine: Engine, *, anchor: ChainHead | None = None) -> int:
    """Recompute the whole chain; returns the number of entries.

    `anchor` is an earlier `chain_head`: the entry it names must still be there with the same hash.

    Raises:
        AuditChainBrokenError: an entry was changed, removed, moved or cut off the end.
    """
    with read_only(engine).connect() as connection:
        if connection.dialect.name == "postgresql":
            # Head and entries must be of one moment, while others go on appending.
            connection.execution_options(isolation_level="REPEATABLE READ")
        expected, seq, previous = _head(connection), 0, GENESIS
        while batch := _after(connection, seq):
            for row in batch:
                seq += 1
                _check(row, seq, previous)
                previous = row["hash"]
                if anchor and anchor.seq == seq and anchor.hash != previous:
                    raise AuditChainBrokenError(seq=seq, reason="not the anchored hash")
    if (expected.seq, expected.hash) != (seq, previous) or (anchor and anchor.seq > seq):
        raise AuditChainBrokenError(seq=seq, reason="entries after this one are gone")
    return seq


def _head(connection: Connection) -> ChainHead:
    row = connection.execute(select(AUDIT_HEAD).where(AUDIT_HEAD.c.id == 1)).mappings().first()
    if row is None:
        raise AuditChainBrokenError(seq=0, reason="the head is gone")
    return ChainHead(row["seq"], row["hash"])


def _after(connection: Connection, seq: int) -> list[Row]:
    statement = select(AUDIT_LOG).where(AUDIT_LOG.c.seq > seq).order_by(AUDIT_LOG.c.seq).limit(_BATCH)
    return list(connection.execute(statement).mappings())


def _check(row: Row, seq: int, previous: str) -> None:
    if row["seq"] != seq:
        raise AuditChainBrokenError(seq=seq, reason="the entry is gone")
    if row["previous_hash"] != previous:
        raise AuditChainBrokenError(seq=seq, reason="not chained to the entry before")
    if row["hash"] != _digest(row):
        raise AuditChainBrokenError(seq=seq, reason="the entry was changed")


def _digest(row: Row) -> str:
    """The hash of an entry, from its values as the database keeps them (UTC, microseconds)."""
    names = ("seq", "event", "subject", "actor", "detail")
    at = row["at"].astimezone(timezone.utc).isoformat(timespec="microseconds")
    text = canonical_json({**{name: row[name] for name in names}, "at": at})
    return hashlib.sha256((row["previous_hash"] + text).encode()).hexdigest()
