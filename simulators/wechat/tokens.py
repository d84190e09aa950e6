"""The stable access token of WeChat's stand-in, with its limits on forced refreshes."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

TOKEN_LASTS, BOTH_VALID = 7200, 300  # seconds
FORCED_A_DAY, FORCED_APART = 20, 30
TOO_MANY, TOO_SOON, WRONG_SECRET = 45009, 45011, 40125


@dataclass
class StableTokens:
    """`takes`: seconds until one is given. `refuses`: the errcode that is answered instead, 0 for none. `forced`: when refreshes
    were forced."""

    app_id: str
    secret: str
    clock: Callable[[], float] = time.time
    calls: int = 0
    takes: float = 0.0
    refuses: int = 0
    forced: list[float] = field(default_factory=list)
    _until: dict[str, float] = field(default_factory=dict)  # of each token, the newest last
    _refused: set[str] = field(default_factory=set)

    async def give(self, asked: Mapping[str, object]) -> dict[str, object]:
        """The answer to a request for the token."""
        self.calls += 1
        await asyncio.sleep(self.takes)
        if (asked.get("appid"), asked.get("secret")) != (self.app_id, self.secret):
            return {"errcode": WRONG_SECRET, "errmsg": "invalid appsecret"}
        if self.refuses:
            return {"errcode": self.refuses, "errmsg": "refused"}
        if asked.get("force_refresh") and (errcode := self._force()):
            return {"errcode": errcode, "errmsg": "refused"}
        now, newest = self.clock(), next(reversed(self._until), "")
        if not newest or self._until[newest] - now <= BOTH_VALID:
            newest = secrets.token_urlsafe(32)  # the old one is taken until it ends
            self._until[newest] = now + TOKEN_LASTS
        return {"access_token": newest, "expires_in": int(self._until[newest] - now)}

    def _force(self) -> int:
        now = self.clock()
        today = [each for each in self.forced if now - each < 24 * 3600]
        if len(today) >= FORCED_A_DAY:
            return TOO_MANY
        if today and now - today[-1] < FORCED_APART:
            return TOO_SOON
        self.forced.append(now)
        self._until.clear()  # a forced refresh ends the last token at once
        return 0

    def accepts(self, token: str) -> bool:
        return self._until.get(token, 0) > self.clock() and token not in self._refused

    def expire(self) -> None:
        """Every token that was given out is stale, and the next who asks gets a new one."""
        self._until.clear()

    def spoil(self) -> None:
        """The token is refused though it is still the one that is given out."""
        self._refused.update(self._until)
