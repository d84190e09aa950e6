"""Open matters over all registers, the tasks that are made of those that are due, and what is done once, as the use cases need them kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from bot.insurance.case_handler import HandlerChange
from bot.insurance.open_case import CaseKind, CasePage
from bot.insurance.task import DueMatter, Task, TaskPage, TaskView


class OpenCases(Protocol):
    def page(
        self,
        *,
        kind: CaseKind | None,
        today: date,
        offset: int,
        limit: int,
        posts: Collection[str] | None = None,
        restricted: bool = False,
        handler: str = "",
    ) -> CasePage:
        """Open cases of one register or of all, of these posts or (None) of every one, the first due first; reports of wrongdoing only
        when `restricted`. `handler`: those that this account sees to."""
        ...


class CaseHandlers(Protocol):
    """Who sees to which case, of every register (bot.insurance.open_case.CaseKind)."""

    def of(self, numbers: Collection[str]) -> Mapping[str, str]:
        """Who sees to each of these cases, "" for nobody; what is no case is left out."""
        ...

    def change(self, number: str, change: HandlerChange) -> None:
        """Raises RowMissingError when there is no such case."""
        ...

    def history(self, number: str) -> Sequence[HandlerChange]:
        """The oldest first."""
        ...

    def held_by(self, name: str) -> Sequence[str]:
        """The open cases that this account sees to."""
        ...

    def loads(self, kind: CaseKind) -> Mapping[str, int]:
        """How many open cases of the register each account sees to."""
        ...


class DueMatters(Protocol):
    def until(self, day: date, *, today: date, among: Collection[str] | None = None) -> Sequence[DueMatter]:
        """Open matters of all registers due by `day`, or to be chased from `today` on; the first due first. `among`: those of
        these numbers only."""
        ...


class Tasks(Protocol):
    def open(self) -> Sequence[Task]:
        """Tasks that are not closed, the first due first."""
        ...

    def page(self, view: TaskView, *, today: date, post: str = "", offset: int = 0, limit: int) -> TaskPage:
        """A page of those that are not closed and are there for `view`, of one post or ("") of all."""
        ...

    def save(self, *tasks: Task) -> None:
        """Write the task of each number and date; a closed one may be opened again."""
        ...


class Once(Protocol):
    def claim(self, key: str, at: datetime) -> bool:
        """True for the first who claims the key and commits, False for everybody after; a parallel claim waits."""
        ...

    def was_claimed(self, key: str) -> bool: ...
    def release(self, key: str) -> None:
        """It may be claimed again."""
        ...

    def forget(self, prefix: str, before: datetime) -> None:
        """Those keys that were claimed before that moment may be claimed again."""
        ...
