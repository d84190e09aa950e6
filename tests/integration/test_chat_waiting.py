"""Long polls and event streams of the chat API: they wake, resume and end."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import aiohttp

from bot.insurance.hand_off import Owner
from tests.chat_server import ChatServer, Customer, events, next_read, sqlite_log
from tests.fakes import START


async def test_a_long_poll_wakes_when_something_is_said(customer: Customer, server: ChatServer) -> None:
    server.assistant.hold.clear()
    waiting = asyncio.create_task(customer.poll(after=2, wait=25))
    await customer.say("在吗")
    await server.assistant.tried(1)
    assert not waiting.done()
    server.assistant.hold.set()
    assert [m["text"] for m in (await waiting)["messages"]] == ["收到：在吗"]


async def test_a_long_poll_wakes_when_the_owner_changes(customer: Customer, server: ChatServer) -> None:
    has_read = next_read(server)
    waiting = asyncio.create_task(customer.poll(after=1, wait=25))
    await has_read.wait()
    server.log.set_owner(customer.conversation_id, Owner.HUMAN, START)
    server.feed.notify(customer.conversation_id)
    assert await waiting == {"messages": [], "owner": "human"}


async def test_a_long_poll_without_news_ends_empty(customer: Customer) -> None:
    assert await customer.poll(after=1, wait=0.05) == {"messages": [], "owner": "bot"}


async def test_a_stream_shows_the_history_the_owner_and_what_comes(customer: Customer) -> None:
    async with events(customer) as stream:
        owner, greeting = await anext(stream), await anext(stream)
        assert (owner.name, owner.data) == ("owner", {"owner": "bot"})
        assert (greeting.name, greeting.id) == ("message", "1")
        assert greeting.data == (await customer.poll())["messages"][0]
        hostile = "一行\n\nevent: owner\ndata: {}\n\n"
        await customer.say(hostile)
        said, answered = await anext(stream), await anext(stream)
        assert (said.id, said.data["from"], said.data["text"]) == ("2", "customer", hostile)
        assert (answered.id, answered.data["from"]) == ("3", "bot")


async def test_a_stream_resumes_after_the_last_event_seen(customer: Customer) -> None:
    await customer.say("一")
    await customer.until_said("收到：一")
    async with events(customer, after=0, last_event_id="2") as stream:
        assert (await anext(stream)).name == "owner"
        assert (await anext(stream)).id == "3"


async def test_a_stream_tells_of_a_new_owner(customer: Customer, server: ChatServer) -> None:
    async with events(customer, after=1) as stream:
        await anext(stream)
        server.log.set_owner(customer.conversation_id, Owner.QUEUE, START)
        server.feed.notify(customer.conversation_id)
        event = await anext(stream)
        assert (event.name, event.data) == ("owner", {"owner": "queue"})


async def test_a_quiet_stream_has_heartbeats(http: aiohttp.ClientSession, tmp_path: Path) -> None:
    async with ChatServer(sqlite_log(tmp_path), heartbeat=0.01).running() as server:
        customer = await Customer.arrive(http, server.url)
        async with events(customer, after=1) as stream:
            assert [(await anext(stream)).name for _ in range(3)] == ["owner", ":", ":"]


async def test_a_stream_ends_with_its_token(http: aiohttp.ClientSession, tmp_path: Path) -> None:
    async with ChatServer(sqlite_log(tmp_path), heartbeat=0.01).running() as server:
        customer = await Customer.arrive(http, server.url)
        async with events(customer, after=1) as stream:
            await anext(stream)
            server.clock.now = START + timedelta(hours=25)
            assert [event async for event in stream if event.name != ":"] == []


async def test_streams_and_polls_end_when_the_server_does(http: aiohttp.ClientSession, tmp_path: Path) -> None:
    async with ChatServer(sqlite_log(tmp_path)).running() as server:
        customer = await Customer.arrive(http, server.url)
        async with events(customer, after=1) as stream:
            await anext(stream)
            has_read = next_read(server)
            polling = asyncio.create_task(customer.poll(after=1, wait=25))
            await has_read.wait()
            server.feed.close()
            assert [event async for event in stream] == []
            assert (await polling)["messages"] == []
