"""The desk's forms are read within bounds, whoever sends them."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.console import forms
from bot.console.forms import LARGEST

PATIENCE = 20.0
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"


async def raw(place, head: str, body: bytes = b"", *, cookie: str = "", leave: bool = False) -> bytes:  # type: ignore[no-untyped-def]
    """What is answered to these bytes; with `leave` the line is cut after them."""
    reader, writer = await asyncio.open_connection("127.0.0.1", place.server.port)
    cookies = f"Cookie: {cookie}\r\n" if cookie else ""
    writer.write(f"{head} HTTP/1.1\r\nHost: x\r\n{cookies}".encode() + body)
    await writer.drain()
    if leave:
        writer.close()
        return b""
    try:
        return await asyncio.wait_for(reader.readuntil(b"\r\n"), PATIENCE)
    finally:
        writer.close()


@pytest.mark.parametrize("path", ["/desk/login", "/desk/logout"])
async def test_a_form_that_does_not_come_is_not_waited_for(place, path, monkeypatch):
    monkeypatch.setattr(forms, "SECONDS", 0.2)
    agent = await place.agent()
    (cookie,) = [one for one in agent.client.session.cookie_jar if one.key == "desk_session"]
    half = f"{FORM}Content-Length: 1000\r\n\r\nc".encode()
    answer = await raw(place, f"POST {path}", half, cookie=f"desk_session={cookie.value}")
    assert answer.startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (f"{FORM}Content-Length: {LARGEST + 1}\r\n\r\n", b"413"),
        (f"{FORM}Transfer-Encoding: chunked\r\n\r\n1\r\nc\r\n", b"411"),
        ("Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000\r\n\r\n", b"415"),
    ],
)
async def test_what_no_form_of_the_desk_is_is_refused_unread(place, head, status):
    assert (await raw(place, "POST /desk/login", head.encode())).startswith(b"HTTP/1.1 " + status)


async def test_a_form_that_breaks_off_is_no_defect(place, caplog):
    caplog.set_level(logging.INFO)
    await raw(place, "POST /desk/login", f"{FORM}Content-Length: 1000\r\n\r\nc".encode(), leave=True)
    assert (await place.browser().get("/desk/login"))[0] == 200
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
