"""Working-day arithmetic on the State Council's holiday notices, loaded as data.

Source: rule_facts section 1. The start day never counts (民法典第二百零一条); a working day is Monday to
Friday minus the notice's days off plus its make-up days. A year without a file is counted as plain Monday to
Friday and marked 暂估.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from bot.calendars.strict_yaml import DataFileError, Row, read_row

_SATURDAY = 5
_YEAR_FILE = re.compile(r"\d{4}\.yml")
_OVERRIDES = "overrides.yml"
_OTHER_FILES = frozenset({"deadlines.yml", _OVERRIDES})


class CalendarFileError(DataFileError):
    """A holiday or deadline file is malformed; `data` names file, line and key."""

    code = "calendar_file_invalid"


@dataclass(frozen=True)
class DueDay:
    """A computed day. `estimated` (暂估): a day of a year without a published notice was counted."""

    date: date
    estimated: bool


@dataclass(frozen=True)
class HolidayCalendar:
    """The published holiday notices. `years` are those with a file; `sources` follow their order."""

    years: frozenset[int]
    days_off: frozenset[date]
    make_up_days: frozenset[date]
    sources: tuple[str, ...] = ()

    def is_working_day(self, day: date) -> bool:
        """Whether `day` is worked, as far as known (see `is_estimated`)."""
        if day in self.make_up_days:
            return True
        return day.weekday() < _SATURDAY and day not in self.days_off

    def is_estimated(self, day: date) -> bool:
        """True when no notice was loaded for the year of `day`."""
        return day.year not in self.years

    def add_working_days(self, day: date, n: int) -> DueDay:
        """The n-th working day (WD) after `day`; `n` = 0 is `day` itself. Raises ValueError when `n` < 0."""
        if n < 0:
            raise ValueError("n must not be negative")
        current, left = day, n
        estimated = self.is_estimated(day) if n == 0 else False
        while left:
            current += timedelta(days=1)
            estimated = estimated or self.is_estimated(current)
            left -= self.is_working_day(current)
        return DueDay(current, estimated)

    def add_natural_days(self, day: date, n: int) -> DueDay:
        """`day` plus n natural days (ND): no holiday moves it, never estimated. ValueError when `n` < 0."""
        return DueDay(add_natural_days(day, n), estimated=False)

    def first_working_day_from(self, day: date) -> DueDay:
        """`day`, or the first working day after it (民法典第二百零三条: the day after the rest days end)."""
        current, estimated = day, self.is_estimated(day)
        while not self.is_working_day(current):
            current += timedelta(days=1)
            estimated = estimated or self.is_estimated(current)
        return DueDay(current, estimated)


def add_natural_days(day: date, n: int) -> date:
    """`day` plus n natural days (自然日); the start day does not count. Raises ValueError when `n` < 0."""
    if n < 0:
        raise ValueError("n must not be negative")
    return day + timedelta(days=n)


def load_calendar(folder: Path) -> HolidayCalendar:
    """Read every `<year>.yml` of `folder`, then `overrides.yml` where there is one: single days that are worked or not
    whatever the notice says (a local notice, a typhoon).

    Raises CalendarFileError for a missing folder, a malformed file, or a file whose name would be passed over
    (`2027.yaml`): a notice that is silently ignored turns known dates into guesses.
    """
    if not folder.is_dir():
        raise CalendarFileError(file=str(folder), line=0, entry="", key="", problem="没有这个文件夹")
    years: dict[int, Row] = {}
    for path in sorted((*folder.glob("*.yml"), *folder.glob("*.yaml"))):
        if path.name in _OTHER_FILES:
            continue
        if not _YEAR_FILE.fullmatch(path.name):
            raise CalendarFileError(file=str(path), line=0, entry="", key="", problem="文件名应为 <年份>.yml")
        years[int(path.stem)] = read_row(path, CalendarFileError)
    calendar = _combine(years)
    overrides = folder / _OVERRIDES
    return _override(calendar, read_row(overrides, CalendarFileError)) if overrides.exists() else calendar


def _override(calendar: HolidayCalendar, top: Row) -> HolidayCalendar:
    top.expect(required=("overrides",))
    worked: set[date] = set()
    free: set[date] = set()
    reasons = []
    for row in top.rows("overrides"):
        row.expect(required=("day", "working", "reason"))
        day = row.day("day")
        if day in worked | free:
            row.refuse("day", f"{day} 写了两次")
        (worked if row.flag("working") else free).add(day)
        reasons.append(f"{day} {row.text('reason')}")
    return HolidayCalendar(
        years=calendar.years,
        days_off=(calendar.days_off - worked) | free,
        make_up_days=(calendar.make_up_days - free) | worked,
        sources=(*calendar.sources, *reasons),
    )


def _combine(rows: dict[int, Row]) -> HolidayCalendar:
    days_off: set[date] = set()
    make_up: set[date] = set()
    sources: list[str] = []
    for year, row in sorted(rows.items()):
        row.expect(required=("year", "source", "days_off", "make_up_days"))
        if row.integer("year") != year:
            row.refuse("year", "年份与文件名不一致")
        days_off |= _days_off(row, year)
        make_up |= _make_up_days(row, year, days_off)
        sources.append(row.text("source"))
    return HolidayCalendar(frozenset(rows), frozenset(days_off), frozenset(make_up), tuple(sources))


def _days_off(row: Row, year: int) -> set[date]:
    found: set[date] = set()
    for period in row.rows("days_off"):
        period.expect(required=("name", "from", "to"))
        period.text("name")
        first, last = period.day("from"), period.day("to")
        if last < first:
            period.refuse("to", "结束早于开始")
        if first.year != year or last.year != year:
            period.refuse("from", f"不在 {year} 年内")
        days = {first + timedelta(days=offset) for offset in range((last - first).days + 1)}
        if days & found:
            period.refuse("from", "与前面的假期重叠")
        found |= days
    return found


def _make_up_days(row: Row, year: int, days_off: Iterable[date]) -> set[date]:
    days = row.days("make_up_days")
    for day in days:
        if day.year != year:
            row.refuse("make_up_days", f"{day} 不在 {year} 年内")
        if day.weekday() < _SATURDAY:
            row.refuse("make_up_days", f"{day} 不是周六或周日，不会是补班日")
        if day in days_off:
            row.refuse("make_up_days", f"{day} 同时是放假日")
    if len(set(days)) != len(days):
        row.refuse("make_up_days", "日期重复")
    return set(days)
