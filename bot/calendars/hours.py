"""Clocks that count hours while the office answers the telephone: when a promised call is due."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.calendars.clock_rules import ClockRule, Unit
from bot.calendars.clocks import SHANGHAI, ClockError
from bot.calendars.working_days import HolidayCalendar


def due_at(rule: ClockRule, received: datetime, *, calendar: HolidayCalendar) -> datetime:
    """The moment, Shanghai time, when `rule` has run since `received` (aware), hours outside its service hours left out.

    Raises ClockError for a rule that counts days, one without a length, and a naive time.
    """
    if not rule.unit.counts_hours or rule.duration is None or rule.opens is None or rule.closes is None:
        raise ClockError(rule=rule.id, problem="counts no hours")
    if received.utcoffset() is None:
        raise ClockError(rule=rule.id, problem="time without zone")
    now, left = received.astimezone(SHANGHAI), timedelta(hours=rule.duration)
    while True:
        opens = datetime.combine(now.date(), rule.opens, SHANGHAI)
        closes = datetime.combine(now.date(), rule.closes, SHANGHAI)
        served = rule.unit is Unit.SERVICE_HOURS or calendar.is_working_day(now.date())
        start = max(now, opens)
        if served and start + left <= closes:
            return start + left
        if served and start < closes:
            left -= closes - start
        now = datetime.combine(now.date() + timedelta(days=1), rule.opens, SHANGHAI)
