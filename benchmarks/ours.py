"""Our system under measurement: its processes, and a customer at either of its two doors."""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import aiohttp

from benchmarks.processes import Processes, free_port
from bot.calendars.clocks import SHANGHAI
from bot.clients.rasa_server import worker_of
from bot.settings import RASA_WORKERS, ROOT


@dataclass
class Ours:
    """Three processes on free ports, with an empty `var` directory in `folder` and the model of `model_dir`."""

    folder: Path
    model_dir: Path
    more: Mapping[str, str] = field(default_factory=dict)  # settings of the front desk

    def __post_init__(self) -> None:
        self.ports = {name: free_port() for name in ("BOT_PORT", "BOT_RASA_PORT", "BOT_ACTION_PORT")}
        self.environment = {
            **{name: str(port) for name, port in self.ports.items()},
            "BOT_VAR_DIR": str(self.folder / "var"),
            "BOT_MODEL_DIR": str(self.model_dir),
            "BOT_DEMO": "1",
            **self.more,
        }
        self.processes = Processes(self.folder, {"DATABASE_URL": self.store, **self.environment})

    @property
    def store(self) -> str:
        return f"sqlite:///{self.folder / 'var' / 'assistant.db'}"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.ports['BOT_PORT']}"

    def start_as_installed(self) -> None:
        """`make run` without make: what a person starts, from the check of the model to the three processes."""
        self.start_one("launch", "bot.launch")

    def start(self) -> None:
        """The three processes on a prepared store, the front desk without limits per customer."""
        self.start_one("desk", "benchmarks.desk")
        self.start_rasa()
        self.start_one("actions", "actions.server")

    def start_rasa(self) -> None:
        self.start_one("rasa", "bot.dialogue.server")

    def start_one(self, name: str, module: str, *arguments: str) -> None:
        self.processes.start(name, [sys.executable, "-m", module, *arguments], ROOT)

    def _rasa_key(self) -> str:
        return str(json.loads((self.folder / "var" / "secrets.json").read_text())["rasa_key"])

    @asynccontextmanager
    async def at_the_channel(self, http: aiohttp.ClientSession) -> AsyncIterator[ChannelCustomer]:
        """One conversation straight at the channel of its Rasa worker."""
        conversation_id = uuid.uuid4().hex
        port = self.ports["BOT_RASA_PORT"] + worker_of(conversation_id, RASA_WORKERS)
        url = f"http://127.0.0.1:{port}/webhooks/desk/turn"
        yield ChannelCustomer(http, url, self._rasa_key(), conversation_id)

    @asynccontextmanager
    async def at_the_door(self, http: aiohttp.ClientSession) -> AsyncIterator[ChatCustomer]:
        """One conversation through the chat API, with the page's event stream open."""
        async with http.post(f"{self.address}/api/chat/sessions") as response:
            response.raise_for_status()
            token = (await response.json())["token"]
        headers = {"Authorization": f"Bearer {token}"}
        no_limit = aiohttp.ClientTimeout(total=None)
        async with http.get(f"{self.address}/api/chat/stream?after=1", headers=headers, timeout=no_limit) as stream:
            stream.raise_for_status()
            yield ChatCustomer(http, f"{self.address}/api/chat/messages", headers, stream.content)


@dataclass
class ChannelCustomer:
    http: aiohttp.ClientSession
    url: str
    key: str
    conversation_id: str

    async def say(self, text: str) -> list[str]:
        """The texts of the replies."""
        body = {
            "conversation_id": self.conversation_id,
            "message_id": str(uuid.uuid4()),
            "text": text,
            "payload": "",
            "received_at": datetime.now(SHANGHAI).isoformat(),
            "channel": "web",
        }
        async with self.http.post(self.url, json=body, headers={"Authorization": f"Bearer {self.key}"}) as response:
            response.raise_for_status()
            return [message["text"] for message in (await response.json())["messages"]]


@dataclass
class ChatCustomer:
    http: aiohttp.ClientSession
    url: str
    headers: dict[str, str]
    stream: aiohttp.StreamReader

    async def say(self, text: str) -> list[str]:
        """The texts of the replies; they arrive together, because they are stored together."""
        body = {"id": str(uuid.uuid4()), "text": text}
        async with self.http.post(self.url, json=body, headers=self.headers) as response:
            response.raise_for_status()
        replies: list[str] = []
        while not replies:
            replies = [message["text"] for message in await self._news() if message["from"] == "bot"]
        return replies

    async def _news(self) -> list[dict[str, str]]:
        """The messages of one write of the event stream."""
        chunk = await self.stream.readany()
        if not chunk:
            raise ConnectionError("the event stream ended")
        while not chunk.endswith(b"\n\n"):
            chunk += await self.stream.readany()
        lines = chunk.decode().split("\n")
        data = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
        return [each for each in data if "from" in each]
