"""Improvements, and when the company's rules were looked through, as the use cases need them kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Protocol

from bot.insurance.improvement import Improvement, ImprovementPage
from bot.insurance.upkeep import UpkeepRecord


class Improvements(Protocol):
    def add(self, improvement: Improvement) -> None: ...
    def save(self, improvement: Improvement) -> None:
        """Raises RowMissingError when it was never added."""
        ...

    def get(self, number: str) -> Improvement | None:
        """Locked until the transaction ends."""
        ...

    def page(self, *, owner: str = "", today: date, offset: int, limit: int) -> ImprovementPage:
        """Of one owner, or ("") of all."""
        ...

    def due_until(self, day: date, among: Collection[str] | None = None) -> Sequence[Improvement]:
        """Open ones that are due by that day."""
        ...


class UpkeepRecords(Protocol):
    def add(self, record: UpkeepRecord) -> None: ...
    def newest(self) -> Mapping[str, UpkeepRecord]:
        """The last day of each item that has any."""
        ...
