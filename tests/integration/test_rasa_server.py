"""The client of the Rasa server's desk channel against a real HTTP server that answers as told."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web

from bot.clients.rasa_routes import fixed
from bot.clients.rasa_server import RasaServer
from bot.conversations.errors import AssistantUnavailableError, TurnBrokenOffError, TurnFailedError
from bot.conversations.messages import Inbound, InputHint, OfferedChoice, Reply
from tests.fakes import START

INBOUND = Inbound("abc", "0b5a8a52-9a3c-4b6e-8f0e-3f0f5a2f9d10", 2, "报案", "/report_claim", "web", START)
PLAIN = {"text": "好的", "choices": [], "input": None}


@dataclass
class Rasa:
    url: str = ""
    answer: Callable[[], Awaitable[web.StreamResponse]] | None = None
    turns: list[tuple[str, object]] = field(default_factory=list)
    healthy: bool = True

    def answers(self, body: object = None, *, status: int = 200, text: str | None = None) -> None:
        async def answer() -> web.StreamResponse:
            return web.json_response(body, status=status) if text is None else web.Response(text=text, status=status)

        self.answer = answer

    async def turn(self, request: web.Request) -> web.StreamResponse:
        self.turns.append((request.headers["Authorization"], await request.json()))
        assert self.answer is not None
        return await self.answer()

    async def health(self, _: web.Request) -> web.Response:
        return web.json_response({}, status=200 if self.healthy else 503)


@pytest.fixture
async def rasa() -> AsyncIterator[Rasa]:
    rasa = Rasa()
    app = web.Application()
    app.add_routes([web.post("/webhooks/desk/turn", rasa.turn), web.get("/webhooks/desk/health", rasa.health)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    rasa.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield rasa
    await runner.cleanup()


@pytest.fixture
async def client(rasa: Rasa) -> AsyncIterator[RasaServer]:
    async with RasaServer(
        fixed([rasa.url]), "秘密".encode().hex(), turn_timeout=aiohttp.ClientTimeout(total=2.0)
    ) as client:
        yield client


async def reason(client: RasaServer) -> object:
    """Why the turn may be tried until the server is back."""
    with pytest.raises(AssistantUnavailableError) as unavailable:
        await client.respond(INBOUND)
    return unavailable.value.data["reason"]


async def defect(client: RasaServer) -> object:
    """Why this very turn failed."""
    with pytest.raises(TurnFailedError) as failed:
        await client.respond(INBOUND)
    return failed.value.data["reason"]


async def test_a_turn_carries_all_that_rasa_needs_and_the_secret(rasa: Rasa, client: RasaServer) -> None:
    rasa.answers({"messages": [PLAIN]})
    await client.respond(INBOUND)
    assert rasa.turns == [
        (
            f"Bearer {'秘密'.encode().hex()}",
            {
                "conversation_id": "abc",
                "message_id": "0b5a8a52-9a3c-4b6e-8f0e-3f0f5a2f9d10",
                "text": "报案",
                "payload": "/report_claim",
                "received_at": "2026-11-23T09:12:00+08:00",
                "channel": "web",
            },
        )
    ]


async def test_replies_are_read_in_order_with_choices_and_hints(rasa: Rasa, client: RasaServer) -> None:
    asked = {
        "text": "电话多少？",
        "choices": [{"title": "不方便", "payload": "/deny"}],
        "input": {"slot": "phone", "kind": "phone"},
    }
    rasa.answers({"messages": [PLAIN, asked]})
    assert await client.respond(INBOUND) == (
        Reply("好的"),
        Reply("电话多少？", (OfferedChoice("不方便", "/deny"),), InputHint("phone", "phone")),
    )


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"messages": None},
        {"messages": [PLAIN], "more": 1},
        {"messages": [{"text": "好的"}]},
        {"messages": [{**PLAIN, "text": ""}]},
        {"messages": [{**PLAIN, "text": None}]},
        {"messages": [{**PLAIN, "choices": None}]},
        {"messages": [{**PLAIN, "choices": [{"title": "好"}]}]},
        {"messages": [{**PLAIN, "input": {"slot": "phone", "kind": "telephone"}}]},
        {"messages": [{**PLAIN, "input": {"slot": "phone"}}]},
        {"messages": [{**PLAIN, "image": "x"}]},
    ],
)
async def test_an_answer_that_is_not_as_promised_is_no_answer(rasa: Rasa, client: RasaServer, body: object) -> None:
    rasa.answers(body)
    assert await defect(client) == "bad_answer"


@pytest.mark.parametrize("text", ["", "<html>", "[" * 100_000, " " * (1024 * 1024 + 1)])
async def test_what_is_not_json_is_no_answer(rasa: Rasa, client: RasaServer, text: str) -> None:
    rasa.answers(text=text)
    assert await defect(client) == "bad_answer"


async def test_silence_is_no_answer(rasa: Rasa, client: RasaServer) -> None:
    rasa.answers({"messages": []})
    assert await defect(client) == "no_messages"


@pytest.mark.parametrize("status", [400, 413, 500])
async def test_a_turn_that_raised_or_is_refused_is_told_from_a_server_that_is_down(
    rasa: Rasa, client: RasaServer, status: int
) -> None:
    rasa.answers({"code": "turn_failed"}, status=status)
    assert await defect(client) == f"http_{status}"


@pytest.mark.parametrize("status", [204, 302, 401, 404, 502, 503, 504])
async def test_any_other_status_is_no_answer(rasa: Rasa, client: RasaServer, status: int) -> None:
    rasa.answers({"messages": [PLAIN]}, status=status)
    assert await reason(client) == f"http_{status}"


async def test_a_turn_that_takes_too_long_is_no_answer(rasa: Rasa, client: RasaServer) -> None:
    rasa.answer = asyncio.Event().wait  # type: ignore[assignment]
    assert await reason(client) == "timeout"


async def test_a_connection_that_breaks_is_no_answer(rasa: Rasa, client: RasaServer) -> None:
    async def breaks() -> web.StreamResponse:
        raise asyncio.CancelledError

    rasa.answer = breaks
    with pytest.raises(TurnBrokenOffError) as broken:
        await client.respond(INBOUND)
    assert broken.value.data["reason"] == "broken_off"


async def test_nobody_listening_is_no_answer() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        async with RasaServer(fixed([f"http://127.0.0.1:{unused.getsockname()[1]}"]), "s") as client:
            assert await reason(client) == "connect"
            assert not await client.is_ready()


async def test_ready_means_that_health_says_so(rasa: Rasa, client: RasaServer) -> None:
    assert await client.is_ready()
    rasa.healthy = False
    assert not await client.is_ready()
