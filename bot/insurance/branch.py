"""Outlets 网点 where customers are served in person, and where a written complaint goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum

from bot.calendars.working_days import HolidayCalendar
from bot.insurance.institution import HEAD_OFFICE, HEAD_OFFICE_ZH, Institution

_LOOK_AHEAD = 31  # days; the longest holiday is shorter


class BranchService(str, Enum):
    """What an outlet does for customers."""

    SERVICING = "保全"
    CLAIM_PAPERS = "理赔收单"
    PAYMENT = "缴费"
    COMPLAINTS = "投诉接待"


@dataclass(frozen=True)
class Shift:
    """A stretch of one day in which the counter is open, Shanghai time."""

    opens: time
    closes: time

    @property
    def spoken(self) -> str:
        return f"{speak_clock(self.opens)}—{speak_clock(self.closes)}"


def speak_clock(at: time) -> str:
    """8:30, without a leading zero."""
    return f"{at.hour}:{at.minute:02}"


Week = tuple[tuple[Shift, ...], ...]  # seven days from Monday; an empty day is closed


@dataclass(frozen=True)
class Branch:
    """One outlet. `district` is a district or a county of `city`."""

    id: str
    city: str
    district: str
    name: str
    address: str
    phone: str
    week: Week
    services: tuple[BranchService, ...]
    step_free: bool

    def shifts_on(self, day: date, calendar: HolidayCalendar) -> tuple[Shift, ...]:
        """When it is open that day: closed on public holidays, a made-up weekend day is worked like a Monday."""
        if day in calendar.make_up_days:
            return self.week[0]
        if day in calendar.days_off:
            return ()
        return self.week[day.weekday()]

    def open_until(self, at: datetime, calendar: HolidayCalendar) -> time | None:
        """When the counter that is open at `at` closes, None when it is closed."""
        now = at.time()
        return next(
            (each.closes for each in self.shifts_on(at.date(), calendar) if each.opens <= now < each.closes), None
        )

    def next_opening(self, at: datetime, calendar: HolidayCalendar) -> datetime | None:
        """The next time it opens after `at`, None when it does not within a month."""
        for ahead in range(_LOOK_AHEAD):
            day = at.date() + timedelta(days=ahead)
            for shift in self.shifts_on(day, calendar):
                opens = datetime.combine(day, shift.opens, at.tzinfo)
                if opens > at:
                    return opens
        return None


@dataclass(frozen=True)
class City:
    """A city with outlets, and its districts, so that a district alone finds it."""

    name: str
    province: str
    districts: tuple[str, ...]


@dataclass(frozen=True)
class ComplaintIntake:
    """Where written complaints go (银行业保险业消费投诉处理管理办法第八条 has them published)."""

    phone: str
    fax: str
    email: str
    post: str
    reception: str


@dataclass(frozen=True)
class BranchDirectory:
    """All outlets. `papers_post`: where papers go by post. `places` are the names of places in general, to tell a town without an outlet from a landmark."""

    branches: tuple[Branch, ...] = ()
    cities: tuple[City, ...] = ()
    intake: ComplaintIntake | None = None
    papers_post: str = ""
    source: str = ""
    as_of: date = date.min
    places: frozenset[str] = frozenset()
    institutions: tuple[Institution, ...] = ()

    @property
    def institution_names(self) -> Mapping[str, str]:
        """Code → name, the head office first."""
        return {HEAD_OFFICE: HEAD_OFFICE_ZH, **{each.code: each.name for each in self.institutions}}

    def institution_for(self, *areas: str) -> str:
        """The code of the one that covers the first of these areas that any covers; the head office where none does."""
        found = (each.code for area in areas for each in self.institutions if area in each.covers)
        return next(found, HEAD_OFFICE)

    def of_city(self, city: str) -> tuple[Branch, ...]:
        return tuple(branch for branch in self.branches if branch.city == city)
