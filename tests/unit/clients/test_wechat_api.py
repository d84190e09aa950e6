"""Several processes share WeChat's one token, and its few forced refreshes."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.clients.wechat_api import FORCED_A_DAY, WeChatApi
from bot.conversations.contacts import Verdict
from simulators.wechat.server import Account, WeChatServer

AMY = "oAmy-0000000000000000000001"


class Time:
    """One clock for WeChat and for us, in seconds."""

    def __init__(self) -> None:
        self.now = 1_764_100_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def server(time: Time) -> AsyncIterator[WeChatServer]:
    async with WeChatServer("", clock=time).running() as server:
        server.allow(AMY, 1_000_000)
        yield server


@pytest.fixture
async def two(server: WeChatServer, time: Time) -> AsyncIterator[list[WeChatApi]]:
    """The clients of two processes."""
    account = Account()
    both = [WeChatApi(server.url, account.app_id, account.secret, steady=time) for _ in range(2)]
    yield both
    for each in both:
        await each.close()


async def test_two_processes_do_not_fight_over_the_token(
    two: list[WeChatApi], server: WeChatServer, time: Time
) -> None:
    assert [await each.send_text(AMY, "一") for each in two] == [Verdict.TAKEN] * 2
    server.spoil_token()
    for _ in range(60):
        time.now += 31
        assert [await each.send_text(AMY, "二") for each in two] == [Verdict.TAKEN] * 2
    assert len(server.forced) == 1


async def test_a_token_that_ended_is_asked_for_and_not_forced(
    two: list[WeChatApi], server: WeChatServer, time: Time
) -> None:
    for _ in range(3):
        assert [await each.send_text(AMY, "一") for each in two] == [Verdict.TAKEN] * 2
        server.expire_tokens()
        time.now += 3600
    assert server.forced == []


async def test_a_token_that_stays_refused_does_not_use_up_the_refreshes_of_the_day(
    two: list[WeChatApi], server: WeChatServer, time: Time
) -> None:
    for _ in range(100):
        time.now += 31
        server.spoil_token()
        await two[0].send_text(AMY, "一")
    assert len(server.forced) <= FORCED_A_DAY
    time.now += 24 * 3600
    assert await two[0].send_text(AMY, "二") is Verdict.TAKEN
