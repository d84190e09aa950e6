"""Workers forked from one process live and die together. Real processes; nothing of Rasa is needed for that."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

import pytest

from bot.clients.rasa_server import worker_of
from bot.settings import ROOT
from tests.customer import wait_until

SCRIPT = """
import os, signal, sys
from bot.dialogue.workers import fork_workers
class Stopped(Exception): pass
def stop(*_): raise Stopped
workers = fork_workers(3)
signal.signal(signal.SIGTERM, stop)
try:
    os.write(1, f"{workers.place} {os.getpid()}\\n".encode())
    while True: signal.pause()
except Stopped:
    pass
workers.end()
os.write(1, f"done {workers.place}\\n".encode())
"""


@pytest.fixture
def first() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen([sys.executable, "-c", SCRIPT], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    yield process
    process.kill()
    process.communicate(timeout=30)


def _pids(first: subprocess.Popen[str]) -> dict[int, int]:
    assert first.stdout is not None
    lines = [first.stdout.readline().split() for _ in range(3)]
    return {int(place): int(pid) for place, pid in lines}


def _is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rsplit(")", 1)[1].split()[0] == "Z"  # ended, and not yet asked for


def test_each_has_its_place_and_a_stop_lets_all_finish(first: subprocess.Popen[str]) -> None:
    pids = _pids(first)
    assert set(pids) == {0, 1, 2}
    assert pids[0] == first.pid
    first.terminate()
    out, _ = first.communicate(timeout=30)
    assert Counter(out.split()) == Counter(["done", "done", "done", "0", "1", "2"])
    assert first.returncode == 0


def test_a_killed_first_takes_the_others_along(first: subprocess.Popen[str]) -> None:
    pids = _pids(first)
    first.kill()
    first.wait(30)
    wait_until(lambda: all(_is_gone(pids[place]) for place in (1, 2)), "workers that lost the first end")


def test_a_killed_worker_stops_the_first_so_that_all_are_started_anew(first: subprocess.Popen[str]) -> None:
    pids = _pids(first)
    os.kill(pids[2], signal.SIGKILL)
    first.wait(30)
    wait_until(lambda: _is_gone(pids[1]), "the worker that was left ends")


def test_a_conversation_has_one_worker_and_the_work_is_shared_out() -> None:
    ids = [f"{number:032x}" for number in range(4000)]
    shares = Counter(worker_of(one, 2) for one in ids)
    assert set(shares) == {0, 1}
    assert min(shares.values()) > 1800
    assert [worker_of(one, 2) for one in ids] == [worker_of(one, 2) for one in ids]
