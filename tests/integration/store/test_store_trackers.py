"""Dialogue state with several writers: a turn is saved on the state that it has read, or not at all and then run again."""

from __future__ import annotations

import asyncio
import multiprocessing
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered
from sqlalchemy.engine import Engine
from store_samples import NOW, together

from bot.clients.rasa_routes import fixed
from bot.clients.rasa_server import RasaServer
from bot.conversations.dispatcher import Dispatcher
from bot.conversations.feed import Feed
from bot.conversations.messages import Sender
from bot.conversations.retry import RetryPolicy
from bot.dialogue.channel import DeskChannel
from bot.dialogue.tracker import ConversationTracker
from bot.dialogue.tracker_store import ConversationTrackerStore
from bot.errors import StateChangedError
from bot.store.engine import build_engine
from bot.store.message_log import SqlMessageLog
from bot.store.trackers import NO_ROW, TrackerRows, prepare_trackers, trackers, trackers_url
from tests.fakes import DATA_KEY, PeopleQueue, SettableClock

DOMAIN = Domain.from_yaml("""
version: "3.1"
intents: [report_claim]
slots:
  told: {type: text, influence_conversation: false, mappings: [{type: custom}]}
""")
PATIENCE = 30.0


def rows_of(url: str) -> TrackerRows:
    return TrackerRows(engine_of(url))


def engine_of(url: str) -> Engine:
    prepare_trackers(url)
    return build_engine(trackers_url(url), DATA_KEY)


@pytest.fixture
def two(url: str) -> Iterator[tuple[TrackerRows, TrackerRows]]:
    """As two processes have them."""
    engines = engine_of(url), engine_of(url)
    yield TrackerRows(engines[0]), TrackerRows(engines[1])
    for engine in engines:
        engine.dispose()


def turn(text: str, told: str) -> list[Event]:
    said = UserUttered(text, {"name": "report_claim", "confidence": 0.9}, [], message_id=text)
    return [said, SlotSet("told", told), ActionExecuted("action_listen")]


async def read(store: ConversationTrackerStore) -> ConversationTracker:
    tracker = await store.get_or_create_tracker("c1")
    assert isinstance(tracker, ConversationTracker)
    return tracker


def test_what_was_changed_since_it_was_read_is_not_overwritten(two: tuple[TrackerRows, TrackerRows]) -> None:
    first, second = two
    assert first.put("c1", "[]", NO_ROW) == 1
    assert first.put("c1", "[1]", 1) == 2
    for version in (NO_ROW, 1, 3):
        with pytest.raises(StateChangedError):
            second.put("c1", "[2]", version)
    assert second.get("c1") == ("[1]", 2)
    assert second.put("c1", "[1, 2]", 2) == 3


def test_a_writer_that_stands_still_keeps_nobody_from_taking_messages(url: str) -> None:
    with engine_of(url).begin() as frozen:
        frozen.execute(trackers.insert().values(conversation_id="c1", events="[]", version=1))
        log = SqlMessageLog(build_engine(url, DATA_KEY))
        log.open("c1", channel="wechat", at=NOW)
        log.receive("c1", message_id="m1", text="报案", choice_id="", at=NOW)
    assert rows_of(url).get("c1") == ("[]", 1)


def test_a_row_that_is_gone_is_not_written_anew_as_if_it_went_on(two: tuple[TrackerRows, TrackerRows]) -> None:
    with pytest.raises(StateChangedError):
        two[0].put("c1", "[]", 7)
    assert two[0].get("c1") is None


@pytest.mark.parametrize("read_version", [NO_ROW, 1])
def test_of_writers_who_read_the_same_one_has_written(url: str, read_version: int) -> None:
    rows = [rows_of(url) for _ in range(8)]
    if read_version:
        rows[0].put("c1", "[]", NO_ROW)

    def write(number: int) -> bool:
        try:
            rows[number].put("c1", f"[{number}]", read_version)
        except StateChangedError:
            return False
        return True

    won = together(8, write)
    assert sum(won) == 1
    assert rows[0].get("c1") == (f"[{won.index(True)}]", read_version + 1)


def _count_up(url: str, times: int) -> None:
    rows = rows_of(url)
    for _ in range(times):
        while True:
            row = rows.get("c1")
            try:
                rows.put("c1", str(int(row.events) + 1 if row else 1), row.version if row else NO_ROW)
            except StateChangedError:
                continue
            break


def test_nothing_that_two_processes_write_is_lost_from_the_first_turn_on(url: str) -> None:
    started = [
        multiprocessing.get_context("fork").Process(target=_count_up, args=(url, 20), daemon=True) for _ in range(2)
    ]
    for process in started:
        process.start()
    for process in started:
        process.join(timeout=60)
    assert [process.exitcode for process in started] == [0, 0]
    assert rows_of(url).get("c1") == ("40", 40)


async def test_the_turn_that_is_saved_second_fails_and_the_first_ones_state_stays(
    two: tuple[TrackerRows, TrackerRows],
) -> None:
    first, second = (ConversationTrackerStore(DOMAIN, rows) for rows in two)
    for number in range(2):  # on no row, and on one
        early, late = await read(first), await read(second)
        early.update_with_events(turn(f"早{number}", f"早{number}"), DOMAIN)
        late.update_with_events(turn(f"晚{number}", f"晚{number}"), DOMAIN)
        await first.save(early)
        with pytest.raises(StateChangedError):
            await second.save(late)
        assert (await read(second)).get_slot("told") == f"早{number}"


async def test_a_tracker_may_be_saved_again(two: tuple[TrackerRows, TrackerRows]) -> None:
    store = ConversationTrackerStore(DOMAIN, two[0])
    tracker = await read(store)
    for number in range(3):
        tracker.update_with_events(turn(f"第{number}句", f"{number}"), DOMAIN)
        await store.save(tracker)
    assert (await read(store)).get_slot("told") == "2"


class HeldRows:
    """Rows whose first write waits until `free` is set."""

    def __init__(self, rows: TrackerRows) -> None:
        self.get = rows.get
        self._put = rows.put
        self.began, self.free = threading.Event(), threading.Event()

    def put(self, conversation_id: str, events: str, version: int) -> int:
        self.began.set()
        assert self.free.wait(PATIENCE)
        return self._put(conversation_id, events, version)


@pytest.mark.parametrize("cancelled", [1, 3])
async def test_a_cancelled_turn_keeps_the_lock_until_its_write_is_done(
    two: tuple[TrackerRows, TrackerRows], cancelled: int
) -> None:
    rows = HeldRows(two[0])
    store = ConversationTrackerStore(DOMAIN, rows)  # type: ignore[arg-type]
    locks, saved = InMemoryLockStore(), []

    async def take(text: str) -> None:
        async with locks.lock("c1", wait_time_in_seconds=0.01):
            tracker = await read(store)
            saved.append((text, tracker.get_slot("told")))
            tracker.update_with_events(turn(text, text), DOMAIN)
            await store.save(tracker)

    first = asyncio.create_task(take("一"))
    assert await asyncio.to_thread(rows.began.wait, PATIENCE)
    second = asyncio.create_task(take("二"))
    for _ in range(cancelled):
        first.cancel()
        await asyncio.sleep(0.05)  # the second asks for the lock some times
    assert not first.done()
    assert saved == [("一", None)]
    rows.free.set()
    with pytest.raises(asyncio.CancelledError):
        await first
    await second
    assert saved == [("一", None), ("二", "一")]
    assert (await read(store)).get_slot("told") == "二"


@asynccontextmanager
async def served(store: ConversationTrackerStore, meanwhile: list[ConversationTrackerStore]) -> AsyncIterator[str]:
    """The desk channel before a turn that says what the one before it was; each of `meanwhile` saves one of its own."""

    async def take(message: UserMessage) -> None:
        tracker = await read(store)
        if meanwhile:
            other = meanwhile.pop()
            theirs = await read(other)
            theirs.update_with_events(turn("别处", "别处"), DOMAIN)
            await other.save(theirs)
        before = tracker.get_slot("told")
        tracker.update_with_events(turn(message.text, message.text), DOMAIN)
        await store.save(tracker)
        await message.output_channel.send_response(message.sender_id, {"text": f"{before} 之后"})

    async def answer(request: web.Request) -> web.Response:
        given = await DeskChannel("s")._run(await request.json(), take)
        return web.Response(body=given.body, status=given.status, content_type="application/json")

    app = web.Application()
    app.add_routes([web.post("/webhooks/desk/turn", answer)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_the_losers_turn_is_run_again_on_the_winners_state(
    two: tuple[TrackerRows, TrackerRows], message_log: SqlMessageLog
) -> None:
    ours, theirs = (ConversationTrackerStore(DOMAIN, rows) for rows in two)
    feed, people = Feed(), PeopleQueue(message_log)
    message_log.open("c1", channel="web", at=NOW)
    message_log.receive("c1", message_id="m1", text="报案", choice_id="", at=NOW)
    async with served(ours, [theirs, theirs, theirs]) as url, RasaServer(fixed([url]), "s") as rasa:
        dispatcher = Dispatcher(
            message_log,
            rasa,
            feed,
            people=people,
            clock=SettableClock(),
            retry=RetryPolicy(first=0.01, longest=0.01, longest_probe=0.01),
        )
        with feed.watch("c1") as watch:
            dispatcher.wake("c1")
            while message_log.next_pending("c1") is not None:
                assert await watch.wait(PATIENCE)
        await dispatcher.stop()
    said = [each.text for each in message_log.after("c1", 0) if each.sender is Sender.BOT]
    assert said == ["别处 之后"]
    assert people.taken == []  # three times in vain is no reason for a person
    assert (await read(theirs)).get_slot("told") == "报案"
