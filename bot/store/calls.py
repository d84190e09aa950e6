"""Phone calls: the state of each, and the answers to its events."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.store.call_tables import CALL_EVENTS, CALLS
from bot.store.engine import read_only
from bot.store.rows import insert_for


class SqlCalls:
    """Implements bot.channels.ivr.channel.Calls."""

    def __init__(self, engine: Engine) -> None:
        self._writing = engine
        self._reading = read_only(engine)

    def state(self, conversation_id: str) -> Mapping[str, Any]:
        """Empty for a call that nothing was kept of."""
        statement = select(CALLS.c.state).where(CALLS.c.conversation_id == conversation_id)
        with self._reading.connect() as connection:
            found = connection.execute(statement).scalar()
        state: Mapping[str, Any] = json.loads(found) if found else {}
        return state

    def answered(self, conversation_id: str, event_id: str) -> str | None:
        columns = CALL_EVENTS.c
        statement = select(columns.actions).where(
            (columns.conversation_id == conversation_id) & (columns.event_id == event_id)
        )
        with self._reading.connect() as connection:
            found: str | None = connection.execute(statement).scalar()
        return found

    def keep(
        self,
        conversation_id: str,
        event_id: str,
        *,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        actions: str,
    ) -> bool:
        """State and answer in one transaction. False when the state is not `before` any more, and for an event that is answered."""
        key = {"conversation_id": conversation_id}
        answer = insert_for(self._writing, CALL_EVENTS).values(**key, event_id=event_id, actions=actions)
        once = answer.on_conflict_do_nothing(index_elements=["conversation_id", "event_id"])
        if before:
            same = (CALLS.c.conversation_id == conversation_id) & (CALLS.c.state == _written(before))
            move = CALLS.update().where(same).values(state=_written(after))
        else:
            first = insert_for(self._writing, CALLS).values(**key, state=_written(after))
            move = first.on_conflict_do_nothing(index_elements=["conversation_id"])
        try:
            with self._writing.begin() as connection:
                for statement in (move, once):
                    if not connection.execute(statement).rowcount:
                        raise _OvertakenError
        except _OvertakenError:
            return False
        return True


class _OvertakenError(Exception):
    """Another process was first: undo."""


def _written(state: Mapping[str, Any]) -> str:
    return json.dumps(state, ensure_ascii=False)
