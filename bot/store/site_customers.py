"""Whose conversation is whose, for customers whom a site with our widget has named."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.engine import Connection, Engine

from bot.store.engine import read_only
from bot.store.identity_tables import VERIFICATIONS
from bot.store.rows import insert_for
from bot.store.site_customer_tables import SITE_CUSTOMERS


class SqlSiteCustomers:
    """Implements bot.channels.web.sessions.SiteCustomers."""

    def __init__(self, engine: Engine) -> None:
        self._writing = engine
        self._reading = read_only(engine)

    def conversation_of(self, customer_key: str, signed_at: datetime) -> tuple[str, int] | None:
        with self._reading.connect() as connection:
            found = _row(connection, customer_key)
        if found is None or (found["left_at"] is not None and signed_at <= found["left_at"]):
            return None
        return found["conversation_id"], found["generation"]

    def left_since(self, customer_key: str, signed_at: datetime) -> bool:
        with self._reading.connect() as connection:
            found = _row(connection, customer_key)
        return found is not None and found["left_at"] is not None and signed_at <= found["left_at"]

    def bind(self, customer_key: str, conversation_id: str) -> tuple[str, int] | None:
        row = {"customer_key": customer_key, "conversation_id": conversation_id, "generation": 1}
        with self._writing.begin() as connection:
            # Either the customer has a conversation by now, or the conversation a customer.
            connection.execute(insert_for(connection, SITE_CUSTOMERS).values(**row).on_conflict_do_nothing())
            found = _row(connection, customer_key)
            _end_proof(connection, conversation_id)
        return (found["conversation_id"], found["generation"]) if found else None

    def end_proof(self, conversation_id: str) -> None:
        with self._writing.begin() as connection:
            _end_proof(connection, conversation_id)

    def generation(self, conversation_id: str) -> int | None:
        columns = SITE_CUSTOMERS.c
        with self._reading.connect() as connection:
            found: int | None = connection.execute(
                select(columns.generation).where(columns.conversation_id == conversation_id)
            ).scalar()
        return found

    def leave(self, conversation_id: str, at: datetime) -> None:
        columns = SITE_CUSTOMERS.c
        with self._writing.begin() as connection:
            connection.execute(
                SITE_CUSTOMERS.update()
                .where(columns.conversation_id == conversation_id)
                .values(generation=columns.generation + 1, left_at=at)
            )
            _end_proof(connection, conversation_id)


def _end_proof(connection: Connection, conversation_id: str) -> None:
    connection.execute(delete(VERIFICATIONS).where(VERIFICATIONS.c.conversation_id == conversation_id))


def _row(connection: Connection, customer_key: str):  # type: ignore[no-untyped-def]
    statement = select(SITE_CUSTOMERS).where(SITE_CUSTOMERS.c.customer_key == customer_key)
    return connection.execute(statement).mappings().first()
