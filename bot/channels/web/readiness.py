"""Whether everything a conversation needs is there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

from bot.conversations.ports import MessageLog

TIMEOUT = 2.0  # seconds
FRESH = 1.0  # seconds an answer is good for: anyone may ask, the database and Rasa are asked once


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
                answers = await asyncio.gather(*(check() for check in self._checks.values()))
                self._answer = dict(zip(self._checks, answers, strict=True))
                self._asked_at = self._steady()
            return self._answer

    async def _log_ready(self) -> bool:
        try:
            await asyncio.wait_for(asyncio.to_thread(self._log.exists, "readiness"), TIMEOUT)
        except Exception:  # whatever is wrong with the log, it is not ready; the answer itself says so
            return False
        return True
