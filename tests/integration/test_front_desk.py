"""The front desk as a process: starts, serves, logs events without words, ends on SIGTERM."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
WORDS = "金丝雀13800001234"


class FrontDesk:
    """The process, on a port of the system's choosing."""

    def __init__(self, folder: Path) -> None:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("BOT_", "DATABASE_"))},
            "BOT_VAR_DIR": str(folder),
            "BOT_PORT": "0",
            "BOT_RASA_PORT": "9",  # nobody listens on it
            "BOT_DEMO": "0",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot.front_desk"], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
        )
        self.events: list[dict[str, Any]] = []
        self.url = f"http://127.0.0.1:{self.until('front_desk.listening')['port']}"

    def until(self, event: str) -> dict[str, Any]:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.events.append(json.loads(line))
            if self.events[-1]["event"] == event:
                return self.events[-1]
        raise AssertionError(f"ended without {event}: {self.events}")

    def ask(self, path: str, token: str = "", body: dict[str, str] | None = None) -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[FrontDesk]:
    desk = FrontDesk(tmp_path)
    yield desk
    desk.process.kill()
    desk.process.communicate()


def test_it_serves_customers_and_agents_and_ends_in_order(desk: FrontDesk) -> None:
    assert desk.ask("/healthz") == (200, '{"status": "ok"}')
    status, ready = desk.ask("/readyz")  # the assistant is not there: messages are stored all the same
    assert (status, json.loads(ready)) == (
        200,
        {"status": "degraded", "log": True, "assistant": False, "actions": False},
    )
    assert "智能客服（机器人）" in desk.ask("/")[1]
    assert desk.ask("/static/chat.js")[0] == 200
    assert desk.ask("/desk")[0] == 200

    status, session = desk.ask("/api/chat/sessions", body={})
    token = json.loads(session)["token"]
    assert status == 201
    assert desk.ask("/api/chat/messages", token, {"id": str(uuid.uuid4()), "text": WORDS})[0] == 202
    page = json.loads(desk.ask("/api/chat/messages?after=2&wait=20", token)[1])
    assert [message["from"] for message in page["messages"]] == ["system"]

    desk.process.send_signal(signal.SIGTERM)
    desk.until("front_desk.ended")
    assert desk.process.wait(20) == 0
    logged = json.dumps(desk.events, ensure_ascii=False)
    assert "turn.failed" in logged
    assert "sweep.done" in logged
    assert "金丝雀" not in logged
    assert token not in logged
