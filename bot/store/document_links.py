"""Links to documents."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.insurance.document_link import DocumentLink
from bot.store.case_tables import DOCUMENT_LINKS
from bot.store.rows import insert_once, update_one


class SqlDocumentLinks:
    """Implements bot.services.document_ports.DocumentLinks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, link: DocumentLink) -> None:
        insert_once(self._connection, DOCUMENT_LINKS, asdict(link), key="token_hash")

    def get(self, token_hash: str) -> DocumentLink | None:
        # Locked: a link opens once, also when two requests come at the same moment.
        statement = select(DOCUMENT_LINKS).where(DOCUMENT_LINKS.c.token_hash == token_hash).with_for_update()
        row = self._connection.execute(statement).mappings().first()
        return DocumentLink(**row) if row else None

    def save(self, link: DocumentLink) -> None:
        """Raises RowMissingError when it was never added."""
        update_one(self._connection, DOCUMENT_LINKS, {"token_hash": link.token_hash}, asdict(link))
