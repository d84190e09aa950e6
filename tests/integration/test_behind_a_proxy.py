"""The whole front desk behind a reverse proxy that it knows, and behind one that it does not."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from tests.integration.test_slow_clients import serving

FIRST, SECOND = {"X-Forwarded-For": "203.0.113.7"}, {"X-Forwarded-For": "198.51.100.8"}


@pytest.mark.parametrize(("proxies", "second"), [("127.0.0.1", 201), ("10.0.0.1", 429)])
async def test_customers_have_each_their_own_limit_behind_a_proxy_that_is_known(
    tmp_path: Path, proxies: str, second: int
) -> None:
    async with serving(tmp_path, BOT_TRUSTED_PROXIES=proxies) as port, aiohttp.ClientSession() as http:

        async def open_as(headers: dict[str, str]) -> int:
            async with http.post(f"http://127.0.0.1:{port}/api/chat/sessions", headers=headers) as answer:
                return answer.status

        for _ in range(200):
            if await open_as(FIRST) == 429:
                break
        assert (await open_as(FIRST), await open_as(SECOND)) == (429, second)


@pytest.mark.parametrize(("proxies", "secure"), [("127.0.0.1", True), ("10.0.0.1", False)])
async def test_agents_cookies_are_for_https_only_where_the_proxy_says_so(
    tmp_path: Path, proxies: str, secure: bool
) -> None:
    async with serving(tmp_path, BOT_TRUSTED_PROXIES=proxies) as port, aiohttp.ClientSession() as http:
        address, headers = f"http://127.0.0.1:{port}/desk/login", {"X-Forwarded-Proto": "https"}
        async with http.get(address, headers=headers) as answer:
            assert ("Secure" in answer.headers["Set-Cookie"]) is secure
