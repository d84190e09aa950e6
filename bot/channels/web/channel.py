"""The chat API: sessions, messages, long poll, events. docs/openapi.yml is its contract."""

from __future__ import annotations

import asyncio
import html
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from aiohttp import web

from bot.channels.body import FILE, read_body
from bot.channels.errors import RefusedRequestError
from bot.channels.web import embed, payload, proxies, security
from bot.channels.web.files import TakeFile, known_or_asked_for, parse_new_file
from bot.channels.web.identity import SiteIdentity
from bot.channels.web.limits import Buckets, Limits, address_key
from bot.channels.web.sessions import Sessions, SiteCustomers
from bot.channels.web.stream import EventStream, News, Read, long_poll, show
from bot.channels.web.tokens import Access, Tokens
from bot.conversations.errors import ConversationNotFoundError
from bot.conversations.feed import Feed
from bot.conversations.messages import Reply
from bot.conversations.ports import MessageLog
from bot.errors import BotError, StoreUnavailableError
from bot.services.take_file import Upload

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True)
class WebDeps:
    """What the web channel needs. `wake` tells the dispatcher of a new message; `readiness` says what is up: `log`, without which
    nothing is taken, and what else answers;
    `notice` is what the privacy page says of this company, by the name of its place;
    `print_document` uses up the link of a token and conversation and gives a PDF, or raises DocumentGoneError;
    `take_file` stores a file and makes a message of it; `banner` is shown above the conversation, "" for nothing;
    `proxies` are believed when they say who asks; `origins` may carry the widget, and `identity` with `customers` (None: none) let their server name who is there."""

    log: MessageLog
    feed: Feed
    wake: Callable[[str], None]
    tokens: Tokens
    greeting: Reply
    clock: Callable[[], datetime]
    readiness: Callable[[], Awaitable[Mapping[str, bool]]]
    print_document: Callable[[str, str, datetime], bytes]
    take_file: TakeFile
    limits: Limits = field(default_factory=Limits)
    static_dir: Path | None = None
    notice: Mapping[str, str] = field(default_factory=dict)
    banner: Callable[[datetime], str] = lambda _: ""
    proxies: proxies.Networks = ()
    origins: frozenset[str] = frozenset()
    identity: SiteIdentity = field(default_factory=lambda: SiteIdentity(""))
    customers: SiteCustomers | None = None
    heartbeat: float = 15.0
    new_id: Callable[[], str] = lambda: secrets.token_hex(16)
    steady: Callable[[], float] = time.monotonic


def attach(app: web.Application, deps: WebDeps) -> None:
    """Add the chat API, the chat page, health checks and the protections that hold for the whole application."""
    app[embed.ORIGINS], app[proxies.PROXIES] = deps.origins, deps.proxies
    app.on_response_prepare.extend((security.add_headers, embed.allow_embedding))
    app.middlewares.extend((proxies.see_through, security.coded_errors, embed.answer_preflight, security.same_site))
    app.add_routes(build_web_routes(deps))


def build_web_routes(deps: WebDeps) -> list[web.AbstractRouteDef]:
    channel = WebChannel(deps)
    routes: list[web.AbstractRouteDef] = [
        web.post("/api/chat/sessions", channel.open_session),
        web.post("/api/chat/logout", channel.log_out),
        web.post("/api/chat/messages", channel.receive),
        web.post("/api/chat/files", channel.receive_file),
        web.post("/api/chat/seen", channel.seen),
        web.get("/api/chat/messages", channel.poll, allow_head=False),
        web.get("/api/chat/stream", channel.stream, allow_head=False),
        web.get("/api/chat/documents/{token}", channel.document, allow_head=False),
        web.get("/api/chat/banner", channel.banner, allow_head=False),
        web.get("/healthz", channel.health),
        web.get("/readyz", channel.ready),
    ]
    if deps.static_dir is not None:
        routes += [
            web.get("/", channel.page),
            web.get("/static/privacy.html", channel.privacy),
            web.static("/static", deps.static_dir),
        ]
    return routes


class WebChannel:
    """The handlers. Each translates: bytes to a dataclass, one call of the log, a dataclass to JSON."""

    def __init__(self, deps: WebDeps) -> None:
        self._deps = deps
        self._events = EventStream(deps.feed, deps.clock, deps.heartbeat)
        self._sessions = Sessions(deps.log, deps.greeting, deps.new_id, deps.customers)
        self._openings = Buckets(deps.limits.sessions)
        self._messages = Buckets(deps.limits.messages)
        self._reads = Buckets(deps.limits.reads)
        self._files = Buckets(deps.limits.files)

    async def open_session(self, request: web.Request) -> web.Response:
        self._openings.take(address_key(request.remote), self._deps.steady())
        identity, now = payload.parse_new_session(await read_body(request)), self._deps.clock()
        if identity and self._deps.customers is not None:
            customer, current = self._deps.identity.read(identity, now), self._current(request)
            opened = await _stored(lambda: self._sessions.open_for(customer, current, now))
        elif identity:
            raise RefusedRequestError("identity_invalid")
        else:
            opened = await _stored(lambda: self._sessions.open(now))
        token, expires_at = self._deps.tokens.issue(opened.conversation_id, now, opened.generation)
        answer = {
            "conversation_id": opened.conversation_id,
            "token": token,
            "expires_at": expires_at.isoformat(),
        }
        return web.json_response(answer, status=201)

    async def log_out(self, request: web.Request) -> web.Response:
        """A named customer leaves: his tokens end on every device. For anybody else there is nothing to do."""
        access, now = self._access(request), self._deps.clock()
        self._reads.take(access.conversation_id, self._deps.steady())

        def leave() -> None:
            self._sessions.check(access)
            self._sessions.leave(access, now)

        await _stored(leave)
        self._deps.feed.notify(access.conversation_id)  # streams that are open look, and end
        return web.Response(status=204)

    async def receive(self, request: web.Request) -> web.Response:
        """Stored before it is acknowledged; a repeated delivery wakes the dispatcher too, which costs nothing."""
        access = self._access(request)
        conversation_id = access.conversation_id
        self._messages.take(conversation_id, self._deps.steady())
        message = payload.parse_new_message(await read_body(request))
        now = self._deps.clock()

        def store() -> tuple[int, bool]:
            self._sessions.check(access)
            return self._deps.log.receive(
                conversation_id, message_id=message.id, text=message.text, choice_id=message.choice_id, at=now
            )

        seq, is_new = await _stored(store)
        self._deps.wake(conversation_id)
        self._deps.feed.notify(conversation_id)
        return web.json_response({"seq": seq}, status=202 if is_new else 200)

    async def receive_file(self, request: web.Request) -> web.Response:
        """Looked for whether it is asked for before its bytes are read; stored before it is acknowledged."""
        access = self._access(request)
        conversation_id = access.conversation_id
        self._files.take(conversation_id, self._deps.steady())
        file, log = parse_new_file(request.headers), self._deps.log
        await _stored(lambda: self._sessions.check(access))
        seq = await _stored(lambda: known_or_asked_for(log, conversation_id, file.message_id))
        is_new = False
        if seq is None:
            content, now = await read_body(request, FILE), self._deps.clock()
            upload = Upload(conversation_id, file.name, content, now)
            seq, is_new = await _stored(lambda: self._deps.take_file(file.message_id, upload))
        self._deps.wake(conversation_id)
        self._deps.feed.notify(conversation_id)
        return web.json_response({"seq": seq}, status=202 if is_new else 200)

    async def seen(self, request: web.Request) -> web.Response:
        """Somebody has looked at what was said: the person at the desk sees that it was read."""
        access = self._access(request)
        conversation_id = access.conversation_id
        self._reads.take(conversation_id, self._deps.steady())
        seq, now = payload.parse_seen(await read_body(request)), self._deps.clock()

        def note() -> bool:
            self._sessions.check(access)
            return self._deps.log.saw(conversation_id, seq, now)

        if await _stored(note):
            self._deps.feed.notify(conversation_id)
        return web.Response(status=204)

    async def poll(self, request: web.Request) -> web.Response:
        access = self._reader(request)
        query = payload.parse_poll(request.query)
        news = await long_poll(self._read(access), self._deps.feed, access.conversation_id, query)
        return web.json_response({"messages": [show(message) for message in news.messages], "owner": news.owner.value})

    async def stream(self, request: web.Request) -> web.StreamResponse:
        access = self._reader(request)
        after = payload.parse_stream(request.query, request.headers.get("Last-Event-ID"))
        return await self._events.run(request, access, self._read(access), after)

    async def document(self, request: web.Request) -> web.Response:
        """A paper once, for the conversation that asked for it; its name says nothing about whose it is."""
        access = self._access(request)
        self._reads.take(access.conversation_id, self._deps.steady())
        token, now = request.match_info["token"], self._deps.clock()
        await _stored(lambda: self._sessions.check(access))
        pdf = await _stored(lambda: self._deps.print_document(token, access.conversation_id, now))
        headers = {"Content-Disposition": 'attachment; filename="policy.pdf"'}
        return web.Response(body=pdf, content_type="application/pdf", headers=headers)

    async def banner(self, request: web.Request) -> web.Response:
        """What everybody is to see at once (event mode); the page asks at its start, before there is a conversation."""
        self._reads.take(address_key(request.remote), self._deps.steady())
        text = await _stored(lambda: self._deps.banner(self._deps.clock()))
        return web.json_response({"text": text})

    async def page(self, request: web.Request) -> web.FileResponse:
        assert self._deps.static_dir is not None
        return web.FileResponse(self._deps.static_dir / "index.html", headers={"Cache-Control": "no-cache"})

    async def privacy(self, request: web.Request) -> web.Response:
        """The privacy page with the company's name and whom to ask (个保法 art 17)."""
        assert self._deps.static_dir is not None
        text = (self._deps.static_dir / "privacy.html").read_text(encoding="utf-8")
        for place, words in self._deps.notice.items():
            text = text.replace(f"{{{place}}}", html.escape(words))
        return web.Response(text=text, content_type="text/html")

    async def health(self, request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def ready(self, request: web.Request) -> web.Response:
        """For a proxy: 200 as long as messages are stored. Without the assistant they are, and the customer is told so."""
        parts = await self._deps.readiness()
        status = "ready" if all(parts.values()) else "degraded" if parts["log"] else "not_ready"
        return web.json_response({"status": status, **parts}, status=200 if parts["log"] else 503)

    def _access(self, request: web.Request) -> Access:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise RefusedRequestError("token_missing")
        return self._deps.tokens.check(token.strip(), self._deps.clock())

    def _current(self, request: web.Request) -> Access | None:
        """Of a page that has a conversation already; a token that is no good any more is none."""
        try:
            return self._access(request)
        except RefusedRequestError:
            return None

    def _reader(self, request: web.Request) -> Access:
        access = self._access(request)
        self._reads.take(access.conversation_id, self._deps.steady())
        if self._deps.feed.watchers(access.conversation_id) >= self._deps.limits.waiting:
            raise RefusedRequestError("too_many_waiting", retry_after=5)
        return access

    def _read(self, access: Access) -> Read:
        conversation_id = access.conversation_id

        def news(after: int) -> News:
            self._sessions.check(access)
            messages = self._deps.log.after(conversation_id, after)
            if not messages and not self._deps.log.exists(conversation_id):
                raise ConversationNotFoundError(conversation_id=conversation_id)
            return News(messages, self._deps.log.owner(conversation_id))

        async def read(after: int) -> News:
            return await _stored(lambda: news(after))

        return read


async def _stored(call: Callable[[], T]) -> T:
    """Run a call of the log in a thread.

    Raises:
        RefusedRequestError: temporarily_unavailable, when the log is out of reach; BotError as the log raises it.
    """
    try:
        return await asyncio.to_thread(call)
    except Exception as error:  # not every error of the store has a name on this floor
        if isinstance(error, BotError) and not isinstance(error, StoreUnavailableError):
            raise
        log.error("log.unavailable", extra={"data": {"error": type(error).__name__}})
        raise RefusedRequestError("temporarily_unavailable", retry_after=2) from error
