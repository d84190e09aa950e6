"""What is lost or done twice when processes are killed: `python -m benchmarks.kills [--kills N] [--desks 2]
[--database sqlite|postgresql …]`.

Customers on the page, on WeChat and on the phone write together at 5 messages a second (`benchmarks.customers`). Front desk, Rasa and action server are each killed N times with
SIGKILL at random instants after they serve again, and started anew at once. In the end every ledger is compared with the store.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

import aiohttp
from tqdm import tqdm

from benchmarks.customers import SCRIPTS, Customer, Doors, PhoneCaller, WebCustomer, WeChatCustomer
from benchmarks.ledger import Balance, Store, reconcile
from benchmarks.ours import Ours
from benchmarks.processes import free_port
from bot.bootstrap import build_message_log, build_unit_of_work, prepare_store
from bot.calendars.clocks import SHANGHAI
from bot.insurance.hand_off import Owner
from bot.settings import RASA_WORKERS, ROOT, Settings, read_settings
from bot.store.contacts import SqlContacts
from bot.store.engine import build_engine
from simulators.wechat.server import Account, WeChatServer
from tests.postgres import create_database, running_cluster

CHANNELS: dict[type[Customer], int] = {WebCustomer: 6, WeChatCustomer: 2, PhoneCaller: 2}  # of ten customers
ACCOUNT = Account(aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")
GATEWAY_KEY = "benchmarks-gateway-key-000001"
RATE = 5.0  # messages a second, all customers together
AT_ONCE = 400  # conversations: an answer may take as long as several starts of Rasa, and the rate must not wait for it
# Seconds that a process serves before it is killed, on average. Rasa takes ten more to start, so the others live longer.
LIVES = {"desk": 12.0, "desk1": 12.0, "rasa": 6.0, "actions": 12.0}
COMMANDS = {
    "desk": ("benchmarks.desk",),
    "desk1": ("benchmarks.desk", "1"),
    "rasa": ("bot.dialogue.server",),
    "actions": ("actions.server",),
}
LAST_ANSWERS = 600.0  # seconds for what is owed when everything serves again; what comes later counts as lost
STARTING = 120.0  # seconds at most until a process serves
IDLE = 0.1
SLOWEST = 0.9 * RATE  # what was measured at less says nothing of the rate that was promised


@dataclass
class Run:
    """The processes, who kills them and who writes to them. `over` is set when all kills are done."""

    ours: Ours
    settings: Settings
    kills: int
    names: Sequence[str]  # of the processes
    wechat_port: int
    over: asyncio.Event = field(default_factory=asyncio.Event)
    killed: Counter[str] = field(default_factory=Counter)
    customers: list[Customer] = field(default_factory=list)
    rate: float = 0.0  # messages acknowledged a second while processes were killed

    async def measure(self) -> Balance:
        limit = aiohttp.TCPConnector(limit=0, force_close=True)
        log = build_message_log(self.settings)
        async with (
            aiohttp.ClientSession(connector=limit) as http,
            WeChatServer("", ACCOUNT).running(self.wechat_port) as wechat,
        ):

            async def owner_of(conversation_id: str) -> Owner:
                return await asyncio.to_thread(log.owner, conversation_id)

            pepper, turns = self.settings.secrets.pepper, Turns(RATE)
            await self._talk(Doors(http, self._addresses(), wechat, GATEWAY_KEY, pepper, turns.take, owner_of))
            contacts = SqlContacts(build_engine(self.settings.database_url, self.settings.secrets.data_key))
            return await reconcile(self.customers, Store(log, contacts, build_unit_of_work(self.settings)))

    async def _talk(self, doors: Doors) -> None:
        """Until all kills are done, and what is owed after them was answered."""
        await asyncio.gather(*(self._until_up(doors.http, name) for name in self.names))
        writers = [asyncio.create_task(self._write(doors)) for _ in range(AT_ONCE)]
        began = time.monotonic()
        with tqdm(total=self.kills * len(self.names), unit="kill", disable=None, file=sys.stderr) as bar:
            await asyncio.gather(*(self._kill(doors.http, name, bar) for name in self.names))
        self.over.set()
        self.rate = sum(len(each.acknowledged) for each in self.customers) / (time.monotonic() - began)
        await asyncio.gather(*(self._until_up(doors.http, name) for name in self.names))
        done, owed = await asyncio.wait(writers, timeout=LAST_ANSWERS)
        for writer in owed:
            writer.cancel()
        for writer in done:
            writer.result()  # raises what it raised

    async def _write(self, doors: Doors) -> None:
        while not self.over.is_set():
            (kind,) = random.choices(list(CHANNELS), list(CHANNELS.values()))
            customer = kind(doors, random.choice(SCRIPTS)())
            self.customers.append(customer)
            await customer.run()

    def _addresses(self) -> list[str]:
        port = self.ours.ports["BOT_PORT"]
        return [
            f"http://127.0.0.1:{port + place}" for place in range(sum(each.startswith("desk") for each in self.names))
        ]

    async def _kill(self, http: aiohttp.ClientSession, name: str, bar: tqdm[None]) -> None:
        while self.killed[name] < self.kills:
            await self._until_up(http, name)
            await asyncio.sleep(random.expovariate(1 / LIVES[name]))
            await asyncio.to_thread(self.ours.processes.kill, name)
            self.killed[name] += 1
            bar.update()
            self.ours.start_one(name, *COMMANDS[name])

    async def _until_up(self, http: aiohttp.ClientSession, name: str) -> None:
        until = time.monotonic() + STARTING
        while not await self._is_up(http, name):
            if time.monotonic() > until:
                raise RuntimeError(f"{name} does not serve after {STARTING:.0f} s")
            await asyncio.sleep(IDLE)

    async def _is_up(self, http: aiohttp.ClientSession, name: str) -> bool:
        ports, secrets = self.ours.ports, self.settings.secrets
        desks = {"desk": "/healthz", "desk1": "/healthz"}
        path = {**desks, "rasa": "/webhooks/desk/health", "actions": "/health"}[name]
        port_of = {"desk": "BOT_PORT", "desk1": "BOT_PORT", "rasa": "BOT_RASA_PORT", "actions": "BOT_ACTION_PORT"}
        first = ports[port_of[name]] + (name == "desk1")
        headers = {"Authorization": f"Bearer {secrets.action_key}"} if name == "actions" else {}
        for port in range(first, first + (RASA_WORKERS if name == "rasa" else 1)):
            try:
                async with http.get(
                    f"http://127.0.0.1:{port}{path}", headers=headers, timeout=aiohttp.ClientTimeout(total=2)
                ) as answer:
                    if answer.status != 200:
                        return False
            except (aiohttp.ClientError, asyncio.TimeoutError, ConnectionError):
                return False
        return True


class Turns:
    """Evenly spaced, whoever takes them."""

    def __init__(self, rate: float) -> None:
        self._pause, self._next = 1 / rate, 0.0

    async def take(self) -> None:
        now = time.monotonic()
        self._next = max(now, self._next + self._pause)
        await asyncio.sleep(self._next - now)


@contextlib.contextmanager
def database(kind: str) -> Iterator[str]:
    """Its address; "" for a SQLite file in the run's own folder."""
    if kind == "sqlite":
        yield ""
        return
    with running_cluster() as cluster:
        create_database(cluster, "assistant")
        yield cluster.url("assistant")


def run(kind: str, kills: int, desks: int) -> int:
    with tempfile.TemporaryDirectory() as folder, database(kind) as url:
        wechat_port = free_port()
        more = ACCOUNT.environment(f"http://127.0.0.1:{wechat_port}") | {"BOT_IVR_KEY": GATEWAY_KEY}
        ours = Ours(Path(folder), ROOT / "models", more | ({"DATABASE_URL": url} if url else {}))
        settings = read_settings({**ours.environment, "DATABASE_URL": url or ours.store})
        prepare_store(settings, datetime.now(SHANGHAI).date())
        ours.start()
        names = [name for name in COMMANDS if name != "desk1" or desks > 1]
        if desks > 1:
            ours.start_one("desk1", *COMMANDS["desk1"])
        began = time.monotonic()
        try:
            one = Run(ours, settings, kills, names, wechat_port)
            balance = asyncio.run(one.measure())
        finally:
            ours.processes.stop()
    minutes = (time.monotonic() - began) / 60
    return tell(kind, one, balance, minutes)


def tell(kind: str, one: Run, balance: Balance, minutes: float) -> int:
    """1 when anything does not add up, or customers wrote too seldom."""
    figures = {name: value for name, value in asdict(balance).items() if name != "flaws"}
    print(f"{kind}: {json.dumps(one.killed)} killed in {minutes:.0f} min, {one.rate:.1f} messages a second meanwhile")
    for name, value in figures.items():
        print(f"{name:18}{value:8}")
    for flaw in balance.flaws[:20]:
        print(flaw)
    if one.rate < SLOWEST:
        print(f"too few messages a second: {RATE:.0f} were to come")
    return int(bool(balance.flaws) or one.rate < SLOWEST)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="of each process")
    parser.add_argument("--database", choices=("postgresql", "sqlite"), nargs="+", default=["postgresql"])
    parser.add_argument("--desks", type=int, choices=(1, 2), default=1, help="front desks; two need PostgreSQL")
    options = parser.parse_args()
    if options.desks > 1 and "sqlite" in options.database:
        parser.error("two front desks need PostgreSQL")
    return max(run(kind, options.kills, options.desks) for kind in options.database)


if __name__ == "__main__":
    sys.exit(main())
