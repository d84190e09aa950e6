"""Several front desks on one PostgreSQL: each message is answered once and in its order, and every desk's pages hear of it."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta

import aiohttp
import pytest
from sqlalchemy import func, text

from bot.clients.wechat_api import WeChatApi
from bot.conversations import alone
from bot.conversations.contacts import Act, Allowance, Part, Place, Verdict
from bot.conversations.delivery import Deliverer
from bot.conversations.dispatcher import Dispatcher
from bot.conversations.feed import Feed
from bot.conversations.messages import Reply, Sender, StoredMessage
from bot.conversations.notices import WAITING
from bot.errors import StoreUnavailableError
from bot.store.account_tokens import SqlAccountTokens
from bot.store.contacts import SqlContacts
from bot.store.desks import SqlDesks
from bot.store.engine import build_engine, build_session_engine
from bot.store.message_log import SqlMessageLog
from simulators.wechat.server import Account, WeChatServer
from tests.chat_server import ChatServer, Customer, events
from tests.fakes import DATA_KEY, PeopleQueue, ScriptedAssistant, SettableClock
from tests.postgres import Cluster, create_database

PATIENCE = 30.0


@pytest.fixture(scope="module")
def desks_url(cluster: Cluster, migrated_database: str) -> str:
    return cluster.url(create_database(cluster, "desks", template=migrated_database))


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alone, "LOOK_EVERY", 0.05)


@pytest.fixture
def two(desks_url: str) -> Iterator[tuple[SqlDesks, SqlDesks]]:
    first, second = SqlDesks(desks_url), SqlDesks(desks_url)
    yield first, second
    first.close()
    second.close()


def message_log(url: str) -> SqlMessageLog:
    return SqlMessageLog(build_engine(url, DATA_KEY))


async def until(true: asyncio.Event | threading.Event) -> None:
    wait = true.wait() if isinstance(true, asyncio.Event) else asyncio.to_thread(true.wait, PATIENCE)
    await asyncio.wait_for(wait, PATIENCE)


def test_what_one_desk_has_another_cannot_take_until_it_is_given_back(two: tuple[SqlDesks, SqlDesks]) -> None:
    first, second = two
    receipt = first.take("turn a")
    assert receipt
    assert not second.take("turn a")
    assert second.take("turn b")
    first.give_back("turn a", receipt)
    assert second.take("turn a")


def test_what_a_desk_had_is_free_when_it_ends(two: tuple[SqlDesks, SqlDesks]) -> None:
    first, second = two
    assert first.take("turn c")
    first.close()
    assert second.take("turn c")


def test_a_lost_connection_is_an_outage_once_and_made_anew(desks_url: str, two: tuple[SqlDesks, SqlDesks]) -> None:
    first, second = two
    lost = first.take("turn d")
    _end_sessions(desks_url)
    with pytest.raises(StoreUnavailableError):
        first.take("turn e")
    assert first.take("turn d")  # by another turn of the same desk, while the one that lost it goes on
    first.give_back("turn d", lost)
    assert not second.take("turn d")
    assert first.take("turn e")


def test_a_refusal_of_the_database_frees_nothing_that_is_held(two: tuple[SqlDesks, SqlDesks]) -> None:
    first, second = two
    assert first.take("turn f")
    with pytest.raises(StoreUnavailableError):
        first._locks.ask(func.no_such_function())
    assert not second.take("turn f")


async def test_messages_that_come_by_two_desks_are_answered_once_and_in_order(
    desks_url: str, two: tuple[SqlDesks, SqlDesks]
) -> None:
    log, assistant, clock = message_log(desks_url), ScriptedAssistant(), SettableClock()
    busy: Counter[str] = Counter()
    respond = assistant.respond

    async def alone_in_its_conversation(inbound) -> Sequence[Reply]:
        busy[inbound.conversation_id] += 1
        assert busy[inbound.conversation_id] == 1
        for _ in range(5):
            await asyncio.to_thread(int)  # others get their chance
        busy[inbound.conversation_id] -= 1
        return await respond(inbound)

    assistant.respond = alone_in_its_conversation  # type: ignore[method-assign]
    dispatchers = [
        Dispatcher(log, assistant, Feed(), people=PeopleQueue(log), clock=clock, desks=desks) for desks in two
    ]
    for dispatcher in dispatchers:
        await dispatcher.start()
    names = [f"order{number}" for number in range(10)]
    for name in names:
        log.open(name, channel="web", at=clock())

    async def write(name: str) -> None:
        for number in range(8):
            await asyncio.to_thread(
                lambda number=number: log.receive(
                    name, message_id=f"m{number}", text=f"{number}", choice_id="", at=clock()
                )
            )
            dispatchers[number % 2].wake(name)

    await asyncio.gather(*map(write, names))
    await asyncio.wait_for(assistant.tried(80), PATIENCE)
    for dispatcher in dispatchers:
        await dispatcher.stop(grace=PATIENCE)
    assert log.conversations_with_pending() == ()
    assert len(assistant.seen) == 80
    for name in names:
        assert [each.text for each in assistant.seen if each.conversation_id == name] == list("01234567")
        assert [each.text for each in log.after(name, 0) if each.sender is Sender.BOT] == [
            f"收到：{number}" for number in range(8)
        ]


async def test_what_a_desk_that_died_left_another_answers(desks_url: str, two: tuple[SqlDesks, SqlDesks]) -> None:
    log, clock, feed = message_log(desks_url), SettableClock(), Feed()
    died, lives = two
    log.open("left", channel="web", at=clock())
    dispatcher = Dispatcher(log, ScriptedAssistant(), feed, people=PeopleQueue(log), clock=clock, desks=lives)
    await dispatcher.start()
    died.take("turn left")  # in the middle of its turn
    log.receive("left", message_id="1", text="在吗", choice_id="", at=clock())
    with feed.watch("left") as watch:
        assert log.next_pending("left") is not None
        died.close()
        assert await watch.wait(PATIENCE)
    await dispatcher.stop()
    assert [each.text for each in log.after("left", 0)] == ["在吗", "收到：在吗"]


async def test_a_page_at_one_desk_hears_what_was_said_by_way_of_another(
    desks_url: str, two: tuple[SqlDesks, SqlDesks]
) -> None:
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        one, other = [
            await stack.enter_async_context(ChatServer(message_log(desks_url), desks=desks).running()) for desks in two
        ]
        here = await Customer.arrive(http, one.url)
        there = Customer(http, other.url, here.conversation_id, here.token)
        heard = await stack.enter_async_context(events(there, after=1))
        await here.say("报案")
        texts: list[str] = []
        while "收到：报案" not in texts:
            event = await anext(heard)
            texts += [event.data["text"]] if "text" in event.data else []
        assert texts == ["报案", "收到：报案"]


async def test_news_is_heard_again_after_the_connection_was_lost(
    desks_url: str, two: tuple[SqlDesks, SqlDesks]
) -> None:
    teller, hearer = two
    heard, listens = threading.Event(), threading.Semaphore(0)
    hearer.start(lambda conversation_id: heard.set() if conversation_id == "news" else None, listens.release)
    assert await asyncio.to_thread(listens.acquire, True, PATIENCE)
    _end_sessions(desks_url)
    assert await asyncio.to_thread(listens.acquire, True, PATIENCE)  # everyone is told to look: news may be missed
    teller.start(lambda _: None, lambda: None)
    teller.tell("news")
    await until(heard)


async def test_two_desks_send_each_text_once(desks_url: str, two: tuple[SqlDesks, SqlDesks]) -> None:
    log, contacts, clock = message_log(desks_url), SqlContacts(build_engine(desks_url, DATA_KEY)), SettableClock()
    sent: Counter[tuple[str, str]] = Counter()
    all_sent = asyncio.Event()

    async def send(address: str, words: str) -> Verdict:
        await asyncio.to_thread(int)
        sent[(address, words)] += 1
        if len(sent) == 60:
            all_sent.set()
        return Verdict.TAKEN

    def cut(messages: Sequence[StoredMessage], told: Place, most_bytes: int | None = None) -> list[Part]:
        return [Part(message.text, Place(message.seq)) for message in messages]

    feeds = [Feed(), Feed()]
    deliverers = [
        Deliverer(contacts, feed, owns=lambda _: True, cut=cut, send=send, clock=clock, desks=desks)
        for feed, desks in zip(feeds, two, strict=True)
    ]
    for deliverer in deliverers:
        await deliverer.start()
    names = [f"wx{number}" for number in range(10)]
    for name in names:
        log.open(name, channel="wechat", at=clock())
        contacts.heard(name, f"o-{name}", Act("m", True, Allowance(6, clock() + timedelta(hours=1))))

    async def answer(name: str) -> None:
        for number in range(6):
            await asyncio.to_thread(
                lambda number=number: log.append(name, Reply(f"{number}"), sender=Sender.BOT, at=clock())
            )
            for feed in feeds:
                feed.notify(name)

    await asyncio.gather(*map(answer, names))
    await until(all_sent)
    for name in names:  # whoever still looks is waited for
        for deliverer in deliverers:
            async with deliverer.hold(name, PATIENCE) as alone_now:
                assert alone_now
    for deliverer in deliverers:
        await deliverer.stop()
    assert set(sent.values()) == {1}


async def test_two_desks_that_wait_tell_the_customer_once(desks_url: str, two: tuple[SqlDesks, SqlDesks]) -> None:
    log, clock, both = message_log(desks_url), SettableClock(), threading.Barrier(2)
    log.open("told", channel="web", at=clock())
    log.receive("told", message_id="m1", text="报案", choice_id="", at=clock())
    inbound, after = log.next_pending("told"), log.after
    assert inbound is not None

    def read_together(conversation_id: str, seq: int) -> Sequence[StoredMessage]:
        found = after(conversation_id, seq)
        with contextlib.suppress(threading.BrokenBarrierError):  # nobody else reads meanwhile
            both.wait(0.5)
        return found

    log.after = read_together  # type: ignore[method-assign]
    dispatchers = [
        Dispatcher(log, ScriptedAssistant(), Feed(), people=PeopleQueue(log), clock=clock, desks=desks) for desks in two
    ]
    told = await asyncio.gather(*(dispatcher._tell_waiting(inbound) for dispatcher in dispatchers))
    assert any(told)
    assert [await dispatcher._tell_waiting(inbound) for dispatcher in dispatchers] == [True, True]
    assert [each.text for each in after("told", 0) if each.sender is Sender.SYSTEM] == [WAITING.text]


async def test_who_answers_a_request_keeps_the_other_desk_from_sending(
    desks_url: str, two: tuple[SqlDesks, SqlDesks]
) -> None:
    contacts, clock = SqlContacts(build_engine(desks_url, DATA_KEY)), SettableClock()
    one, other = [
        Deliverer(contacts, Feed(), owns=lambda _: True, cut=lambda *_: (), send=_never, clock=clock, desks=desks)
        for desks in two
    ]
    async with one.hold("wx-held", 0) as here:
        assert here
        async with other.hold("wx-held", 0) as there:
            assert not there
    async with other.hold("wx-held", PATIENCE) as there:  # once `one` has looked whether something came meanwhile
        assert there


async def test_two_desks_whose_token_is_refused_force_one_refresh(
    desks_url: str, two: tuple[SqlDesks, SqlDesks]
) -> None:
    account, open_id = Account(), "oAmy-0000000000000000000001"
    async with WeChatServer("").running() as server, AsyncExitStack() as stack:
        server.allow(open_id, 1_000)
        apis = []
        for desks in two:
            tokens = SqlAccountTokens(build_engine(desks_url, DATA_KEY))
            apis.append(WeChatApi(server.url, account.app_id, account.secret, tokens=tokens, desks=desks))
            stack.push_async_callback(apis[-1].close)
        await asyncio.gather(*(api.send_text(open_id, "一") for api in apis))
        server.tokens.spoil()
        taken = await asyncio.gather(*(api.send_text(open_id, "二") for api in apis for _ in range(4)))
        assert set(taken) == {Verdict.TAKEN}
        assert len(server.tokens.forced) == 1
        assert server.tokens.calls == 3


async def _never(address: str, words: str) -> Verdict:
    raise AssertionError("nothing is to be sent")


def _end_sessions(url: str) -> None:
    with build_session_engine(url).connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        )
