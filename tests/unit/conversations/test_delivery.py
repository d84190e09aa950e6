"""A text is pushed once and none is forgotten, whatever the store does meanwhile."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.conversations.delivery import Allowance, Contact, Deliverer, Part, Verdict
from bot.conversations.feed import Feed
from bot.conversations.messages import Sender, StoredMessage
from bot.conversations.retry import RetryPolicy
from bot.errors import StoreUnavailableError
from tests.fakes import START, SettableClock

AMY, BOB = "wx-amy", "wx-bob"
DAY = timedelta(days=1)


class MemoryContacts:
    """`Contacts` in memory. `failing`: so many of the next calls of a method fail, as a database that is away does."""

    def __init__(self) -> None:
        self._known: dict[str, Contact] = {}
        self._said: dict[str, list[StoredMessage]] = {}
        self.failing: Counter[str] = Counter()
        self.error: Exception = StoreUnavailableError()

    def say(self, conversation_id: str, *words: str) -> None:
        said = self._said.setdefault(conversation_id, [])
        self._known.setdefault(conversation_id, Contact(conversation_id, conversation_id, 0, 9, START + DAY))
        for each in words:
            said.append(StoredMessage(len(said) + 1, Sender.BOT, each, (), None, START))

    def _call(self, name: str) -> None:
        if self.failing[name]:
            self.failing[name] -= 1
            raise self.error

    def heard(self, conversation_id: str, address: str, allowance: Allowance, now: datetime) -> None:
        known = self._known[conversation_id]
        self._known[conversation_id] = replace(known, left=allowance.texts, until=allowance.until, reachable=True)

    def get(self, conversation_id: str) -> Contact | None:
        self._call("get")
        return self._known.get(conversation_id)

    def unsent(self, conversation_id: str) -> Sequence[StoredMessage]:
        self._call("unsent")
        return tuple(self._said[conversation_id][self._known[conversation_id].sent_seq :])

    def sent(self, conversation_id: str, *, up_to: int | None, texts: int) -> None:
        self._call("sent")
        known = self._known[conversation_id]
        self._known[conversation_id] = replace(known, sent_seq=up_to or known.sent_seq, left=known.left - texts)

    def stop(self, conversation_id: str, *, unreachable: bool) -> None:
        self._call("stop")
        known = self._known[conversation_id]
        self._known[conversation_id] = replace(known, left=0, reachable=not unreachable)

    def owing(self) -> Sequence[str]:
        self._call("owing")
        return [each for each, known in self._known.items() if known.left and self.unsent(each)]


class Door:
    """A deliverer and what it pushed. `verdicts`: what the next texts get instead of being taken."""

    def __init__(self) -> None:
        self.contacts, self.pushed = MemoryContacts(), list[tuple[str, str]]()
        self.verdicts: list[Verdict] = []
        self.pauses: list[float] = []
        self.clock = SettableClock()
        self.paused = asyncio.Event()
        self.open = asyncio.Event()  # pauses end at once while it is set
        self.open.set()
        self.feed = Feed()
        self.deliverer = Deliverer(
            self.contacts,
            self.feed,
            owns=lambda _: True,
            cut=lambda messages: [Part(each.text, each.seq) for each in messages],
            send=self._send,
            clock=self.clock,
            retry=RetryPolicy(pause=self._pause, chance=lambda: 1.0),
        )

    async def _send(self, address: str, text: str) -> Verdict:
        await asyncio.sleep(0)
        verdict = self.verdicts.pop(0) if self.verdicts else Verdict.TAKEN
        self.pushed += [(address, text)] if verdict is Verdict.TAKEN else []
        return verdict

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.paused.set()
        await asyncio.sleep(0)
        await self.open.wait()

    async def settled(self) -> None:
        """Wait until no worker is left."""
        while self.deliverer._workers:
            await asyncio.gather(*self.deliverer._workers.values())


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door = Door()
    yield door
    await door.deliverer.stop()


@pytest.mark.parametrize("error", [StoreUnavailableError(), OSError("database is locked")])
@pytest.mark.parametrize("call", ["get", "unsent", "sent"])
async def test_a_text_is_pushed_once_though_the_store_was_away(door: Door, call: str, error: Exception) -> None:
    door.contacts.error = error
    door.contacts.say(AMY, "一", "二")
    door.contacts.failing[call] = 3
    door.feed.notify(AMY)
    await door.settled()
    assert door.pushed == [(AMY, "一"), (AMY, "二")]
    assert door.pauses == [0.5, 1.0, 2.0]


async def test_what_cannot_be_marked_keeps_back_what_comes_after_it(door: Door) -> None:
    door.open.clear()
    door.contacts.say(AMY, "一", "二")
    door.contacts.failing["sent"] = 1
    door.feed.notify(AMY)
    await door.paused.wait()
    async with door.deliverer.hold(AMY, patience=0) as alone:
        assert not alone  # whoever answered now would say the first text again
    assert door.pushed == [(AMY, "一")]
    door.open.set()
    await door.settled()
    assert door.pushed == [(AMY, "一"), (AMY, "二")]


async def test_the_end_of_a_conversation_is_written_though_the_store_was_away(door: Door) -> None:
    door.contacts.say(AMY, "一")
    door.verdicts, door.contacts.failing["stop"] = [Verdict.GONE], 2
    door.feed.notify(AMY)
    await door.settled()
    contact = door.contacts.get(AMY)
    assert contact
    assert not contact.reachable


async def test_a_start_waits_for_the_store(door: Door) -> None:
    door.contacts.say(AMY, "一")
    door.contacts.failing["owing"] = 2
    await door.deliverer.start()
    await door.settled()
    assert door.pushed == [(AMY, "一")]


async def test_an_account_that_may_push_nothing_is_tried_again_after_hours(door: Door) -> None:
    door.contacts.say(AMY, "一")
    door.contacts.say(BOB, "二")
    door.verdicts = [Verdict.NOT_ALLOWED]
    door.feed.notify(AMY)
    await door.settled()
    assert door.deliverer.passive_only
    door.feed.notify(BOB)
    await door.settled()
    assert door.pushed == []
    door.clock.now += timedelta(hours=7)
    door.feed.notify(BOB)
    await door.settled()
    assert door.pushed == [(BOB, "二")]


async def test_where_the_account_asked_too_often_everybody_waits_longer_each_time(door: Door) -> None:
    for name in (AMY, BOB):
        door.contacts.say(name, "一")
    door.verdicts = [Verdict.SLOWER] * 12
    for name in (AMY, BOB):
        door.feed.notify(name)
    await door.settled()
    assert sorted(door.pushed) == [(AMY, "一"), (BOB, "一")]
    assert len(door.pauses) in (11, 12)  # the first texts may have been refused while both were under way
    assert door.pauses == [min(0.5 * 2**number, 600) for number in range(len(door.pauses))]


async def test_who_speaks_while_the_account_is_paused_is_answered_at_once(door: Door) -> None:
    door.open.clear()
    door.contacts.say(AMY, "一")
    door.verdicts = [Verdict.SLOWER]
    door.feed.notify(AMY)
    await door.paused.wait()
    async with door.deliverer.hold(AMY, patience=5) as alone:
        assert alone
    door.open.set()
    await door.settled()
    assert door.pushed == [(AMY, "一")]
