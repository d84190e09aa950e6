"""The three real processes on free ports with a store of their own, and customers who write to them over HTTP.

A test module that wants the shared one says `pytest_plugins = ["tests.stack"]` and takes the fixture `stack`: it is
started once for the whole run, whoever asks first. (PYTEST_DONT_REWRITE: modules import this one before pytest does.)
"""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from bot.bootstrap import build_message_log, build_unit_of_work, prepare_store
from bot.calendars.clocks import SHANGHAI
from bot.launch import QUIET
from bot.services.ports import UnitOfWork
from bot.settings import ROOT, Settings, read_settings
from bot.store.engine import build_engine

PROCESSES = {"actions": "actions.server", "rasa": "bot.dialogue.server", "desk": "bot.front_desk"}
START_PATIENCE = 150.0  # seconds; a busy machine takes a minute to import Rasa
TURN_PATIENCE = 45.0
GLANCE = 0.02  # seconds between two looks at something that cannot wake us
_ADDRESSES = count(2)


class StackError(AssertionError):
    """The stack did not do what it was asked; the message says which process, and what it logged last."""


def wait_until(true: Callable[[], bool], what: str, patience: float = TURN_PATIENCE) -> None:
    """Look again and again until it is true. Raises StackError when patience ends."""
    deadline = time.monotonic() + patience
    while not true():
        if time.monotonic() > deadline:
            raise StackError(f"{what}: not within {patience:.0f} s")
        time.sleep(GLANCE)


# -- what customers see ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    id: str
    title: str


@dataclass(frozen=True)
class Message:
    """One message of the chat API; `sender` is customer, bot, human or system."""

    seq: int
    sender: str
    text: str
    choices: tuple[Choice, ...] = ()
    slot: str = ""  # what the assistant asks for, "" when it asks for nothing
    kind: str = ""


@dataclass(frozen=True)
class Answer:
    """Everything that came back for one message of the customer, and who owns the conversation now."""

    messages: tuple[Message, ...]
    owner: str

    @property
    def text(self) -> str:
        return "\n".join(message.text for message in self.messages)

    @property
    def slot(self) -> str:
        """The open question."""
        return next((message.slot for message in reversed(self.messages) if message.slot), "")

    @property
    def kind(self) -> str:
        return next((message.kind for message in reversed(self.messages) if message.slot), "")

    @property
    def choices(self) -> tuple[Choice, ...]:
        return tuple(choice for message in self.messages for choice in message.choices)

    @property
    def titles(self) -> list[str]:
        return [choice.title for choice in self.choices]


class Chat:
    """One customer's page. Each has an address of its own, as customers do, so that no limit counts them together."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._address = f"127.0.{next(_ADDRESSES) // 250 + 1}.{next(_ADDRESSES) % 250 + 1}"
        status, answer = self._call("POST", "/api/chat/sessions", {})
        assert status == 201, answer
        self.id: str = answer["conversation_id"]
        self._token: str = answer["token"]
        self.owner = "bot"
        self.greeting = self._read(0)

    def say(self, text: str) -> Answer:
        """Type a message and wait for its answer; no messages in it when somebody else owns the conversation."""
        return self.answer_to(self.send(text=text))

    def pick(self, title: str) -> Answer:
        """Press the newest button whose title begins so, and wait for its answer."""
        return self.answer_to(self.send(choice=self.choice(title)))

    def choice(self, title: str) -> str:
        """The id of that button. Raises StackError when no message so far offered one."""
        offered = [choice for message in reversed(self.history()) for choice in message.choices]
        for choice in offered:
            if choice.title.startswith(title):
                return choice.id
        raise StackError(f"no button [{title}]; offered were {[choice.title for choice in offered]}")

    def send(self, *, text: str = "", choice: str = "", message_id: str = "") -> int:
        """Post a message without waiting for anything but its receipt; returns its number in the conversation."""
        body = {"id": message_id or str(uuid.uuid4()), **({"choice": choice} if choice else {"text": text})}
        while True:
            status, answer = self._call("POST", "/api/chat/messages", body)
            if status == 429:  # the page, too, waits as long as it is told to
                time.sleep(float(answer["retry_after"]))
                continue
            assert status in (200, 202), (status, answer)
            return int(answer["seq"])

    def answer_to(self, seq: int, patience: float = TURN_PATIENCE) -> Answer:
        """What the bot says to message `seq`; system notices on the way are left to `history`."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            news = self._read(seq, wait=2.0 if self.owner == "bot" else 0.0)
            said = tuple(message for message in news.messages if message.sender == "bot")
            if said:
                return Answer(said, news.owner)
            if self._stack.has_nothing_pending(self.id):
                return Answer(tuple(m for m in self._read(seq).messages if m.sender == "bot"), self.owner)
            if self.owner != "bot":
                time.sleep(GLANCE)
        raise StackError(f"no answer within {patience:.0f} s\n{self._stack.describe()}")

    def everything_since(self, seq: int, patience: float = TURN_PATIENCE) -> Answer:
        """All that the bot said after message `seq`, once no message of this customer waits for an answer."""
        wait_until(lambda: self._stack.has_nothing_pending(self.id), "an answer to every message", patience)
        return Answer(tuple(m for m in self._read(seq).messages if m.sender == "bot"), self.owner)

    def wait_for(self, text: str, after: int = 0, patience: float = TURN_PATIENCE) -> Message:
        """Until anybody's message holds `text`."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            for message in self._read(after, wait=2.0).messages:
                after = message.seq
                if text in message.text:
                    return message
        raise StackError(f"nobody said “{text}” within {patience:.0f} s\n{self._stack.describe()}")

    def history(self) -> tuple[Message, ...]:
        return self._read(0).messages

    def _read(self, after: int, wait: float = 0.0) -> Answer:
        status, page = self._call("GET", f"/api/chat/messages?after={after}&wait={wait:g}")
        while status == 429:
            time.sleep(float(page["retry_after"]))
            status, page = self._call("GET", f"/api/chat/messages?after={after}&wait={wait:g}")
        assert status == 200, (status, page)
        self.owner = page["owner"]
        return Answer(tuple(_message(item) for item in page["messages"]), page["owner"])

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self._token}"} if path != "/api/chat/sessions" else {}
        return self._stack.call(method, path, body, headers, self._address)


def _message(item: Mapping[str, Any]) -> Message:
    asked = item["input"] or {"slot": "", "kind": ""}
    choices = tuple(Choice(choice["id"], choice["title"]) for choice in item["choices"])
    return Message(item["seq"], item["from"], item["text"], choices, asked["slot"], asked["kind"])


# -- the processes -----------------------------------------------------------------------------------------------------


@dataclass
class Stack:
    """Start with `start`, end with `stop`; logs stay in the var directory, one file a process."""

    var_dir: Path
    ports: dict[str, int] = field(default_factory=lambda: dict(zip(PROCESSES, _free_ports(3), strict=True)))
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.environment = {
            **os.environ,
            **QUIET,
            "BOT_VAR_DIR": str(self.var_dir),
            "BOT_HOST": "127.0.0.1",
            "BOT_PORT": str(self.ports["desk"]),
            "BOT_RASA_PORT": str(self.ports["rasa"]),
            "BOT_ACTION_PORT": str(self.ports["actions"]),
            "BOT_DEMO": "1",
        }
        self.environment.pop("DATABASE_URL", None)
        self.settings: Settings = read_settings(self.environment)
        self.unit_of_work: Callable[[], UnitOfWork] = build_unit_of_work(self.settings)
        self._message_log = build_message_log(self.settings)

    def start(self) -> None:
        """Train if the model is not the data's, seed the store, start all three and wait until they serve."""
        self.train()
        prepare_store(self.settings, datetime.now(SHANGHAI).date())
        for name in PROCESSES:
            self._spawn(name)
        self.wait_ready()

    def train(self) -> None:
        """Into BOT_MODEL_DIR, or `models/`; nothing happens when the model there is the data's."""
        trained = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "bot.training.train"],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if trained.returncode != 0:
            raise StackError(f"training failed\n{trained.stdout[-2000:]}\n{trained.stderr[-4000:]}")

    def stop(self) -> None:
        """End all in order: a polite signal, and for who does not listen the other one."""
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        for process in self.running.values():
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.running.clear()

    def kill(self, name: str) -> None:
        """SIGKILL: no clean-up, nothing said to anybody."""
        process = self.running.pop(name)
        process.kill()
        process.wait()

    def restart(self, name: str, environment: Mapping[str, str] | None = None) -> None:
        """Kill if it runs, start anew (with other settings for this one process) and wait until it serves."""
        if name in self.running:
            self.kill(name)
        self._spawn(name, environment)
        self.wait_ready()

    def heal(self) -> None:
        """Start again whatever has ended."""
        for name in PROCESSES:
            if name not in self.running or self.running[name].poll() is not None:
                self._spawn(name)
        self.wait_ready()

    def wait_ready(self) -> None:
        for name in self.running:
            wait_until(lambda name=name: self._is_up(name), f"{name} serving", START_PATIENCE)  # type: ignore[misc]

    def log_of(self, name: str) -> str:
        path = self.var_dir / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def describe(self) -> str:
        """Who runs, and what each logged last."""
        parts = []
        for name in PROCESSES:
            process = self.running.get(name)
            state = "not started" if process is None else "running" if process.poll() is None else "ended"
            parts.append(f"-- {name}: {state}\n{self.log_of(name)[-1500:]}")
        return "\n".join(parts)

    def _spawn(self, name: str, environment: Mapping[str, str] | None = None) -> None:
        with (self.var_dir / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", PROCESSES[name]],
                cwd=ROOT, env={**self.environment, **(environment or {})},
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def _is_up(self, name: str) -> bool:
        if self.running[name].poll() is not None:
            raise StackError(f"{name} ended with code {self.running[name].returncode}\n{self.describe()}")
        path = {"actions": "/health", "rasa": "/webhooks/desk/health", "desk": "/readyz"}[name]
        try:
            status, _ = _request(self.ports[name], "GET", path, timeout=2)
        except (OSError, http.client.HTTPException):
            return False
        if name == "desk" and "rasa" not in self.running:
            return status in (200, 503)
        return status == 200

    # -- customers and their phones ------------------------------------------------------------------------------------

    def chat(self) -> Chat:
        """A new customer opens the page."""
        return Chat(self)

    def texts(self, phone: str) -> list[str]:
        """Text messages that the phone got, newest first."""
        status, inbox = self.call("GET", f"/demo/inbox.json?phone={quote(phone)}")
        assert status == 200, inbox
        return [item["text"] for item in inbox["messages"]]

    def newest_code(self, phone: str) -> str:
        """The six digits of the newest one-time code sent to the phone."""
        return self._newest(phone, r"(?<!\d)\d{6}(?!\d)")

    def newest_consent_code(self, phone: str) -> str:
        return self._newest(phone, r"(?<=确认码 )[0-9A-Z]{8}")

    def _newest(self, phone: str, pattern: str) -> str:
        for text in self.texts(phone):
            found = re.search(pattern, text)
            if found:
                return found.group()
        raise StackError(f"no code has been sent to {phone}")

    def has_nothing_pending(self, conversation_id: str) -> bool:
        return self._message_log.next_pending(conversation_id) is None

    def let_time_pass(self, minutes: int) -> None:
        """Make all codes, failures, invitations and proofs of identity that much older, as if it were later."""
        older = f"strftime('%Y-%m-%d %H:%M:%f', {{0}}, '-{minutes} minutes') || '000'"
        columns = (
            ("one_time_codes", ("sent_at", "expires_at")),
            ("identity_failures", ("at",)),
            ("verifications", ("valid_until",)),
            ("consent_invitations", ("expires_at",)),
            ("endorsements", ("consent_by",)),
        )
        for table, names in columns:
            changes = ", ".join(f"{name} = {older.format(name)}" for name in names)
            self._write(f"UPDATE {table} SET {changes}")

    def issue_endorsements(self) -> None:
        """The core system has issued what was asked for so far: no request is open on any policy."""
        self._write("UPDATE endorsements SET status = 'completed' WHERE status IN ('waiting_for_consent', 'accepted')")

    def record_insured_event(self, policy_no: str, day: date | None) -> None:
        """As the core system would, once a death or an accident on the policy is known; None takes it back."""
        value = f"'{day.isoformat()}'" if day else "NULL"
        self._write(f"UPDATE policies SET insured_event_on = {value} WHERE policy_no = '{policy_no}'")

    def _write(self, statement: str) -> None:
        engine = build_engine(self.settings.database_url, self.settings.secrets.data_key)
        with engine.begin() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()

    def call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None, address: str = "127.0.0.1",
    ) -> tuple[int, dict[str, Any]]:  # fmt: skip
        """One request to the front desk; of a 429 the answer also holds `retry_after`."""
        return _request(self.ports["desk"], method, path, body, headers, address)


def _request(
    port: int, method: str, path: str, body: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None, address: str = "127.0.0.1", timeout: float = 40,
) -> tuple[int, dict[str, Any]]:  # fmt: skip
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout, source_address=(address, 0))
    try:
        content = None if body is None else json.dumps(body).encode()
        sent = {**(headers or {}), **({"Content-Type": "application/json"} if content else {})}
        connection.request(method, path, content, sent)
        response = connection.getresponse()
        answer = json.loads(response.read() or b"{}")
        if response.status == 429:
            answer["retry_after"] = response.headers.get("Retry-After", "1")
        return response.status, answer
    finally:
        connection.close()


def _free_ports(number: int) -> list[int]:
    """Below the range that outgoing connections take theirs from: a port must still be free when its process comes."""
    sockets: list[socket.socket] = []
    try:
        for port in random.sample(range(20_000, 32_000), 200):
            one = socket.socket()
            try:
                one.bind(("127.0.0.1", port))
            except OSError:
                one.close()
                continue
            sockets.append(one)
            if len(sockets) == number:
                break
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The one stack of a test run."""
    one = Stack(tmp_path_factory.mktemp("stack"))
    try:
        one.start()
        yield one
    finally:
        one.stop()
