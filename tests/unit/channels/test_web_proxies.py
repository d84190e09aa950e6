"""Who asks, behind proxies: only what our own proxies wrote is believed."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.web.proxies import PROXIES, client_of, see_through

OURS = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("127.0.0.1"), ipaddress.ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ([], "10.0.0.1"),
        (["203.0.113.7"], "203.0.113.7"),
        (["203.0.113.7:5566"], "203.0.113.7"),
        (["[2001:db8::7]:443"], "2001:db8::7"),
        (["2001:db8::7"], "2001:db8::7"),
        (["::ffff:203.0.113.7"], "203.0.113.7"),
        (["198.51.100.1, 203.0.113.7"], "203.0.113.7"),  # the left one is the customer's own invention
        (["198.51.100.1", "203.0.113.7, 10.0.0.2"], "203.0.113.7"),
        (["127.0.0.1, 203.0.113.7, 10.0.0.2"], "203.0.113.7"),
        (["10.0.0.3, fd00::1"], "10.0.0.3"),  # somebody inside
        (["unknown"], "10.0.0.1"),
        (["198.51.100.1, unknown, 10.0.0.2"], "10.0.0.2"),
        ([""], "10.0.0.1"),
    ],
)
def test_it_is_the_rightmost_address_that_is_no_proxy_of_ours(forwarded: list[str], client: str) -> None:
    assert str(client_of(ipaddress.ip_address("10.0.0.1"), forwarded, OURS)) == client


@pytest.fixture
async def client(request: pytest.FixtureRequest) -> AsyncIterator[TestClient]:
    async def who(request: web.Request) -> web.Response:
        said = await request.text()
        return web.json_response([request.remote, request.scheme, request.secure, said])

    app = web.Application(middlewares=[see_through])
    app[PROXIES] = request.param
    app.add_routes([web.post("/", who)])
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.mark.parametrize("client", [OURS], indirect=True)
async def test_a_proxy_of_ours_says_who_asks_and_how(client: TestClient) -> None:
    headers = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}
    async with client.post("/", headers=headers, data="body") as answer:
        assert await answer.json() == ["203.0.113.7", "https", True, "body"]
    async with client.post("/", headers={"X-Forwarded-Proto": "gopher"}, data="body") as answer:
        assert await answer.json() == ["127.0.0.1", "http", False, "body"]


@pytest.mark.parametrize("client", [(), OURS[:1]], indirect=True)
async def test_nobody_else_is_believed(client: TestClient) -> None:
    headers = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}
    async with client.post("/", headers=headers, data="body") as answer:
        assert await answer.json() == ["127.0.0.1", "http", False, "body"]
