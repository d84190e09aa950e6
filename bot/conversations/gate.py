"""How to keep off a server of the assistant that is down, without holding up whoever another one serves."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.conversations.messages import Inbound
from bot.conversations.retry import RetryPolicy


class Gate:
    """Where every turn of one server passes: bounded while it works, probed while it is down.

    A single conversation whose turn keeps failing does not hold up the others: only different ones count. `answered`: how
    many turns it has done.
    """

    def __init__(self, policy: RetryPolicy) -> None:
        self._policy = policy
        self._slots = asyncio.Semaphore(policy.turns_at_once)
        # First come, first served. One for who has failed and one for who has not: a turn that takes its whole timeout each
        # time must not be the probe for which all others wait.
        self._turnstiles = {False: asyncio.Lock(), True: asyncio.Lock()}
        self._failing: set[str] = set()
        self._probes = 0
        self.answered = 0

    @property
    def is_down(self) -> bool:
        return len(self._failing) >= self._policy.down_after

    @asynccontextmanager
    async def admission(self, conversation_id: str) -> AsyncIterator[None]:
        """Held for the length of one try; report its outcome inside."""
        if self.is_down:
            async with self._turnstiles[conversation_id in self._failing]:
                if self.is_down:
                    self._probes += 1
                    await self._policy.pause(self._policy.probe_delay(self._probes))
                    async with self._slots:
                        yield
                        return
        async with self._slots:
            yield

    def failed(self, conversation_id: str) -> None:
        self._failing.add(conversation_id)

    def forget(self, conversation_id: str) -> None:
        """The conversation needs no assistant any more, so its failures say nothing about the next try."""
        self._failing.discard(conversation_id)

    def succeeded(self) -> None:
        self._failing.clear()
        self._probes = 0
        self.answered += 1


class Gates:
    """A gate before each of the assistant's servers. `server_of`: which of them a message goes to."""

    def __init__(self, policy: RetryPolicy, server_of: Callable[[Inbound], str]) -> None:
        self._server_of = server_of
        self._gates: defaultdict[str, Gate] = defaultdict(lambda: Gate(policy))

    def of(self, inbound: Inbound) -> Gate:
        return self._gates[self._server_of(inbound)]

    @property
    def any_is_down(self) -> bool:
        return any(gate.is_down for gate in self._gates.values())
