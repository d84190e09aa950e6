"""The month or the quarter that a report is about, in China's time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.calendars.clocks import SHANGHAI

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])", re.ASCII)
_QUARTER = re.compile(r"(20\d\d)Q([1-4])", re.ASCII)
_TREND = 12  # months


@dataclass(frozen=True)
class Period:
    """From the first moment of `first` to that of `after`."""

    first: date
    after: date

    @property
    def is_quarter(self) -> bool:
        return self.after - self.first > timedelta(days=31)

    @property
    def code(self) -> str:
        """2026-11 or 2026Q4."""
        if self.is_quarter:
            return f"{self.first.year}Q{(self.first.month + 2) // 3}"
        return f"{self.first:%Y-%m}"

    @property
    def zh(self) -> str:
        if self.is_quarter:
            return f"{self.first.year} 年第 {(self.first.month + 2) // 3} 季度"
        return f"{self.first.year} 年 {self.first.month} 月"

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time(), SHANGHAI)

    @property
    def end(self) -> datetime:
        return datetime.combine(self.after, time(), SHANGHAI)

    @property
    def before(self) -> Period:
        """The period of the same length just before it."""
        return _from(_months_on(self.first, -3 if self.is_quarter else -1), 3 if self.is_quarter else 1)

    @property
    def months(self) -> tuple[Period, ...]:
        """The one or the three."""
        return tuple(_from(_months_on(self.first, place), 1) for place in range(3 if self.is_quarter else 1))

    def months_until(self, today: date) -> tuple[Period, ...]:
        """The year of months that ends with it, or with today's where it has not ended; the oldest first."""
        last = min(_months_on(self.after, -1), today.replace(day=1))
        return tuple(_from(_months_on(last, back - _TREND + 1), 1) for back in range(_TREND))


def read_period(code: str, today: date) -> Period:
    """The period that `code` names; this month where it names none, or one that has not begun."""
    if found := _MONTH.fullmatch(code):
        period = _from(date(int(found[1]), int(found[2]), 1), 1)
    elif found := _QUARTER.fullmatch(code):
        period = _from(date(int(found[1]), 3 * int(found[2]) - 2, 1), 3)
    else:
        return _from(today.replace(day=1), 1)
    return period if period.first <= today else _from(today.replace(day=1), 1)


def offered(today: date) -> tuple[Period, ...]:
    """What may be chosen: a year of months and four quarters, the newest first."""
    month = today.replace(day=1)
    quarter = date(today.year, 3 * ((today.month + 2) // 3) - 2, 1)
    months = [_from(_months_on(month, -back), 1) for back in range(_TREND)]
    return (*months, *(_from(_months_on(quarter, -3 * back), 3) for back in range(4)))


def _from(first: date, months: int) -> Period:
    return Period(first, _months_on(first, months))


def _months_on(first: date, months: int) -> date:
    place = first.year * 12 + first.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)
