"""The ports for what customers think and are asked afterwards; `bot.services.ports` has the others and the promises of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.insurance.follow_up import FollowUp, FollowUpKind, FollowUpVisit
from bot.insurance.rating import Rating


class Ratings(Protocol):
    def add(self, rating: Rating) -> None:
        """Again with the same key it changes nothing."""
        ...

    def of_conversation(self, conversation_id: str) -> Sequence[Rating]: ...
    def since(self, moment: datetime) -> Sequence[Rating]:
        """From that moment on, oldest first."""
        ...


@dataclass(frozen=True)
class Opinions:
    """Which answers are counted: the question of each kind that asks how satisfied somebody is, and the answers that name a problem."""

    scores: Mapping[FollowUpKind, str]
    problems: Mapping[tuple[FollowUpKind, str], tuple[str, ...]]


@dataclass(frozen=True)
class FollowUpTally:
    """Of one kind and the month "2026-11" in which they were raised. `answered`: with any answer, valid in the end or not; `seconds`: how long the done ones took together; `scores`: answer →
    how many of the done ones gave it."""

    month: str
    kind: FollowUpKind
    raised: int
    done: int
    in_time: int
    unreached: int
    with_problem: int
    answered: int
    seconds: float
    scores: Mapping[str, int]


@dataclass(frozen=True)
class ProblemTally:
    """So many named a problem by this answer, and its request is done, declined, or open and (`late`) past its date."""

    kind: FollowUpKind
    question: str
    value: str
    done: bool
    declined: bool
    open: bool
    late: bool
    count: int


class FollowUps(Protocol):
    def add(self, follow_up: FollowUp) -> bool:
        """False when that subject has one of its kind; then nothing is written."""
        ...

    def save(self, follow_up: FollowUp) -> None: ...
    def get(self, number: str) -> FollowUp | None: ...
    def add_visit(self, number: str, visit: FollowUpVisit) -> None: ...
    def visits(self, number: str) -> Sequence[FollowUpVisit]:
        """The oldest first."""
        ...

    def of_subject(self, kind: FollowUpKind, subject: str) -> FollowUp | None: ...
    def of_party(self, party_id: str) -> Sequence[FollowUp]: ...
    def open(self) -> Sequence[FollowUp]:
        """The first due first."""
        ...

    def first_due(self, limit: int) -> tuple[Sequence[FollowUp], int]:
        """Those open ones that somebody is to work on first, and how many there are."""
        ...

    def ended_last(self, limit: int) -> Sequence[FollowUp]: ...
    def tallies(
        self, start: datetime, end: datetime, asked: Opinions, institution: str = ""
    ) -> Sequence[FollowUpTally]:
        """Of those raised from `start` until before `end` and not called off, by month and kind."""
        ...

    def problems_named(
        self, span: tuple[datetime, datetime], today: date, asked: Opinions, institution: str = ""
    ) -> Sequence[ProblemTally]:
        """Of the done ones among them, the answers that name a problem, by what became of its request."""
        ...
