"""Customers who write to the front desk over HTTP, as the page does, and what they see."""

from __future__ import annotations

import http.client
import json
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, Protocol
from urllib.parse import quote

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


class FrontDesk(Protocol):
    """Where the customers write to."""

    def call(
        self, method: str, path: str, body: Mapping[str, Any] | bytes | None = None,
        headers: Mapping[str, str] | None = None, address: str = "127.0.0.1",
    ) -> tuple[int, dict[str, Any]]: ...  # fmt: skip
    def has_nothing_pending(self, conversation_id: str) -> bool: ...
    def describe(self) -> str: ...


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

    def __init__(self, stack: FrontDesk) -> None:
        self._stack = stack
        self._address = f"127.0.{next(_ADDRESSES) // 250 + 1}.{next(_ADDRESSES) % 250 + 1}"
        status, answer = self._call("POST", "/api/chat/sessions", {})
        assert status == 201, answer
        self.id: str = answer["conversation_id"]
        self._token: str = answer["token"]
        self.owner = "bot"
        self.greeting = self._read(0)

    def write_to(self, stack: FrontDesk) -> None:
        """From now on by way of another front desk."""
        self._stack = stack

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

    def upload(self, content: bytes, name: str = "材料.png") -> Answer:
        """Send a file to the open question and wait for its answer."""
        headers = {
            "Authorization": f"Bearer {self._token}",
            "X-Message-Id": str(uuid.uuid4()),
            "X-File-Name": quote(name),
        }
        status, answer = self._stack.call("POST", "/api/chat/files", content, headers, self._address)
        assert status == 202, (status, answer)
        return self.answer_to(int(answer["seq"]))

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


def request(
    port: int, method: str, path: str, body: Mapping[str, Any] | bytes | None = None,
    headers: Mapping[str, str] | None = None, address: str = "127.0.0.1", timeout: float = 40,
) -> tuple[int, dict[str, Any]]:  # fmt: skip
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout, source_address=(address, 0))
    try:
        is_file = isinstance(body, bytes)
        content = body if is_file or body is None else json.dumps(body).encode()
        kind = "application/octet-stream" if is_file else "application/json"
        sent = {**(headers or {}), **({"Content-Type": kind} if content else {})}
        connection.request(method, path, content, sent)
        response = connection.getresponse()
        answer = json.loads(response.read() or b"{}")
        if response.status == 429:
            answer["retry_after"] = response.headers.get("Retry-After", "1")
        return response.status, answer
    finally:
        connection.close()
