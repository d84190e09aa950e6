"""POST /api/ivr/calls/{call_id}/events: one event in, actions out; the same event again gets the same actions.

The gateway proves itself with a bearer key. A call is a conversation of its own; the caller's number is nobody's identity.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Protocol

from aiohttp import web

from bot.channels.ivr.call import Call, CallState
from bot.channels.ivr.payload import CallEvent, parse_call_id, parse_event
from bot.channels.web.body import read_body
from bot.channels.web.errors import RefusedRequestError
from bot.conversations.errors import MessageConflictError
from bot.conversations.feed import Feed
from bot.conversations.messages import Sender, StoredMessage
from bot.conversations.ports import MessageLog
from bot.insurance.hand_off import Owner

log = logging.getLogger(__name__)
CHANNEL, PREFIX = "ivr", "iv"
TURN_PATIENCE = 5.0  # seconds of silence that a caller bears before he is told to wait


class Calls(Protocol):
    """The durable side of calls. Each method is one transaction."""

    def state(self, conversation_id: str) -> Mapping[str, object]: ...
    def answered(self, conversation_id: str, event_id: str) -> str | None:
        """The actions that this event was answered with; None for a new one."""
        ...

    def keep(self, conversation_id: str, event_id: str, state: Mapping[str, object], actions: str) -> None: ...


@dataclass(frozen=True)
class IvrDeps:
    """What the channel needs. `key`: the gateway's bearer key. `hand_off`: post and summary of whoever takes the
    conversation over."""

    key: str
    id_key: str
    log: MessageLog
    calls: Calls
    feed: Feed
    wake: Callable[[str], None]
    hand_off: Callable[[str], tuple[str, str]]
    clock: Callable[[], datetime]
    patience: float = TURN_PATIENCE


def attach(app: web.Application, deps: IvrDeps) -> None:
    app.add_routes([web.post("/api/ivr/calls/{call_id}/events", IvrChannel(deps).receive)])


def conversation_of(call_id: str, id_key: str) -> str:
    digest = hmac.new(id_key.encode(), f"ivr\n{call_id}".encode(), hashlib.sha256)
    return PREFIX + digest.hexdigest()[:30]


class IvrChannel:
    """The handler. Events of one call are taken one after the other."""

    def __init__(self, deps: IvrDeps) -> None:
        self._deps = deps
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def receive(self, request: web.Request) -> web.Response:
        self._check(request)
        conversation_id = conversation_of(parse_call_id(request.match_info["call_id"]), self._deps.id_key)
        event = parse_event(await read_body(request))
        lock = self._turns[conversation_id]
        try:
            async with lock:
                return web.Response(body=await self._answer(conversation_id, event), content_type="application/json")
        finally:
            if not lock.locked():
                self._turns.pop(conversation_id, None)

    async def _answer(self, conversation_id: str, event: CallEvent) -> bytes:
        deps, now = self._deps, self._deps.clock()
        known = await asyncio.to_thread(deps.calls.answered, conversation_id, event.id)
        if known is not None:
            return known.encode()
        await asyncio.to_thread(lambda: deps.log.open(conversation_id, channel=CHANNEL, at=now))
        state = await asyncio.to_thread(deps.calls.state, conversation_id)
        call = Call(ConversationLine(deps, conversation_id), now, CallState.of(state))
        actions = json.dumps((await call.take(event)).as_json(), ensure_ascii=False)
        await asyncio.to_thread(deps.calls.keep, conversation_id, event.id, asdict(call.state), actions)
        return actions.encode()

    def _check(self, request: web.Request) -> None:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key:
            raise RefusedRequestError("token_missing")
        if not hmac.compare_digest(key.strip().encode(), self._deps.key.encode()):
            raise RefusedRequestError("token_invalid")


@dataclass(frozen=True)
class ConversationLine:
    """Implements bot.channels.ivr.call.Line on the message log."""

    deps: IvrDeps
    conversation_id: str

    async def say(self, event_id: str, text: str, at: datetime) -> bool:
        deps, conversation_id = self.deps, self.conversation_id
        try:
            await asyncio.to_thread(
                lambda: deps.log.receive(conversation_id, message_id=f"iv-{event_id}", text=text, choice_id="", at=at)
            )
        except MessageConflictError:  # an event's id with other words: the first ones count
            log.warning("ivr.conflict", extra={"data": {"conversation": conversation_id[:8]}})
        deps.wake(conversation_id)
        deps.feed.notify(conversation_id)
        until = asyncio.get_running_loop().time() + deps.patience
        with deps.feed.watch(conversation_id) as watch:
            while not await self.is_done():
                left = until - asyncio.get_running_loop().time()
                if left <= 0 or not await watch.wait(left):
                    return False
        return True

    async def is_done(self) -> bool:
        return await asyncio.to_thread(self.deps.log.next_pending, self.conversation_id) is None

    async def news(self, after: int) -> Sequence[StoredMessage]:
        later = await asyncio.to_thread(self.deps.log.after, self.conversation_id, after)
        return tuple(each for each in later if each.sender is not Sender.CUSTOMER)

    async def owner(self) -> Owner:
        return await asyncio.to_thread(self.deps.log.owner, self.conversation_id)

    async def hand_off(self) -> tuple[str, str]:
        return await asyncio.to_thread(self.deps.hand_off, self.conversation_id)
