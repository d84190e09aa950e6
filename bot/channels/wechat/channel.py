"""GET and POST /wechat: stored before it is acknowledged, answered within WeChat's five seconds or called back later.

A message is told by one way: in the answer to WeChat's request when it is ready in time (`passive reply`), else by the
customer-service message API. WeChat that did not get a passive reply asks again with the same id and is told the same.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from aiohttp import web

from bot.channels.web.body import read_body
from bot.channels.web.errors import RefusedRequestError
from bot.channels.wechat.crypto import Envelope, ForgedRequestError, Seal
from bot.channels.wechat.payload import Kind, WeChatMessage, parse, text_reply, transfer_reply
from bot.channels.wechat.telling import PassiveReplies, Teller
from bot.conversations.contacts import Act, Allowance
from bot.conversations.delivery import Deliverer
from bot.conversations.errors import MessageConflictError
from bot.conversations.feed import Feed
from bot.conversations.messages import Reply, Sender
from bot.conversations.ports import MessageLog
from bot.errors import BotError
from bot.insurance.hand_off import Owner
from bot.services.take_file import FileRefusedError, Upload

log = logging.getLogger(__name__)
CHANNEL, PREFIX, PATH = "wechat", "wx", "/wechat"
SUCCESS = "success"
ANSWER_BY = 3.5  # seconds after the request came; WeChat hangs up after five, and a busy machine needs a second of them
GRACE = 0.3  # seconds more for what is nearly done: a turn that was waited for until then is marked
STORE_PAUSE = 0.3  # seconds between tries of the store
AFTER_MESSAGE = (5, timedelta(hours=48))  # texts that may be sent, and how long
AFTER_EVENT = (3, timedelta(minutes=1))  # a click on the menu, following, scanning
NOT_HEARD = "刚才这段语音没有听清，请再说一遍，或者打字告诉我。"
NOT_READ = "这里只看得了文字、语音和照片。请用文字说您的事，或者回“转人工”。"
NO_PICTURE_NOW = "照片收到了，但现在这一步用不到。要交材料请先说“补材料”，再发照片。"
PICTURE_LOST = "这张照片没有收到，请再发一次。"
TRY_AGAIN = "系统暂时存不下您的消息，请过一分钟再发一次。"


@dataclass(frozen=True)
class MenuKey:
    """What a click on the account's menu says."""

    title: str
    payload: str


@dataclass(frozen=True)
class WeChatDeps:
    """What the channel needs. `id_key` makes conversation ids of customers' ids, so that nobody can guess one. `media`
    fetches a picture and raises; `menu`: keys of the account's menu. `to_their_agents`: WeChat's own agents take over what
    a person should."""

    seal: Seal
    log: MessageLog
    contacts: PassiveReplies
    deliverer: Deliverer
    feed: Feed
    wake: Callable[[str], None]
    take_file: Callable[[str, Upload], tuple[int, bool]]
    media: Callable[[str], Awaitable[bytes]]
    greeting: Reply
    clock: Callable[[], datetime]
    id_key: str
    menu: Mapping[str, MenuKey] = field(default_factory=dict)
    answer_by: float = ANSWER_BY
    to_their_agents: bool = False


def attach(app: web.Application, deps: WeChatDeps) -> None:
    channel = WeChatChannel(deps)
    app.add_routes([web.get(PATH, channel.verify, allow_head=False), web.post(PATH, channel.receive)])


def conversation_of(open_id: str, app_id: str, id_key: str) -> str:
    """The one conversation of this customer with this account; the same in every process."""
    digest = hmac.new(id_key.encode(), f"wechat\n{app_id}\n{open_id}".encode(), hashlib.sha256)
    return PREFIX + digest.hexdigest()[:30]


@dataclass
class Answering:
    """One message being answered. `stored`: it is in the log. `telling`: its passive reply is being marked as told.
    `given_up`: WeChat was answered without one, so that none may be told any more."""

    task: asyncio.Task[str] | None = None
    stored: bool = False
    telling: bool = False
    given_up: bool = False


class NotStoredInTimeError(BotError):
    """WeChat's patience is over and the message is not in the log: WeChat must bring it again."""

    code = "wechat_not_stored_in_time"


class WeChatChannel:
    """The two handlers."""

    def __init__(self, deps: WeChatDeps) -> None:
        self._deps = deps
        self._teller = Teller(deps.contacts, lambda: deps.deliverer.passive_only)
        self._answering: dict[tuple[str, str], Answering] = {}

    async def verify(self, request: web.Request) -> web.Response:
        """WeChat's check of the address: its word back, as it came."""
        try:
            envelope, now = Envelope.of(request.query), self._deps.clock().timestamp()
            self._deps.seal.check(envelope, now)
            self._deps.seal.check_body(envelope, b"", now)
        except ForgedRequestError as error:
            return _refuse(403, error)
        return web.Response(text=request.query.get("echostr", "")[:256])

    async def receive(self, request: web.Request) -> web.Response:
        deps, envelope = self._deps, Envelope.of(request.query)
        until = asyncio.get_running_loop().time() + deps.answer_by
        try:
            deps.seal.check(envelope, deps.clock().timestamp())
            body = await read_body(request)
            deps.seal.check_body(envelope, body, deps.clock().timestamp())
            message = parse(deps.seal.open(body, envelope))
        except ForgedRequestError as error:
            return _refuse(403, error)
        except RefusedRequestError as error:
            return _refuse(error.status, error)
        except ValueError as error:
            return _refuse(400, error)
        try:
            answer = await self._answer_patiently(message, until)
        except NotStoredInTimeError as error:
            if request.transport is not None:  # WeChat asks again where the line is cut, and only there
                request.transport.abort()
            return _refuse(503, error)
        if answer == SUCCESS:
            return web.Response(text=SUCCESS)
        return web.Response(text=deps.seal.close(answer, envelope), content_type="application/xml")

    async def _answer_patiently(self, message: WeChatMessage, until: float) -> str:
        """Tried again while the store is out of reach and WeChat still waits; then the customer is told to."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                return await self._answer_once(message, until)
            except NotStoredInTimeError:
                raise
            except Exception as error:  # not every error of the store has a name on this floor
                log.error("wechat.not_stored", extra={"data": {"error": type(error).__name__}})
                if loop.time() + STORE_PAUSE > until:
                    return text_reply(message, TRY_AGAIN, self._now())
                await asyncio.sleep(STORE_PAUSE)

    async def _answer_once(self, message: WeChatMessage, until: float) -> str:
        """A second delivery that comes while the first is being answered waits for the same answer."""
        conversation_id = conversation_of(message.open_id, self._deps.seal.app_id, self._deps.id_key)
        key = (conversation_id, message.message_id)
        answering = self._answering.get(key)
        if answering is None:
            answering = self._answering[key] = Answering()
            answering.task = asyncio.create_task(self._answer(conversation_id, message, until, answering))
            answering.task.add_done_callback(partial(self._forget, key))
        assert answering.task is not None
        left = max(0.0, until - asyncio.get_running_loop().time()) + GRACE
        done, _ = await asyncio.wait({answering.task}, timeout=left)
        if done:
            return answering.task.result()
        if not answering.stored or answering.telling:
            raise NotStoredInTimeError
        answering.given_up = True
        return SUCCESS

    def _forget(self, key: tuple[str, str], task: asyncio.Task[str]) -> None:
        del self._answering[key]
        if not task.cancelled():
            task.exception()  # whoever waited has seen it

    async def _answer(self, conversation_id: str, message: WeChatMessage, until: float, answering: Answering) -> str:
        """SUCCESS, or the XML of a passive reply."""
        deps = self._deps
        if message.kind is Kind.IGNORED:
            return SUCCESS
        if message.kind is Kind.UNSUBSCRIBE:
            if await asyncio.to_thread(deps.contacts.get, conversation_id):
                await asyncio.to_thread(lambda: deps.contacts.stop(conversation_id, unreachable=True))
            return SUCCESS
        again = await self._teller.told_before(conversation_id, message.message_id)
        if again:
            return text_reply(message, again, self._now())
        await asyncio.to_thread(self._open, conversation_id, message)
        if message.kind in (Kind.SUBSCRIBE, Kind.SCAN):
            return await self._greet(conversation_id, message, answering)
        async with deps.deliverer.hold(conversation_id, patience=deps.answer_by / 4) as alone:
            words = await self._store(conversation_id, message)
            if words:
                return text_reply(message, words, self._now())
            answering.stored = True
            deps.wake(conversation_id)
            deps.feed.notify(conversation_id)
            their_agents = deps.to_their_agents and message.kind is not Kind.CLICK  # events are not for them
            if their_agents and await self._is_a_persons(conversation_id):
                return transfer_reply(message, self._now())
            over = alone and await self._turn_is_over(conversation_id, until)
            # Where nothing can be pushed, what is left from before is told though the turn is still running.
            if not alone or not (over or deps.deliverer.passive_only):
                return SUCCESS
            return await self._tell(conversation_id, message, answering)

    def _open(self, conversation_id: str, message: WeChatMessage) -> None:
        now = self._deps.clock()
        spoke = message.kind in (Kind.TEXT, Kind.VOICE, Kind.IMAGE, Kind.UNREADABLE)
        texts, lasts = AFTER_MESSAGE if spoke else AFTER_EVENT
        self._deps.log.open(conversation_id, channel=CHANNEL, at=now)
        act = Act(message.message_id, spoke, Allowance(texts, now + lasts))
        self._deps.contacts.heard(conversation_id, message.open_id, act)

    async def _greet(self, conversation_id: str, message: WeChatMessage, answering: Answering) -> str:
        """Who follows is greeted; who scans a code of ours while he follows already is too, but not twice in a row."""
        deps = self._deps
        async with deps.deliverer.hold(conversation_id, patience=0) as alone:
            newest = await asyncio.to_thread(deps.contacts.newest, conversation_id)
            if newest is None or newest.text != deps.greeting.text:
                now = deps.clock()
                await asyncio.to_thread(
                    lambda: deps.log.append(conversation_id, deps.greeting, sender=Sender.BOT, at=now)
                )
            answering.stored = True
            return await self._tell(conversation_id, message, answering) if alone else SUCCESS

    async def _store(self, conversation_id: str, message: WeChatMessage) -> str:
        """Put it into the log; "" when it waits for its turn, else what is said instead. Raises as the log does."""
        deps, now = self._deps, self._deps.clock()
        if message.kind is Kind.IMAGE:
            return await self._store_picture(conversation_id, message, now)
        key = deps.menu.get(message.key) if message.kind is Kind.CLICK else None
        text, payload = (key.title, key.payload) if key else (message.text, "")
        if not text:
            return NOT_HEARD if message.kind is Kind.VOICE else NOT_READ
        try:
            await asyncio.to_thread(
                lambda: deps.log.receive(
                    conversation_id, message_id=message.message_id, text=text, choice_id="", at=now, payload=payload
                )
            )
        except MessageConflictError:  # an id that came with other words before: the first ones count
            log.warning("wechat.conflict", extra={"data": {"conversation": conversation_id[:8]}})
        return ""

    async def _store_picture(self, conversation_id: str, message: WeChatMessage, now: datetime) -> str:
        deps = self._deps
        if await asyncio.to_thread(deps.log.seq_of, conversation_id, message.message_id) is not None:
            return ""
        question = await asyncio.to_thread(deps.log.open_question, conversation_id)
        if question is None or question.kind != "file":
            return NO_PICTURE_NOW
        try:
            content = await deps.media(message.media_id)
        except BotError:
            return PICTURE_LOST
        upload = Upload(conversation_id, "微信照片.jpg", content, now)
        try:
            await asyncio.to_thread(lambda: deps.take_file(message.message_id, upload))
        except FileRefusedError as error:
            return RefusedRequestError(str(error.data["reason"])).sentence
        return ""

    async def _is_a_persons(self, conversation_id: str) -> bool:
        return await asyncio.to_thread(self._deps.log.owner, conversation_id) is not Owner.BOT

    async def _turn_is_over(self, conversation_id: str, until: float) -> bool:
        """Wait for the turn, within WeChat's patience."""
        deps = self._deps
        with deps.feed.watch(conversation_id) as watch:
            while await asyncio.to_thread(deps.log.next_pending, conversation_id):
                left = until - asyncio.get_running_loop().time()
                if left <= 0 or not await watch.wait(left):
                    return False
        return True

    async def _tell(self, conversation_id: str, message: WeChatMessage, answering: Answering) -> str:
        if answering.given_up:
            return SUCCESS
        answering.telling = True
        text = await self._teller.tell(conversation_id, message.message_id)
        return text_reply(message, text, self._now()) if text else SUCCESS

    def _now(self) -> int:
        return int(self._deps.clock().timestamp())


def _refuse(status: int, error: Exception) -> web.Response:
    log.warning("wechat.refused_request", extra={"data": {"error": type(error).__name__, "status": status}})
    return web.Response(status=status, text="")
