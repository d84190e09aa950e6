"""A dispatcher with everything around it in the test's hands."""

from __future__ import annotations

from collections.abc import Callable

from bot.conversations.dispatcher import Dispatcher
from bot.conversations.feed import Feed
from bot.conversations.notices import WAITING
from bot.conversations.ports import Guard
from bot.conversations.retry import RetryPolicy
from tests.fakes import START, MemoryLog, PeopleQueue, ScriptedAssistant, SettableClock, SteppedPause, texts


class Desk:
    def __init__(self) -> None:
        self.log = MemoryLog()
        self.people = PeopleQueue(self.log)
        self.assistant = ScriptedAssistant()
        self.feed = Feed()
        self.guard: Guard | None = None
        self.pause = SteppedPause()
        self.policy = RetryPolicy(pause=self.pause, chance=lambda: 1.0)
        self.dispatcher = self.another()

    def another(self) -> Dispatcher:
        """What a restart gives: a new dispatcher on the same log."""
        return Dispatcher(
            self.log,
            self.assistant,
            self.feed,
            people=self.people,
            clock=SettableClock(),
            retry=self.policy,
            guard=self.guard,
        )

    def say(self, conversation_id: str, *sentences: str) -> None:
        self.log.open(conversation_id, channel="web", at=START)
        for sentence in sentences:
            count = len(self.log.after(conversation_id, 0))
            self.log.receive(conversation_id, message_id=f"m{count}", text=sentence, choice_id="", at=START)

    async def until(self, conversation_id: str, condition: Callable[[], bool]) -> None:
        with self.feed.watch(conversation_id) as watch:
            while not condition():
                assert await watch.wait(10), "nothing happened"

    async def settled(self, conversation_id: str) -> None:
        await self.until(conversation_id, lambda: self.log.next_pending(conversation_id) is None)

    def notices(self, conversation_id: str) -> int:
        return texts(self.log, conversation_id).count(WAITING.text)
