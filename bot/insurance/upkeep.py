"""What the company looks through or reports from time to time: its rules and knowledge, and the documents that the regulator is to have.

Source: company rules art 19 (what is reported, and every change of it), 004 ch. 12 (plans are revised); A07 (rules are data with an owner).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from bot.calendars.months import add_months


class UpkeepKind(str, Enum):
    REVIEW = "review"
    FILING = "filing"

    @property
    def zh(self) -> str:
        return {"review": "定期复核", "filing": "上报监管"}[self.value]


@dataclass(frozen=True)
class UpkeepItem:
    """`last`: when it was looked through or reported, as the data say; None where they do not, and `first` is the day it is due then.
    Afterwards it is due every so many `months`."""

    id: str
    kind: UpkeepKind
    zh: str
    months: int
    source: str
    last: date | None
    first: date | None = None

    def due_after(self, recorded: date | None) -> date:
        """By when it is due next; `recorded`: the newest day that the desk has of it."""
        days = [day for day in (self.last, recorded) if day is not None]
        if days:
            return add_months(max(days), self.months)
        assert self.first is not None
        return self.first


@dataclass(frozen=True)
class UpkeepRecord:
    """That it was done `on` that day: `note` is what was found, or the receipt of what was reported."""

    item: str
    on: date
    note: str
    by: str
    at: datetime
