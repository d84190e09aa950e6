from __future__ import annotations

from bot.channels.web.readiness import Readiness
from tests.fakes import MemoryLog


class Parts:
    """A log and two servers that are there or not; `asked` counts the questions to the servers."""

    def __init__(self) -> None:
        self.log, self.now = MemoryLog(), 0.0
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
