"""The hotline's door on a real port and a real SQLite file, with a scripted assistant behind it, and a gateway that calls it."""

from __future__ import annotations

import itertools
import json
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import yaml
from aiohttp import web
from jsonschema import Draft202012Validator
from yarl import URL

from bot.channels.ivr.channel import IvrDeps, attach, conversation_of
from bot.channels.web import security
from bot.conversations.dispatcher import Dispatcher
from bot.conversations.feed import Feed
from bot.conversations.retry import RetryPolicy
from bot.settings import ROOT
from bot.store.calls import SqlCalls
from bot.store.engine import build_engine
from bot.store.message_log import SqlMessageLog
from tests.fakes import DATA_KEY, PeopleQueue, ScriptedAssistant, SettableClock
from tests.migrated import migrated_store

CONTRACT: dict[str, Any] = yaml.safe_load((ROOT / "docs" / "openapi-ivr.yml").read_text(encoding="utf-8"))
VXML = "{http://www.w3.org/2001/vxml}"
KEY, ID_KEY = "a gateway's key of the tests", "an id key of the tests"


def keep_to_contract(status: int, answer: object) -> None:
    """Hold an answer against docs/openapi-ivr.yml."""
    responses = CONTRACT["paths"]["/api/ivr/calls/{call_id}/events"]["post"]["responses"]
    assert str(status) in responses, status
    named = "Actions" if status == 200 else "Refused"
    components = CONTRACT["components"]
    schema = components["schemas"]["Actions"] if named == "Actions" else (
        components["responses"]["Refused"]["content"]["application/json"]["schema"]
    )  # fmt: skip
    Draft202012Validator(schema).validate(answer)


@dataclass
class Gateway:
    """One call; every event gets an id of its own."""

    http: aiohttp.ClientSession
    url: str
    call_id: str
    key: str = KEY
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    async def send(self, kind: str, *, event_id: str = "", **fields: object) -> dict[str, dict[str, Any]]:
        """The actions by their type."""
        status, answer = await self.post({"id": event_id or f"e{next(self.numbers)}", "type": kind, **fields})
        assert status == 200, answer
        return {each["type"]: each for each in answer["actions"]}

    async def post(self, body: object, *, raw: bytes = b"") -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.key}"}
        url = f"{self.url}/api/ivr/calls/{self.call_id}/events"
        data = {"data": raw} if raw else {"json": body}
        async with self.http.post(url, headers=headers, **data) as answer:
            status, told = answer.status, await answer.json()
        keep_to_contract(status, told)
        return status, told

    async def says(self, text: str, **fields: object) -> str:
        """What is heard after this was said."""
        return (await self.send("speech", text=text, **fields)).get("say", {}).get("text", "")


@dataclass
class AlibabaGateway:
    """A call as 阿里云 语音服务 reports it."""

    http: aiohttp.ClientSession
    url: str
    call_id: str
    key: str = KEY
    clock: Any = field(default_factory=lambda: itertools.count(1764230400000, 1000))
    last: dict[str, Any] = field(default_factory=dict)

    async def send(self, kind: str, **content: object) -> dict[str, Any]:
        """`data` of the reply."""
        body = {"call_id": self.call_id, "timestamp": next(self.clock), "content_type": kind, "content": content}
        login = aiohttp.BasicAuth("gateway", self.key)
        async with self.http.post(f"{self.url}/api/ivr/alibaba", json=body, auth=login) as answer:
            told = await answer.json()
            assert (answer.status, told["result"]) == (200, "success"), told
        self.last = told["data"]
        return self.last

    async def post(self, raw: bytes, **headers: str) -> str:
        """What is heard after any bytes."""
        login = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json", **headers}
        async with self.http.post(f"{self.url}/api/ivr/alibaba", data=raw, headers=login) as answer:
            told = await answer.json()
            assert (answer.status, told["result"]) == (200, "success"), told
        self.last = told["data"]
        return self._heard(self.last)

    async def start(self) -> str:
        return self._heard(await self.send("callin", caller="13900003011", callee="95000"))

    async def says(self, text: str) -> str:
        return self._heard(await self.send("normal", role="user", words=text, is_playing=False))

    def _heard(self, data: dict[str, Any]) -> str:
        return str(json.loads(data["action_code_param"])["tts"])

    @property
    def put_through_to(self) -> str:
        return str(self.last.get("transfer_to", ""))


@dataclass
class VoiceXmlGateway:
    """A VoiceXML browser: it fetches a document, and submits what the document's field got."""

    http: aiohttp.ClientSession
    url: str
    call_id: str
    key: str = KEY
    page: ET.Element | None = None

    async def fetch(self, **form: str) -> str:
        """What is heard."""
        return await self.post(urlencode(form).encode())

    async def post(self, raw: bytes, **headers: str) -> str:
        """What is heard after any bytes."""
        login = {
            "Authorization": f"Bearer {self.key}",
            "Content-Type": "application/x-www-form-urlencoded",
            **headers,
        }
        address = URL(f"{self.url}/api/ivr/voicexml/{self.call_id}", encoded=True)
        async with self.http.post(address, data=raw, headers=login) as answer:
            text = await answer.text()
            assert (answer.status, answer.content_type) == (200, "application/voicexml+xml"), text
        self.page = ET.fromstring(text)
        prompt = self.page.find(f".//{VXML}prompt")
        return "" if prompt is None else "".join(prompt.itertext())

    async def start(self) -> str:
        return await self.fetch()

    async def says(self, text: str) -> str:
        assert self.page is not None
        variables = {each.get("name"): str(each.get("expr")).strip("'") for each in self.page.findall(f"{VXML}var")}
        return await self.fetch(event="speech", id=variables["id"], said=text, confidence="0.9")

    @property
    def put_through_to(self) -> str:
        transfer = None if self.page is None else self.page.find(f".//{VXML}transfer")
        return "" if transfer is None else str(transfer.get("dest"))


@dataclass
class Hotline:
    folder: Path
    patience: float = 3.0
    outage_patience: float = 3.0
    destinations: dict[str, str] = field(default_factory=lambda: {"理赔": "sip:claims@pbx"})
    assistant: ScriptedAssistant = field(default_factory=ScriptedAssistant)
    clock: SettableClock = field(default_factory=SettableClock)
    hung_up: list[tuple[str, str, datetime, bool]] = field(default_factory=list)  # conversation, number, when, answered

    def __post_init__(self) -> None:
        url = migrated_store(self.folder / "assistant.db")
        engine = build_engine(url, DATA_KEY)
        self.log, self.calls = SqlMessageLog(engine), SqlCalls(engine)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Hotline]:
        feed = Feed()
        retry = RetryPolicy(first=0.02, longest=0.1, longest_probe=0.05)
        dispatcher = Dispatcher(
            self.log, self.assistant, feed, people=PeopleQueue(self.log), clock=self.clock, retry=retry
        )
        app = web.Application(middlewares=[security.coded_errors])
        attach(
            app,
            IvrDeps(
                key=KEY,
                id_key=ID_KEY,
                log=self.log,
                calls=self.calls,
                feed=feed,
                wake=dispatcher.wake,
                hand_off=lambda _, caller: ("理赔", f"客户要人工{caller and f'，来电 {caller}'}"),
                hung_up=lambda *told: self.hung_up.append(told),
                clock=self.clock,
                patience=self.patience,
                outage_patience=self.outage_patience,
                destinations=self.destinations,
            ),
        )
        runner = web.AppRunner(app, access_log=None, auto_decompress=False, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        await dispatcher.start()
        try:
            async with aiohttp.ClientSession() as self.http:
                yield self
        finally:
            feed.close()
            await runner.cleanup()
            await dispatcher.stop()

    def call(self, call_id: str = "call-1") -> Gateway:
        return Gateway(self.http, self.url, call_id)

    def conversation(self, call_id: str = "call-1") -> str:
        return conversation_of(call_id, ID_KEY)

    def now(self) -> datetime:
        return self.clock()
