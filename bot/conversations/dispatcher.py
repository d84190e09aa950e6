"""Brings each customer's messages to the assistant: in order, one at a time per conversation, none lost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from bot.conversations import notices
from bot.conversations.errors import AssistantUnavailableError
from bot.conversations.feed import Feed
from bot.conversations.messages import Inbound, Reply, Sender
from bot.conversations.ports import Assistant, MessageLog
from bot.conversations.retry import Gate, RetryPolicy
from bot.errors import BotError
from bot.insurance.hand_off import Owner

log = logging.getLogger(__name__)
T = TypeVar("T")


class Dispatcher:
    """One worker per conversation that has something pending, and none otherwise.

    `start` picks up what an earlier process left, `wake` says that a conversation has a new message, `stop` lets turns
    in flight finish. All three belong to one event loop.
    """

    def __init__(
        self,
        message_log: MessageLog,
        assistant: Assistant,
        feed: Feed,
        *,
        clock: Callable[[], datetime],
        retry: RetryPolicy | None = None,
    ) -> None:
        self._log = message_log
        self._assistant = assistant
        self._feed = feed
        self._clock = clock
        self._retry = retry or RetryPolicy()
        self._gate = Gate(self._retry)
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._woken: set[str] = set()
        self._in_turn: set[str] = set()
        self._stopping = False

    async def start(self) -> None:
        """Resume every conversation with pending messages, oldest message first within each."""
        for conversation_id in await self._durably(self._log.conversations_with_pending):
            self.wake(conversation_id)

    def wake(self, conversation_id: str) -> None:
        """Look for pending messages now; safe to call at any time and any number of times."""
        if self._stopping:
            return
        self._woken.add(conversation_id)
        if conversation_id not in self._workers:
            self._workers[conversation_id] = asyncio.create_task(self._work(conversation_id))

    async def stop(self, grace: float = 5.0) -> None:
        """End: whoever only waits is ended at once, a turn in flight gets `grace` seconds. The rest stays pending."""
        self._stopping = True
        tasks = dict(self._workers)
        for conversation_id, task in tasks.items():
            if conversation_id not in self._in_turn:
                task.cancel()
        if tasks:
            await asyncio.wait(tasks.values(), timeout=grace)
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)

    async def _work(self, conversation_id: str) -> None:
        try:
            while not self._stopping and conversation_id in self._woken:
                # Forget the wake before reading: one that comes during the read is not lost, it makes another round.
                self._woken.discard(conversation_id)
                while not self._stopping and (inbound := await self._next(conversation_id)):
                    await self._answer(inbound)
        except Exception as error:  # a defect in one conversation must end neither the others nor the process
            self._woken.discard(conversation_id)
            log.exception("dispatcher.worker_failed", extra={"data": {"error": type(error).__name__}})
        finally:
            del self._workers[conversation_id]

    async def _next(self, conversation_id: str) -> Inbound | None:
        return await self._durably(lambda: self._log.next_pending(conversation_id))

    async def _answer(self, inbound: Inbound) -> None:
        """Try until the turn is done; between tries the gate or a pause keeps the assistant from being hammered."""
        failures = 0
        told = False
        while not self._stopping:
            if self._gate.assistant_is_down and not told:
                told = await self._tell_waiting(inbound)
            async with self._gate.admission():
                if await self._try_turn(inbound, failures + 1):
                    return
            failures += 1
            told = told or await self._tell_waiting(inbound)
            if not self._stopping and not self._gate.assistant_is_down:
                await self._retry.pause(self._retry.delay(failures))

    async def _try_turn(self, inbound: Inbound, number: int) -> bool:
        self._in_turn.add(inbound.conversation_id)
        try:
            return await self._take_turn(inbound, number)
        finally:
            self._in_turn.discard(inbound.conversation_id)

    async def _take_turn(self, inbound: Inbound, number: int) -> bool:
        """One try; False when the assistant was not available."""
        conversation_id = inbound.conversation_id
        if not await self._bot_speaks(inbound):
            self._gate.forget(conversation_id)
            await self._finish(inbound, ())  # a person answers; the message itself is in the log for them
            return True
        try:
            replies = await self._respond(inbound)
        except AssistantUnavailableError as error:
            self._gate.failed(conversation_id)
            log.warning("turn.failed", extra={"data": {**_name(inbound), "try": number, **error.data}})
            return False
        self._gate.succeeded()
        # Stored whoever owns the conversation by now: these words may be the ones that announce the hand-off.
        await self._finish(inbound, replies)
        log.info("turn.done", extra={"data": {**_name(inbound), "tries": number, "replies": len(replies)}})
        return True

    async def _bot_speaks(self, inbound: Inbound) -> bool:
        """A person's conversation is a person's to answer. But the turn that queued it may have lost its answer: those
        words are still fetched, for they may be the emergency numbers."""
        owner = await self._durably(lambda: self._log.owner(inbound.conversation_id))
        if owner is not Owner.QUEUE:
            return owner is Owner.BOT
        return await self._durably(lambda: self._log.queued_by(inbound.conversation_id)) == inbound.message_id

    async def _respond(self, inbound: Inbound) -> Sequence[Reply]:
        try:
            return await self._assistant.respond(inbound)
        except AssistantUnavailableError:
            raise
        except Exception as error:  # whatever broke, the customer's message stays and is tried again
            raise AssistantUnavailableError(reason="unexpected", error=type(error).__name__) from error

    async def _finish(self, inbound: Inbound, replies: Sequence[Reply]) -> None:
        at = self._clock()
        await self._durably(lambda: self._log.finish(inbound, replies, sender=Sender.BOT, at=at))
        self._feed.notify(inbound.conversation_id)

    async def _tell_waiting(self, inbound: Inbound) -> bool:
        """Once per message, and only where the bot speaks; True when the customer has been told."""
        conversation_id, at = inbound.conversation_id, self._clock()

        def tell() -> bool:  # reads before it writes, so that trying it again does not say it twice
            if self._log.owner(conversation_id) is not Owner.BOT:
                return False
            if not notices.is_told(self._log.after(conversation_id, inbound.seq)):
                self._log.append(conversation_id, notices.WAITING, sender=Sender.SYSTEM, at=at)
            return True

        told = await self._durably(tell)
        self._feed.notify(conversation_id)
        return told

    async def _durably(self, call: Callable[[], T]) -> T:
        """Run a call of the log in a thread; while the log is out of reach, keep what we hold and try again."""
        failures = 0
        while True:
            try:
                return await asyncio.to_thread(call)
            except BotError:
                raise
            except Exception as error:  # the store's own errors are not ours to name on this floor
                failures += 1
                log.error("log.unavailable", extra={"data": {"error": type(error).__name__, "try": failures}})
                await self._retry.pause(self._retry.delay(failures))


def _name(inbound: Inbound) -> dict[str, object]:
    """Enough to find the turn again, nothing of what was said."""
    return {"conversation": inbound.conversation_id[:8], "seq": inbound.seq}
