"""When people are there to call back, as data: a promised time is one that somebody keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from bot.calendars.strict_yaml import Row, read_row
from bot.calendars.working_days import HolidayCalendar


@dataclass(frozen=True)
class StaffedHours:
    """On working days from `opens` to `closes`; a call is promised within `window`, not sooner than `lead` from now."""

    opens: time
    closes: time
    lead: timedelta
    window: timedelta

    @property
    def spoken(self) -> str:
        return f"工作日 {self.opens:%H:%M} 到 {self.closes:%H:%M}"

    def back_at(self, now: datetime, calendar: HolidayCalendar) -> datetime | None:
        """When somebody is there again; None while somebody is."""
        day = now.date()
        if calendar.is_working_day(day):
            if self.opens <= now.time() < self.closes:
                return None
            if now.time() < self.opens:
                return datetime.combine(day, self.opens, now.tzinfo)
        following = calendar.first_working_day_from(day + timedelta(days=1)).date
        return datetime.combine(following, self.opens, now.tzinfo)

    def slot_from(self, wanted: datetime, now: datetime, calendar: HolidayCalendar) -> datetime:
        """The start of the call's window: `wanted` where somebody is there, else the next time somebody is."""
        start, soonest = wanted, now + self.lead
        if wanted < soonest:
            start = soonest + timedelta(minutes=-soonest.minute % 30)
        start = start.replace(second=0, microsecond=0)
        day = start.date()
        last = (datetime.combine(day, self.closes) - self.window).time()
        if calendar.is_working_day(day) and start.time() <= last:
            return max(start, datetime.combine(day, self.opens, start.tzinfo))
        next_day = calendar.first_working_day_from(day + timedelta(days=calendar.is_working_day(day))).date
        # "周六下午三点" becomes the same hour of the day when somebody is there; an evening becomes the next morning.
        named = wanted >= soonest and self.opens <= start.time() <= last
        at = start.time() if named else self.opens
        return datetime.combine(next_day, at, start.tzinfo)


def load_hours(path: Path) -> StaffedHours:
    """Raises DataFileError naming file, line and key."""
    row = read_row(path)
    row.expect(("opens", "closes", "lead_minutes", "window_minutes", "source", "tag"))
    hours = StaffedHours(
        opens=_clock(row, "opens"),
        closes=_clock(row, "closes"),
        lead=timedelta(minutes=row.integer("lead_minutes")),
        window=timedelta(minutes=row.integer("window_minutes")),
    )
    if hours.opens >= hours.closes or hours.window <= timedelta(0):
        row.refuse("closes", "下班要晚于上班，时段要大于零")
    return hours


def _clock(row: Row, key: str) -> time:
    try:
        return time.fromisoformat(row.text(key))
    except ValueError:
        row.refuse(key, '应为加引号的时刻，比如 "09:00"')
