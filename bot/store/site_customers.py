"""Whose conversation is whose, for customers whom a site with our widget has named."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.engine import Connection, Engine

from bot.store.engine import read_only
from bot.store.identity_tables import VERIFICATIONS
from bot.store.rows import insert_for
from bot.store.site_customer_tables import SITE_CUSTOMERS, SITE_STATEMENTS


class SqlSiteCustomers:
    """Implements bot.channels.web.sessions.SiteCustomers."""

    def __init__(self, engine: Engine) -> None:
        self._writing = engine
        self._reading = read_only(engine)

    def use(
        self, customer_key: str, statement: str, *, signed_at: datetime, expires_at: datetime, now: datetime
    ) -> bool:
        """A statement from the very second of the logout is told from the next login's by whether it was seen before it."""
        with self._writing.begin() as connection:
            found = _row(connection, customer_key, lock=True)  # a logout waits, and then ends this one too
            connection.execute(delete(SITE_STATEMENTS).where(SITE_STATEMENTS.c.expires_at <= now))
            row = {
                "statement": statement, "customer_key": customer_key, "signed_at": signed_at, "used_at": now,
                "expires_at": expires_at, "ended": False,
            }  # fmt: skip
            connection.execute(insert_for(connection, SITE_STATEMENTS).values(**row).on_conflict_do_nothing())
            known = select(SITE_STATEMENTS.c.ended).where(SITE_STATEMENTS.c.statement == statement)
            if connection.execute(known).scalar():
                return False
        left_at = found["left_at"] if found else None
        return left_at is None or signed_at >= left_at.replace(microsecond=0)

    def conversation_of(self, customer_key: str) -> tuple[str, int] | None:
        with self._reading.connect() as connection:
            found = _row(connection, customer_key)
        return (found["conversation_id"], found["generation"]) if found else None

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
        columns, seen = SITE_CUSTOMERS.c, SITE_STATEMENTS.c
        mine = select(columns.customer_key).where(columns.conversation_id == conversation_id).with_for_update()
        with self._writing.begin() as connection:
            _end_proof(connection, conversation_id)
            customer_key = connection.execute(mine).scalar()
            if customer_key is None:
                return
            used = connection.execute(select(seen.signed_at, seen.used_at).where(seen.customer_key == customer_key))
            # A statement that was used before it was signed shows how far the site's clock runs ahead of ours.
            ahead = max((signed_at - used_at for signed_at, used_at in used), default=timedelta(0))
            connection.execute(
                SITE_CUSTOMERS.update()
                .where(columns.customer_key == customer_key)
                .values(generation=columns.generation + 1, left_at=at + max(ahead, timedelta(0)))
            )
            connection.execute(SITE_STATEMENTS.update().where(seen.customer_key == customer_key).values(ended=True))


def _end_proof(connection: Connection, conversation_id: str) -> None:
    connection.execute(delete(VERIFICATIONS).where(VERIFICATIONS.c.conversation_id == conversation_id))


def _row(connection: Connection, customer_key: str, *, lock: bool = False):  # type: ignore[no-untyped-def]
    statement = select(SITE_CUSTOMERS).where(SITE_CUSTOMERS.c.customer_key == customer_key)
    return connection.execute(statement.with_for_update() if lock else statement).mappings().first()
