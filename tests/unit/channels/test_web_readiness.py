from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.channels.web import readiness
from bot.channels.web.readiness import NOBODY, Readiness
from bot.conversations.ports import MessageLog
from tests.chat_server import sqlite_log
from tests.fakes import MemoryLog


class Parts:
    """A log and two servers that are there or not; `asked` counts the questions to the servers."""

    def __init__(self, log: MessageLog | None = None) -> None:
        self.log, self.now = log or MemoryLog(), 0.0
        self.assistant = self.actions = True
        self.asked = 0
        self.readiness = Readiness(self.log, self._assistant, self._actions, steady=lambda: self.now)

    async def _assistant(self) -> bool:
        self.asked += 1
        return self.assistant

    async def _actions(self) -> bool:
        self.asked += 1
        return self.actions


async def test_everything_there_is_ready() -> None:
    assert await Parts().readiness() == {"log": True, "assistant": True, "actions": True}


async def test_each_part_that_is_away_is_named() -> None:
    for name in ("assistant", "actions"):
        parts = Parts()
        setattr(parts, name, False)
        assert [part for part, ready in (await parts.readiness()).items() if not ready] == [name]
    parts = Parts()
    parts.log.broken = OSError("database is away")
    assert [part for part, ready in (await parts.readiness()).items() if not ready] == ["log"]


async def test_however_many_ask_the_parts_are_asked_once_a_second() -> None:
    parts = Parts()
    for _ in range(5):
        await parts.readiness()
    assert parts.asked == 2
    parts.actions, parts.now = False, 1.0
    assert not (await parts.readiness())["actions"]


async def test_a_server_that_hangs_is_away_and_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "HELPERS", 0.01)
    parts = Parts()

    async def hang() -> bool:
        return await asyncio.get_running_loop().create_future()

    found = await Readiness(parts.log, hang, parts._actions)()
    assert found == {"log": True, "assistant": False, "actions": True}


async def test_a_database_that_can_be_read_only_is_not_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "TIMEOUT", 0.2)
    log = sqlite_log(tmp_path)
    writer = log._writing.connect()
    with writer.begin():  # somebody holds the lock of all writers and does not let go
        assert log.exists(NOBODY) is False
        assert (await Parts(log).readiness())["log"] is False
    writer.close()
    assert (await Parts(log).readiness())["log"] is True
    assert log.exists(NOBODY) is False
