"""Which Rasa servers run, and what the front desk is told of them (docs/adr/0019).

Looks at who is to get which model, starts a server for a model that has none, puts those that answer into the routes, and ends what
nobody is sent to any more.
"""

from __future__ import annotations

import json
import os
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from bot.errors import ConfigurationError
from bot.launch.procfile import Command
from bot.launch.supervisor import Supervisor
from bot.services.models.card import CardState
from bot.services.models.ports import ModelRegistry
from bot.services.models.split import Split

# Straight to loopback, whatever proxy the environment names.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_PORTS = range(20_000, 32_000)  # below those that outgoing connections take


@dataclass(frozen=True)
class Timing:
    """Seconds. `settle`: from when the routes are without a server until it is told to end; turns that were sent to it are begun
    by then, and it finishes what it has begun."""

    every: float = 0.5
    settle: float = 1.0
    health: float = 2.0


@dataclass
class Server:
    """`since`: when the routes were first without it."""

    name: str
    urls: tuple[str, ...]
    since: float | None = None


@dataclass
class ModelServers:
    """`first`: the command of the Procfile, which runs `model` at `urls` already. One thread calls `look`."""

    registry: ModelRegistry
    supervisor: Supervisor
    first: Command
    model: str
    urls: Sequence[str]
    routes_file: Path
    clock: Callable[[], datetime]
    say: Callable[[str], None]
    timing: Timing = field(default_factory=Timing)

    def __post_init__(self) -> None:
        self._running = {self.model: Server(self.first.name, tuple(self.urls))}
        self._number = 0
        self._written = ""
        self._settled: Split | None = None  # as it was when there was nothing to do
        self._lock = threading.Lock()
        self.routes_file.unlink(missing_ok=True)  # of servers that are long gone
        self._begin()

    def keep_looking(self) -> None:
        """For a thread of its own; it ends with the process."""
        while True:
            try:
                self.look()
            except (OSError, ConfigurationError) as error:
                self.say(f"模型的分配没有读成，下一轮再看：{error}")
            time.sleep(self.timing.every)

    def look(self) -> None:
        """One round."""
        with self._lock:
            split = self._split()
            if split == self._settled:
                return  # a server that dies comes back where it was
            wanted = [model for model in split.models if self.registry.archive(model).exists()]
            for model in wanted:
                if model not in self._running:
                    self._start(model)
            ready = {model: server.urls for model, server in self._running.items() if self._answers(server)}
            serving = {model: ready[model] for model in wanted if model in ready} or ready
            if serving:
                self._tell(split, serving)
            self._end_others(wanted, serving)
            alone = not split.other and set(self._running) == set(serving) == {split.base}
            self._settled = split if alone else None

    def spares(self, name: str) -> bool:
        """Whether customers are served without this process, which would not live: then its model is withdrawn."""
        with self._lock:
            model = next((model for model, server in self._running.items() if server.name == name), "")
            self._running.pop(model, None)
            left = next((other for other in (*self._split().models, *self._running) if other in self._running), "")
            if not model or not left:
                return False
            self._withdraw(model, left)
        self.say(f"模型 {model} 启动不了，已撤回；客户用 {left}。")
        return True

    def _begin(self) -> None:
        """Who gets what from the last run holds on where it speaks of the model that is current now."""
        split = self.registry.split()
        if split is None or not split.other or self.model != (split.other if split.until else split.base):
            with self.registry.changing():
                self.registry.put_split(Split(self.model))

    def _split(self) -> Split:
        split = self.registry.split() or Split(self.model)
        if split.until is not None and self.clock() >= split.until:
            split = Split(split.other)
            with self.registry.changing():
                self.registry.put_split(split)
        return split

    def _withdraw(self, model: str, left: str) -> None:
        with self.registry.changing():
            card, kept = self.registry.card(model), self.registry.card(left)
            if kept is not None:
                self.registry.make_current(replace(kept, state=CardState.CURRENT))
            if card is not None and card.state is not CardState.PREVIOUS:
                self.registry.put(replace(card, state=CardState.WITHDRAWN))
            self.registry.put_split(Split(left))

    def _start(self, model: str) -> None:
        self._number += 1
        port = free_port(len(self.urls))
        urls = tuple(f"http://127.0.0.1:{port + place}" for place in range(len(self.urls)))
        name = f"{self.first.name}-{self._number}"
        words = (*self.first.words, "--model", model, "--port", str(port))
        self._running[model] = Server(name, urls)
        self.say(f"正在启动模型 {model}（{name}）……")
        self.supervisor.add(Command(name, words), [f"{url}/webhooks/desk/health" for url in urls])

    def _tell(self, split: Split, serving: Mapping[str, Sequence[str]]) -> None:
        text = json.dumps({"split": split.as_json(), "servers": serving})
        if text == self._written:
            return
        draft = self.routes_file.with_name(f".{self.routes_file.name}.{os.getpid()}")
        draft.write_text(text, encoding="utf-8")
        draft.replace(self.routes_file)
        self._written = text
        shares = f"，{split.other} 占新会话 {split.share}%" if split.other in serving and split.base in serving else ""
        self.say(f"现在回答客户的模型：{'、'.join(serving)}{shares}。")

    def _end_others(self, wanted: Sequence[str], serving: Mapping[str, Sequence[str]]) -> None:
        now = time.monotonic()
        for model, server in list(self._running.items()):
            if model in wanted or model in serving:
                server.since = None
            elif server.since is None:
                server.since = now
            elif now - server.since >= self.timing.settle:
                del self._running[model]
                self.supervisor.remove(server.name)
                self.say(f"模型 {model}（{server.name}）不再用了，正在结束。")

    def _answers(self, server: Server) -> bool:
        return all(self._is_healthy(f"{url}/webhooks/desk/health") for url in server.urls)

    def _is_healthy(self, address: str) -> bool:
        try:
            with _OPENER.open(address, timeout=self.timing.health) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def free_port(workers: int) -> int:
    """The first of so many in a row on the loopback. Raises OSError where there are none."""
    # By the process's number, so that two that start at once do not find the same.
    start = (os.getpid() * 97) % (len(_PORTS) - workers)
    for step in range(0, len(_PORTS), workers):
        port = _PORTS[(start + step) % (len(_PORTS) - workers)]
        if all(_is_free(port + place) for place in range(workers)):
            return port
    raise OSError("no free port on the loopback")


def _is_free(port: int) -> bool:
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
