"""Consents C1-C8, each with the version of the text that was shown."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.store.identity_tables import CONSENTS


class SqlConsents:
    """Implements bot.services.ports.Consents. Every answer is kept; the latest counts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, *, conversation_id: str, party_id: str, kind: str, version: str, granted: bool, at: datetime) -> None:
        self._connection.execute(
            CONSENTS.insert().values(
                conversation_id=conversation_id, party_id=party_id, kind=kind, version=version, granted=granted, at=at
            )
        )

    def granted(self, conversation_id: str, kind: str) -> bool:
        statement = (
            select(CONSENTS.c.granted)
            .where((CONSENTS.c.conversation_id == conversation_id) & (CONSENTS.c.kind == kind))
            .order_by(CONSENTS.c.id.desc())
            .limit(1)
        )
        return bool(self._connection.execute(statement).scalar())
