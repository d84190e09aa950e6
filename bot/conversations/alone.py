"""One conversation's work is done by one front desk at a time, and none is left lying when a desk dies or stumbles."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from bot.conversations.ports import Desks

log = logging.getLogger(__name__)
LOOK_EVERY = 5.0  # seconds until work that a desk let fall, or that of a desk that died, is found


class OneDesk:
    """Implements bot.conversations.ports.Desks where there is no other process."""

    several = False

    def take(self, key: str) -> int:
        return 1

    def give_back(self, key: str, receipt: int) -> None:
        return


@asynccontextmanager
async def alone(
    desks: Desks, key: str, run: Callable[[Callable[[], int]], Awaitable[int]] = asyncio.to_thread
) -> AsyncIterator[bool]:
    """False when another desk has it: it looks again after it has given it back, so the work may be left to it.

    `run` asks the store, in a thread.
    """
    if not desks.several:
        yield True
        return
    receipt = await run(lambda: desks.take(key))
    try:
        yield receipt > 0
    finally:
        if receipt:
            await asyncio.shield(asyncio.to_thread(desks.give_back, key, receipt))


async def keep_looking(look: Callable[[], Awaitable[Sequence[str]]], wake: Callable[[str], None]) -> None:
    """Wake what waits, until cancelled. An outage of the store is waited out."""
    while True:
        await asyncio.sleep(LOOK_EVERY)
        try:
            for conversation_id in await look():
                wake(conversation_id)
        except Exception as error:  # not every error of the store has a name on this floor
            log.warning("desks.not_looked", extra={"data": {"error": type(error).__name__}})
