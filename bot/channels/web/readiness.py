"""Whether messages can be stored, and whether they are answered at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timezone

from bot.conversations.errors import ConversationNotFoundError
from bot.conversations.messages import Reply, Sender
from bot.conversations.ports import MessageLog

TIMEOUT = 2.0  # seconds for the log
HELPERS = 1.0  # seconds for the two servers behind us: whoever asks must not wait for one that hangs
FRESH = 1.0  # seconds an answer is good for: anyone may ask, the database and Rasa are asked once
NOBODY = "readiness"  # no conversation has this id


class Readiness:
    """Call it: `{"log": bool, "assistant": bool, "actions": bool}`."""

    def __init__(
        self,
        log: MessageLog,
        assistant_ready: Callable[[], Awaitable[bool]],
        actions_ready: Callable[[], Awaitable[bool]],
        *,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._log = log
        self._checks = {"log": self._log_ready, "assistant": assistant_ready, "actions": actions_ready}
        self._steady = steady
        self._lock = asyncio.Lock()
        self._answer: dict[str, bool] = {}
        self._asked_at = float("-inf")

    async def __call__(self) -> Mapping[str, bool]:
        async with self._lock:
            if self._steady() - self._asked_at >= FRESH:
                patience = {"log": TIMEOUT}
                answers = await asyncio.gather(
                    *(_in_time(check, patience.get(name, HELPERS)) for name, check in self._checks.items())
                )
                self._answer = dict(zip(self._checks, answers, strict=True))
                self._asked_at = self._steady()
            return self._answer

    async def _log_ready(self) -> bool:
        """A write that finds nothing to write to: it takes the lock that every writer needs, and leaves nothing behind."""
        now = datetime.now(timezone.utc)
        try:
            await asyncio.to_thread(self._log.append, NOBODY, Reply(""), sender=Sender.SYSTEM, at=now)
        except ConversationNotFoundError:
            return True
        return False


async def _in_time(check: Callable[[], Awaitable[bool]], seconds: float) -> bool:
    try:
        return await asyncio.wait_for(check(), seconds)
    except Exception:  # whatever is wrong with it, or too slow, it is not ready; the answer itself says so
        return False
