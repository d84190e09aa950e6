"""Showing a conversation as it grows: one read, a long poll, or server-sent events."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.channels.errors import RefusedRequestError
from bot.channels.web.payload import PollQuery
from bot.channels.web.tokens import Access
from bot.conversations.feed import Feed
from bot.conversations.messages import StoredMessage
from bot.insurance.hand_off import Owner

log = logging.getLogger(__name__)
WRITE_TIMEOUT = 30.0  # seconds a page may take to read before it counts as gone
STREAM_HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"}


@dataclass(frozen=True)
class News:
    """What is new after a sequence number, and who owns the conversation now."""

    messages: Sequence[StoredMessage]
    owner: Owner


Read = Callable[[int], Awaitable[News]]


def show(message: StoredMessage) -> dict[str, object]:
    return {
        "seq": message.seq,
        "from": message.sender.value,
        "text": message.text,
        "choices": [{"id": choice.id, "title": choice.title} for choice in message.choices],
        "input": None if message.input is None else {"slot": message.input.slot, "kind": message.input.kind},
        "at": message.at.isoformat(),
    }


async def long_poll(read: Read, feed: Feed, conversation_id: str, query: PollQuery) -> News:
    """What is new, as soon as there is something or a new owner; nothing when `query.wait` seconds have passed."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + query.wait
    with feed.watch(conversation_id) as watch:
        first = news = await read(query.after)
        while not news.messages and news.owner is first.owner and not feed.closed:
            left = deadline - loop.time()
            if left <= 0 or not await watch.wait(left):
                break
            news = await read(query.after)
    return news


@dataclass(frozen=True)
class EventStream:
    """Server-sent events of one conversation: `message` with its seq as id, `owner` at first and on change."""

    feed: Feed
    clock: Callable[[], datetime]
    heartbeat: float  # seconds

    async def run(self, request: web.Request, access: Access, read: Read, after: int) -> web.StreamResponse:
        """Stream until the page leaves, its token expires, the process ends or the log fails: the page comes back."""
        news = await read(after)  # before the headers go out: a refusal can still be an ordinary answer
        response = web.StreamResponse(headers=STREAM_HEADERS)
        await response.prepare(request)
        try:
            with self.feed.watch(access.conversation_id) as watch:
                await _write(response, "retry: 2000\n\n" + _owner(news.owner))
                owner = news.owner
                while not self.feed.closed and self.clock() < access.expires_at:
                    news = await read(after)
                    await _write(response, "".join(map(_message, news.messages)))
                    after = news.messages[-1].seq if news.messages else after
                    await _write(response, "" if news.owner is owner else _owner(news.owner))
                    owner = news.owner
                    if not await watch.wait(self.heartbeat):
                        await _write(response, ": still here\n\n")
        except (ConnectionError, asyncio.TimeoutError, RefusedRequestError) as error:
            log.info("stream.ended", extra={"data": {"reason": type(error).__name__}})
        return response


async def _write(response: web.StreamResponse, text: str) -> None:
    if text:
        await asyncio.wait_for(response.write(text.encode()), WRITE_TIMEOUT)


def _message(message: StoredMessage) -> str:
    # JSON has no raw line breaks, so a customer's words cannot end the event and begin another.
    return f"id: {message.seq}\nevent: message\ndata: {json.dumps(show(message), ensure_ascii=False)}\n\n"


def _owner(owner: Owner) -> str:
    return f"event: owner\ndata: {json.dumps({'owner': owner.value})}\n\n"
