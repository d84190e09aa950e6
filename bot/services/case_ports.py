"""Open matters over all registers, the tasks that are made of those that are due, and what is done once, as the use cases need them kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Protocol

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
    ) -> CasePage:
        """Open cases of one register or of all, of these posts or (None) of every one, the first due first; reports of wrongdoing only
        when `restricted`."""
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
