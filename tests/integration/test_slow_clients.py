"""Whoever sends slowly, or a body without end, is let go; others are served meanwhile."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot import front_desk
from bot.bootstrap import build_front_desk_parts, prepare_store
from bot.channels import body
from bot.settings import read_settings

PATIENCE = 20.0
MEGABYTE = b"x" * 1024 * 1024


@asynccontextmanager
async def serving(folder: Path, **more: str) -> AsyncIterator[int]:
    """The whole front desk of this process; its port."""
    environment = {"BOT_VAR_DIR": str(folder), "BOT_PORT": "0", "BOT_RASA_PORT": "9", "BOT_DEMO": "0"}
    settings = read_settings({**environment, **more})
    prepare_store(settings, front_desk.china_now().date())
    app = front_desk.build_app(settings, build_front_desk_parts(settings))
    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    stopped = asyncio.Event()
    serving = asyncio.create_task(front_desk.serve(app, settings, stopped, listening=port.set_result))
    try:
        yield await asyncio.wait_for(port, PATIENCE)
    finally:
        stopped.set()
        await serving


@pytest.fixture
async def port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(front_desk, "NEXT_REQUEST", 0.3)
    monkeypatch.setattr(body, "SHORT", body.Bounds(body.SHORT.most, 0.3, body.SHORT.refusal))
    monkeypatch.setattr(body.read_body, "__defaults__", (body.SHORT,))
    async with serving(tmp_path) as port:
        yield port


async def drip(port: int, start: bytes, drop: Callable[[], bytes]) -> bytes:
    """Send the start, then a drop whenever the last one has gone, until the other side ends it; what it said."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(start)

    async def keep_dripping() -> None:
        while True:
            writer.write(drop())
            await writer.drain()
            await asyncio.sleep(0.02)

    dripping = asyncio.create_task(keep_dripping())
    said = b""
    try:
        while piece := await asyncio.wait_for(reader.read(4096), PATIENCE):
            said += piece
        return said
    except ConnectionError:
        return said  # what was said before the line was cut
    finally:
        dripping.cancel()
        await asyncio.gather(dripping, return_exceptions=True)
        writer.close()


async def test_headers_that_never_end_are_not_waited_for(port: int) -> None:
    slow = [drip(port, b"GET /healthz HTTP/1.1\r\nHost: x\r\n", lambda: b"X-A: b\r\n") for _ in range(50)]
    slow += [drip(port, b"", lambda: b"") for _ in range(50)]
    tasks = [asyncio.create_task(one) for one in slow]
    async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{port}/healthz") as answer:
        assert answer.status == 200
    assert set(await asyncio.gather(*tasks)) == {b""}


async def test_a_body_that_never_ends_is_refused(port: int) -> None:
    async with aiohttp.ClientSession() as http, http.post(f"http://127.0.0.1:{port}/api/chat/sessions") as answer:
        token = (await answer.json())["token"]
    head = (
        f"POST /api/chat/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
        "Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n"
    )
    said = await drip(port, head.encode(), lambda: b" ")
    status, _, rest = said.partition(b"\r\n")
    assert status == b"HTTP/1.1 400 Bad Request"
    assert json.loads(rest.rpartition(b"\r\n\r\n")[2])["code"] == "body_incomplete"


@pytest.mark.parametrize("path", ["/api/chat/sessions", "/desk/login"])
async def test_who_leaves_in_the_middle_of_a_body_is_no_defect(
    port: int, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    kind = "application/json" if path.startswith("/api") else "application/x-www-form-urlencoded"
    writer.write(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: 99\r\n\r\n{{".encode())
    await writer.drain()
    writer.close()
    async with aiohttp.ClientSession() as http:  # answered after the one that left
        for _ in range(3):
            async with http.post(f"http://127.0.0.1:{port}/api/chat/sessions") as answer:
                assert answer.status == 201
    assert [record.msg for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("length", [b"Content-Length: 104857600", b"Transfer-Encoding: chunked"])
@pytest.mark.parametrize(
    "path", ["/api/chat/sessions", "/wechat", "/api/ivr/calls/c1/events", "/desk/login", "/nowhere"]
)
async def test_a_hundred_megabytes_are_not_read(port: int, path: str, length: bytes) -> None:
    """Refused, or the line is cut, before most of them are through."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST " + path.encode() + b" HTTP/1.1\r\nHost: x\r\n" + length + b"\r\n\r\n")
    chunked = b"chunked" in length
    sent = 0
    try:
        while sent < 100:
            writer.write(b"100000\r\n" + MEGABYTE + b"\r\n" if chunked else MEGABYTE)
            await asyncio.wait_for(writer.drain(), PATIENCE)
            sent += 1
        answer = await asyncio.wait_for(reader.read(1000), PATIENCE)
    except ConnectionError:
        answer = b""
    finally:
        writer.close()
    assert not answer.startswith(b"HTTP/1.1 5")
    assert not answer.startswith(b"HTTP/1.1 2") or path == "/api/chat/sessions"
    async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{port}/healthz") as healthy:
        assert healthy.status == 200
