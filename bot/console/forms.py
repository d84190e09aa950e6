"""Reading the desk's forms within bounds: who has not signed in yet can send one too."""

from __future__ import annotations

import asyncio

from aiohttp import web
from aiohttp.web_request import FileField
from multidict import MultiDictProxy

LARGEST = 256 * 1024  # bytes; the longest form is a complaint in an agent's words
SECONDS = 10.0  # until all of it is here


async def read_field(request: web.Request, name: str) -> str:
    """One of them as text; "" where it is not there. Raises as `read_form`."""
    value = (await read_form(request)).get(name, "")
    return value if isinstance(value, str) else ""


async def read_form(request: web.Request) -> MultiDictProxy[str | bytes | bytearray | FileField]:
    """The fields; asked for again it is what was read before.

    Raises:
        HTTPException: 413 for a form that is too large, 411 for one of a length not told beforehand, 415 for one with
            files (no form of ours has any), 400 for one that does not come in time or breaks off.
    """
    if request.content_type.startswith("multipart/"):
        raise web.HTTPUnsupportedMediaType(text="这里不接收文件。")
    if request.can_read_body:
        if request.content_length is None:
            raise web.HTTPLengthRequired(text="表单没有写明长度。")
        if request.content_length > LARGEST:
            raise web.HTTPRequestEntityTooLarge(LARGEST, request.content_length, text="表单内容过长。")
    try:
        return await asyncio.wait_for(request.post(), SECONDS)
    except (asyncio.TimeoutError, web.RequestPayloadError, ConnectionError) as error:  # nobody may be there any more
        raise web.HTTPBadRequest(text="表单没有发送完整，请重试。") from error
