"""What WeChat's server answers, as its documentation and its operators write it, and what we make of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from bot.clients.wechat_api import MediaGoneError, WeChatApi
from bot.conversations.account_token import AccountToken
from bot.conversations.contacts import Verdict

ANSWERS = Path(__file__).parent / "wechat_answers"


class Kept:
    """The token of one process."""

    def __init__(self) -> None:
        self.token: AccountToken | None = None

    def get(self, account: str) -> AccountToken | None:
        return self.token

    def put(self, account: str, token: AccountToken) -> None:
        self.token = token


@asynccontextmanager
async def api_that_gets(name: str, token: str = "stable_token") -> AsyncIterator[WeChatApi]:
    """A client of a server that answers every call with the recorded answer."""

    async def answer(request: web.Request) -> web.Response:
        found = token if request.path.endswith("stable_token") else name
        return web.Response(body=(ANSWERS / f"{found}.json").read_bytes(), content_type="application/json")

    app = web.Application()
    app.add_routes([web.route("*", "/{path:.*}", answer)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    api = WeChatApi(f"http://127.0.0.1:{runner.addresses[0][1]}", "wx1", "secret", tokens=Kept())
    try:
        yield api
    finally:
        await api.close()
        await runner.cleanup()


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("sent", Verdict.TAKEN),
        ("minus_1", Verdict.LATER),
        ("40001", Verdict.LATER),
        ("40014", Verdict.LATER),
        ("42001", Verdict.LATER),
        ("40164", Verdict.LATER),
        ("45009", Verdict.SLOWER),
        ("45011", Verdict.SLOWER),
        ("45002", Verdict.TOO_LONG),
        ("45047", Verdict.USED_UP),
        ("48001", Verdict.NOT_ALLOWED),
        ("45015", Verdict.GONE),
        ("48002", Verdict.GONE),
        ("43004", Verdict.GONE),
        ("40003", Verdict.GONE),
        ("87014", Verdict.UNEXPLAINED),
    ],
)
async def test_each_code_has_its_consequence(name: str, verdict: Verdict) -> None:
    async with api_that_gets(name) as api:
        assert await api.send_text("oAmy", "您好") is verdict


@pytest.mark.parametrize(
    ("name", "level"), [("40164", "ERROR"), ("48001", "ERROR"), ("87014", "ERROR"), ("45047", "WARNING")]
)
async def test_what_somebody_must_mend_is_an_error_in_the_log(
    name: str, level: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with api_that_gets(name) as api:
        await api.send_text("oAmy", "您好")
    (told,) = [each for each in caplog.records if each.msg.startswith("wechat.")]
    assert (told.levelname, told.data) == (level, {"errcode": int(name)})


async def test_without_a_token_nothing_is_sent_and_it_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    async with api_that_gets("sent", token="token_refused") as api:
        assert await api.send_text("oAmy", "您好") is Verdict.LATER
    assert [(each.msg, each.data) for each in caplog.records] == [("wechat.no_token", {"errcode": 40125})]


async def test_a_picture_that_is_gone_is_gone() -> None:
    async with api_that_gets("media_gone") as api:
        with pytest.raises(MediaGoneError):
            await api.media("media-2")
