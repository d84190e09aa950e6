"""Starting what is measured, and asking the kernel what it used: CPU seconds, resident memory."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
QUIET = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
    "PYTHONUNBUFFERED": "1",
    # As installed: modules are compiled once, not at every start.
    "PYTHONDONTWRITEBYTECODE": "",
}


def free_port() -> int:
    """A TCP port on loopback that nobody listens on now, nor on the next one."""
    while True:
        with socket.socket() as probe, socket.socket() as following:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
            with contextlib.suppress(OSError, OverflowError):
                following.bind(("127.0.0.1", port + 1))
                return port


class Processes:
    """A few commands started together and ended together; each writes `<name>.log` in `folder`."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self._folder = folder
        self._environment = {**os.environ, **QUIET, **(environment or {})}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: Sequence[str], cwd: Path) -> None:
        """Start in a session of its own: a Ctrl+C in the terminal is ours to pass on."""
        with (self._folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                command, cwd=cwd, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )

    def check(self) -> None:
        """Raises RuntimeError with the end of its log when a process has ended by itself."""
        for name, process in self._running.items():
            if process.poll() is not None:
                tail = (self._folder / f"{name}.log").read_text(errors="replace")[-2000:]
                raise RuntimeError(f"{name} ended with code {process.returncode}:\n{tail}")

    def stop(self) -> None:
        for process in self._running.values():
            _signal(process.pid, signal.SIGINT)
        deadline = time.monotonic() + 40  # the launcher ends its own processes one after the other
        for process in self._running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(process.pid, signal.SIGKILL)
                process.wait()
        self._running.clear()

    def signal(self, name: str, number: signal.Signals) -> None:
        """To the process and its children: SIGSTOP lets it stand still, SIGCONT go on."""
        _signal(self._running[name].pid, number)

    def kill(self, name: str) -> None:
        """SIGKILL, and gone; `start` may start it again."""
        process = self._running.pop(name)
        _signal(process.pid, signal.SIGKILL)
        process.wait()

    def cpu_seconds(self) -> dict[str, float]:
        """User and system time so far, by name, children included."""
        return {name: sum(map(_cpu, _tree(process.pid))) for name, process in self._running.items()}

    def memory_mb(self) -> dict[str, float]:
        """Memory in use in MiB, by name, children included; what processes share is counted once."""
        return {name: sum(map(_memory, _tree(process.pid))) for name, process in self._running.items()}


def _signal(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)


def _tree(root: int) -> list[int]:
    """The process and everything that descends from it."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            parents[int(entry.name)] = int(fields[1])
    found = [root] if root in parents else []
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat after the command name: state, ppid, pgrp, session, …; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _cpu(pid: int) -> float:
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / TICKS if fields else 0.0


def _memory(pid: int) -> float:
    """The proportional set size (man 5 proc): a page that n processes share counts for a n-th in each."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
