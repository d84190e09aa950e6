"""A store out of reach is no defect of the page: every API says so in a coded 503."""

from __future__ import annotations

import json

from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from bot.channels.web.security import coded_errors
from bot.errors import BotError, StoreUnavailableError


async def answer_to(error: BotError) -> web.Response:
    async def handler(_: web.Request) -> web.StreamResponse:
        raise error

    response = await coded_errors(make_mocked_request("POST", "/api/ivr/calls/1/events"), handler)
    assert isinstance(response, web.Response)
    return response


async def test_a_store_out_of_reach_is_a_coded_503_that_says_when_to_try_again() -> None:
    response = await answer_to(StoreUnavailableError(error="OperationalError"))
    assert (response.status, response.headers["Retry-After"]) == (503, "2")
    assert json.loads(response.text or "")["code"] == "temporarily_unavailable"


async def test_any_other_error_of_ours_is_a_defect() -> None:
    response = await answer_to(BotError("unknown"))
    assert (response.status, json.loads(response.text or "")["code"]) == (500, "internal")
