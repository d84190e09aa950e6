"""The token with which a channel's server is called: one for all front desks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class AccountToken:
    """`renew_at`: from then on another one is asked for. `forced`: when a new one was forced, the oldest first."""

    value: str
    renew_at: datetime
    forced: tuple[datetime, ...] = ()


class AccountTokens(Protocol):
    """Where the front desks keep it. Raises StoreUnavailableError."""

    def get(self, account: str) -> AccountToken | None: ...
    def put(self, account: str, token: AccountToken) -> None: ...
