"""The web channel and a dispatcher on a real port and a real SQLite file, with a scripted assistant behind them."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
from aiohttp import web

from bot.adapters import FileTaker
from bot.channels.web import metrics
from bot.channels.web.channel import WebDeps, attach
from bot.channels.web.limits import Limits, Rate
from bot.channels.web.metrics import MetricsDeps
from bot.channels.web.tokens import Tokens
from bot.conversations.dispatcher import Dispatcher
from bot.conversations.feed import Feed, share_news
from bot.conversations.messages import OfferedChoice, Reply
from bot.conversations.ports import MessageLog
from bot.conversations.retry import RetryPolicy
from bot.insurance.hand_off import Owner
from bot.services.open_document import DocumentGoneError
from bot.services.servicing.limits import load_limits
from bot.services.take_file import Upload
from bot.settings import ROOT
from bot.store.desks import SqlDesks
from bot.store.engine import build_engine
from bot.store.message_log import SqlMessageLog
from bot.store.unit_of_work import SqlUnitOfWork
from tests.fakes import DATA_KEY, PeopleQueue, ScriptedAssistant, SettableClock, SteppedPause
from tests.migrated import migrated_store

GREETING = Reply("您好，我是智能客服（机器人）。", (OfferedChoice("报案", "/report_claim"),))
_PLENTY = Rate(1000, 1000)
ROOMY = Limits(messages=_PLENTY, reads=_PLENTY, sessions=_PLENTY, files=_PLENTY)


def sqlite_log(folder: Path) -> SqlMessageLog:
    url = migrated_store(folder / "assistant.db")
    return SqlMessageLog(build_engine(url, DATA_KEY))


@dataclass
class ChatServer:
    log: MessageLog
    limits: Limits = ROOMY
    heartbeat: float = 15.0
    assistant: ScriptedAssistant = field(default_factory=ScriptedAssistant)
    clock: SettableClock = field(default_factory=SettableClock)
    pause: SteppedPause = field(default_factory=SteppedPause)
    feed: Feed = field(default_factory=Feed)
    documents: dict[tuple[str, str], bytes] = field(default_factory=dict)  # (token, conversation) → PDF, each once
    ready: dict[str, bool] = field(default_factory=lambda: {"log": True, "assistant": True, "actions": True})
    url: str = ""
    banner: str = ""
    metrics_key: str = ""
    gauges: dict[str, Callable[[], float]] = field(default_factory=dict)
    desks: SqlDesks | None = None  # others on the same database

    @asynccontextmanager
    async def running(self) -> AsyncIterator[ChatServer]:
        policy = RetryPolicy(pause=self.pause, chance=lambda: 1.0)
        dispatcher = Dispatcher(
            self.log,
            self.assistant,
            self.feed,
            people=PeopleQueue(self.log),
            clock=self.clock,
            retry=policy,
            desks=self.desks,
        )
        if self.desks is not None:
            share_news(self.feed, self.desks)
        app = web.Application()
        if self.metrics_key:
            gauges = {**self.gauges, "assistant_down": lambda: float(dispatcher.assistant_is_down)}
            metrics.attach(app, MetricsDeps(self.metrics_key, self.readiness, gauges))
        attach(app, self._deps(dispatcher))
        runner = web.AppRunner(app, access_log=None, auto_decompress=False, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        await dispatcher.start()
        try:
            yield self
        finally:
            self.feed.close()
            await runner.cleanup()
            await dispatcher.stop(grace=1)
            if self.desks is not None:
                self.desks.close()

    def print_document(self, token: str, conversation_id: str, _: datetime) -> bytes:
        try:
            return self.documents.pop((token, conversation_id))
        except KeyError:
            raise DocumentGoneError from None

    def take_file(self, message_id: str, upload: Upload) -> tuple[int, bool]:
        """As the front desk does; only a log in a database has a store beside it."""
        limits = load_limits(ROOT / "data" / "servicing" / "limits.yml")
        return FileTaker(self.unit_of_work, self.log, limits)(message_id, upload)

    def unit_of_work(self) -> SqlUnitOfWork:
        assert isinstance(self.log, SqlMessageLog)
        return SqlUnitOfWork(self.log._writing)

    async def readiness(self) -> Mapping[str, bool]:
        return self.ready

    def _deps(self, dispatcher: Dispatcher) -> WebDeps:
        return WebDeps(
            log=self.log,
            feed=self.feed,
            wake=dispatcher.wake,
            tokens=Tokens("a key of the tests"),
            greeting=GREETING,
            clock=self.clock,
            readiness=self.readiness,
            print_document=self.print_document,
            take_file=self.take_file,
            limits=self.limits,
            heartbeat=self.heartbeat,
            banner=lambda _: self.banner,
        )


@dataclass
class Customer:
    """One customer's page: its session and what it asks."""

    http: aiohttp.ClientSession
    url: str
    conversation_id: str = ""
    token: str = ""

    @classmethod
    async def arrive(cls, http: aiohttp.ClientSession, url: str) -> Customer:
        async with http.post(f"{url}/api/chat/sessions") as response:
            assert response.status == 201
            answer = await response.json()
        return cls(http, url, answer["conversation_id"], answer["token"])

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def post(self, **fields: object) -> tuple[int, dict[str, Any]]:
        fields.setdefault("id", str(uuid.uuid4()))
        async with self.http.post(f"{self.url}/api/chat/messages", json=fields, headers=self.headers) as response:
            return response.status, await response.json()

    async def hand_in(
        self, content: bytes, *, name: str = "病历.png", message_id: str = "", **headers: str
    ) -> tuple[int, dict[str, Any]]:
        sent = {"X-Message-Id": message_id or str(uuid.uuid4()), "X-File-Name": quote(name)}
        sent |= {key.replace("_", "-"): value for key, value in headers.items()}
        address = f"{self.url}/api/chat/files"
        async with self.http.post(address, data=content, headers={**self.headers, **sent}) as response:
            return response.status, await response.json()

    async def saw(self, seq: int) -> int:
        async with self.http.post(f"{self.url}/api/chat/seen", json={"seq": seq}, headers=self.headers) as response:
            return response.status

    async def say(self, text: str) -> int:
        status, answer = await self.post(text=text)
        assert status == 202, answer
        return int(answer["seq"])

    async def poll(self, after: int = 0, wait: float = 0) -> dict[str, Any]:
        query = {"after": str(after), "wait": str(wait)}
        address = f"{self.url}/api/chat/messages"
        async with self.http.get(address, params=query, headers=self.headers) as response:
            assert response.status == 200, await response.text()
            page: dict[str, Any] = await response.json()
            return page

    async def until_said(self, text: str, after: int = 0) -> dict[str, Any]:
        """Long poll until somebody says it."""
        while True:
            page = await self.poll(after, 10)
            assert page["messages"], "nothing came"
            for message in page["messages"]:
                if message["text"] == text:
                    return dict(message)
            after = page["messages"][-1]["seq"]

    async def texts(self) -> list[str]:
        return [message["text"] for message in (await self.poll())["messages"]]


@dataclass
class Event:
    name: str
    id: str
    data: dict[str, Any]


@asynccontextmanager
async def events(customer: Customer, after: int = 0, last_event_id: str = "") -> AsyncIterator[AsyncIterator[Event]]:
    headers = {**customer.headers, **({"Last-Event-ID": last_event_id} if last_event_id else {})}
    address = f"{customer.url}/api/chat/stream?after={after}"
    async with customer.http.get(address, headers=headers) as response:
        assert response.status == 200, await response.text()
        assert response.headers["Content-Type"].startswith("text/event-stream")
        yield parse_events(response.content)


async def parse_events(content: aiohttp.StreamReader) -> AsyncIterator[Event]:
    """Events; a comment comes as an event named `:`."""
    fields: dict[str, str] = {}
    while line := await asyncio.wait_for(content.readline(), 10):
        name, _, value = line.decode().rstrip("\n").partition(":")
        if line == b"\n":
            if "data" in fields:
                yield Event(fields.get("event", "message"), fields.get("id", ""), json.loads(fields["data"]))
            elif "" in fields:
                yield Event(":", "", {})
            fields = {}
        else:
            fields[name] = value.removeprefix(" ")


def next_read(server: ChatServer) -> asyncio.Event:
    """Set once somebody has read the log, owner and all."""
    loop, has_read, owner = asyncio.get_running_loop(), asyncio.Event(), server.log.owner

    def read_owner(conversation_id: str) -> Owner:
        found = owner(conversation_id)
        loop.call_soon_threadsafe(has_read.set)
        return found

    server.log.owner = read_owner  # type: ignore[method-assign]
    return has_read
