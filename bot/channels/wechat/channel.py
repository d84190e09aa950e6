"""GET and POST /wechat: stored before it is acknowledged, answered within WeChat's five seconds or called back later.

A message is told by one way: in the answer to WeChat's request when it is ready in time (`passive reply`), else by the
customer-service message API. WeChat that did not get a passive reply asks again with the same id and is told the same.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from aiohttp import web

from bot.channels.body import read_body
from bot.channels.errors import RefusedRequestError
from bot.channels.wechat.crypto import Envelope, ForgedRequestError, Seal
from bot.channels.wechat.intake import Intake, MenuKey
from bot.channels.wechat.payload import Kind, WeChatMessage, parse, text_reply, transfer_reply
from bot.channels.wechat.telling import PassiveReplies, Teller
from bot.channels.wechat.their_agents import TheirAgents
from bot.conversations.contacts import Act, Allowance
from bot.conversations.delivery import Deliverer
from bot.conversations.feed import Feed
from bot.conversations.messages import Reply, Sender
from bot.conversations.ports import MessageLog
from bot.errors import BotError
from bot.insurance.hand_off import Owner
from bot.services.ports import UnitOfWorkFactory
from bot.services.take_file import Upload

log = logging.getLogger(__name__)
CHANNEL, PREFIX, PATH = "wechat", "wx", "/wechat"
SUCCESS = "success"
ANSWER_BY = 3.5  # seconds after the request came; WeChat hangs up after five, and a busy machine needs a second of them
GRACE = 0.3  # seconds more for what is nearly done: a turn that was waited for until then is marked
STORE_PAUSE = 0.3  # seconds between tries of the store
AFTER_MESSAGE = (5, timedelta(hours=48))  # texts that may be sent, and how long
AFTER_EVENT = (3, timedelta(minutes=1))  # a click on the menu, following, scanning
_NOT_OF_THE_CUSTOMER = (Kind.IGNORED, Kind.UNSUBSCRIBE, Kind.AGENT_JOINED, Kind.AGENT_LEFT)


@dataclass(frozen=True)
class WeChatDeps:
    """What the channel needs. `id_key` makes conversation ids of customers' ids, so that nobody can guess one. `media`,
    `menu`: see Intake. `to_their_agents`: WeChat's own agents take over what a person should."""

    seal: Seal
    log: MessageLog
    unit_of_work: UnitOfWorkFactory
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
    app.cleanup_ctx.append(channel.keep_looking)


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
        self._intake = Intake(deps.log, deps.take_file, deps.media, deps.menu, deps.clock)
        self._agents = TheirAgents(deps.unit_of_work, deps.log, deps.feed, deps.clock, deps.to_their_agents)
        self._answering: dict[tuple[str, str], Answering] = {}

    async def keep_looking(self, _: web.Application) -> AsyncIterator[None]:
        looking = asyncio.create_task(self._agents.keep_looking())
        yield
        looking.cancel()
        await asyncio.wait([looking])

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
        """Tried again while the store is out of reach and WeChat still waits; then WeChat must bring it again. A message that is in
        the log is taken, whatever breaks after that: its answer is pushed."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                return await self._answer_once(message, until)
            except NotStoredInTimeError:
                raise
            except Exception as error:  # not every error of the store has a name on this floor
                log.error("wechat.not_stored", extra={"data": {"error": type(error).__name__}})
                if loop.time() + STORE_PAUSE > until:
                    raise NotStoredInTimeError from error
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
            return self._outcome(answering, answering.task)
        if not answering.stored or answering.telling:
            raise NotStoredInTimeError
        answering.given_up = True
        return SUCCESS

    def _outcome(self, answering: Answering, task: asyncio.Task[str]) -> str:
        """What the task returned. Raises what it raised, unless the message is stored and nothing of it was being told: what
        may have been marked as told is told by the next delivery."""
        error = None if task.cancelled() else task.exception()
        if error is None or not answering.stored or answering.telling:
            return task.result()
        log.error("wechat.broke_after_storing", extra={"data": {"error": type(error).__name__}})
        return SUCCESS

    def _forget(self, key: tuple[str, str], task: asyncio.Task[str]) -> None:
        del self._answering[key]
        if not task.cancelled():
            task.exception()  # whoever waited has seen it

    async def _answer(self, conversation_id: str, message: WeChatMessage, until: float, answering: Answering) -> str:
        """SUCCESS, or the XML of a passive reply."""
        deps = self._deps
        if message.kind in _NOT_OF_THE_CUSTOMER:
            return await self._note_event(conversation_id, message)
        again = await self._teller.told_before(conversation_id, message.message_id)
        if again:
            return text_reply(message, again, self._now())
        await asyncio.to_thread(self._open, conversation_id, message)
        if message.kind in (Kind.SUBSCRIBE, Kind.SCAN):
            return await self._greet(conversation_id, message, answering)
        async with deps.deliverer.hold(conversation_id, patience=deps.answer_by / 4) as alone:
            # Events are not for WeChat's agents.
            owner, theirs = await self._agents.owner(conversation_id, give=message.kind is not Kind.CLICK)
            await self._intake.take(conversation_id, message, owner, elsewhere=theirs)
            answering.stored = True
            deps.wake(conversation_id)
            deps.feed.notify(conversation_id)
            if theirs and message.kind is not Kind.CLICK:
                return transfer_reply(message, self._now())
            over = alone and await self._turn_is_over(conversation_id, until)
            # Where nothing can be pushed, what is left from before is told though the turn is still running.
            if not alone or not (over or deps.deliverer.passive_only):
                return SUCCESS
            return await self._tell(conversation_id, message, answering)

    async def _note_event(self, conversation_id: str, message: WeChatMessage) -> str:
        """What is no word of the customer's and lets nothing be sent."""
        if message.kind is Kind.IGNORED or await asyncio.to_thread(self._deps.contacts.get, conversation_id) is None:
            return SUCCESS
        if message.kind is Kind.UNSUBSCRIBE:
            await asyncio.to_thread(lambda: self._deps.contacts.stop(conversation_id, unreachable=True))
        elif message.kind is Kind.AGENT_JOINED:
            await self._agents.joined(conversation_id, message.message_id)
        else:
            await self._agents.left(conversation_id)
        return SUCCESS

    def _open(self, conversation_id: str, message: WeChatMessage) -> None:
        now = self._deps.clock()
        spoke = message.kind in (Kind.TEXT, Kind.VOICE, Kind.IMAGE, Kind.UNREADABLE)
        texts, lasts = AFTER_MESSAGE if spoke else AFTER_EVENT
        self._deps.log.open(conversation_id, channel=CHANNEL, at=now)
        act = Act(message.message_id, spoke, Allowance(texts, now + lasts))
        self._deps.contacts.heard(conversation_id, message.open_id, act)

    async def _greet(self, conversation_id: str, message: WeChatMessage, answering: Answering) -> str:
        """Who follows is greeted; who scans a code of ours while he follows already is too, but not twice in a row, nor where
        a person has the conversation."""
        deps = self._deps
        async with deps.deliverer.hold(conversation_id, patience=0) as alone:
            newest = await asyncio.to_thread(deps.contacts.newest, conversation_id)
            bot_speaks = await asyncio.to_thread(deps.log.owner, conversation_id) is Owner.BOT
            if bot_speaks and (newest is None or newest.text != deps.greeting.text):
                now = deps.clock()
                await asyncio.to_thread(
                    lambda: deps.log.append(conversation_id, deps.greeting, sender=Sender.BOT, at=now)
                )
            answering.stored = True
            return await self._tell(conversation_id, message, answering) if alone else SUCCESS

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
