"""Reading a request's body within bounds of size and time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from aiohttp import web

from bot.channels.errors import RefusedRequestError
from bot.insurance.matter_file import MAX_BYTES


@dataclass(frozen=True)
class Bounds:
    """Of a body: bytes, seconds until all of it is here, and the refusal of a larger one."""

    most: int
    seconds: float
    refusal: str


SHORT = Bounds(64 * 1024, 10.0, "body_too_large")
FILE = Bounds(MAX_BYTES, 120.0, "file_too_large")  # ten megabytes over a slow mobile line


async def read_body(request: web.Request, bounds: Bounds = SHORT) -> bytes:
    """The whole body as it was sent.

    Raises:
        RefusedRequestError: bad_encoding, body_incomplete, or the refusal of a body that is too large.
    """
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise RefusedRequestError("bad_encoding")  # a small compressed body can be a very large one
    if (request.content_length or 0) > bounds.most:
        raise RefusedRequestError(bounds.refusal)
    try:
        return await asyncio.wait_for(_read(request, bounds), bounds.seconds)
    except (asyncio.TimeoutError, web.RequestPayloadError, ConnectionError) as error:  # nobody may be there any more
        raise RefusedRequestError("body_incomplete") from error


async def _read(request: web.Request, bounds: Bounds) -> bytes:
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > bounds.most:  # a chunked body has no length to look at beforehand
            raise RefusedRequestError(bounds.refusal)
    return bytes(body)
