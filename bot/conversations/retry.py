"""How long to wait between tries, and a call of the store that outlasts its outages."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from bot.errors import BotError, StoreUnavailableError

log = logging.getLogger(__name__)
T = TypeVar("T")
Pause = Callable[[float], Awaitable[None]]


@dataclass(frozen=True)
class RetryPolicy:
    """Seconds. Tries never end, only the time between them is bounded; `chance` gives a number in [0, 1) for jitter.

    `down_after`: so many conversations failing, with no success between, mean that the assistant itself is down. Then
    one probe at a time asks, and every customer waits for it: `longest_probe` is short.
    """

    first: float = 0.5
    longest: float = 10.0
    longest_probe: float = 1.0
    down_after: int = 3
    turns_at_once: int = 32
    chance: Callable[[], float] = random.random
    pause: Pause = asyncio.sleep

    def delay(self, failures: int) -> float:
        """Exponential with equal jitter: between half of the step and the whole."""
        return self._jittered(failures, self.longest)

    def probe_delay(self, failures: int) -> float:
        return self._jittered(failures, self.longest_probe)

    def _jittered(self, failures: int, longest: float) -> float:
        step = min(longest, self.first * 2.0 ** min(max(failures - 1, 0), 30))
        return step * (0.5 + 0.5 * self.chance())


async def durably(call: Callable[[], T], policy: RetryPolicy) -> T:
    """Run a call of the store in a thread; while the store is out of reach, keep what we hold and try again."""
    failures = 0
    while True:
        try:
            return await asyncio.to_thread(call)
        except Exception as error:  # not every error of the store has a name on this floor
            if isinstance(error, BotError) and not isinstance(error, StoreUnavailableError):
                raise
            failures += 1
            log.error("log.unavailable", extra={"data": {"error": type(error).__name__, "try": failures}})
            await policy.pause(policy.delay(failures))
