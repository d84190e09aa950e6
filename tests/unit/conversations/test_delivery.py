"""A text is pushed once and none is forgotten, whatever the store does meanwhile."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channels.wechat.render import MORE, parts_of
from bot.conversations import delivery
from bot.conversations.contacts import NOWHERE, Act, Allowance, Contact, Part, Place, Verdict
from bot.conversations.delivery import Deliverer
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
        self._known.setdefault(
            conversation_id,
            Contact(conversation_id, conversation_id, NOWHERE, Allowance(9, START + DAY), Allowance(0, START)),
        )
        for each in words:
            said.append(StoredMessage(len(said) + 1, Sender.BOT, each, (), None, START))

    def _call(self, name: str) -> None:
        if self.failing[name]:
            self.failing[name] -= 1
            raise self.error

    def heard(self, conversation_id: str, address: str, act: Act) -> None:
        self._known[conversation_id] = replace(self._known[conversation_id], message=act.allows, reachable=True)

    def get(self, conversation_id: str) -> Contact | None:
        self._call("get")
        return self._known.get(conversation_id)

    def unsent(self, conversation_id: str) -> Sequence[StoredMessage]:
        self._call("unsent")
        return tuple(self._said[conversation_id][self._known[conversation_id].told.seq :])

    def sent(self, conversation_id: str, told: Place) -> None:
        self._call("sent")
        known = self._known[conversation_id]
        left = replace(known.message, texts=known.message.texts - 1)
        self._known[conversation_id] = replace(known, told=told, message=left)

    def stop(self, conversation_id: str, *, unreachable: bool) -> None:
        self._call("stop")
        known = self._known[conversation_id]
        nothing = replace(known.message, texts=0)
        self._known[conversation_id] = replace(known, message=nothing, reachable=not unreachable)

    def owing(self) -> Sequence[str]:
        self._call("owing")
        return [each for each, known in self._known.items() if known.message.texts and self.unsent(each)]


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
            cut=self._cut,
            send=self._send,
            clock=self.clock,
            retry=RetryPolicy(pause=self._pause, chance=lambda: 1.0),
            more=MORE,
        )

    def _cut(self, messages: Sequence[StoredMessage], told: Place, most_bytes: int | None = None) -> Sequence[Part]:
        """Each message in texts of its own."""
        found: list[Part] = []
        for message in messages:
            found += parts_of([message], told, most_bytes)
            told = Place(message.seq)
        return found

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


LONG = "\n".join(f"第{number}条，" + "条款" * 90 for number in range(15))  # five texts of WeChat's


def told(door: Door) -> str:
    return "".join(text.removesuffix(MORE) for _, text in door.pushed).replace("\n", "")


@pytest.mark.parametrize("trouble", [Verdict.LATER, Verdict.SLOWER])
async def test_trouble_inside_a_long_message_says_no_text_twice(door: Door, trouble: Verdict) -> None:
    door.contacts.say(AMY, LONG)
    door.verdicts = [Verdict.TAKEN, trouble, Verdict.TAKEN, trouble]
    door.feed.notify(AMY)
    await door.settled()
    assert told(door) == LONG.replace("\n", "")
    assert len(door.pushed) == 5
    assert door.contacts.get(AMY).message.texts == 9 - 5


async def test_a_desk_that_ends_inside_a_long_message_leaves_the_rest_to_the_next(door: Door) -> None:
    door.open.clear()
    door.contacts.say(AMY, LONG)
    door.verdicts = [Verdict.TAKEN, Verdict.TAKEN, Verdict.LATER]
    door.feed.notify(AMY)
    await door.paused.wait()
    await door.deliverer.stop()
    following = Door()
    following.contacts = following.deliverer._contacts = door.contacts
    await following.deliverer.start()
    await following.settled()
    door.pushed += following.pushed
    assert told(door) == LONG.replace("\n", "")
    assert len(door.pushed) == 5


async def test_the_last_text_that_may_be_sent_says_that_there_is_more_and_the_next_word_goes_on(door: Door) -> None:
    door.contacts.say(AMY, LONG)
    for allowed in (2, 2, 5):
        door.contacts.heard(AMY, AMY, Act("m", True, Allowance(allowed, START + DAY)))
        door.feed.notify(AMY)
        await door.settled()
    assert [text.endswith(MORE) for _, text in door.pushed] == [False, True, False, True, False]
    assert told(door) == LONG.replace("\n", "")


async def test_what_is_too_long_is_sent_in_smaller_texts_and_each_is_counted(door: Door) -> None:
    door.contacts.say(AMY, "甲" * 40)
    door.verdicts = [Verdict.TOO_LONG, Verdict.TAKEN, Verdict.LATER]
    door.feed.notify(AMY)
    await door.settled()
    assert [text for _, text in door.pushed] == ["甲" * 20] * 2
    assert door.contacts.get(AMY).message.texts == 9 - 2


async def test_what_nobody_explains_is_tried_a_few_times_and_again_with_the_next_word(door: Door) -> None:
    door.contacts.say(AMY, "一")
    door.verdicts = [Verdict.UNEXPLAINED] * 5
    door.feed.notify(AMY)
    await door.settled()
    assert door.pauses == [0.5, 1.0, 2.0]
    assert door.contacts.get(AMY).may_send(START) == 0
    assert door.contacts.get(AMY).reachable
    door.contacts.heard(AMY, AMY, Act("m", True, Allowance(5, START + DAY)))
    door.feed.notify(AMY)
    await door.settled()
    assert door.pushed == [(AMY, "一")]


async def test_what_a_defect_left_unsent_is_sent_by_and_by(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "LOOK_EVERY", 0.01)
    tried_again, cut = asyncio.Event(), door.deliverer._cut

    def stumble(*_: object) -> Sequence[Part]:
        door.deliverer._cut = lambda *those: (tried_again.set(), cut(*those))[1]
        raise KeyError("a defect")

    door.deliverer._cut = stumble
    door.contacts.say(AMY, "一")
    door.feed.notify(AMY)
    await asyncio.wait_for(tried_again.wait(), 10)
    await door.settled()
    assert door.pushed == [(AMY, "一")]


async def test_who_watches_the_conversation_hears_that_a_text_was_taken(door: Door) -> None:
    door.open.clear()
    door.contacts.say(AMY, "一")
    with door.feed.watch(AMY) as watch:
        door.feed.notify(AMY)
        assert await watch.wait(5)
        door.open.set()
        await door.settled()
        assert await watch.wait(5)
