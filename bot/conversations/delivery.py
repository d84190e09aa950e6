"""Brings what the log holds for a customer to a channel that must be called (WeChat): in order, resumed after a crash.

The log is the outbox: a contact remembers up to which place it was told. A text is marked after it was taken, so that a
crash between the two says that one text twice rather than never. A channel that counts what may be sent is asked for nothing
beyond it: the rest waits for the customer's next word, and goes on where it was.

Nobody asks here who owns the conversation: that is read when a reply is stored (`MessageLog.finish`), and what stands in the
log is told in order, also when a person has taken over since (adr/0013).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from bot.conversations.alone import LOOK_EVERY, OneDesk, alone, keep_looking
from bot.conversations.contacts import Contact, Contacts, Cut, Place, Verdict
from bot.conversations.feed import Feed
from bot.conversations.ports import Desks
from bot.conversations.retry import RetryPolicy, durably

log = logging.getLogger(__name__)
T = TypeVar("T")
PASSIVE_FOR = timedelta(hours=6)  # until it is seen whether somebody gave the account the right to push
_SLOWER_LONGEST = 60  # times the longest pause of one conversation
_LOOK_AGAIN = 0.1  # seconds until it is seen whether another desk has let go
_TRIES_OF_UNEXPLAINED = 4


class Deliverer:
    """One worker per conversation that has something unsent, and none otherwise; all on one event loop.

    `owns`: whether a conversation is this channel's. `more`: added to the last text that may be sent when there is more.
    `hold`: while somebody else answers the conversation.
    """

    def __init__(
        self,
        contacts: Contacts,
        feed: Feed,
        *,
        owns: Callable[[str], bool],
        cut: Cut,
        send: Callable[[str, str], Awaitable[Verdict]],
        clock: Callable[[], datetime],
        retry: RetryPolicy | None = None,
        more: str = "",
        desks: Desks | None = None,
    ) -> None:
        self._contacts = contacts
        self._feed = feed
        self._owns = owns
        self._cut = cut
        self._send = send
        self._clock = clock
        self._retry = retry or RetryPolicy()
        self._slower = replace(self._retry, longest=self._retry.longest * _SLOWER_LONGEST)
        self._more = more
        self._desks = desks or OneDesk()
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._woken: set[str] = set()
        self._held: dict[str, int] = {}
        self._looking: asyncio.Task[None] | None = None
        self._stopping = False
        self._passive_until: datetime | None = None
        self._refusals = 0  # of the whole account, since a text was taken
        self._turnstile = asyncio.Lock()  # while the account is refused, one at a time asks
        self._pausing: set[str] = set()
        feed.listen(self.wake)

    async def start(self) -> None:
        """Resume what an earlier process left."""
        for conversation_id in await self._durably(self._contacts.owing):
            self.wake(conversation_id)
        if self._desks.several:
            self._looking = asyncio.create_task(keep_looking(self._left_undone, self.wake))

    @property
    def passive_only(self) -> bool:
        """Nothing can be pushed: all that a customer hears is answers to the customer's own messages."""
        return self._passive_until is not None and self._clock() < self._passive_until

    @property
    def account_paused(self) -> bool:
        """The account asked too often, and nothing was taken since: everybody waits."""
        return self._refusals > 0

    def _may_send(self, contact: Contact | None) -> int:
        return 0 if contact is None or self.passive_only else contact.may_send(self._clock())

    async def _left_undone(self) -> Sequence[str]:
        owing = await asyncio.to_thread(self._contacts.owing)
        return [each for each in owing if each not in self._workers]

    def wake(self, conversation_id: str) -> None:
        """Look for something unsent; safe to call at any time."""
        if self._stopping or not self._owns(conversation_id):
            return
        self._woken.add(conversation_id)
        if conversation_id not in self._workers and conversation_id not in self._held:
            self._workers[conversation_id] = asyncio.create_task(self._work(conversation_id))

    @asynccontextmanager
    async def hold(self, conversation_id: str, patience: float) -> AsyncIterator[bool]:
        """Send nothing to this conversation meanwhile, and look again afterwards. False when a text that was on its way at
        the beginning still is after `patience` seconds: whoever answered now might say it twice."""
        self._held[conversation_id] = self._held.get(conversation_id, 0) + 1
        try:
            worker = self._workers.get(conversation_id)
            if worker is not None:
                if conversation_id in self._pausing:  # nothing is on its way, and the pause may be long
                    worker.cancel()
                await asyncio.wait({worker}, timeout=patience)
            async with self._without_other_desks(conversation_id, patience) as without:
                yield without and conversation_id not in self._workers
        finally:
            self._held[conversation_id] -= 1
            if not self._held[conversation_id]:
                del self._held[conversation_id]
                self.wake(conversation_id)

    @asynccontextmanager
    async def _without_other_desks(self, conversation_id: str, patience: float) -> AsyncIterator[bool]:
        """False when another desk is still at it after `patience` seconds."""
        until = asyncio.get_running_loop().time() + patience
        while True:
            async with self._alone(conversation_id) as here:
                if here or asyncio.get_running_loop().time() > until:
                    yield here
                    return
            await asyncio.sleep(_LOOK_AGAIN)

    def _alone(
        self, conversation_id: str, run: Callable[[Callable[[], int]], Awaitable[int]] = asyncio.to_thread
    ) -> AbstractAsyncContextManager[bool]:
        return alone(self._desks, f"send {conversation_id}", run)

    async def stop(self) -> None:
        """What is not sent stays unsent."""
        self._stopping = True
        if self._looking is not None:
            self._looking.cancel()
        tasks = list(self._workers.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self, conversation_id: str) -> None:
        try:
            while not self._stopping and conversation_id in self._woken and conversation_id not in self._held:
                self._woken.discard(conversation_id)
                async with self._alone(conversation_id, self._durably) as here:
                    if here:
                        await self._deliver(conversation_id)
                if here and self._desks.several and await self._owes(conversation_id):
                    self._woken.add(conversation_id)  # a desk that has news meanwhile saw us at it, and left it to us
        except Exception as error:  # a defect in one conversation must end neither the others nor the process
            log.exception("delivery.failed", extra={"data": {"error": type(error).__name__}})
            asyncio.get_running_loop().call_later(LOOK_EVERY, self.wake, conversation_id)  # what is unsent stays owed
        finally:
            del self._workers[conversation_id]
        if conversation_id in self._woken:
            self.wake(conversation_id)

    async def _owes(self, conversation_id: str) -> bool:
        contact = await self._durably(lambda: self._contacts.get(conversation_id))
        if not self._may_send(contact):
            return False
        return bool(await self._durably(lambda: self._contacts.unsent(conversation_id)))

    async def _deliver(self, conversation_id: str) -> None:
        """Send what is unsent, as far as it may be."""
        failures, most_bytes = 0, None
        while not self._stopping and conversation_id not in self._held:
            contact = await self._durably(lambda: self._contacts.get(conversation_id))
            left = self._may_send(contact)
            messages = await self._durably(lambda: self._contacts.unsent(conversation_id)) if left else ()
            if contact is None or not messages:
                return
            parts = self._cut(messages, contact.told, most_bytes)
            part = parts[0]
            verdict = await self._push(contact, part.text + self._more if left == 1 and len(parts) > 1 else part.text)
            if verdict is Verdict.TAKEN:
                failures = 0
                await self._mark(conversation_id, part.end)
            elif verdict is Verdict.TOO_LONG and len(part.text) > 1:
                most_bytes = len(part.text.encode()) // 2
            elif self._is_tried_again(verdict, failures):
                if verdict is not Verdict.SLOWER:  # for that the whole account pauses
                    failures += 1
                    await self._pause(conversation_id, self._retry.delay(failures))
            else:
                await self._give_up(conversation_id, verdict)
                return

    def _is_tried_again(self, verdict: Verdict, failures: int) -> bool:
        if verdict is Verdict.UNEXPLAINED:
            return failures + 1 < _TRIES_OF_UNEXPLAINED
        return verdict in (Verdict.LATER, Verdict.SLOWER)

    async def _give_up(self, conversation_id: str, verdict: Verdict) -> None:
        """Until the customer speaks."""
        if verdict is Verdict.NOT_ALLOWED:
            self._passive_until = self._clock() + PASSIVE_FOR
        log.warning("delivery.stopped", extra={"data": {"conversation": conversation_id[:8], "why": verdict.name}})
        await self._durably(partial(self._contacts.stop, conversation_id, unreachable=verdict is Verdict.GONE))

    async def _push(self, contact: Contact, text: str) -> Verdict:
        """Send, once the account may again: the first who asks after a refusal waits longer each time, the others for it."""
        if not self._refusals:
            return await self._heed(contact, text)
        with self._as_pausing(contact.conversation_id):
            await self._turnstile.acquire()
        try:
            if self._refusals:
                await self._pause(contact.conversation_id, self._slower.delay(self._refusals))
            return await self._heed(contact, text)
        finally:
            self._turnstile.release()

    async def _heed(self, contact: Contact, text: str) -> Verdict:
        before = self._refusals
        verdict = await self._send(contact.address, text)
        if verdict is Verdict.SLOWER and self._refusals == before:  # many under way at once are refused once
            self._refusals += 1
            log.error("delivery.slower", extra={"data": {"refusals": self._refusals}})
        elif verdict is Verdict.TAKEN:
            self._refusals = 0
        return verdict

    async def _pause(self, conversation_id: str, seconds: float) -> None:
        with self._as_pausing(conversation_id):
            await self._retry.pause(seconds)

    @contextmanager
    def _as_pausing(self, conversation_id: str) -> Iterator[None]:
        """Meanwhile the worker may be ended: what it would send is unsent, and what it sent is marked."""
        self._pausing.add(conversation_id)
        try:
            yield
        finally:
            self._pausing.discard(conversation_id)

    async def _mark(self, conversation_id: str, told: Place) -> None:
        """What was taken is marked before anything more is sent, however long the store is away: else it is said twice."""
        await self._durably(lambda: self._contacts.sent(conversation_id, told))
        self._feed.hear(conversation_id)  # who watches sees that it was delivered

    async def _durably(self, call: Callable[[], T]) -> T:
        return await durably(call, self._retry)
