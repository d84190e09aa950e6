"""What Prometheus reads: requests, turns and events as numbers, for whoever has the key, and nothing of what was said."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.conversations import notices
from bot.conversations.messages import Reply
from tests.chat_server import ChatServer, Customer, sqlite_log

KEY = "a key for whoever watches the desk"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ChatServer]:
    level = logging.getLogger().level
    logging.getLogger().setLevel(logging.INFO)
    async with ChatServer(sqlite_log(tmp_path), metrics_key=KEY).running() as running:
        yield running
    logging.getLogger().setLevel(level)


async def read(http: aiohttp.ClientSession, server: ChatServer) -> dict[tuple[str, ...], float]:
    """(name, label values…) → value."""
    async with http.get(f"{server.url}/metrics", headers={"Authorization": f"Bearer {KEY}"}) as answer:
        assert answer.status == 200
        text = await answer.text()
    families = text_string_to_metric_families(text)
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


async def test_requests_turns_and_events_are_counted(server: ChatServer) -> None:
    server.assistant.answer = lambda _: [Reply("好的")]
    async with aiohttp.ClientSession() as http:
        customer = await Customer.arrive(http, server.url)
        await customer.say("我的身份证号是 11010519491231002X")
        await customer.until_said("好的")
        await customer.post(text="")
        found = await read(http, server)
    assert found["bot_http_requests_total", "POST", "/api/chat/sessions", "201"] == 1
    assert found["bot_http_requests_total", "POST", "/api/chat/messages", "202"] == 1
    assert found["bot_http_requests_total", "POST", "/api/chat/messages", "400"] == 1
    assert found["bot_events_total", "turn.done", "info"] == 1
    assert found["bot_turn_seconds_count",] == 1
    assert found["bot_assistant_down",] == 0
    assert "11010519491231002X" not in str(found)


async def test_an_assistant_that_is_away_is_seen(server: ChatServer) -> None:
    server.assistant.up = server.ready["assistant"] = False
    async with aiohttp.ClientSession() as http:
        for number in range(6):
            customer = await Customer.arrive(http, server.url)
            await customer.say(f"第{number}位")
            await customer.until_said(notices.WAITING.text)
        found = await read(http, server)
    assert found["bot_assistant_down",] == 1
    assert (found["bot_ready", "log"], found["bot_ready", "assistant"]) == (1, 0)
    assert found["bot_events_total", "turn.failed", "warning"] >= 3


async def test_an_address_is_counted_by_its_route_and_never_by_what_stands_in_it(server: ChatServer) -> None:
    async with aiohttp.ClientSession() as http:
        for path in ("/api/chat/documents/secret-token", "/nothing/secret-token"):
            async with http.get(server.url + path) as answer:
                assert answer.status in (401, 404)
        found = await read(http, server)
    assert found["bot_http_requests_total", "GET", "/api/chat/documents/{token}", "401"] == 1
    assert found["bot_http_requests_total", "any", "none", "404"] == 1
    assert "secret-token" not in str(found)


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer wrong", f"Basic {KEY}"])
async def test_without_the_key_nothing_is_shown(server: ChatServer, header: str) -> None:
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{server.url}/metrics", headers={"Authorization": header} if header else {}) as answer,
    ):
        assert answer.status == 401
        assert "bot_" not in await answer.text()


async def test_a_key_of_bytes_that_are_no_text_is_refused(server: ChatServer) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(server.url.rsplit(":", 1)[1]))
    writer.write(b"GET /metrics HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\xfe\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 401")


async def test_a_figure_that_cannot_be_read_keeps_no_other_from_being_read(tmp_path: Path) -> None:
    def down() -> float:
        raise OSError("the store is out of reach")

    server = ChatServer(sqlite_log(tmp_path), metrics_key=KEY, gauges={"waiting": down})
    async with server.running(), aiohttp.ClientSession() as http:
        found = await read(http, server)
    assert math.isnan(found["bot_waiting",])
    assert found["bot_assistant_down",] == 0


async def test_where_no_key_is_set_there_is_no_such_page(tmp_path: Path) -> None:
    async with (
        ChatServer(sqlite_log(tmp_path)).running() as server,
        aiohttp.ClientSession() as http,
        http.get(f"{server.url}/metrics") as answer,
    ):
        assert answer.status == 404
