"""POST /api/ivr/calls/{call_id}/events: one event in, actions out; the same event again gets the same actions. Beside it the same for
阿里云 (`/api/ivr/alibaba`) and for VoiceXML browsers (`/api/ivr/voicexml/{call_id}`), which speak formats of their own.

The gateway proves itself with a key, as bearer or as the password of Basic authentication. A call is a conversation of its own; the caller's number is nobody's identity.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Protocol
from weakref import WeakValueDictionary

from aiohttp import web

from bot.channels.body import read_body
from bot.channels.errors import RefusedRequestError
from bot.channels.ivr import alibaba, voicexml
from bot.channels.ivr.call import NOT_HEARD, Call, CallState
from bot.channels.ivr.payload import Actions, CallEvent, EventType, parse_call_id, parse_event
from bot.conversations.errors import MessageConflictError
from bot.conversations.feed import Feed
from bot.conversations.messages import Sender, StoredMessage
from bot.conversations.ports import MessageLog
from bot.errors import BotError, StoreUnavailableError
from bot.insurance.hand_off import Owner

log = logging.getLogger(__name__)
CHANNEL, PREFIX = "ivr", "iv"
MOST_TRIES = 5
TURN_PATIENCE = 5.0  # seconds of silence that a caller bears before he is told to wait
OUTAGE_PATIENCE = 3.0  # seconds beyond those for a store that is away
RETRY_AFTER = 0.3  # seconds
# Beside the actions that are kept: the digest of the event that they answer, and what in them the dialogue did not say.
_OF, _OWN = "of", "own"
BUSY = "系统繁忙，请稍后再打。"


class Calls(Protocol):
    """The durable side of calls. Each method is one transaction."""

    def state(self, conversation_id: str) -> Mapping[str, object]: ...
    def answered(self, conversation_id: str, event_id: str) -> str | None:
        """The actions that this event was answered with; None for a new one."""
        ...

    def keep(
        self,
        conversation_id: str,
        event_id: str,
        *,
        before: Mapping[str, object],
        after: Mapping[str, object],
        actions: str,
    ) -> bool:
        """False, and nothing kept, when another event of the call was answered since `before`."""
        ...


@dataclass(frozen=True)
class IvrDeps:
    """What the channel needs. `key`: the gateway's key. `hand_off`: post and summary of whoever takes the conversation over,
    `hung_up`: whom to call back; both are told the number that the call shows.
    `destinations`: post → number or SIP address, "*" for every other, for gateways that know no queues; `grammar`: what a
    VoiceXML browser listens with."""

    key: str
    id_key: str
    log: MessageLog
    calls: Calls
    feed: Feed
    wake: Callable[[str], None]
    hand_off: Callable[[str, str], tuple[str, str]]
    hung_up: Callable[[str, str, datetime, bool], object]
    clock: Callable[[], datetime]
    patience: float = TURN_PATIENCE
    outage_patience: float = OUTAGE_PATIENCE
    destinations: Mapping[str, str] = field(default_factory=dict)
    grammar: str = "builtin:grammar/text"


def attach(app: web.Application, deps: IvrDeps) -> None:
    channel = IvrChannel(deps)
    app.add_routes(
        [
            web.post("/api/ivr/calls/{call_id}/events", channel.receive),
            web.post("/api/ivr/alibaba", channel.receive_alibaba),
            web.post("/api/ivr/voicexml/{call_id}", channel.receive_voicexml),
        ]
    )


def conversation_of(call_id: str, id_key: str) -> str:
    digest = hmac.new(id_key.encode(), f"ivr\n{call_id}".encode(), hashlib.sha256)
    return PREFIX + digest.hexdigest()[:30]


class IvrChannel:
    """The handler. Events of one call are taken one after the other."""

    def __init__(self, deps: IvrDeps) -> None:
        self._deps = deps
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def receive(self, request: web.Request) -> web.Response:
        self._check(request)
        call_id = parse_call_id(request.match_info["call_id"])
        event = parse_event(await read_body(request))
        return web.Response(body=await self._take(call_id, event), content_type="application/json")

    async def receive_alibaba(self, request: web.Request) -> web.Response:
        """A callback of 阿里云 语音服务."""
        self._check(request)
        try:
            callback = alibaba.parse_callback(await read_body(request))
        except RefusedRequestError as error:
            call_id, actions = "", _unread(error)
        else:
            call_id, actions = callback.call_id, await self._actions(callback.call_id, callback.event)
        return web.json_response(alibaba.show_reply(call_id, actions, self._deps.destinations))

    async def receive_voicexml(self, request: web.Request) -> web.Response:
        """A fetch of a VoiceXML browser."""
        self._check(request)
        try:
            event = voicexml.parse_form(await read_body(request))
        except RefusedRequestError as error:
            next_id, actions = voicexml.unused_id(self._deps.clock()), _unread(error)
        else:
            next_id = voicexml.next_id_of(event.id)
            actions = await self._actions(request.match_info["call_id"], event)
        document = voicexml.show_document(
            actions,
            next_id=next_id,
            address=request.rel_url.raw_path,  # whatever a call is called, it stands in XML
            grammar=self._deps.grammar,
            destinations=self._deps.destinations,
        )
        return web.Response(text=document, content_type=voicexml.CONTENT_TYPE, charset="utf-8")

    async def _take(self, call_id: str, event: CallEvent) -> bytes:
        """The actions as JSON; events of one call one after the other.

        Raises:
            RefusedRequestError: temporarily_unavailable, when the store is away for longer than a caller bears. The event
                may be sent again: what was done of it is not done twice.
        """
        conversation_id = conversation_of(call_id, self._deps.id_key)
        lock = self._turns.setdefault(conversation_id, asyncio.Lock())  # gone when nobody holds it or waits for it
        async with lock:
            try:
                return await asyncio.wait_for(
                    self._try(conversation_id, event), self._deps.patience + self._deps.outage_patience
                )
            except asyncio.TimeoutError as error:
                log.error("ivr.unavailable", extra={"data": {"conversation": conversation_id[:8]}})
                raise RefusedRequestError("temporarily_unavailable", retry_after=1) from error

    async def _try(self, conversation_id: str, event: CallEvent) -> bytes:
        overtaken = 0
        while overtaken < MOST_TRIES:
            try:
                answer = await self._answer(conversation_id, event)
            except (StoreUnavailableError, OSError) as error:
                log.warning("ivr.store_away", extra={"data": {"error": type(error).__name__}})
                await asyncio.sleep(RETRY_AFTER)
                continue
            if answer is not None:
                return answer
            overtaken += 1
        raise RefusedRequestError("temporarily_unavailable", retry_after=1)

    async def _actions(self, call_id: str, event: CallEvent) -> list[dict[str, object]]:
        """For a gateway that plays what it gets and nothing else: whatever went wrong, the caller hears words, and a person takes
        the call where there is a number for any post."""
        try:
            actions = _read(await self._take(parse_call_id(call_id), event))
            await self._reach_later(call_id, actions)
            return actions
        except BotError as error:
            log.error("ivr.failed", extra={"data": {"error": type(error).__name__}})
        except Exception as error:  # the border: a defect is no document that a gateway could play
            log.exception("ivr.failed", extra={"data": {"error": type(error).__name__}})
        person = "*" if self._deps.destinations.get("*") else ""
        busy = Actions(BUSY, None, person, hang_up=not person)
        return _read(_as_bytes(busy.as_json()))

    async def _reach_later(self, call_id: str, actions: list[dict[str, object]]) -> None:
        """Who is to be put through where no number is known to put him through to is called back: the gateway ends the call."""
        posts = [str(each["queue"]) for each in actions if each["type"] == "transfer"]
        if posts and not self._deps.destinations.keys() & {*posts, "*"}:
            deps, conversation_id = self._deps, conversation_of(call_id, self._deps.id_key)
            state = CallState.of(await asyncio.to_thread(deps.calls.state, conversation_id))
            await asyncio.to_thread(deps.hung_up, conversation_id, state.caller, deps.clock(), False)

    async def _answer(self, conversation_id: str, event: CallEvent) -> bytes | None:
        """None when another process has answered an event of this call meanwhile: then it is looked at anew. What was said is
        stored under the event's id, so it is not said twice."""
        deps, now = self._deps, self._deps.clock()
        state = await asyncio.to_thread(deps.calls.state, conversation_id)
        known = await asyncio.to_thread(deps.calls.answered, conversation_id, event.id)
        if known is not None:
            answer, own = _answer_again(known, event, state)
            await self._record(conversation_id, event, own)  # this process may have died before it did
            return _as_bytes(answer)
        await asyncio.to_thread(lambda: deps.log.open(conversation_id, channel=CHANNEL, at=now))
        call = Call(ConversationLine(deps, conversation_id), now, CallState.of(state))
        answer = (await call.take(event)).as_json()
        written = json.dumps(answer | {_OF: _digest(event), _OWN: call.own}, ensure_ascii=False)
        kept = await asyncio.to_thread(
            lambda: deps.calls.keep(conversation_id, event.id, before=state, after=asdict(call.state), actions=written)
        )
        if not kept:
            return None
        await self._record(conversation_id, event, call.own)
        return _as_bytes(answer)

    async def _record(self, conversation_id: str, event: CallEvent, words: str) -> None:
        """What the caller hears that is no answer of the dialogue: whoever takes over sees what was asked and read back."""
        if words:
            line = ConversationLine(self._deps, conversation_id)
            await line.note(f"said {event.id}", words, Sender.SYSTEM, self._deps.clock())

    def _check(self, request: web.Request) -> None:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "basic":
            key = _password(key)
        elif scheme.lower() != "bearer":
            key = ""
        if not key:
            raise RefusedRequestError("token_missing")
        if not hmac.compare_digest(key.strip().encode(errors="surrogateescape"), self._deps.key.encode()):
            raise RefusedRequestError("token_invalid")


def _password(credentials: str) -> str:
    """Of Basic authentication (RFC 7617), which gateways send whose callback address has a user and a password; "" for none."""
    try:
        return base64.b64decode(credentials.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


def _answer_again(known: str, event: CallEvent, state: Mapping[str, object]) -> tuple[dict[str, object], str]:
    """What an event was answered with, and what of it the dialogue did not say. Who uses a call's id a second time is another caller, and hears nothing of the first:
    after its hangup, and where an event comes with other words, there is only a hangup."""
    answer = json.loads(known)
    same = answer.pop(_OF, _digest(event)) == _digest(event)  # older answers do not tell
    own = str(answer.pop(_OWN, ""))
    if same and (event.type is EventType.HANGUP or not state.get("ended")):
        return answer, own
    log.warning("ivr.used_again", extra={"data": {"ended": bool(state.get("ended"))}})
    return Actions(gather=None, hang_up=True).as_json(), ""


def _digest(event: CallEvent) -> str:
    told = "\n".join((event.type.value, event.digits, event.text, *event.alternatives))
    return hashlib.sha256(told.encode(errors="surrogatepass")).hexdigest()[:16]


def _as_bytes(answer: Mapping[str, object]) -> bytes:
    return json.dumps(answer, ensure_ascii=False).encode()


def _read(answer: bytes) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(answer)["actions"]
    return found


def _unread(error: RefusedRequestError) -> list[dict[str, object]]:
    """For a gateway that plays what it gets, where no call could be read of what it sent: the caller says it again. Nothing is stored,
    so that the same event sent whole is a new one."""
    log.warning("ivr.unread", extra={"data": {"reason": error.reason}})
    return _read(_as_bytes(Actions(NOT_HEARD).as_json()))


@dataclass(frozen=True)
class ConversationLine:
    """Implements bot.channels.ivr.call.Line on the message log."""

    deps: IvrDeps
    conversation_id: str

    async def say(self, event_id: str, text: str, at: datetime) -> None:
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
                    return

    async def is_done(self) -> bool:
        return await asyncio.to_thread(self.deps.log.next_pending, self.conversation_id) is None

    async def news(self, after: int) -> Sequence[StoredMessage]:
        later = await asyncio.to_thread(self.deps.log.after, self.conversation_id, after)
        return tuple(each for each in later if each.sender is not Sender.CUSTOMER and not each.noted)

    async def owner(self) -> Owner:
        return await asyncio.to_thread(self.deps.log.owner, self.conversation_id)

    async def heard(self, event_id: str, text: str, at: datetime) -> None:
        await self.note(f"heard {event_id}", text, Sender.CUSTOMER, at)

    async def note(self, note_id: str, text: str, sender: Sender, at: datetime) -> None:
        """On record once, for the people at the desk; nothing is made of it."""
        log, conversation_id = self.deps.log, self.conversation_id
        await asyncio.to_thread(lambda: log.note(conversation_id, note_id=note_id, text=text, sender=sender, at=at))
        self.deps.feed.notify(conversation_id)

    async def hand_off(self, caller: str) -> tuple[str, str]:
        return await asyncio.to_thread(self.deps.hand_off, self.conversation_id, caller)

    async def hung_up(self, caller: str, at: datetime, answered: bool) -> None:
        await asyncio.to_thread(self.deps.hung_up, self.conversation_id, caller, at, answered)
