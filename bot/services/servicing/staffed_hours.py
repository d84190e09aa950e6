"""When people are there to call back, as data: a promised time is one that somebody keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from bot.calendars.strict_yaml import Row, read_row
from bot.calendars.working_days import HolidayCalendar
from bot.insurance.staff import POSTS


@dataclass(frozen=True)
class PostHours:
    """Of a post with hours of its own; `every_day`: on holidays and at weekends too."""

    opens: time
    closes: time  # 00:00 as an end is midnight
    every_day: bool

    def is_open(self, now: datetime, calendar: HolidayCalendar) -> bool:
        before = self.closes == time() or now.time() < self.closes
        return self.opens <= now.time() and before and self.opens_on(now.date(), calendar)

    def opens_on(self, day: date, calendar: HolidayCalendar) -> bool:
        return self.every_day or calendar.is_working_day(day)


@dataclass(frozen=True)
class StaffedHours:
    """On working days from `opens` to `closes`, but for `posts` with their own; a call is promised within `window`, not sooner than `lead`
    from now."""

    opens: time
    closes: time
    lead: timedelta
    window: timedelta
    posts: Mapping[str, PostHours] = field(default_factory=dict)

    @property
    def spoken(self) -> str:
        return f"工作日 {self.opens:%H:%M} 到 {self.closes:%H:%M}"

    def back_at(self, now: datetime, calendar: HolidayCalendar, post: str = "") -> datetime | None:
        """When somebody of the post is there again; None while somebody is."""
        hours = self.posts.get(post) or PostHours(self.opens, self.closes, every_day=False)
        if hours.is_open(now, calendar):
            return None
        day = now.date()
        if hours.opens_on(day, calendar) and now.time() < hours.opens:
            return datetime.combine(day, hours.opens, now.tzinfo)
        day += timedelta(days=1)
        following = day if hours.every_day else calendar.first_working_day_from(day).date
        return datetime.combine(following, hours.opens, now.tzinfo)

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
    row.expect(("opens", "closes", "lead_minutes", "window_minutes", "source", "tag"), optional=("posts",))
    hours = StaffedHours(
        opens=_clock(row, "opens"),
        closes=_clock(row, "closes"),
        lead=timedelta(minutes=row.integer("lead_minutes")),
        window=timedelta(minutes=row.integer("window_minutes")),
        posts=dict(map(_post_hours, row.rows("posts"))) if "posts" in row.values else {},
    )
    if hours.opens >= hours.closes or hours.window <= timedelta(0):
        row.refuse("closes", "下班要晚于上班，时段要大于零")
    return hours


def _post_hours(row: Row) -> tuple[str, PostHours]:
    row.expect(("post", "opens", "closes", "every_day"))
    post, hours = row.text("post"), PostHours(_clock(row, "opens"), _clock(row, "closes"), row.flag("every_day"))
    if post not in POSTS:
        row.refuse("post", f"没有这个岗位：{post}")
    if hours.closes != time() and hours.opens >= hours.closes:
        row.refuse("closes", "下班要晚于上班；到半夜十二点写 00:00")
    return post, hours


def _clock(row: Row, key: str) -> time:
    try:
        return time.fromisoformat(row.text(key))
    except ValueError:
        row.refuse(key, '应为加引号的时刻，比如 "09:00"')
