"""What others notice of a hostile customer: `python -m benchmarks.hostile [--messages N]`.

The real processes with web, WeChat and hotline open and no limits per customer. A few customers talk all the time, and how long
their answers take is compared: while ordinary messages come by a channel, and while as many fuzzed ones do; while bodies of a
million characters and of a hundred megabytes are sent, while hundreds of clients send slowly, and while WeChat's address gets
XML that expands or asks for files. Nothing may end, and nothing may be answered with 5xx.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
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

RATE = 25.0  # messages a second of a channel, ordinary or not
OTHERS = 3
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
    tokens: list[str] = field(default_factory=list)

    async def arrive(self, customers: int) -> None:
        for _ in range(customers):
            async with self.http.post(f"{self.address}/api/chat/sessions") as answer:
                self.tokens.append((await answer.json())["token"])

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
            headers = {"Authorization": f"Bearer {self.tokens[number % len(self.tokens)]}"}
            return await self.post("/api/chat/messages", body(), headers | {"Content-Type": "application/json"})

        return send

    def account(self, xml: Callable[[], str]) -> Attack:
        async def send(_: int) -> int | str:
            query, body = self.wechat.sealed(xml())
            return await self.post("/wechat", body.encode(), **query)

        return send

    def call(self, body: Callable[[], bytes]) -> Attack:
        async def send(number: int) -> int | str:
            path = f"/api/ivr/calls/fuzz-{number % 50}/events"
            return await self.post(path, body(), HEADERS | {"Content-Type": "application/json"})

        return send


@dataclass
class Phase:
    """One kind of message, and what the others noticed meanwhile."""

    name: str
    statuses: Counter[int | str] = field(default_factory=Counter)
    others: list[float] = field(default_factory=list)

    @property
    def p95(self) -> float:
        return float(np.quantile(self.others, 0.95)) * 1e3

    def line(self, beside: Phase) -> str:
        classes = Counter(f"{str(status)[0]}xx" if status != CUT else CUT for status in self.statuses.elements())
        said = " ".join(f"{name} {classes[name]}" for name in ("2xx", "4xx", "5xx", CUT) if classes[name])
        ratio = f"{self.p95 / beside.p95:9.2f}" if beside is not self else " " * 9
        return f"{self.name:34}{sum(self.statuses.values()):8}  {said:32}{len(self.others):7}{self.p95:9.0f}{ratio}"


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
        self.during = Phase(name)
        yield self.during
        self.during = None
        self.ours.processes.check()

    async def send(self, name: str, attack: Attack, messages: int, rate: float = RATE) -> Phase:
        async with self.phase(name) as phase:
            began, tasks = time.monotonic(), []
            for number in tqdm(range(messages), desc=name, disable=None, file=sys.stderr, leave=False):
                await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
                tasks.append(asyncio.create_task(attack(number)))
            phase.statuses.update(await asyncio.gather(*tasks))
        return phase

    async def drip(self, name: str, clients: int, seconds: float) -> Phase:
        """So many connections that send a byte now and then; one that is ended comes again."""
        until = time.monotonic() + seconds
        async with self.phase(name) as phase:

            async def one() -> None:
                while time.monotonic() < until:
                    with suppress(OSError):
                        _, writer = await asyncio.open_connection("127.0.0.1", self.ours.ports["BOT_PORT"])
                        writer.write(b"POST /api/chat/messages HTTP/1.1\r\nHost: x\r\n")
                        while time.monotonic() < until and not writer.transport.is_closing():
                            writer.write(b"X-A: b\r\n")
                            await asyncio.sleep(random.uniform(0.5, 1.5))
                        writer.close()
                        phase.statuses[CUT] += 1

            await asyncio.gather(*(one() for _ in range(clients)))
        return phase


async def hundred_megabytes(doors: Doors, path: str) -> int | str:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 1024 * 1024

    headers = {"Authorization": f"Bearer {doors.tokens[0]}"} if path.startswith("/api/chat") else HEADERS
    try:
        async with doors.http.post(f"{doors.address}{path}", data=pieces(), headers=headers) as answer:
            return answer.status
    except aiohttp.ClientError:
        return CUT


async def measure(messages: int) -> int:
    """How many answers were 5xx."""
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
                await doors.arrive(50)
                return await attack_all(doors, Measured(ours), messages)
        finally:
            ours.processes.stop()


async def attack_all(doors: Doors, measured: Measured, messages: int) -> int:
    others = [asyncio.create_task(measured.talk(doors.http)) for _ in range(OTHERS)]
    phases: list[Phase] = []

    def show(phase: Phase, beside: Phase) -> Phase:
        print(phase.line(beside), flush=True)
        phases.append(phase)
        for task in others:
            if task.done():
                task.result()  # raises: one of the others was not answered
        return phase

    print(f"{'':34}{'sent':>8}  {'answers':32}{'others':>7}{'p95 ms':>9}{'ratio':>9}")
    ordinary: dict[str, Attack] = {
        "web": doors.chat(lambda: fuzzed_json("web", random.choice(ORDINARY), odd=False)),
        "wechat": doors.account(lambda: fuzzed_xml(random.choice(ORDINARY), odd=False)),
        "hotline": doors.call(lambda: fuzzed_json("hotline", random.choice(ORDINARY), odd=False)),
    }
    fuzzed: dict[str, Attack] = {
        "web": doors.chat(lambda: fuzzed_json("web", fuzzed_words(), odd=True)),
        "wechat": doors.account(lambda: fuzzed_xml(fuzzed_words(), odd=True)),
        "hotline": doors.call(lambda: fuzzed_json("hotline", fuzzed_words(), odd=True)),
    }
    few = max(100, messages // 10)
    with_nobody = await measured.send("nobody else", lambda _: asyncio.sleep(0, 204), few)
    show(with_nobody, with_nobody)
    for channel, attack in ordinary.items():
        usual = await measured.send(f"{channel}, ordinary", attack, few)
        show(usual, usual)
        show(await measured.send(f"{channel}, fuzzed", fuzzed[channel], messages), usual)
    million = b'{"id": "x", "text": "' + "你".encode() * 1_000_000 + b'"}'
    quiet = await measured.send("nobody else", lambda _: asyncio.sleep(0, 204), few)
    show(quiet, quiet)
    for channel, path in (("web", "/api/chat/messages"), ("wechat", "/wechat"), ("hotline", "/api/ivr/calls/c/events")):
        headers = HEADERS if channel == "hotline" else {"Authorization": f"Bearer {doors.tokens[0]}"}
        query = doors.wechat.sealed("")[0] if channel == "wechat" else {}
        show(
            await measured.send(
                f"{channel}, a million characters",
                lambda _, p=path, h=headers, q=query: doors.post(p, million, h, **q),
                40,
                2,
            ),
            quiet,
        )
        show(
            await measured.send(
                f"{channel}, a hundred megabytes", lambda _, p=path: hundred_megabytes(doors, p), 10, 0.5
            ),
            quiet,
        )
    for name, head in ENTITIES.items():
        xml = f"{head}<xml><ToUserName>gh</ToUserName><FromUserName>o{name}</FromUserName><MsgType>text</MsgType><Content>&a;</Content></xml>"
        show(await measured.send(f"wechat, {name}", doors.account(lambda x=xml: x), 200, 10), quiet)
    show(await measured.drip("500 slow clients", 500, 60), quiet)
    for task in others:
        task.cancel()
    return sum(number for phase in phases for status, number in phase.statuses.items() if str(status).startswith("5"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000, help="fuzzed ones, of each channel")
    return 1 if asyncio.run(measure(parser.parse_args().messages)) else 0


if __name__ == "__main__":
    sys.exit(main())
