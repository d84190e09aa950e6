"""A stack that can be broken at will: a wire between Rasa and the action server that loses answers, and what to look at.

A test module says `pytest_plugins = ["tests.stack", "tests.wire"]` and takes the fixtures `whole` and `wire`.
"""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

import pytest

from bot.store.demo_people import NAMED_CUSTOMERS
from tests.stack import Chat, Stack, wait_until

SORRY = "系统繁忙"
DONE = "报案成功"
PEOPLE = {person.name: person for person in NAMED_CUSTOMERS}
_EVENTS = count(1)


@dataclass
class Interruption:
    """One answer of the action server on its way to Rasa. `written`: the action has run and its answer is in our hands."""

    action: str
    written: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)


class Wire:
    """Between Rasa and the action server: passes everything on, and loses the answer it was told to lose, once."""

    def __init__(self, action_port: int) -> None:
        self._plans: list[Interruption] = []
        self._lock = threading.Lock()
        wire = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                connection = http.client.HTTPConnection("127.0.0.1", action_port, timeout=30)
                try:
                    wanted = {name: self.headers[name] for name in ("Authorization", "Content-Type")}
                    connection.request("POST", self.path, body, wanted)
                    response = connection.getresponse()
                    status, answer = response.status, response.read()
                except (OSError, http.client.HTTPException):
                    self.close_connection = True  # what Rasa would see: the other side is gone
                    return
                finally:
                    connection.close()
                plan = wire._take(json.loads(body).get("next_action", ""))
                if plan is not None:
                    plan.written.set()
                    plan.released.wait(30)
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def lose_next_answer_of(self, action: str) -> Interruption:
        """At once."""
        plan = self.hold_next_answer_of(action)
        plan.released.set()
        return plan

    def hold_next_answer_of(self, action: str) -> Interruption:
        """Not before `released` is set."""
        plan = Interruption(action)
        with self._lock:
            self._plans.append(plan)
        return plan

    def _take(self, action: str) -> Interruption | None:
        with self._lock:
            for plan in self._plans:
                if plan.action == action:
                    self._plans.remove(plan)
                    return plan
        return None

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def wire(stack: Stack) -> Iterator[Wire]:
    """Rasa reaches the action server through a wire that we hold."""
    stack.heal()
    wire = Wire(stack.ports["actions"])
    stack.restart("rasa", {"BOT_ACTION_PORT": str(wire.port)})
    yield wire
    stack.restart("rasa")
    wire.close()


@pytest.fixture
def whole(stack: Stack, wire: Wire) -> Iterator[Stack]:
    """The stack with everything running before the test, and after it."""
    stack.let_time_pass(minutes=31)
    yield stack
    if "rasa" not in stack.running:
        stack.restart("rasa", {"BOT_ACTION_PORT": str(wire.port)})
    stack.heal()


def at_the_card(stack: Stack) -> Chat:
    """A customer who has told all about an accident of his own and sees the card."""
    number = next(_EVENTS)
    chat = stack.chat()
    answers = {
        "claim_line": "车险", "claim_injured": "没人受伤", "claim_event_at": "昨天晚上九点", "claim_place": "安定路",
        "claim_cause": "倒车时撞了护栏", "claim_plate": f"京N9{number:04d}", "claim_other_party": "没有",
        "claim_drivable": "能行驶", "claim_phone": f"1390000{7000 + number}",
    }  # fmt: skip
    answer = chat.say("我要报案")
    while answer.slot != "confirm":
        answer = chat.say(answers[answer.slot])
    return chat


def claims_of(stack: Stack, chat: Chat) -> list[str]:
    with stack.unit_of_work() as work:
        return [claim.claim_no for claim in work.claims.of_conversation(chat.id)]


def said(chat: Chat, words: str) -> int:
    """How many messages hold these words."""
    return sum(words in message.text for message in chat.history() if message.sender != "customer")


def failed_tries(stack: Stack) -> int:
    return stack.log_of("desk").count('"turn.failed"')


def wait_for_failed_tries(stack: Stack, more: int, before: int) -> None:
    wait_until(lambda: failed_tries(stack) >= before + more, f"{more} tries that fail")
