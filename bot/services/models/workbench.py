"""What the desk needs to work on models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.services.models.gate import Gate
from bot.services.models.ports import ModelRegistry
from bot.services.models.release import Release


@dataclass(frozen=True)
class Workbench:
    """`start`: begins the work of a job, by its number, in a process of its own. `gate`: as it is now."""

    registry: ModelRegistry
    release: Release
    gate: Callable[[], Gate]
    start: Callable[[str], None]
