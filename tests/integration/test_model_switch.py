"""Two models beside each other while people talk: real processes under the real supervisor, the real client, dispatcher and log.
The servers are pretended ones, which are there in a moment and say who they are."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.calendars.clocks import SHANGHAI
from bot.clients.rasa_routes import Plan, Routes
from bot.clients.rasa_server import RasaServer
from bot.conversations.dispatcher import Dispatcher
from bot.conversations.feed import Feed
from bot.conversations.messages import Sender
from bot.conversations.retry import RetryPolicy
from bot.services.models.card import SYSTEM, CardState, ModelCard
from bot.services.models.release import Release
from bot.services.models.split import place_of
from bot.settings import ROOT
from bot.store.engine import build_engine
from bot.store.message_log import SqlMessageLog
from bot.store.model_folder import ModelFolder
from bot.store.unit_of_work import SqlUnitOfWork
from tests.customer import wait_until
from tests.fakes import DATA_KEY, PeopleQueue
from tests.migrated import migrated_store
from tests.stack import free_ports

PATIENCE = 60.0  # seconds; the machine may be busy
WAITS = ThreadPoolExecutor(40, "waits")  # not the threads in which the dispatcher asks its log


def now() -> datetime:
    return datetime.now(SHANGHAI)


@dataclass
class Town:
    """A supervisor with a model "old" that serves, "new" that is approved, and customers."""

    folder: Path
    log: SqlMessageLog
    work: Callable[[], SqlUnitOfWork]
    registry: ModelFolder
    release: Release
    dispatcher: Dispatcher
    supervisor: subprocess.Popen[bytes]
    sent: dict[str, list[str]] = field(default_factory=dict)

    def open(self, *names: str) -> None:
        for name in names:
            self.log.open(name, channel="web", at=now())

    def say(self, name: str) -> None:
        message_id = f"{name}.{len(self.sent.setdefault(name, []))}"
        self.log.receive(name, message_id=message_id, text="你好", choice_id="", at=now())
        self.sent[name].append(message_id)
        self.dispatcher.wake(name)

    async def answers(self, *names: str) -> dict[str, str]:
        """What each is answered to one message more: the model's name."""
        for name in names:
            self.say(name)
        await self.all_answered(names)
        return {name: self.log.after(name, 0)[-1].text for name in names}

    async def all_answered(self, names: Sequence[str]) -> None:
        await until(lambda: all(self.log.next_pending(name) is None for name in names), "everybody answered")

    async def until_served_by(self, *models: str) -> None:
        def served() -> bool:
            try:
                plan = Plan.from_json((self.folder / "routes.json").read_text())
            except OSError:
                return False
            return set(plan.servers) == set(models)

        await until(served, f"routes with {models}")

    def step(self, deed: Callable[[Release, SqlUnitOfWork], object]) -> None:
        with self.work() as work:
            deed(self.release, work)

    def servers(self) -> list[str]:
        """The models of the processes that run."""
        return sorted(self._processes().values())

    def pid_of(self, model: str) -> int:
        (pid,) = (pid for pid, of in self._processes().items() if of == model)
        return pid

    def _processes(self) -> dict[int, str]:
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_text().split("\0")
            except OSError:
                continue
            if "tests.pretended_rasa" in words and "--port" in words and str(self.folder) in self._environment(folder):
                found[int(folder.name)] = words[words.index("--model") + 1]
        return found

    def _environment(self, process: Path) -> str:
        try:
            return (process / "environ").read_text()
        except OSError:
            return ""


async def until(true: Callable[[], bool], what: str) -> None:
    await asyncio.get_running_loop().run_in_executor(WAITS, wait_until, true, what, PATIENCE)


def start_supervisor(folder: Path, models: Path, port: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.pretended_rasa", "--supervise", str(models), str(folder), str(port), "old"]
    environment = {**os.environ, "LEDGER": str(folder / "ledger")}
    with (folder / "supervisor.log").open("w") as said:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    engine = build_engine(migrated_store(tmp_path / "town.db"), DATA_KEY)
    registry = ModelFolder(tmp_path / "models")
    registry.folder.mkdir()
    card = ModelCard("old", "hash", SYSTEM, now(), 1.0, CardState.CURRENT)
    for model_id in ("old", "new"):
        registry.archive(model_id).write_text(model_id)
    registry.make_current(card)
    registry.put(replace(card, model_id="new", state=CardState.APPROVED, compared_with="old", gate_passed=True))
    port = free_ports(1)[0]
    supervisor = start_supervisor(tmp_path, registry.folder, port)
    log = SqlMessageLog(engine)
    routes = Routes(tmp_path / "routes.json", [f"http://127.0.0.1:{port}"])
    async with RasaServer(routes, "s") as rasa:
        dispatcher = Dispatcher(
            log, rasa, Feed(), people=PeopleQueue(log), clock=now, server_of=rasa.server_of,
            retry=RetryPolicy(first=0.01, longest=0.1, longest_probe=0.1),
        )  # fmt: skip
        await dispatcher.start()
        release = Release(registry, timedelta(seconds=1.5))
        town = Town(tmp_path, log, lambda: SqlUnitOfWork(engine), registry, release, dispatcher, supervisor)
        try:
            await town.until_served_by("old")
            yield town
        finally:
            await dispatcher.stop()
            supervisor.send_signal(signal.SIGTERM)
            supervisor.wait(PATIENCE)
    assert town.servers() == []


def crowd(number: int, first: int = 0) -> list[str]:
    return [f"customer-{place}" for place in range(first, first + number)]


async def test_a_stream_of_turns_loses_nothing_while_models_come_and_go(town: Town) -> None:
    names = crowd(12)
    town.open(*names)
    steps: list[Callable[[Release, SqlUnitOfWork], object]] = [
        lambda release, work: release.share(work, "new", 50, "bert", now()),
        lambda release, work: release.release(work, "new", "bert", now()),
        lambda release, work: release.roll_back(work, "bert", now()),
    ]
    talking = True

    async def talk(name: str) -> None:
        while talking:
            town.say(name)
            await town.all_answered([name])

    async def arrive() -> None:
        place = len(names)
        while talking:
            late = crowd(1, place)[0]
            place += 1
            town.open(late)
            town.say(late)
            await town.all_answered([late])

    tasks = [asyncio.create_task(one) for one in (*map(talk, names), arrive())]
    for step, served in zip(steps, (("new", "old"), ("new",), ("old",)), strict=True):
        town.step(step)
        await town.until_served_by(*served)
        await until(lambda served=served: town.servers() == sorted(served), f"processes of {served}")  # type: ignore[misc]
    talking = False
    await asyncio.gather(*tasks)

    asked = [message_id for sent in town.sent.values() for message_id in sent]
    ledger = [line.split() for line in (town.folder / "ledger").read_text().splitlines()]
    assert {message_id for message_id, _ in ledger} == set(asked)
    assert {model for _, model in ledger} == {"old", "new"}
    for name, sent in town.sent.items():  # each message answered once, by a model, in its order
        said = town.log.after(name, 0)
        answers = [one.text for one in said if one.sender is Sender.BOT]
        assert len(answers) == len(sent)
        assert set(answers) <= {"old", "new"}
        assert not [one for one in said if one.sender is Sender.SYSTEM]
    again = Counter(message_id for message_id, _ in ledger)
    assert sum(again.values()) - len(again) <= 12  # a turn may have been broken off with its server, and run again


async def test_a_share_of_new_conversations_has_the_new_model_and_keeps_it(town: Town) -> None:
    early, late = crowd(30), crowd(60, 30)
    town.open(*early)
    town.step(lambda release, work: release.share(work, "new", 30, "bert", now()))
    await town.until_served_by("old", "new")
    town.open(*late)
    wanted = {name: "new" if place_of(name) < 30 else "old" for name in late} | dict.fromkeys(early, "old")
    assert await town.answers(*early, *late) == wanted
    assert Counter(wanted[name] for name in late)["new"] >= 8
    town.step(lambda release, work: release.share(work, "new", 90, "bert", now()))
    newest = crowd(40, 90)
    town.open(*newest)
    await until(lambda: "90]" in (town.folder / "routes.json").read_text(), "the routes tell of the larger share")
    assert await town.answers(*early, *late) == wanted
    assert Counter((await town.answers(*newest)).values())["new"] >= 30
    town.step(lambda release, work: release.roll_back(work, "bert", now()))
    await town.until_served_by("old")
    assert set((await town.answers(*early, *late, *newest)).values()) == {"old"}
    await until(lambda: town.servers() == ["old"], "the canary's process ends")


async def test_a_canary_that_dies_leaves_its_customers_to_the_other_until_it_is_back(town: Town) -> None:
    town.step(lambda release, work: release.share(work, "new", 99, "bert", now()))
    await town.until_served_by("old", "new")
    names = [name for name in crowd(20) if place_of(name) < 99]
    town.open(*names)
    assert set((await town.answers(*names)).values()) == {"new"}
    os.kill(town.pid_of("new"), signal.SIGKILL)
    assert set((await town.answers(*names)).values()) <= {"new", "old"}
    await town.until_served_by("old", "new")


async def test_a_model_that_will_not_start_is_withdrawn_and_nobody_notices(town: Town) -> None:
    card = town.registry.card("new")
    assert card is not None
    town.registry.archive("broken").write_text("broken")
    town.registry.put(replace(card, model_id="broken"))
    names = crowd(10)
    town.open(*names)
    town.step(lambda release, work: release.share(work, "broken", 99, "bert", now()))
    town.open(*crowd(10, 10))
    assert set((await town.answers(*names, *crowd(10, 10))).values()) == {"old"}

    def withdrawn() -> bool:
        found = town.registry.card("broken")
        return found is not None and found.state is CardState.WITHDRAWN

    await until(withdrawn, "the model that does not start is withdrawn")
    assert town.supervisor.poll() is None
    assert town.servers() == ["old"]
