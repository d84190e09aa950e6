"""WeChat's side of an official account, after its documented protocol (see bot/channels/wechat/README.md).

It posts a customer's messages to the account's address with signature and, if wanted, cipher; hangs up after five seconds
and tries three times in all with the same MsgId; serves the token, the customer-service message API with its quota, and
media; and keeps what each customer sees on the phone.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import secrets
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import xmltodict
from aiohttp import web
from wechatpy.crypto import WeChatCrypto

from simulators.wechat.tokens import StableTokens

HANGS_UP_AFTER = 5.0
DELIVERIES = 3
UNAVAILABLE = "该公众号暂时无法提供服务，请稍后再试"
QUOTA, QUOTA_LASTS = 5, 48 * 3600  # seconds
EVENT_QUOTA, EVENT_QUOTA_LASTS = 3, 60
AGENT_LASTS = 30 * 60  # seconds


@dataclass(frozen=True)
class Account:
    """An account as it is set up; `aes_key` "" is plain text."""

    app_id: str = "wx0123456789abcdef"
    secret: str = "simulated-secret"
    token: str = "simulatedtoken"
    aes_key: str = ""
    name: str = "gh_0123456789ab"

    def environment(self, api: str) -> dict[str, str]:
        """Settings of a front desk that has this account, with WeChat's server at `api`; its customers are synthetic."""
        return {
            "BOT_DEMO": "1", "BOT_WECHAT_APP_ID": self.app_id, "BOT_WECHAT_SECRET": self.secret, "BOT_WECHAT_TOKEN": self.token,
            "BOT_WECHAT_AES_KEY": self.aes_key, "BOT_WECHAT_API": api,
        }  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """One message on a customer's phone. `how`: passive | pushed | notice (WeChat's own words)."""

    text: str
    how: str


def _set() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


@dataclass
class WeChatServer:
    """`callback`: the account's address. `hangs_up_after`: seconds, five at the real one.

    `errcodes`: what the next calls of the message API answer instead of sending. `lose_answers`: so many of the account's
    answers get lost on the way, so that the message is delivered again. `slow_sends`: cleared, texts are not taken yet.
    """

    callback: str
    account: Account = field(default_factory=Account)
    hangs_up_after: float = HANGS_UP_AFTER
    clock: Callable[[], float] = time.time
    phones: dict[str, list[Seen]] = field(default_factory=lambda: defaultdict(list))
    errcodes: deque[int] = field(default_factory=deque)
    lose_answers: int = 0
    acknowledged: list[float] = field(default_factory=list)  # seconds until each delivery was answered
    unanswered: int = 0  # deliveries that were hung up on, or cut
    taken: set[str] = field(default_factory=set)  # MsgIds that the account acknowledged
    media: dict[str, bytes] = field(default_factory=dict)
    transferred: list[str] = field(default_factory=list)
    agents_hear: list[str] = field(default_factory=list)  # MsgIds of what went to WeChat's own agents alone
    url: str = ""
    slow_sends: asyncio.Event = field(default_factory=_set)
    sends: int = 0
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _with_agent: dict[str, float] = field(default_factory=dict)  # until when an agent has the customer
    _quota: dict[str, tuple[int, float]] = field(default_factory=dict)  # texts that are left, and until when
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(int(time.time() * 1000) * 1000))

    def __post_init__(self) -> None:
        self.tokens = StableTokens(self.account.app_id, self.account.secret, lambda: self.clock())

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator[WeChatServer]:
        app = web.Application()
        app.add_routes(
            [
                web.post("/cgi-bin/stable_token", self._stable_token),
                web.post("/cgi-bin/message/custom/send", self._custom_send),
                web.get("/cgi-bin/media/get", self._media),
            ]
        )
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
            self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield self
        finally:
            await runner.cleanup()

    # -- a customer's phone --------------------------------------------------------------------------------------------

    async def say(self, open_id: str, text: str, **more: str) -> str:
        """Type something; returns its MsgId."""
        return await self._send(open_id, {"MsgType": "text", "Content": text, **more})

    async def speak(self, open_id: str, heard: str | None) -> str:
        """Send a voice message; `heard` None where recognition is off."""
        voice = {"MsgType": "voice", "MediaId": "voice-1", "Format": "amr"}
        return await self._send(open_id, voice | ({"Recognition": heard} if heard is not None else {}))

    async def show(self, open_id: str, picture: bytes) -> str:
        media_id = secrets.token_urlsafe(16)
        self.media[media_id] = picture
        image = {"MsgType": "image", "PicUrl": f"{self.url}/picture", "MediaId": media_id}
        return await self._send(open_id, image)

    async def show_kind(self, open_id: str, kind: str, **fields: str) -> str:
        """A message of any other kind: video, location, link, …"""
        return await self._send(open_id, {"MsgType": kind, **fields})

    async def event(self, open_id: str, event: str, key: str = "") -> None:
        """subscribe, unsubscribe, SCAN, CLICK, VIEW, …; without a MsgId, as the real ones."""
        fields = {"MsgType": "event", "Event": event} | ({"EventKey": key} if key else {})
        if event == "unsubscribe":
            self._quota.pop(open_id, None)
            await self._deliver(open_id, fields)
        else:
            # Not added up: what is left is no less, and lasts no shorter, than the click allows.
            left, until = self._left(open_id)
            self._quota[open_id] = max(left, EVENT_QUOTA), max(until, self.clock() + EVENT_QUOTA_LASTS)
            await self._deliver(open_id, fields)

    async def agent_joins(self, open_id: str) -> None:
        """One of WeChat's own agents takes the customer, whose messages go to him alone for half an hour."""
        self._with_agent[open_id] = self.clock() + AGENT_LASTS
        await self._tell_of_agent(open_id, "kf_create_session")

    async def agent_leaves(self, open_id: str) -> None:
        self._with_agent.pop(open_id, None)
        await self._tell_of_agent(open_id, "kf_close_session")

    async def _tell_of_agent(self, open_id: str, event: str) -> None:
        await self._deliver(open_id, {"MsgType": "event", "Event": event, "KfAccount": "kf2001@simulated"})

    async def deliver_again(self, open_id: str, message_id: str, text: str) -> str:
        """One delivery of a message that was delivered before; what the account answers."""
        found = await self._post(self._xml(open_id, {"MsgType": "text", "Content": text, "MsgId": message_id}))
        return "" if found is None else found[1]

    async def _send(self, open_id: str, fields: dict[str, str]) -> str:
        message_id = str(next(self._ids))
        self._quota[open_id] = QUOTA, self.clock() + QUOTA_LASTS
        if self.clock() < self._with_agent.get(open_id, 0):
            self.agents_hear.append(message_id)
            return message_id
        await self._deliver(open_id, fields | {"MsgId": message_id})
        return message_id

    def _left(self, open_id: str) -> tuple[int, float]:
        left, until = self._quota.get(open_id, (0, 0.0))
        return (left, until) if self.clock() < until else (0, 0.0)

    async def _deliver(self, open_id: str, fields: dict[str, str]) -> None:
        """Up to three times; what comes back is shown."""
        xml = self._xml(open_id, fields)
        for _ in range(DELIVERIES):
            began = time.monotonic()
            found = await self._post(xml)
            if found is None:
                self.unanswered += 1
                continue
            self.acknowledged.append(time.monotonic() - began)
            if self.lose_answers:
                self.lose_answers -= 1
                continue
            status, body = found
            if status == 200:
                self.taken.add(fields.get("MsgId", ""))
            if status == 200 and body in ("success", ""):
                return
            await self._show_answer(open_id, status, body)
            return
        await self._see(open_id, Seen(UNAVAILABLE, "notice"))

    async def sees(self, open_id: str, messages: int) -> list[Seen]:
        """Wait until so many messages are on the phone; all that are there."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.phones[open_id]) >= messages)
        return list(self.phones[open_id])

    async def hears(self, open_id: str, words: str) -> None:
        """Wait until these words are on the phone."""
        async with self._changed:
            await self._changed.wait_for(lambda: any(words in each.text for each in self.phones[open_id]))

    async def _see(self, open_id: str, seen: Seen) -> None:
        async with self._changed:
            self.phones[open_id].append(seen)
            self._changed.notify_all()

    async def _show_answer(self, open_id: str, status: int, body: str) -> None:
        try:
            answer = self._opened(body) if status == 200 else {}
        except Exception:  # anything that is no XML of ours
            answer = {}
        if answer.get("MsgType") == "text" and answer.get("ToUserName") == open_id:
            await self._see(open_id, Seen(str(answer["Content"]), "passive"))
        elif answer.get("MsgType") == "transfer_customer_service":
            self.transferred.append(open_id)
        else:
            await self._see(open_id, Seen(UNAVAILABLE, "notice"))

    def _xml(self, open_id: str, fields: dict[str, str]) -> str:
        common = {"ToUserName": self.account.name, "FromUserName": open_id, "CreateTime": str(int(self.clock()))}
        parts = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in (common | fields).items())
        return f"<xml>{parts}</xml>"

    async def _post(self, xml: str) -> tuple[int, str] | None:
        query, body = self.sealed(xml)
        timeout = aiohttp.ClientTimeout(total=self.hangs_up_after)
        try:
            async with aiohttp.ClientSession(timeout=timeout) as http:  # noqa: SIM117
                async with http.post(self.callback, params=query, data=body.encode()) as answer:
                    return answer.status, await answer.text()
        except (aiohttp.ClientError, asyncio.TimeoutError):
            return None

    def sealed(self, xml: str) -> tuple[dict[str, str], str]:
        """Query and body of a delivery."""
        account, timestamp, nonce = self.account, str(int(self.clock())), secrets.token_hex(5)
        query = {
            "timestamp": timestamp,
            "nonce": nonce,
            "openid": "-",
            "signature": _sha1(account.token, timestamp, nonce),
        }
        if not account.aes_key:
            return query, xml
        closed = WeChatCrypto(account.token, account.aes_key, account.app_id).encrypt_message(xml, nonce, timestamp)
        encrypted = xmltodict.parse(closed)["xml"]
        body = f"<xml><ToUserName><![CDATA[{account.name}]]></ToUserName><Encrypt><![CDATA[{encrypted['Encrypt']}]]></Encrypt></xml>"
        return query | {"encrypt_type": "aes", "msg_signature": encrypted["MsgSignature"]}, body

    def _opened(self, body: str) -> dict[str, object]:
        account = self.account
        if account.aes_key:
            found = xmltodict.parse(body)["xml"]
            crypto = WeChatCrypto(account.token, account.aes_key, account.app_id)
            body = crypto.decrypt_message(body, found["MsgSignature"], found["TimeStamp"], found["Nonce"])
        opened: dict[str, object] = xmltodict.parse(body)["xml"]
        return opened

    # -- the API -------------------------------------------------------------------------------------------------------

    async def _stable_token(self, request: web.Request) -> web.Response:
        return web.json_response(await self.tokens.give(await request.json()))

    def allow(self, open_id: str, texts: int) -> None:
        """As if the customer had just spoken."""
        self._quota[open_id] = texts, self.clock() + 365 * 24 * 3600

    async def asked_to_send(self, times: int) -> None:
        """Wait until the message API was called so many times."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.sends >= times)

    async def _custom_send(self, request: web.Request) -> web.Response:
        async with self._changed:
            self.sends += 1
            self._changed.notify_all()
        await self.slow_sends.wait()
        if not self.tokens.accepts(request.query.get("access_token", "")):
            return _errcode(40001)
        if self.errcodes:
            return _errcode(self.errcodes.popleft())
        raw = await request.read()
        asked = json.loads(raw)
        open_id, text = asked["touser"], asked["text"]["content"]
        if b"\\u" in raw:
            text = raw.decode()  # shown as it came
        if len(text.encode()) > 2048:
            return _errcode(45002)
        left, until = self._left(open_id)
        if not until:
            return _errcode(45015)
        if not left:
            return _errcode(45047)
        self._quota[open_id] = left - 1, until
        await self._see(open_id, Seen(text, "pushed"))
        return _errcode(0)

    async def _media(self, request: web.Request) -> web.Response:
        if not self.tokens.accepts(request.query.get("access_token", "")):
            return _errcode(40001)
        picture = self.media.get(request.query.get("media_id", ""))
        if picture is None:
            return _errcode(40007)
        return web.Response(body=picture, content_type="image/jpeg")


def _sha1(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def _errcode(code: int) -> web.Response:
    return web.json_response({"errcode": code, "errmsg": "ok" if code == 0 else "refused"})
