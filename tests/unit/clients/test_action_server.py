from __future__ import annotations

import socket
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.clients.action_server import ActionServer


@pytest.fixture
async def url() -> AsyncIterator[str]:
    """An action server that knows the secret `s`."""

    async def health(request: web.Request) -> web.Response:
        return web.Response(status=200 if request.headers.get("Authorization") == "Bearer s" else 401)

    app = web.Application()
    app.add_routes([web.get("/health", health)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_the_server_that_knows_our_secret_is_ready(url: str) -> None:
    assert await ActionServer(url, "s").is_ready()


async def test_a_server_with_another_secret_is_not_ours(url: str) -> None:
    assert not await ActionServer(url, "t").is_ready()


async def test_nobody_listening_is_not_ready() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        assert not await ActionServer(f"http://127.0.0.1:{unused.getsockname()[1]}", "s").is_ready()
