"""`make run` with real processes: what the terminal shows, and a process that is killed comes back by itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.launch import QUIET
from bot.settings import ROOT
from tests.customer import wait_until
from tests.stack import PROCESSES, START_PATIENCE, Stack, free_ports

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs Linux's /proc"),
]


class Launcher:
    """`python -m bot.launch` and what it prints."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot.launch"],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.lines: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)

    @property
    def shown(self) -> str:
        return "".join(self.lines)

    def wait_for(self, words: str) -> None:
        def is_shown() -> bool:
            assert self.process.poll() is None, self.shown
            return words in self.shown

        wait_until(is_shown, f"“{words}” in the terminal", START_PATIENCE)

    def pid_of(self, module: str) -> int:
        (pid,) = [pid for pid in self.children() if module in _words(pid)]
        return pid

    def children(self) -> list[int]:
        return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if _parent(pid) == self.process.pid]


def _words(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except OSError:
        return []


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


@contextmanager
def launched(environment: dict[str, str]) -> Iterator[Launcher]:
    launcher = Launcher(environment)
    try:
        launcher.wait_for("按 Ctrl+C 结束。")
        yield launcher
    finally:
        if launcher.process.poll() is None:
            launcher.process.send_signal(signal.SIGINT)
            launcher.process.wait(60)


@pytest.fixture(scope="module")
def ports() -> dict[str, int]:
    return dict(zip(PROCESSES, free_ports(3), strict=True))


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory, ports: dict[str, int]) -> dict[str, str]:
    """An installation that was trained and never started."""
    trained = Stack(tmp_path_factory.mktemp("trained"))
    trained.train()
    environment = {
        **os.environ,
        **QUIET,
        "BOT_VAR_DIR": str(tmp_path_factory.mktemp("launch")),
        "BOT_HOST": "127.0.0.1",
        "BOT_PORT": str(ports["desk"]),
        "BOT_RASA_PORT": str(ports["rasa"]),
        "BOT_ACTION_PORT": str(ports["actions"]),
        "BOT_DEMO": "1",
    }
    environment.pop("DATABASE_URL", None)
    return environment


def test_a_killed_process_comes_back_the_turn_is_answered_and_ctrl_c_ends_all(
    environment: dict[str, str], ports: dict[str, int]
) -> None:
    with launched(environment) as first:
        stack = Stack(Path(environment["BOT_VAR_DIR"]), ports=ports)
        assert first.shown.count(stack.settings.secrets.desk_password) == 1
        assert stack.call("GET", "/readyz") == (
            200,
            {"status": "ready", "log": True, "assistant": True, "actions": True},
        )
        chat = stack.chat()
        assert "免赔额" in chat.say("什么是免赔额").text

        killed = first.pid_of("actions.server")
        os.kill(killed, signal.SIGKILL)
        seq = chat.send(text="什么是等待期")
        first.wait_for("actions 意外退出（信号 SIGKILL）")
        assert "等待期" in chat.answer_to(seq, patience=START_PATIENCE).text
        assert chat.owner == "bot"
        assert first.pid_of("actions.server") != killed
        wait_until(lambda: stack.call("GET", "/readyz")[1]["status"] == "ready", "ready again")

        left = first.children()
        assert len(left) == 3
        first.process.send_signal(signal.SIGINT)
        assert first.process.wait(60) == 0
        assert not [pid for pid in left if Path(f"/proc/{pid}").exists()]


def test_a_second_start_neither_trains_nor_shows_the_password(
    environment: dict[str, str], ports: dict[str, int]
) -> None:
    stack = Stack(Path(environment["BOT_VAR_DIR"]), ports=ports)
    with launched(environment) as second:
        assert "模型是最新的，不用训练。" in second.shown
        assert "正在训练" not in second.shown
        assert stack.settings.secrets.desk_password not in second.shown
        os.kill(second.pid_of("actions.server"), signal.SIGSTOP)  # it lives and does not answer
        wait_until(lambda: stack.call("GET", "/readyz")[1]["actions"] is False, "an action server that is not ready")
        status, answer = stack.call("GET", "/readyz")
        assert (status, answer["status"]) == (200, "degraded")  # messages are taken all the same
        os.kill(second.pid_of("actions.server"), signal.SIGCONT)
