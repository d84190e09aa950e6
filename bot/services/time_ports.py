"""What the report of times asks of the store: how long things took, by what, and how many began and ended."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple, Protocol

from bot.insurance.claim import ClaimStage
from bot.insurance.policy import LineOfBusiness


@dataclass(frozen=True)
class Took:
    """Of `count` things of one sort: how long they took on average and nine in ten at most (nearest rank), in seconds. `judged`: how many
    had a date to keep, `kept` how many of these kept it."""

    count: int
    mean: float
    ninth: float
    kept: int = 0
    judged: int = 0


class Stay(NamedTuple):
    """How many claims of a line came to a stage on one day and left it on another. `up_to`: the smallest of the amounts asked for that
    their assessed loss is not above, None where it is above all or not known."""

    stage: ClaimStage
    line: LineOfBusiness
    up_to: Decimal | None
    began: date
    ended: date
    claims: int


class Asked(NamedTuple):
    """Requests of one kind that were made: all, and those that were done at once."""

    made: int
    at_once: int


class TimeFigures(Protocol):
    """Of what ended from `start` until before `end`; `institution`: whose, "" for all. Reports of wrongdoing are counted nowhere."""

    def stages(self, start: datetime, end: datetime, institution: str = "") -> Mapping[ClaimStage, Took]:
        """Stays of claims in their stages; whether they were in time is `stays`' to tell."""
        ...

    def stays(
        self, start: datetime, end: datetime, amounts: Collection[Decimal], institution: str = ""
    ) -> Sequence[Stay]: ...

    def settled(self, start: datetime, end: datetime, institution: str = "") -> Took | None:
        """From report to the end of a claim that was paid or denied; None of nothing."""
        ...

    def claims_in(self, spans: Sequence[tuple[datetime, datetime]], institution: str = "") -> Sequence[tuple[int, int]]:
        """Claims reported and claims ended, withdrawn ones too, in each span."""
        ...

    def claims_open(self, institution: str = "") -> int:
        """Right now."""
        ...

    def requests(self, start: datetime, end: datetime, institution: str = "") -> Mapping[str, Took]:
        """Requests that a post did or declined, by kind, from when they were made."""
        ...

    def requests_made(self, start: datetime, end: datetime, institution: str = "") -> Mapping[str, Asked]:
        """By kind, of those made in that time."""
        ...

    def changes(self, start: datetime, end: datetime, institution: str = "") -> tuple[int, Took | None]:
        """Changes of beneficiaries: how many were asked for, and how long those took for which the endorsement was issued."""
        ...

    def premiums(self, first: date, after: date, institution: str = "") -> Took | None:
        """Renewal premiums received from `first` until before `after`: from the day each was due; early ones take less than nothing."""
        ...
