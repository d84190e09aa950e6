"""The supervisor with real processes: small scripts that write down that they live."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.launch.listening import Patience
from bot.launch.procfile import Command
from bot.launch.supervisor import RestartPolicy, Supervisor
from tests.customer import wait_until
from tests.stack import free_ports

LIVES = "import os, signal, time\nopen('{name}', 'a').write(str(os.getpid()) + '\\n')\n"
WAITS = LIVES + "signal.signal(signal.SIGTERM, lambda *_: (open('ended', 'a').write('{name} '), exit(0)))\n"
FOREVER = WAITS + "print('{name} is up', flush=True)\nwhile True: signal.pause()\n"
DEAF = (
    LIVES
    + "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('{name} is up', flush=True)\nwhile True: signal.pause()\n"
)
ANSWERS = (
    LIVES
    + """
from http.server import BaseHTTPRequestHandler, HTTPServer
class Healthy(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(503)
        self.end_headers()
        print('{name} was asked', flush=True)
    def log_message(self, *_): pass
HTTPServer(('127.0.0.1', PORT), Healthy).serve_forever()
"""
)
DIES = LIVES + "exit(3)\n"
QUICKLY = RestartPolicy(first=0.01, longest=0.02, quick=60, quick_deaths=3, grace=10)


class Told:
    """What the supervisor says; `act` is done once when a line holds the words."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._acts: list[tuple[str, Callable[[], None]]] = []
        self._lock = threading.Lock()

    def once(self, words: str, act: Callable[[], None]) -> None:
        self._acts.append((words, act))

    def __call__(self, line: str) -> None:
        with self._lock:
            self.lines.append(line)
            due = next((pair for pair in self._acts if pair[0] in line), None)
            if due:
                self._acts.remove(due)
        if due:
            due[1]()

    def count(self, words: str) -> int:
        return sum(words in line for line in self.lines)


@pytest.fixture
def told() -> Told:
    return Told()


def supervisor(folder: Path, told: Told, policy: RestartPolicy = QUICKLY, **scripts: str) -> Supervisor:
    commands = [Command(name, (sys.executable, "-c", script.format(name=name))) for name, script in scripts.items()]
    return Supervisor(commands, dict(os.environ), folder, told, policy)


def pids(folder: Path, name: str) -> list[int]:
    return [int(line) for line in (folder / name).read_text().split()]


def test_a_process_killed_is_started_again_and_the_others_go_on(tmp_path: Path, told: Told) -> None:
    one = supervisor(tmp_path, told, a=FOREVER, b=FOREVER)
    told.once("b is up", lambda: os.kill(pids(tmp_path, "b")[0], signal.SIGKILL))
    told.once("b is up", one.stop)
    assert one.run() == 0
    assert len(pids(tmp_path, "b")) == 2
    assert len(pids(tmp_path, "a")) == 1
    assert told.count("b 意外退出（信号 SIGKILL），0.01 秒后自动重启。") == 1


def test_a_process_that_dies_at_once_again_and_again_is_given_up_and_all_end(tmp_path: Path, told: Told) -> None:
    assert supervisor(tmp_path, told, a=FOREVER, b=DIES).run() == 1
    assert len(pids(tmp_path, "b")) == 3
    assert told.count("b 意外退出（代码 3）") == 2
    assert told.count("b 连续 3 次一启动就退出（代码 3），不再重启") == 1
    with pytest.raises(ProcessLookupError):
        os.kill(pids(tmp_path, "a")[0], 0)


def test_deaths_after_a_long_life_never_add_up(tmp_path: Path, told: Told) -> None:
    old = RestartPolicy(first=0.01, quick=0, quick_deaths=2, grace=0.3)
    one = supervisor(tmp_path, told, old, b=DIES)
    told.once("意外退出", lambda: told.once("意外退出", lambda: told.once("意外退出", one.stop)))
    assert one.run() == 0


def test_a_process_that_hangs_is_ended_and_started_again(tmp_path: Path, told: Told) -> None:
    port = free_ports(1)[0]
    one = supervisor(tmp_path, told, a=ANSWERS.replace("PORT", str(port)), b=FOREVER)
    one.addresses = {"a": [f"http://127.0.0.1:{port}/"]}
    one.patience = Patience(silent=0.4, every=0.05, answer=0.2)
    told.once("a was asked", lambda: os.kill(pids(tmp_path, "a")[0], signal.SIGSTOP))
    told.once("a 意外退出（信号 SIGKILL）", lambda: told.once("a was asked", one.stop))
    assert one.run() == 0
    assert len(pids(tmp_path, "a")) == 2
    assert len(pids(tmp_path, "b")) == 1
    assert told.count("a 超过 0.4 秒没有回应") == 1


def test_a_process_that_takes_long_to_start_is_left_alone(tmp_path: Path, told: Told) -> None:
    one = supervisor(tmp_path, told, a=FOREVER)
    one.addresses = {"a": [f"http://127.0.0.1:{free_ports(1)[0]}/"]}
    one.patience = Patience(silent=0.0, every=0.02, answer=0.2)
    told.once("a is up", lambda: threading.Timer(0.3, one.stop).start())
    assert one.run() == 0
    assert (told.count("没有回应"), len(pids(tmp_path, "a"))) == (0, 1)


def test_all_end_in_the_order_of_the_list_when_we_are_told_to(tmp_path: Path, told: Told) -> None:
    one = supervisor(tmp_path, told, desk=FOREVER, rasa=FOREVER, actions=FOREVER)
    up: list[int] = []

    def last_is_up() -> None:
        up.append(1)
        if len(up) == 3:
            os.kill(os.getpid(), signal.SIGINT)

    for name in ("desk", "rasa", "actions"):
        told.once(f"{name} is up", last_is_up)
    assert one.run() == 0
    assert (tmp_path / "ended").read_text().split() == ["desk", "rasa", "actions"]


def test_a_process_that_does_not_listen_is_killed_after_its_grace(tmp_path: Path, told: Told) -> None:
    one = supervisor(tmp_path, told, replace(QUICKLY, grace=0.3), a=DEAF)
    told.once("a is up", one.stop)
    assert one.run() == 0
    with pytest.raises(ProcessLookupError):
        os.kill(pids(tmp_path, "a")[0], 0)


def test_what_a_process_prints_is_shown_under_its_name(tmp_path: Path, told: Told) -> None:
    one = supervisor(tmp_path, told, desk=FOREVER)
    told.once("is up", one.stop)
    one.run()
    assert told.lines == ["desk    | desk is up"]


def test_pauses_grow_and_stay_bounded() -> None:
    policy = RestartPolicy(first=0.5, longest=15)
    assert [policy.delay(deaths) for deaths in (0, 1, 2, 3, 5, 60)] == [0.5, 0.5, 1, 2, 8, 15]


def test_a_process_that_comes_later_is_kept_running_and_finishes_when_it_goes(tmp_path: Path, told: Told) -> None:
    one = supervisor(tmp_path, told, a=FOREVER)
    later = Command("later", (sys.executable, "-c", FOREVER.format(name="later")))
    told.once("a is up", lambda: one.add(later, ()))
    told.once("later is up", lambda: os.kill(pids(tmp_path, "later")[0], signal.SIGKILL))
    told.once("later is up", lambda: one.remove("later"))
    goes_on = threading.Event()

    def when_it_has_ended() -> None:
        wait_until(lambda: (tmp_path / "ended").exists(), "the removed process ends")
        goes_on.set()
        one.stop()

    told.once("later 意外退出", lambda: threading.Thread(target=when_it_has_ended).start())
    assert one.run() == 0
    assert goes_on.is_set()
    assert (tmp_path / "ended").read_text().split() == ["later", "a"]
    assert len(pids(tmp_path, "later")) == 2


def test_one_that_the_others_do_without_is_let_go(tmp_path: Path, told: Told) -> None:
    one = supervisor(tmp_path, told, a=FOREVER, b=DIES)
    spared: list[str] = []

    def spares(name: str) -> bool:
        spared.append(name)
        one.stop()
        return True

    one.spares = spares
    assert one.run() == 0
    assert spared == ["b"]
    assert len(pids(tmp_path, "a")) == 1
