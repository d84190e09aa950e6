"""Conversations handed to a person, who owns a conversation and which channel it came by."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from bot.insurance.hand_off import HandOff, Owner, Priority
from bot.services.errors import DuplicateKeyError
from bot.store.case_tables import HAND_OFFS
from bot.store.conversation_tables import CONVERSATIONS, OWNERSHIPS
from bot.store.rows import Row, insert_for, update_one, upsert

_OPEN = HAND_OFFS.c.closed_at.is_(None)


class SqlHandOffs:
    """Implements bot.services.ports.HandOffs."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, hand_off: HandOff) -> None:
        """Raises DuplicateKeyError when the key exists, or the conversation has an open hand-off."""
        statement = insert_for(self._connection, HAND_OFFS).values(**_row(hand_off)).on_conflict_do_nothing()
        if self._connection.execute(statement).rowcount == 0:
            raise DuplicateKeyError(table="hand_offs", conversation_id=hand_off.conversation_id)

    def open_for(self, conversation_id: str) -> HandOff | None:
        """Locked until the transaction ends: two people cannot take the same customer."""
        statement = select(HAND_OFFS).where(_OPEN & (HAND_OFFS.c.conversation_id == conversation_id))
        row = self._connection.execute(statement.with_for_update()).mappings().first()
        return _hand_off(row) if row else None

    def save(self, hand_off: HandOff) -> None:
        """Raises RowMissingError when it was never added."""
        update_one(self._connection, HAND_OFFS, {"idempotency_key": hand_off.idempotency_key}, _row(hand_off))

    def waiting(self) -> Sequence[HandOff]:
        return self._all(_OPEN & (HAND_OFFS.c.taken_by == ""))

    def waiting_at(self) -> Sequence[tuple[str, str, str]]:
        rows = HAND_OFFS.c
        statement = select(rows.conversation_id, rows.post, rows.offered_to).where(_OPEN & (rows.taken_by == ""))
        return [tuple(row) for row in self._connection.execute(statement)]

    def open_all(self) -> Sequence[HandOff]:
        return self._all(_OPEN)

    def waits(self, post: str, since: datetime) -> Sequence[timedelta]:
        asked, taken = HAND_OFFS.c.requested_at, HAND_OFFS.c.taken_at
        found = select(asked, taken).where(HAND_OFFS.c.post == post, asked >= since, taken.is_not(None))
        return tuple(until - start for start, until in self._connection.execute(found))

    def last_taken_by(self, conversation_id: str) -> str:
        rows = HAND_OFFS.c
        served = (rows.conversation_id == conversation_id) & (rows.taken_by != "") & rows.closed_at.is_not(None)
        statement = select(rows.taken_by).where(served).order_by(rows.closed_at.desc()).limit(1)
        return str(self._connection.execute(statement).scalar() or "")

    def last_offers(self, names: Collection[str]) -> Mapping[str, datetime]:
        """One look into the index for each: the history of all offers grows for ever."""
        rows, found = HAND_OFFS.c, {}
        for name in names:
            latest = select(func.max(rows.offered_at)).where(rows.offered_to == name)
            if (at := self._connection.execute(latest).scalar()) is not None:
                found[name] = at
        return found

    def _all(self, condition: Any) -> tuple[HandOff, ...]:
        in_turn = (HAND_OFFS.c.priority, HAND_OFFS.c.requested_at, HAND_OFFS.c.idempotency_key)
        statement = select(HAND_OFFS).where(condition).order_by(*in_turn)
        return tuple(_hand_off(row) for row in self._connection.execute(statement).mappings())


def _row(hand_off: HandOff) -> dict[str, Any]:
    return {
        **{column.name: getattr(hand_off, column.name) for column in HAND_OFFS.c},
        "priority": int(hand_off.priority),
        "slots": [list(pair) for pair in hand_off.slots],
        "rules_fired": list(hand_off.rules_fired),
        "passed": list(hand_off.passed),
    }


def _hand_off(row: Row) -> HandOff:
    values: dict[str, Any] = {
        **row,
        "priority": Priority(row["priority"]),
        "slots": tuple((label, value) for label, value in row["slots"]),
        "rules_fired": tuple(row["rules_fired"]),
        "passed": tuple(row["passed"]),
    }
    return HandOff(**values)


class SqlOwnerships:
    """Implements bot.services.ports.Ownerships: a conversation nobody took over is the assistant's."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def owner(self, conversation_id: str) -> Owner:
        statement = select(OWNERSHIPS.c.owner).where(OWNERSHIPS.c.conversation_id == conversation_id)
        stored = self._connection.execute(statement).scalar()
        return Owner.BOT if stored is None else Owner(stored)

    def queued_by(self, conversation_id: str) -> str:
        queued = (OWNERSHIPS.c.conversation_id == conversation_id) & (OWNERSHIPS.c.owner == Owner.QUEUE.value)
        return str(self._connection.execute(select(OWNERSHIPS.c.message_id).where(queued)).scalar() or "")

    def set_owner(self, conversation_id: str, owner: Owner, at: datetime, *, message_id: str = "") -> None:
        values = {"conversation_id": conversation_id, "owner": owner.value, "at": at, "message_id": message_id}
        upsert(self._connection, OWNERSHIPS, values, keys=["conversation_id"])


class SqlChannels:
    """Implements bot.services.ports.Channels."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, conversation_ids: Collection[str]) -> Mapping[str, str]:
        known = CONVERSATIONS.c.conversation_id
        statement = select(known, CONVERSATIONS.c.channel).where(known.in_(list(conversation_ids)))
        return {conversation_id: channel for conversation_id, channel in self._connection.execute(statement)}
