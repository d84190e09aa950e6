"""What the chat API refuses, and what every answer and every log line leaves out."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from bot.channels.web.limits import Limits, Rate
from bot.conversations.notices import WAITING
from tests.chat_server import ROOMY, ChatServer, Customer, events, sqlite_log


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


@pytest.mark.parametrize(
    ("away", "status", "word"), [("", 200, "ready"), ("assistant", 200, "degraded"), ("log", 503, "not_ready")]
)
async def test_ready_means_that_messages_are_stored(
    http: aiohttp.ClientSession, server: ChatServer, away: str, status: int, word: str
) -> None:
    server.ready |= {away: False} if away else {}
    async with http.get(f"{server.url}/readyz") as response:
        assert (response.status, await response.json()) == (status, {"status": word, **server.ready})
