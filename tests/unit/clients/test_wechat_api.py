"""Several processes share WeChat's one token, and its few forced refreshes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timezone

import pytest

from bot.clients.wechat_api import FORCED_A_DAY, NO_TOKEN_FOR, WeChatApi
from bot.conversations.account_token import AccountToken
from bot.conversations.contacts import Verdict
from bot.errors import StoreUnavailableError
from simulators.wechat.server import Account, WeChatServer

AMY = "oAmy-0000000000000000000001"


class Time:
    """One clock for WeChat and for us, in seconds."""

    def __init__(self) -> None:
        self.now = 1_764_100_000.0

    def __call__(self) -> float:
        return self.now

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.now, timezone.utc)


class Shared:
    """What all processes have in common: the token, and who is alone at something."""

    several = True

    def __init__(self) -> None:
        self._tokens: dict[str, AccountToken] = {}
        self._taken: set[str] = set()
        self.away = False

    def get(self, account: str) -> AccountToken | None:
        if self.away:
            raise StoreUnavailableError
        return self._tokens.get(account)

    def put(self, account: str, token: AccountToken) -> None:
        self._tokens[account] = token

    def take(self, key: str) -> int:
        free = key not in self._taken
        self._taken.add(key)
        return int(free)

    def give_back(self, key: str, receipt: int) -> None:
        self._taken.discard(key)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def shared() -> Shared:
    return Shared()


@pytest.fixture
async def server(time: Time) -> AsyncIterator[WeChatServer]:
    async with WeChatServer("", clock=time).running() as server:
        server.allow(AMY, 1_000_000)
        yield server


@pytest.fixture
async def two(server: WeChatServer, time: Time, shared: Shared) -> AsyncIterator[list[WeChatApi]]:
    """The clients of two processes."""
    account = Account()
    both = [
        WeChatApi(server.url, account.app_id, account.secret, tokens=shared, desks=shared, clock=time.moment)
        for _ in range(2)
    ]
    yield both
    for each in both:
        await each.close()


async def test_two_processes_do_not_fight_over_the_token(
    two: list[WeChatApi], server: WeChatServer, time: Time
) -> None:
    assert [await each.send_text(AMY, "一") for each in two] == [Verdict.TAKEN] * 2
    server.tokens.spoil()
    for _ in range(60):
        time.now += 31
        assert [await each.send_text(AMY, "二") for each in two] == [Verdict.TAKEN] * 2
    assert len(server.tokens.forced) == 1


async def test_two_processes_that_are_refused_at_once_force_one_refresh(
    two: list[WeChatApi], server: WeChatServer
) -> None:
    await asyncio.gather(*(each.send_text(AMY, "一") for each in two))
    assert server.tokens.calls == 1
    server.tokens.spoil()
    taken = await asyncio.gather(*(each.send_text(AMY, "二") for each in two for _ in range(5)))
    assert set(taken) == {Verdict.TAKEN}
    assert len(server.tokens.forced) == 1
    assert server.tokens.calls == 3  # asked for, found to be the refused one, forced


async def test_a_process_that_begins_uses_the_token_that_is_there(
    two: list[WeChatApi], server: WeChatServer, shared: Shared
) -> None:
    assert [await each.send_text(AMY, "一") for each in two] == [Verdict.TAKEN] * 2
    assert server.tokens.calls == 1
    shared.away = True
    server.tokens.spoil()
    assert await two[0].send_text(AMY, "二") is Verdict.LATER
    assert server.tokens.forced == []


async def test_a_token_that_ended_is_asked_for_and_not_forced(
    two: list[WeChatApi], server: WeChatServer, time: Time
) -> None:
    for _ in range(3):
        assert [await each.send_text(AMY, "一") for each in two] == [Verdict.TAKEN] * 2
        server.tokens.expire()
        time.now += 3600
    assert server.tokens.forced == []


async def test_a_token_that_stays_refused_does_not_use_up_the_refreshes_of_the_day(
    two: list[WeChatApi], server: WeChatServer, time: Time
) -> None:
    for number in range(200):
        time.now += 31
        server.tokens.spoil()
        await two[number % 2].send_text(AMY, "一")
    assert len(server.tokens.forced) == FORCED_A_DAY
    time.now += 24 * 3600
    assert await two[0].send_text(AMY, "二") is Verdict.TAKEN


async def test_an_address_that_wechat_refuses_is_not_asked_from_for_each_text(
    two: list[WeChatApi], server: WeChatServer, time: Time
) -> None:
    server.tokens.refuses = 40164
    assert set(await asyncio.gather(*(two[0].send_text(AMY, "一") for _ in range(100)))) == {Verdict.LATER}
    assert server.tokens.calls == 1
    server.tokens.refuses = 0
    time.now += NO_TOKEN_FOR.total_seconds()
    assert await two[0].send_text(AMY, "二") is Verdict.TAKEN
