"""Keeps a few processes running: one that dies is started again, and all end together and in order."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from bot.launch.listening import Patience, falls_silent
from bot.launch.procfile import Command

Say = Callable[[str], None]
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class RestartPolicy:
    """Seconds. A process that lived less than `quick` died at once; so many deaths at once in a row, and we give up.

    `quick` is long because importing Rasa alone takes a while before a mistake shows.
    """

    first: float = 0.5
    longest: float = 15.0
    quick: float = 60.0
    quick_deaths: int = 5
    grace: float = 10.0  # for each process to end by itself

    def delay(self, deaths: int) -> float:
        return min(self.longest, self.first * 2.0 ** max(deaths - 1, 0))


@dataclass(frozen=True)
class Died:
    name: str
    process: subprocess.Popen[bytes]
    code: int


@dataclass(frozen=True)
class Add:
    """A process that was not on the list."""

    command: Command
    addresses: tuple[str, ...]


@dataclass(frozen=True)
class Remove:
    """A process that is not needed any more."""

    name: str


@dataclass(frozen=True)
class Due:
    """A process whose pause is over."""

    name: str


@dataclass(frozen=True)
class Stop:
    code: int


@dataclass
class Child:
    command: Command
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    quick_deaths: int = 0
    timer: threading.Timer | None = None


@dataclass
class Supervisor:
    """`run` blocks until told to stop; everything else may be called from other threads. `addresses`: where each process
    answers, by its name; one that falls silent there is ended, and so started again.

    Each process has a session of its own: Ctrl+C in the terminal reaches only us, and we end them in the order of the
    list, so that who takes messages goes first and who answers them last.
    """

    commands: Sequence[Command]
    environment: Mapping[str, str]
    folder: Path
    say: Say
    policy: RestartPolicy = field(default_factory=RestartPolicy)
    addresses: Mapping[str, Sequence[str]] = field(default_factory=dict)
    patience: Patience = field(default_factory=Patience)
    spares: Callable[[str], bool] = lambda _: False
    """Whether the rest goes on without a process that would not live."""

    def __post_init__(self) -> None:
        self._added: dict[str, Sequence[str]] = {}  # addresses of those that came later
        self._children = {command.name: Child(command) for command in self.commands}
        # SimpleQueue: the one queue that a signal handler may put into.
        self._events: queue.SimpleQueue[Died | Due | Stop | Add | Remove] = queue.SimpleQueue()

    def stop(self, code: int = 0) -> None:
        """Make `run` end everything and return `code`."""
        self._events.put(Stop(code))

    def add(self, command: Command, addresses: Sequence[str]) -> None:
        """Start one more and keep it running; its name is no other's."""
        self._events.put(Add(command, tuple(addresses)))

    def remove(self, name: str) -> None:
        """End it, with time to finish what it is in, and start it no more."""
        self._events.put(Remove(name))

    def run(self) -> int:
        """Start all and keep them running; 0 after a signal or `stop`, 1 when a process would not live."""
        before = {number: signal.signal(number, lambda *_: self.stop()) for number in STOP_SIGNALS}
        try:
            for child in self._children.values():
                self._start(child)
            return self._loop()
        finally:
            self._end_all()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _loop(self) -> int:
        while True:
            event = self._events.get()
            if isinstance(event, Stop):
                return event.code
            if isinstance(event, Add):
                self._added[event.command.name] = event.addresses
                self._children[event.command.name] = Child(event.command)
                self._start(self._children[event.command.name])
            elif isinstance(event, Remove):
                self._let_go(event.name)
            elif not self._go_on(event):
                return 1

    def _go_on(self, event: Died | Due) -> bool:
        """False when one would not live that the others need."""
        child = self._children.get(event.name)
        if child is None or (isinstance(event, Died) and child.process is not event.process):
            return True  # it was let go meanwhile
        if isinstance(event, Due):
            self._start(child)
        elif not self._plan_restart(child, event.code):
            if not self.spares(event.name):
                return False
            self._let_go(event.name)
        return True

    def _let_go(self, name: str) -> None:
        child = self._children.pop(name, None)
        if child is not None:
            # Beside the loop: the others are looked after while it finishes.
            threading.Thread(target=self._end, args=(child,)).start()

    def _start(self, child: Child) -> None:
        process = subprocess.Popen(
            child.command.words,
            cwd=self.folder,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        child.process, child.started = process, time.monotonic()
        for watch in (self._watch, self._listen):
            threading.Thread(target=watch, args=(child.command.name, process), daemon=True).start()

    def _watch(self, name: str, process: subprocess.Popen[bytes]) -> None:
        """Pass on what the process prints, then report its end."""
        assert process.stdout is not None
        self._pass_on(name, process.stdout)
        code = process.wait()
        self._events.put(Died(name, process, code))

    def _listen(self, name: str, process: subprocess.Popen[bytes]) -> None:
        if falls_silent(process, self._added.get(name) or self.addresses.get(name, ()), self.patience):
            self.say(f"{name} 超过 {self.patience.silent:g} 秒没有回应，结束它。")
            os.killpg(process.pid, signal.SIGKILL)  # its workers too; what is stopped hears no other signal

    def _pass_on(self, name: str, lines: IO[bytes]) -> None:
        for line in lines:
            self.say(f"{name:<8}| {line.decode(errors='replace').rstrip()}")

    def _plan_restart(self, child: Child, code: int) -> bool:
        """False when it died at once too often in a row."""
        name = child.command.name
        lived = time.monotonic() - child.started
        child.quick_deaths = child.quick_deaths + 1 if lived < self.policy.quick else 0
        if child.quick_deaths >= self.policy.quick_deaths:
            self.say(f"{name} 连续 {child.quick_deaths} 次一启动就退出（{_how(code)}），不再重启，请看上面的错误。")
            return False
        delay = self.policy.delay(child.quick_deaths)
        self.say(f"{name} 意外退出（{_how(code)}），{delay:g} 秒后自动重启。")
        child.timer = threading.Timer(delay, self._events.put, [Due(name)])
        child.timer.daemon = True
        child.timer.start()
        return True

    def _end_all(self) -> None:
        for child in list(self._children.values()):
            self._end(child)

    def _end(self, child: Child) -> None:
        if child.timer is not None:
            child.timer.cancel()
        if child.process is not None:
            _end(child.process, self.policy.grace)


def _end(process: subprocess.Popen[bytes], grace: float) -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(grace)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _how(code: int) -> str:
    return f"代码 {code}" if code >= 0 else f"信号 {signal.Signals(-code).name}"
