"""Running clocks: when a duty falls due, what stops the clock, what starts it anew.

Source: rule_facts section 1, items 1-3, 7, 8. Two dates come out of every clock: `internal_due`, never moved
for a rest day, is the one the company works to; `statutory_latest`, moved past rest days, is only the outer
bound (民法典第二百零三条).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone

from bot.calendars.clock_rules import Bearer, ClockRule, PauseReason, Scope, Tag, Unit, load_rules
from bot.calendars.months import add_months
from bot.calendars.working_days import DueDay, HolidayCalendar
from bot.errors import BotError

__all__ = [
    "SHANGHAI", "Bearer", "Clock", "ClockError", "ClockRule", "Due", "Pause", "PauseReason", "Scope", "Tag",
    "Unit", "due", "earliest", "load_rules", "local_day",
]  # fmt: skip

_MONTHS_IN = {Unit.MONTHS: 1, Unit.YEARS: 12}
# A fixed offset: China has had no summer time since 1991, and reading tz data would be I/O on this floor.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


class ClockError(BotError):
    """A clock was asked for something its article does not allow. `data`: rule, problem."""

    code = "clock_refused"


@dataclass(frozen=True)
class Pause:
    """A stop-clock segment; `end` None while it lasts. `source` is the proof (a notice number)."""

    start: datetime
    end: datetime | None
    reason: PauseReason
    source: str


@dataclass(frozen=True)
class Due:
    """When a rule falls due: Shanghai days, until 24:00.

    `estimated` (暂估): `internal_due` counts working days of a year whose notice is missing; `latest_estimated`: whether
    `statutory_latest` does.
    """

    rule_id: str
    internal_due: date
    statutory_latest: date
    unit: Unit
    article: str
    estimated: bool
    paused: bool = False
    latest_estimated: bool = False


@dataclass(frozen=True)
class Clock:
    """A started rule with its pauses; `earlier` keeps the clocks it replaced, newest first."""

    rule: ClockRule
    received: datetime
    pauses: tuple[Pause, ...] = ()
    earlier: tuple[Clock, ...] = ()

    def pause(self, start: datetime, reason: PauseReason, source: str) -> Clock:
        """Stop the clock from `start`.

        Raises ClockError for a reason the rule's article does not admit, or when already stopped.
        """
        if any(segment.end is None for segment in self.pauses):
            raise ClockError(rule=self.rule.id, problem="already paused")
        segment = Pause(start, None, reason, source)
        _check_pauses(self.rule, (segment,))
        return replace(self, pauses=(*self.pauses, segment))

    def resume(self, end: datetime) -> Clock:
        """Let a stopped clock run again. Raises ClockError when it is running or `end` is before the stop."""
        if not self.pauses or self.pauses[-1].end is not None:
            raise ClockError(rule=self.rule.id, problem="not paused")
        segment = replace(self.pauses[-1], end=end)
        _check_pauses(self.rule, (segment,))
        return replace(self, pauses=(*self.pauses[:-1], segment))

    def restart(self, new_material: datetime) -> Clock:
        """A new clock from the receipt of new facts (投诉办法第十八条第三款); this one stays in `earlier`. A stop that
        lasts (a mediation goes on) stops the new clock too.

        Raises ClockError when the rule does not restart or the material is older than the complaint.
        """
        if not self.rule.restarts:
            raise ClockError(rule=self.rule.id, problem="does not restart")
        if _aware(self.rule, new_material) < _aware(self.rule, self.received):
            raise ClockError(rule=self.rule.id, problem="new material precedes receipt")
        lasting = tuple(replace(one, start=max(one.start, new_material)) for one in self.pauses if one.end is None)
        return Clock(self.rule, new_material, lasting, earlier=(self, *self.earlier))

    def due(self, calendar: HolidayCalendar, today: date | None = None) -> Due:
        """See `due`."""
        return due(self.rule, self.received, calendar=calendar, pauses=self.pauses, today=today)


def due(
    rule: ClockRule,
    received: datetime,
    *,
    calendar: HolidayCalendar,
    pauses: Sequence[Pause] = (),
    today: date | None = None,
) -> Due:
    """When `rule` falls due after `received` (aware; its Shanghai day is day 0 and does not count).

    An open pause counts as lasting through `today`. Raises ClockError for a rule without a length, a naive
    time, a pause the article does not admit, or an open pause without `today`.
    """
    if rule.duration is None:
        raise ClockError(rule=rule.id, problem="the article sets no length")
    if rule.unit.counts_hours:
        raise ClockError(rule=rule.id, problem="counts hours, see bot.calendars.hours")
    _check_pauses(rule, pauses)
    if today is None and any(segment.end is None for segment in pauses):
        raise ClockError(rule=rule.id, problem="an open pause needs today")
    internal = _last_day(rule, local_day(rule, received), rule.duration, calendar, _stopped_days(rule, pauses, today))
    # 民法典第二百零三条 extends periods; "same day" and "at once" are none, and a period that must end before a day
    # is not extended into it
    extends = bool(rule.duration) and not rule.before
    latest = calendar.first_working_day_from(internal.date) if extends else internal
    return Due(
        rule_id=rule.id,
        internal_due=internal.date,
        statutory_latest=latest.date,
        unit=rule.unit,
        article=rule.article,
        estimated=internal.estimated,
        paused=any(segment.end is None for segment in pauses),
        latest_estimated=internal.estimated or latest.estimated,
    )


def earliest(dues: Sequence[Due]) -> Due:
    """The one to work to when law and company both set a date (X-01). ValueError when there is none."""
    return min(dues, key=lambda item: item.internal_due)


def local_day(rule: ClockRule, moment: datetime) -> date:
    """The Shanghai day of an aware time. Raises ClockError when `moment` is naive."""
    return _aware(rule, moment).astimezone(SHANGHAI).date()


def _aware(rule: ClockRule, moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ClockError(rule=rule.id, problem="time without zone")
    return moment


def _check_pauses(rule: ClockRule, pauses: Sequence[Pause]) -> None:
    for segment in pauses:
        if segment.reason not in rule.pauses:
            raise ClockError(rule=rule.id, problem=f"{segment.reason.value} does not stop this clock")
        if segment.end is not None and _aware(rule, segment.end) < _aware(rule, segment.start):
            raise ClockError(rule=rule.id, problem="pause ends before it starts")


def _stopped_days(rule: ClockRule, pauses: Sequence[Pause], today: date | None) -> list[tuple[date, date]]:
    # first day exclusive, as for every period (民法典第二百零一条): the shorter reading, safe for the company
    return [
        (local_day(rule, segment.start), local_day(rule, segment.end) if segment.end else today or date.min)
        for segment in pauses
    ]


def _last_day(
    rule: ClockRule, start: date, length: int, calendar: HolidayCalendar, stopped: Sequence[tuple[date, date]]
) -> DueDay:
    if rule.unit in _MONTHS_IN:
        months = length * _MONTHS_IN[rule.unit]
        return DueDay(add_months(start, -months if rule.before else months), False)
    return _walk(rule, start, length, calendar, stopped)


def _walk(
    rule: ClockRule, start: date, length: int, calendar: HolidayCalendar, stopped: Sequence[tuple[date, date]]
) -> DueDay:
    """The `length`-th counted day after `start`, passing over stopped days."""
    day, left, estimated = start, length, False
    step = timedelta(days=-1 if rule.before else 1)
    working = rule.unit is Unit.WORKING_DAYS
    while left:
        day += step
        estimated = estimated or (working and calendar.is_estimated(day))
        if any(first < day <= last for first, last in stopped):
            continue
        left -= calendar.is_working_day(day) if working else 1
    return DueDay(day, estimated)
