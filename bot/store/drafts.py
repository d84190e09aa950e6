"""Journeys that were begun and not finished, sealed, by their proven customer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.services.draft_ports import KeptDraft
from bot.store.draft_tables import DRAFTS
from bot.store.rows import upsert


class SqlDrafts:
    """Implements bot.services.draft_ports.Drafts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, draft: KeptDraft) -> None:
        values = {column.name: getattr(draft, column.name) for column in DRAFTS.c}
        upsert(self._connection, DRAFTS, {**values, "answers": dict(draft.answers)}, keys=["run"])

    def of_run(self, run: str) -> KeptDraft | None:
        row = self._connection.execute(select(DRAFTS).where(DRAFTS.c.run == run)).mappings().first()
        return KeptDraft(**row) if row else None

    def of_party(self, party_id: str, since: datetime) -> Sequence[KeptDraft]:
        if not party_id:
            return ()
        own = select(DRAFTS).where(DRAFTS.c.party_id == party_id, DRAFTS.c.at >= since).order_by(DRAFTS.c.at.desc())
        return tuple(KeptDraft(**row) for row in self._connection.execute(own).mappings())

    def drop(self, run: str) -> None:
        self._connection.execute(DRAFTS.delete().where(DRAFTS.c.run == run))

    def forget(self, before: datetime) -> int:
        return int(self._connection.execute(DRAFTS.delete().where(DRAFTS.c.at < before)).rowcount)
