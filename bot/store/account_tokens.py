"""The token with which all front desks call a channel's server, sealed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.conversations.account_token import AccountToken
from bot.store.contact_tables import ACCOUNT_TOKENS
from bot.store.engine import read_only
from bot.store.rows import upsert
from bot.store.sealing import UnsealError


class SqlAccountTokens:
    """Implements bot.conversations.account_token.AccountTokens."""

    def __init__(self, engine: Engine) -> None:
        self._writing = engine
        self._reading = read_only(engine)

    def get(self, account: str) -> AccountToken | None:
        statement = select(ACCOUNT_TOKENS).where(ACCOUNT_TOKENS.c.account == account)
        with self._reading.connect() as connection:
            try:
                row = connection.execute(statement).mappings().first()
            except UnsealError:  # kept with another key: it is got anew
                return None
        if row is None:
            return None
        return AccountToken(row["value"], row["renew_at"], tuple(map(datetime.fromisoformat, row["forced"])))

    def put(self, account: str, token: AccountToken) -> None:
        forced = [each.isoformat() for each in token.forced]
        values = {"account": account, "value": token.value, "renew_at": token.renew_at, "forced": forced}
        with self._writing.begin() as connection:
            upsert(connection, ACCOUNT_TOKENS, values, keys=["account"])
