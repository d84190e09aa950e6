"""What others notice of a hostile customer: `python -m benchmarks.hostile [--messages N]`.

The real processes with web, WeChat and hotline open and no limits per customer. A few customers talk all the time, and how long
their answers take is compared: while ordinary messages come by a channel, and while as many fuzzed ones do; while bodies of a
million characters and of a hundred megabytes are sent, while hundreds of clients send slowly, and while WeChat's address gets
XML that expands or asks for files. Every few messages are a new conversation, call or customer, for one that a person has or that
hung up is no work. Nothing may end, nothing may be answered with 5xx, and the others may not wait longer.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

import aiohttp
import numpy as np
from tqdm import tqdm

from benchmarks.fuzz import ENTITIES, fuzzed_json, fuzzed_words, fuzzed_xml
from benchmarks.ours import Ours
from benchmarks.processes import free_port
from benchmarks.talk import claim_conversation, converse
from benchmarks.wechat import ready
from bot.bootstrap import prepare_store
from bot.calendars.clocks import SHANGHAI
from bot.settings import ROOT, read_settings
from simulators.wechat.server import Account, WeChatServer

RATE = (
    25.0  # messages a second of a channel, ordinary or not: half of what two cores answer, so that the others have room
)
OTHERS = 3
EACH = 5  # messages of a conversation, a call or a customer
NOTICED = 1.5  # times as long for the others; a p95 of some hundred answers is no surer on two cores
PAUSE = 0.25  # seconds between an answer and the next words of each of the others
ORDINARY = ("等待期是什么意思", "你好", "报案要准备什么材料", "犹豫期多久", "谢谢")
IVR_KEY = "benchmarks-gateway-key-000001"
HEADERS = {"Authorization": f"Bearer {IVR_KEY}"}
CUT = "cut"  # the connection was ended before an answer

Attack = Callable[[int], Awaitable[int | str]]  # its number → the status of the answer


@dataclass
class Doors:
    """Where everything is sent."""

    http: aiohttp.ClientSession
    address: str
    wechat: WeChatServer
    begun: int = 0  # conversations and calls of the phases that are over
    arrivals: dict[int, asyncio.Task[str]] = field(default_factory=dict)

    async def token(self, number: int) -> str:
        """Of the chat conversation that the message of that number belongs to."""
        place = self.begun + number // EACH
        if place not in self.arrivals:
            self.arrivals[place] = asyncio.create_task(self._arrive())
        return await self.arrivals[place]

    async def _arrive(self) -> str:
        async with self.http.post(f"{self.address}/api/chat/sessions") as answer:
            return str((await answer.json())["token"])

    def begin(self, messages: int) -> None:
        """The next messages are other customers'."""
        self.begun += messages // EACH + 1

    async def post(self, path: str, body: bytes, headers: dict[str, str] | None = None, **query: str) -> int | str:
        url = f"{self.address}{path}"
        try:
            async with self.http.post(url, data=body, headers=headers or {}, params=query) as answer:
                await answer.read()
                return answer.status
        except aiohttp.ClientError:
            return CUT

    def chat(self, body: Callable[[], bytes]) -> Attack:
        async def send(number: int) -> int | str:
            headers = {"Authorization": f"Bearer {await self.token(number)}"}
            return await self.post("/api/chat/messages", body(), headers | {"Content-Type": "application/json"})

        return send

    def account(self, xml: Callable[[str], str]) -> Attack:
        async def send(number: int) -> int | str:
            query, body = self.wechat.sealed(xml(f"o{self.begun + number // EACH:027}"))
            return await self.post("/wechat", body.encode(), **query)

        return send

    def call(self, body: Callable[[], bytes]) -> Attack:
        async def send(number: int) -> int | str:
            path = f"/api/ivr/calls/fuzz-{self.begun + number // EACH}/events"
            return await self.post(path, body(), HEADERS | {"Content-Type": "application/json"})

        return send


@dataclass
class Phase:
    """One kind of message, and what the others noticed meanwhile."""

    name: str
    statuses: Counter[int | str] = field(default_factory=Counter)
    others: list[float] = field(default_factory=list)
    answers: int = 0  # of the assistant's, to anybody

    @property
    def p95(self) -> float:
        return float(np.quantile(self.others, 0.95)) * 1e3

    def line(self, beside: Phase) -> str:
        classes = Counter(f"{str(status)[0]}xx" if status != CUT else CUT for status in self.statuses.elements())
        said = " ".join(f"{name} {classes[name]}" for name in ("2xx", "4xx", "5xx", CUT) if classes[name])
        ratio = f"{self.slower(beside):9.2f}" if beside is not self else " " * 9
        sent = sum(self.statuses.values())
        return f"{self.name:34}{sent:8}  {said:32}{self.answers:9}{len(self.others):7}{self.p95:9.0f}{ratio}"

    @property
    def errors(self) -> int:
        """How many answers were 5xx."""
        return sum(number for status, number in self.statuses.items() if str(status).startswith("5"))

    def slower(self, beside: Phase) -> float:
        """How many times as long the others waited."""
        return self.p95 / beside.p95


@dataclass
class Measured:
    """The others talk as long as this lasts; `during` says to which phase their answers count."""

    ours: Ours
    during: Phase | None = None

    async def talk(self, http: aiohttp.ClientSession) -> None:
        while True:
            async with self.ours.at_the_door(http) as customer:
                for text in claim_conversation():
                    times: list[float] = []
                    await converse(customer, [text], times)
                    if self.during is not None:
                        self.during.others += times
                    await asyncio.sleep(PAUSE)

    @asynccontextmanager
    async def phase(self, name: str) -> AsyncIterator[Phase]:
        self.during, before = Phase(name), self._answers()
        yield self.during
        self.during.answers = self._answers() - before
        self.during = None
        self.ours.processes.check()

    def _answers(self) -> int:
        with closing(sqlite3.connect(f"file:{self.ours.folder / 'var' / 'assistant.db'}?mode=ro", uri=True)) as store:
            return int(store.execute("SELECT count(*) FROM messages WHERE sender = 'bot'").fetchone()[0])

    async def send(self, name: str, attack: Attack, messages: int, rate: float = RATE) -> Phase:
        async with self.phase(name) as phase:
            began, tasks = time.monotonic(), []
            for number in tqdm(range(messages), desc=name, disable=None, file=sys.stderr, leave=False):
                await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
                tasks.append(asyncio.create_task(attack(number)))
            phase.statuses.update(await asyncio.gather(*tasks))
        return phase

    async def drip(self, name: str, head: bytes, piece: bytes, clients: int, seconds: float) -> Phase:
        """So many connections that send a piece now and then; one that is ended comes again."""
        until = time.monotonic() + seconds
        async with self.phase(name) as phase:

            async def one() -> None:
                while time.monotonic() < until:
                    with suppress(OSError):
                        reader, writer = await asyncio.open_connection("127.0.0.1", self.ours.ports["BOT_PORT"])
                        writer.write(head)
                        while time.monotonic() < until and not writer.transport.is_closing():
                            writer.write(piece)
                            await asyncio.sleep(random.uniform(0.5, 1.5))
                        phase.statuses[await _answer_of(reader)] += 1
                        writer.close()

            await asyncio.gather(*(one() for _ in range(clients)))
        return phase


async def _answer_of(reader: asyncio.StreamReader) -> int | str:
    """The status on a raw connection; CUT where it was ended without one, or where nothing has come."""
    with suppress(OSError, asyncio.TimeoutError):
        line = await asyncio.wait_for(reader.readline(), 0.1)
        if line.startswith(b"HTTP/"):
            return int(line.split()[1])
    return CUT


async def hundred_megabytes(doors: Doors, path: str) -> int | str:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 1024 * 1024

    headers = {"Authorization": f"Bearer {await doors.token(0)}"} if path.startswith("/api/chat") else HEADERS
    query = doors.wechat.sealed("")[0] if path == "/wechat" else {}
    try:
        async with doors.http.post(f"{doors.address}{path}", data=pieces(), headers=headers, params=query) as answer:
            return answer.status
    except aiohttp.ClientError:
        return CUT


async def measure(messages: int) -> int:
    """How many answers were 5xx, and during how many phases the others waited longer."""
    account, port = Account(aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"), free_port()
    more = account.environment(f"http://127.0.0.1:{port}") | {"BOT_IVR_KEY": IVR_KEY}
    with tempfile.TemporaryDirectory() as folder:
        ours = Ours(Path(folder), ROOT / "models", more)
        prepare_store(read_settings({**ours.environment}), datetime.now(SHANGHAI).date())
        ours.start()
        try:
            limit = aiohttp.TCPConnector(limit=0)
            async with (
                WeChatServer(f"{ours.address}/wechat", account).running(port) as server,
                aiohttp.ClientSession(connector=limit) as http,
            ):
                await ready(ours)
                doors = Doors(http, ours.address, server)
                return await Attacks(doors, Measured(ours), messages).carry_out()
        finally:
            ours.processes.stop()


@dataclass
class Attacks:
    """All of them, one after the other, each beside a usual phase."""

    doors: Doors
    measured: Measured
    messages: int
    bad: int = 0

    async def carry_out(self) -> int:
        others = [asyncio.create_task(self.measured.talk(self.doors.http)) for _ in range(OTHERS)]
        print(f"{'':34}{'sent':>8}  {'answers':32}{'turns':>9}{'others':>7}{'p95 ms':>9}{'ratio':>9}")
        await self._words()
        quiet = await self._usual("nobody else", lambda _: asyncio.sleep(0, 204))
        await self._sizes(quiet)
        await self._entities(quiet)
        await self._slowly(quiet)
        for task in others:
            if task.done():
                task.result()  # raises: one of the others was not answered
            task.cancel()
        return self.bad

    async def _words(self) -> None:
        doors = self.doors
        ordinary: dict[str, Attack] = {
            "web": doors.chat(lambda: fuzzed_json("web", random.choice(ORDINARY), odd=False)),
            "wechat": doors.account(lambda sender: fuzzed_xml(random.choice(ORDINARY), sender, odd=False)),
            "hotline": doors.call(lambda: fuzzed_json("hotline", random.choice(ORDINARY), odd=False)),
        }
        fuzzed: dict[str, Attack] = {
            "web": doors.chat(lambda: fuzzed_json("web", fuzzed_words(), odd=True)),
            "wechat": doors.account(lambda sender: fuzzed_xml(fuzzed_words(), sender, odd=True)),
            "hotline": doors.call(lambda: fuzzed_json("hotline", fuzzed_words(), odd=True)),
        }
        for channel, attack in ordinary.items():
            usual = await self._usual(f"{channel}, ordinary", attack)
            await self._send(f"{channel}, fuzzed", fuzzed[channel], self.messages, RATE, usual)

    async def _sizes(self, quiet: Phase) -> None:
        million = b'{"id": "x", "text": "' + "你".encode() * 1_000_000 + b'"}'
        for channel, path in (
            ("web", "/api/chat/messages"),
            ("wechat", "/wechat"),
            ("hotline", "/api/ivr/calls/c/events"),
        ):
            headers = HEADERS if channel == "hotline" else {"Authorization": f"Bearer {await self.doors.token(0)}"}
            query = self.doors.wechat.sealed("")[0] if channel == "wechat" else {}
            a_million = partial(self.doors.post, path, million, headers, **query)
            await self._send(f"{channel}, a million characters", lambda _, send=a_million: send(), 40, 2, quiet)
            huge = partial(hundred_megabytes, self.doors, path)
            await self._send(f"{channel}, a hundred megabytes", lambda _, send=huge: send(), 30, 0.5, quiet)

    async def _entities(self, quiet: Phase) -> None:
        for name, head in ENTITIES.items():

            def xml(sender: str, head: str = head) -> str:
                return (
                    f"{head}<xml><ToUserName>gh</ToUserName><FromUserName>{sender}</FromUserName>"
                    "<MsgType>text</MsgType><Content>&a;</Content></xml>"
                )

            await self._send(f"wechat, {name}", self.doors.account(xml), 200, 10, quiet)

    async def _slowly(self, quiet: Phase) -> None:
        start = b"POST /api/chat/messages HTTP/1.1\r\nHost: x\r\n"
        known = f"Authorization: Bearer {await self.doors.token(0)}\r\nContent-Length: 1000\r\n\r\n".encode()
        for what, head, piece in (("headers", start, b"X-A: b\r\n"), ("bodies", start + known, b"x")):
            phase = await self.measured.drip(f"500 clients with slow {what}", head, piece, 500, 60)
            self._count(phase, quiet)

    async def _usual(self, name: str, attack: Attack) -> Phase:
        few = max(100, self.messages // 5)
        self.doors.begin(few)
        phase = await self.measured.send(name, attack, few)
        print(phase.line(phase), flush=True)
        self.bad += phase.errors
        return phase

    async def _send(self, name: str, attack: Attack, messages: int, rate: float, beside: Phase) -> None:
        self.doors.begin(messages)
        self._count(await self.measured.send(name, attack, messages, rate), beside)

    def _count(self, phase: Phase, beside: Phase) -> None:
        print(phase.line(beside), flush=True)
        self.bad += phase.errors
        self.bad += phase.slower(beside) > NOTICED


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000, help="fuzzed ones, of each channel")
    return 1 if asyncio.run(measure(parser.parse_args().messages)) else 0


if __name__ == "__main__":
    sys.exit(main())
