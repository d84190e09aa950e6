"""Reading a request's body within bounds of size and time."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.channels.web.errors import RefusedRequestError

MAX_BODY = 64 * 1024  # bytes
BODY_TIMEOUT = 10.0  # seconds


async def read_body(request: web.Request) -> bytes:
    """The whole body as it was sent.

    Raises:
        RefusedRequestError: bad_encoding, body_too_large, body_incomplete.
    """
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise RefusedRequestError("bad_encoding")  # a small compressed body can be a very large one
    if (request.content_length or 0) > MAX_BODY:
        raise RefusedRequestError("body_too_large")
    try:
        return await asyncio.wait_for(_read(request), BODY_TIMEOUT)
    except (asyncio.TimeoutError, web.RequestPayloadError) as error:
        raise RefusedRequestError("body_incomplete") from error


async def _read(request: web.Request) -> bytes:
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MAX_BODY:  # a chunked body has no length to look at beforehand
            raise RefusedRequestError("body_too_large")
    return bytes(body)
