"""Reading the desk's forms within bounds: who has not signed in yet can send one too."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiohttp import BodyPartReader, web
from aiohttp.web_request import FileField
from multidict import MultiDictProxy

from bot.insurance.matter_file import MAX_BYTES

LARGEST = 256 * 1024  # bytes; the longest form is a complaint in an agent's words
SECONDS = 10.0  # until all of it is here
SECONDS_WITH_FILE = 120.0
_TAKES_FILE, _READ = "takes_file", "read_upload"
Opened = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class SentFile:
    """A file beside a form's fields; `name` is what the agent's machine calls it."""

    name: str
    content: bytes


def with_file(handler: Opened) -> Opened:
    """Of the one route of a form that carries a file; every other refuses files unread, and this one too until it is known who asks."""

    async def opened(request: web.Request) -> web.StreamResponse:
        request[_TAKES_FILE] = True
        return await handler(request)

    return opened


async def read_field(request: web.Request, name: str) -> str:
    """One of them as text; "" where it is not there. Raises as `read_form`."""
    if request.get(_TAKES_FILE):
        return (await read_upload(request))[0].get(name, "")
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


async def read_upload(request: web.Request) -> tuple[Mapping[str, str], SentFile | None]:
    """The fields of a form that carries a file, and the file; None where none was chosen. It is kept in memory alone: what is in it is
    sealed before it is written anywhere. Asked for again it is what was read before.

    Raises:
        HTTPException: 413, 411 and 400 as `read_form`, 415 for what carries no file.
    """
    if _READ not in request:
        if request.content_type != "multipart/form-data":
            raise web.HTTPUnsupportedMediaType(text="这里要用带文件的表单。")
        if request.content_length is None:
            raise web.HTTPLengthRequired(text="表单没有写明长度。")
        most = MAX_BYTES + LARGEST
        if request.content_length > most:
            raise web.HTTPRequestEntityTooLarge(most, request.content_length, text="文件太大。")
        try:
            request[_READ] = await asyncio.wait_for(_read_parts(request.clone(client_max_size=most)), SECONDS_WITH_FILE)
        except (asyncio.TimeoutError, web.RequestPayloadError, ConnectionError, ValueError) as error:
            raise web.HTTPBadRequest(text="表单没有发送完整，请重试。") from error
    read: tuple[Mapping[str, str], SentFile | None] = request[_READ]
    return read


async def _read_parts(request: web.BaseRequest) -> tuple[Mapping[str, str], SentFile | None]:
    fields, sent = dict[str, str](), None
    parts = await request.multipart()
    while (part := await parts.next()) is not None:
        if not isinstance(part, BodyPartReader):
            raise ValueError("a part of parts")
        content = bytes(await part.read())
        if part.filename is None:
            fields[part.name or ""] = content.decode()
        elif part.filename:  # a browser sends an empty name where no file was chosen
            sent = SentFile(part.filename, content)
    return fields, sent
