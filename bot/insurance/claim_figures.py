"""What is counted of claims: how long each stage took, how many are late, what a disaster brought."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.insurance.claim import ClaimStage
from bot.insurance.policy import LineOfBusiness


@dataclass(frozen=True)
class StageTime:
    """Stays in one stage that ended in the period: how many, and how long they took on average; None where none ended. `late`: open
    claims there whose legal date has passed by now."""

    stage: ClaimStage
    ended: int
    mean: timedelta | None
    late: int


@dataclass(frozen=True)
class StageTimes:
    """`overdue` and `due_soon` count the open tasks by the desk's post; `first_contact`: how long after the report somebody spoke with
    the reporter, on average, of those reported in the period, `in_time` how many of `contacted` within the time promised."""

    stages: tuple[StageTime, ...]
    overdue: Mapping[str, int]
    due_soon: Mapping[str, int]
    reported: int
    contacted: int
    in_time: int
    first_contact: timedelta | None


@dataclass(frozen=True)
class EventFigures:
    """Claims of a disaster: how many by line, how many are over and late, mean times, and what customers thought (1 to 5)."""

    by_line: Mapping[LineOfBusiness, int]
    by_day: tuple[tuple[date, int], ...]
    hurt: int
    over: int
    late: int
    contacted: int
    first_contact: timedelta | None
    to_decision: timedelta | None
    ratings: int
    mean_score: float | None

    @property
    def total(self) -> int:
        return sum(self.by_line.values())


@dataclass(frozen=True)
class EventClaim:
    """An open claim of a disaster as a line of its list: those with people hurt first, then by their date."""

    claim_no: str
    line: LineOfBusiness
    stage: ClaimStage
    due: date | None
    hurt: int
    handler: str
