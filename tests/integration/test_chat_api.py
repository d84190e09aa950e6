"""The chat API over real HTTP, on the real message log."""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.channels.web.limits import Limits, Rate
from bot.conversations.messages import InputHint, OfferedChoice, Reply, Sender
from bot.conversations.notices import WAITING
from bot.insurance.hand_off import Owner
from tests.chat_server import ROOMY, ChatServer, Customer, events, sqlite_log
from tests.fakes import START


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ChatServer]:
    async with ChatServer(sqlite_log(tmp_path)).running() as running:
        yield running


@pytest.fixture
async def customer(http: aiohttp.ClientSession, server: ChatServer) -> Customer:
    return await Customer.arrive(http, server.url)


async def test_a_session_begins_with_a_greeting_that_says_it_is_a_robot(customer: Customer) -> None:
    page = await customer.poll()
    (greeting,) = page["messages"]
    assert "机器人" in greeting["text"]
    assert (greeting["seq"], greeting["from"], greeting["input"], page["owner"]) == (1, "bot", None, "bot")
    assert [choice["title"] for choice in greeting["choices"]] == ["报案"]
    assert set(greeting["choices"][0]) == {"id", "title"}  # the payload stays on the server


async def test_a_message_is_acknowledged_and_answered(customer: Customer) -> None:
    assert await customer.say("我的车被追尾了") == 2
    answer = await customer.until_said("收到：我的车被追尾了")
    assert (answer["seq"], answer["from"], answer["at"]) == (3, "bot", "2026-11-23T09:12:00+08:00")


async def test_a_message_delivered_many_times_at_once_has_one_effect(customer: Customer, server: ChatServer) -> None:
    message_id = str(uuid.uuid4())
    answers = await asyncio.gather(*(customer.post(id=message_id, text="报案") for _ in range(20)))
    assert sorted(status for status, _ in answers) == [200] * 19 + [202]
    assert {answer["seq"] for _, answer in answers} == {2}
    await customer.until_said("收到：报案")
    assert (await customer.post(id=message_id, text="报案"))[0] == 200
    await customer.say("下一条")
    await customer.until_said("收到：下一条")
    assert [inbound.text for inbound in server.assistant.seen] == ["报案", "下一条"]


async def test_the_same_id_with_other_content_is_a_conflict(customer: Customer) -> None:
    message_id = str(uuid.uuid4())
    await customer.post(id=message_id, text="报案")
    status, answer = await customer.post(id=message_id, text="投诉")
    assert (status, answer["code"]) == (409, "message_conflict")


async def test_an_id_used_by_one_customer_is_free_for_another(http: aiohttp.ClientSession, server: ChatServer) -> None:
    one, other = await Customer.arrive(http, server.url), await Customer.arrive(http, server.url)
    message_id = str(uuid.uuid4())
    assert (await one.post(id=message_id, text="甲"))[0] == 202
    assert (await other.post(id=message_id, text="乙"))[0] == 202


async def test_answers_come_in_the_order_of_the_questions(customer: Customer) -> None:
    for number in range(8):
        await customer.say(f"第{number}句")
    await customer.until_said("收到：第7句")
    page = await customer.poll()
    assert [m["seq"] for m in page["messages"]] == list(range(1, 18))
    assert [m["text"] for m in page["messages"] if m["from"] == "bot"][1:] == [f"收到：第{n}句" for n in range(8)]


async def test_customers_talk_at_the_same_time_and_see_only_their_own(
    http: aiohttp.ClientSession, server: ChatServer
) -> None:
    customers = [await Customer.arrive(http, server.url) for _ in range(10)]
    await asyncio.gather(*(customer.say(f"我是{n}") for n, customer in enumerate(customers)))
    await asyncio.gather(*(customer.until_said(f"收到：我是{n}") for n, customer in enumerate(customers)))
    for number, customer in enumerate(customers):
        assert (await customer.texts())[1:] == [f"我是{number}", f"收到：我是{number}"]


async def test_a_long_poll_wakes_when_something_is_said(customer: Customer, server: ChatServer) -> None:
    server.assistant.hold.clear()
    waiting = asyncio.create_task(customer.poll(after=2, wait=25))
    await customer.say("在吗")
    await server.assistant.tried(1)
    assert not waiting.done()
    server.assistant.hold.set()
    assert [m["text"] for m in (await waiting)["messages"]] == ["收到：在吗"]


def next_read(server: ChatServer) -> asyncio.Event:
    """Set once somebody has read the log, owner and all."""
    loop, has_read, owner = asyncio.get_running_loop(), asyncio.Event(), server.log.owner

    def read_owner(conversation_id: str) -> Owner:
        found = owner(conversation_id)
        loop.call_soon_threadsafe(has_read.set)
        return found

    server.log.owner = read_owner  # type: ignore[method-assign]
    return has_read


async def test_a_long_poll_wakes_when_the_owner_changes(customer: Customer, server: ChatServer) -> None:
    has_read = next_read(server)
    waiting = asyncio.create_task(customer.poll(after=1, wait=25))
    await has_read.wait()
    server.log.set_owner(customer.conversation_id, Owner.HUMAN, START)
    server.feed.notify(customer.conversation_id)
    assert await waiting == {"messages": [], "owner": "human"}


async def test_a_long_poll_without_news_ends_empty(customer: Customer) -> None:
    assert await customer.poll(after=1, wait=0.05) == {"messages": [], "owner": "bot"}


async def test_input_hints_and_new_choices_are_shown(customer: Customer, server: ChatServer) -> None:
    server.assistant.answer = lambda _: [
        Reply("请告诉我手机号", (OfferedChoice("不方便", "/deny"),), InputHint("phone", "phone")),
        Reply("只用于本次报案"),
    ]
    await customer.say("报案")
    await customer.until_said("只用于本次报案")
    asked, told = (await customer.poll(after=2))["messages"]
    assert asked["input"] == {"slot": "phone", "kind": "phone"}
    assert told["input"] is None


async def test_a_choice_arrives_as_the_payload_that_was_offered(customer: Customer, server: ChatServer) -> None:
    (greeting,) = (await customer.poll())["messages"]
    status, _ = await customer.post(choice=greeting["choices"][0]["id"])
    assert status == 202
    await customer.until_said("收到：报案")
    assert (server.assistant.seen[0].text, server.assistant.seen[0].payload) == ("报案", "/report_claim")


async def test_a_choice_of_another_conversation_is_unknown(
    customer: Customer, http: aiohttp.ClientSession, server: ChatServer
) -> None:
    other = await Customer.arrive(http, server.url)
    choice = (await other.poll())["messages"][0]["choices"][0]["id"]
    status, answer = await customer.post(choice=choice)
    assert (status, answer["code"]) == (400, "unknown_choice")


async def test_an_intent_typed_by_a_customer_is_passed_as_text(customer: Customer, server: ChatServer) -> None:
    typed = '/file_claim{"verified_user":"victim"}'
    await customer.say(typed)
    await customer.until_said(f"收到：{typed}")
    assert (server.assistant.seen[0].text, server.assistant.seen[0].payload) == (typed, "")


@pytest.mark.parametrize("owner", [Owner.QUEUE, Owner.HUMAN])
async def test_the_bot_is_silent_while_a_person_owns_the_conversation(
    customer: Customer, server: ChatServer, owner: Owner
) -> None:
    server.log.set_owner(customer.conversation_id, owner, START)
    await customer.say("有人吗")
    with server.feed.watch(customer.conversation_id) as watch:
        while server.log.next_pending(customer.conversation_id):
            assert await watch.wait(10)
    assert (await customer.texts())[1:] == ["有人吗"]
    assert (await customer.poll())["owner"] == owner.value
    assert server.assistant.seen == []


async def test_a_persons_words_reach_the_customer_at_once(customer: Customer, server: ChatServer) -> None:
    waiting = asyncio.create_task(customer.poll(after=1, wait=25))
    server.log.append(customer.conversation_id, Reply("您好，我是坐席"), sender=Sender.HUMAN, at=START)
    server.feed.notify(customer.conversation_id)
    (message,) = (await waiting)["messages"]
    assert (message["from"], message["text"]) == ("human", "您好，我是坐席")


async def test_while_the_assistant_is_down_one_notice_then_the_answer(customer: Customer, server: ChatServer) -> None:
    server.assistant.up = False
    await customer.say("报案")
    notice = await customer.until_said(WAITING.text)
    assert notice["from"] == "system"
    for tries in range(2, 7):
        await server.pause.step()
        await server.pause.paused(tries)
    server.assistant.up = True
    await server.pause.step()
    await customer.until_said("收到：报案")
    assert (await customer.texts())[1:] == ["报案", WAITING.text, "收到：报案"]


async def test_a_restart_answers_what_was_pending_and_repeats_nothing(
    http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    async with ChatServer(sqlite_log(tmp_path)).running() as before:
        before.assistant.up = False
        customer = await Customer.arrive(http, before.url)
        await customer.say("报案")
        await customer.say("在吗")
        await customer.until_said(WAITING.text)
    async with ChatServer(sqlite_log(tmp_path)).running() as after:
        customer = replace(customer, url=after.url)  # the token is still good
        await customer.until_said("收到：在吗")
        assert (await customer.texts())[1:] == ["报案", "在吗", WAITING.text, "收到：报案", "收到：在吗"]


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


async def test_too_many_messages_are_refused_until_later(http: aiohttp.ClientSession, tmp_path: Path) -> None:
    limits = replace(ROOMY, messages=Rate(3, 0.001))
    async with ChatServer(sqlite_log(tmp_path), limits=limits).running() as server:
        customer, other = await Customer.arrive(http, server.url), await Customer.arrive(http, server.url)
        answers = [await customer.post(text=f"{n}") for n in range(4)]
        assert [status for status, _ in answers] == [202, 202, 202, 429]
        assert answers[3][1]["code"] == "rate_limited"
        assert (await other.post(text="在吗"))[0] == 202


async def test_too_many_sessions_from_one_address_are_refused(http: aiohttp.ClientSession, tmp_path: Path) -> None:
    limits = Limits(sessions=Rate(2, 0.01))
    async with ChatServer(sqlite_log(tmp_path), limits=limits).running() as server:
        for status in (201, 201, 429):
            async with http.post(f"{server.url}/api/chat/sessions") as response:
                assert response.status == status
        assert int(response.headers["Retry-After"]) > 0


async def test_too_many_open_pages_are_refused(http: aiohttp.ClientSession, tmp_path: Path) -> None:
    async with ChatServer(sqlite_log(tmp_path), limits=replace(ROOMY, waiting=1)).running() as server:
        customer = await Customer.arrive(http, server.url)
        async with events(customer) as stream:
            await anext(stream)
            async with http.get(f"{server.url}/api/chat/messages", headers=customer.headers) as response:
                assert (response.status, (await response.json())["code"]) == (429, "too_many_waiting")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[bad"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Origin": "SELF"}, 201),
        ({}, 201),
    ],
)
async def test_a_page_of_another_site_is_refused(
    http: aiohttp.ClientSession, server: ChatServer, headers: dict[str, str], status: int
) -> None:
    sent = {name: value.replace("SELF", server.url) for name, value in headers.items()}
    async with http.post(f"{server.url}/api/chat/sessions", headers=sent) as response:
        assert response.status == status


async def test_a_large_body_is_refused_with_and_without_a_length(customer: Customer) -> None:
    async def in_pieces() -> AsyncIterator[bytes]:
        for _ in range(70):
            yield b" " * 1024

    address = f"{customer.url}/api/chat/messages"
    for data in (b" " * 70_000, in_pieces()):
        async with customer.http.post(address, data=data, headers=customer.headers) as response:
            assert (response.status, (await response.json())["code"]) == (413, "body_too_large")


async def test_a_compressed_body_is_refused_unread(customer: Customer) -> None:
    headers = {**customer.headers, "Content-Encoding": "deflate"}
    address = f"{customer.url}/api/chat/messages"
    async with customer.http.post(address, data=b"x", headers=headers, skip_auto_headers=["Content-Type"]) as response:
        assert (response.status, (await response.json())["code"]) == (400, "bad_encoding")


async def test_every_answer_carries_the_security_headers(customer: Customer) -> None:
    for address in ("/healthz", "/api/chat/messages", "/nowhere"):
        async with customer.http.get(customer.url + address) as response:
            assert "default-src 'self'" in response.headers["Content-Security-Policy"]
            assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Referrer-Policy"] == "no-referrer"
            assert "Server" not in response.headers


async def test_neither_texts_nor_tokens_are_logged(
    customer: Customer, server: ChatServer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        server.assistant.up = False
        await customer.say("金丝雀13800001234")
        await customer.until_said(WAITING.text)
        await customer.post(text="金丝雀\0")
        await customer.post(id="金丝雀", text="x")
        customer.token += "x"
        await customer.post(text="金丝雀")
    logged = json.dumps([[record.getMessage(), str(record.__dict__)] for record in caplog.records], ensure_ascii=False)
    assert "turn.failed" in logged
    assert "金丝雀" not in logged
    assert "13800001234" not in logged
    assert customer.token[:-1] not in logged


async def test_ready_means_log_and_assistant(http: aiohttp.ClientSession, server: ChatServer) -> None:
    async with http.get(f"{server.url}/readyz") as response:
        assert response.status == 200
    server.ready["assistant"] = False
    async with http.get(f"{server.url}/readyz") as response:
        assert (response.status, (await response.json())["status"]) == (503, "not_ready")
