"""Brings each customer's messages to the assistant: in order, one at a time per conversation, none lost.

An assistant that is down is waited for. A turn that fails though the assistant is there is tried once more, and then a
person gets the conversation: a message that cannot be answered must not stand in the way of all later ones.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from bot.conversations import notices
from bot.conversations.alone import OneDesk, alone, keep_looking
from bot.conversations.errors import AssistantUnavailableError, TurnFailedError
from bot.conversations.feed import Feed
from bot.conversations.gate import Gates
from bot.conversations.messages import Inbound, Reply, Sender
from bot.conversations.ports import Assistant, Desks, Guard, MessageLog, People, Why
from bot.conversations.requests import asks_for_a_person, asks_for_the_place, says_it_again, takes_back
from bot.conversations.retry import RetryPolicy, durably
from bot.conversations.tries import Outcome, Tries, outcome_of
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
        people: People,
        clock: Callable[[], datetime],
        retry: RetryPolicy | None = None,
        guard: Guard | None = None,
        desks: Desks | None = None,
        server_of: Callable[[Inbound], str] = lambda _: "",
    ) -> None:
        self._log = message_log
        self._assistant = assistant
        self._feed = feed
        self._people = people
        self._guard = guard
        self._desks = desks or OneDesk()
        self._clock = clock
        self._retry = retry or RetryPolicy()
        self._gates = Gates(self._retry, server_of)
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._woken: set[str] = set()
        self._stuck: set[str] = set()  # their oldest message has failed at least once, or waits for a dead assistant
        self._bypasses: set[asyncio.Task[None]] = set()
        self._in_turn: set[str] = set()
        self._looking: asyncio.Task[None] | None = None
        self._stopping = False

    @property
    def assistant_is_down(self) -> bool:
        """One of its servers at least."""
        return self._gates.any_is_down

    @property
    def conversations_in_work(self) -> int:
        """Those with a message that is not answered yet."""
        return len(self._workers)

    async def start(self) -> None:
        """Resume every conversation with pending messages, oldest message first within each."""
        for conversation_id in await self._durably(self._log.conversations_with_pending):
            self.wake(conversation_id)
        self._looking = asyncio.create_task(keep_looking(self._left_undone, self.wake))

    async def _left_undone(self) -> Sequence[str]:
        """What nobody here works at; whether another desk does is seen when it is taken."""
        pending = await asyncio.to_thread(self._log.conversations_with_pending)
        return [conversation_id for conversation_id in pending if conversation_id not in self._workers]

    def wake(self, conversation_id: str) -> None:
        """Look for pending messages now; safe to call at any time and any number of times."""
        if self._stopping:
            return
        self._woken.add(conversation_id)
        if conversation_id not in self._workers:
            self._workers[conversation_id] = asyncio.create_task(self._work(conversation_id))
        elif conversation_id in self._stuck:
            task = asyncio.create_task(self._bypass(conversation_id))
            self._bypasses.add(task)
            task.add_done_callback(self._bypasses.discard)

    async def stop(self, grace: float = 5.0) -> None:
        """End: whoever only waits is ended at once, a turn in flight gets `grace` seconds. The rest stays pending."""
        self._stopping = True
        if self._looking is not None:
            self._looking.cancel()
        tasks = dict(self._workers)
        for conversation_id, task in tasks.items():
            if conversation_id not in self._in_turn:
                task.cancel()
        for bypass in self._bypasses:
            bypass.cancel()
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
                    if not await self._answer(inbound):
                        break
        except Exception as error:  # a defect in one conversation must end neither the others nor the process
            self._woken.discard(conversation_id)  # it is pending, and looked at again by and by
            log.exception("dispatcher.worker_failed", extra={"data": {"error": type(error).__name__}})
        finally:
            del self._workers[conversation_id]

    async def _next(self, conversation_id: str) -> Inbound | None:
        return await self._durably(lambda: self._log.next_pending(conversation_id))

    async def _is_next(self, inbound: Inbound) -> bool:
        """While we waited for our turn, another front desk may have answered it."""
        following = await self._next(inbound.conversation_id)
        return following is not None and following.message_id == inbound.message_id

    async def _answer(self, inbound: Inbound) -> bool:
        """Try until the turn is done; between tries the gate or a pause keeps the assistant from being hammered.

        False when another front desk is at the conversation: after its try it looks what else waits.
        """
        tries, gate = Tries(), self._gates.of(inbound)
        answered = gate.answered
        try:
            while not self._stopping:
                if (now := self._gates.of(inbound)) is not gate:  # the model that it began with was withdrawn
                    gate.forget(inbound.conversation_id)
                    gate, answered = now, now.answered
                if gate.is_down:
                    await self._bridge(inbound, tries)
                if inbound.conversation_id in self._stuck and not await self._still_waits(inbound):
                    return True
                async with (
                    gate.admission(inbound.conversation_id),
                    alone(self._desks, f"turn {inbound.conversation_id}", self._durably) as here,
                ):
                    outcome = await self._try_turn(inbound, tries.failures + 1) if here else Outcome.ELSEWHERE
                if outcome is Outcome.ELSEWHERE:
                    return False
                if outcome is Outcome.DONE:
                    return True
                tries.count(outcome, others_answered=gate.answered > answered)
                answered = gate.answered
                if await self._take_note(inbound, tries):
                    return True
                if not self._stopping and not gate.is_down:
                    await self._retry.pause(self._retry.delay(tries.failures))
        finally:
            gate.forget(inbound.conversation_id)  # what it met says nothing about the next try
            self._stuck.discard(inbound.conversation_id)
        return True

    async def _take_note(self, inbound: Inbound, tries: Tries) -> bool:
        """After a try that was not done. True when a person has the conversation now, and the message is handled."""
        if tries.are_enough:
            await self._give_to_person(inbound, Why.SYSTEM_ERROR)
            return True
        await self._bridge(inbound, tries)
        return False

    async def _bridge(self, inbound: Inbound, tries: Tries) -> None:
        """While the assistant cannot be heard: the customer is told, and who wants a person gets one all the same."""
        # First marked, then read: a request that comes during the read wakes a bypass.
        self._stuck.add(inbound.conversation_id)
        if await self._pass_on_request(inbound.conversation_id):
            return
        # A failed turn is tried again at once; there is nothing to wait for yet.
        if not tries.told and (tries.unavailable or self._gates.of(inbound).is_down):
            tries.told = await self._tell_waiting(inbound)

    async def _bypass(self, conversation_id: str) -> None:
        try:
            await self._pass_on_request(conversation_id)
        except Exception as error:  # as in `_work`; the worker looks again after its next try
            log.exception("dispatcher.bypass_failed", extra={"data": {"error": type(error).__name__}})

    async def _pass_on_request(self, conversation_id: str) -> bool:
        """Queue the conversation when one of its waiting messages asks for a person; True when one did."""
        pending = await self._durably(lambda: self._log.all_pending(conversation_id))
        request = next((message for message in pending if asks_for_a_person(message)), None)
        if request is None:
            return False
        await self._give_to_person(request, Why.CUSTOMER_ASKED)
        return True

    async def _give_to_person(self, inbound: Inbound, why: Why) -> None:
        """Queue first, then mark handled: a crash between the two queues it again, which changes nothing."""
        at = self._clock()
        replies = await self._durably(lambda: self._people.take(inbound, why, at))
        await self._finish(inbound, replies)
        self._gates.of(inbound).forget(inbound.conversation_id)
        log.warning("turn.given_to_person", extra={"data": {**_name(inbound), "why": why.value}})

    async def _still_waits(self, inbound: Inbound) -> bool:
        """False when a person has the conversation by now; the message is in the log for them."""
        pending = await self._durably(lambda: self._log.all_pending(inbound.conversation_id))
        if inbound.message_id not in [message.message_id for message in pending]:
            return False
        if await self._bot_speaks(inbound):
            return True
        await self._finish(inbound, ())
        return False

    async def _leave_in_queue(self, inbound: Inbound) -> None:
        """A person reads it; who asks how long he waits is told."""
        at, words = self._clock(), tuple[Reply, ...]()
        if asks_for_the_place(inbound):
            words = await self._durably(lambda: tuple(self._people.tell_place(inbound.conversation_id, at)))
        await self._finish(inbound, words, sender=Sender.SYSTEM, notice=True)

    async def _try_turn(self, inbound: Inbound, number: int) -> Outcome:
        self._in_turn.add(inbound.conversation_id)
        try:
            return await self._take_turn(inbound, number)
        finally:
            self._in_turn.discard(inbound.conversation_id)

    async def _take_turn(self, inbound: Inbound, number: int) -> Outcome:
        """One try."""
        conversation_id, gate = inbound.conversation_id, self._gates.of(inbound)
        if self._desks.several and not await self._is_next(inbound):
            return Outcome.DONE
        rest = takes_back(inbound)
        if not await self._bot_speaks(inbound) and not await self._is_given_back(inbound, rest):
            return Outcome.DONE
        if await self._is_said_again(inbound):
            await self._finish(inbound, ())
            return Outcome.DONE
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            replies = await self._respond(replace(inbound, text=rest) if rest else inbound)
        except (AssistantUnavailableError, TurnFailedError) as error:
            data = {**_name(inbound), "try": number, "code": error.code, **error.data}
            log.warning("turn.failed", extra={"data": data})
            if isinstance(error, TurnFailedError):
                gate.forget(conversation_id)  # it says nothing about the turns of others
                return Outcome.FAILED
            gate.failed(conversation_id)
            return outcome_of(error)
        gate.succeeded()
        seconds = round(loop.time() - began, 4)
        # Stored also where a person is to take over: these words may be the ones that say so.
        await self._finish(inbound, self._looked_over(inbound, replies))
        done = {**_name(inbound), "tries": number, "replies": len(replies), "seconds": seconds}
        log.info("turn.done", extra={"data": done})
        return Outcome.DONE

    async def _is_said_again(self, inbound: Inbound) -> bool:
        """Out of impatience, before the answer: that one is the answer to both."""
        return await self._durably(lambda: says_it_again(inbound, self._log, self._clock()))

    async def _is_given_back(self, inbound: Inbound, rest: str | None) -> bool:
        """Whether the assistant speaks again and has something to answer; otherwise the message is handled."""
        conversation_id, at = inbound.conversation_id, self._clock()
        if rest is None or await self._durably(lambda: self._log.owner(conversation_id)) is Owner.HUMAN:
            await self._leave_in_queue(inbound)
            return False
        back = await self._durably(lambda: self._people.give_back(conversation_id, at))
        if back and rest:
            return True
        await self._finish(inbound, (notices.BACK if back else notices.STAYS_IN_QUEUE,), notice=True)
        return False

    def _looked_over(self, inbound: Inbound, replies: Sequence[Reply]) -> Sequence[Reply]:
        """What must never be said is replaced, whatever produced it, and the log says which rule it broke."""
        guard = self._guard
        if guard is None:
            return replies
        seen: list[Reply] = []
        for reply in replies:
            broken = guard.withheld(reply)
            if broken:
                log.error("reply.withheld", extra={"data": {**_name(inbound), "rules": list(broken)}})
            seen.append(guard.instead_of(reply) if broken else reply)
        return seen

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
        except (AssistantUnavailableError, TurnFailedError):
            raise
        except Exception as error:  # whatever broke, the customer's message stays
            raise TurnFailedError(reason="unexpected", error=type(error).__name__) from error

    async def _finish(
        self, inbound: Inbound, replies: Sequence[Reply], *, sender: Sender = Sender.BOT, notice: bool = False
    ) -> None:
        at, finish = self._clock(), self._log.finish
        said = await self._durably(lambda: finish(inbound, replies, sender=sender, at=at, notice=notice))
        if not said:
            log.warning("turn.unsaid", extra={"data": _name(inbound)})  # a person had taken over
        self._feed.notify(inbound.conversation_id)

    async def _tell_waiting(self, inbound: Inbound) -> bool:
        """Once per message, whichever desks wait, and only where the bot speaks; True when the customer has been told."""
        conversation_id, at = inbound.conversation_id, self._clock()

        def tell() -> bool:  # reads before it writes, so that trying it again does not say it twice
            if self._log.owner(conversation_id) is not Owner.BOT:
                return False
            if not notices.is_told(self._log.after(conversation_id, inbound.seq)):
                self._log.append(conversation_id, notices.WAITING, sender=Sender.SYSTEM, at=at)
            return True

        async with alone(self._desks, f"notice {conversation_id}", self._durably) as here:
            told = here and await self._durably(tell)
        self._feed.notify(conversation_id)
        return told

    async def _durably(self, call: Callable[[], T]) -> T:
        return await durably(call, self._retry)


def _name(inbound: Inbound) -> dict[str, object]:
    """Enough to find the turn again, nothing of what was said."""
    return {"conversation": inbound.conversation_id[:8], "seq": inbound.seq}
