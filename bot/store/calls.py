"""Phone calls: the state of each, and the answers to its events."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.store.call_tables import CALL_EVENTS, CALLS
from bot.store.engine import read_only
from bot.store.rows import insert_for, upsert


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

    def keep(self, conversation_id: str, event_id: str, state: Mapping[str, Any], actions: str) -> None:
        """State and answer in one transaction; the first answer to an event stays."""
        with self._writing.begin() as connection:
            key = {"conversation_id": conversation_id}
            row = {**key, "state": json.dumps(state, ensure_ascii=False)}
            upsert(connection, CALLS, row, keys=("conversation_id",))
            answer = insert_for(connection, CALL_EVENTS).values(**key, event_id=event_id, actions=actions)
            connection.execute(answer.on_conflict_do_nothing(index_elements=["conversation_id", "event_id"]))
