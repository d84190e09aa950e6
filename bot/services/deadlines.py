"""The legal and company clocks as the use cases ask for them: a rule id and a time of receipt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.calendars.clocks import Clock, ClockRule, Due, due
from bot.calendars.hours import due_at
from bot.calendars.working_days import HolidayCalendar
from bot.errors import BotError


class UnknownRuleError(BotError):
    """No deadline has this id."""

    code = "unknown_rule"


@dataclass(frozen=True)
class Deadlines:
    """Rules of data/calendars by id, with the holiday calendar they count on."""

    calendar: HolidayCalendar
    rules: Mapping[str, ClockRule]

    def rule(self, rule_id: str) -> ClockRule:
        """Raises UnknownRuleError."""
        if rule_id not in self.rules:
            raise UnknownRuleError(rule=rule_id)
        return self.rules[rule_id]

    def due(self, rule_id: str, received: datetime) -> Due:
        """Raises UnknownRuleError; ClockError for a rule whose article sets no length."""
        return due(self.rule(rule_id), received, calendar=self.calendar)

    def due_at(self, rule_id: str, received: datetime) -> datetime:
        """As `due`, of a rule that counts hours."""
        return due_at(self.rules[rule_id], received, calendar=self.calendar)

    def restarted(self, rule_id: str, received: datetime, new_material: datetime) -> Due:
        """The rule's date when new facts came. Raises ClockError for a rule that does not restart."""
        return Clock(self.rules[rule_id], received).restart(new_material).due(self.calendar)


def speak_date(day: date, today: date) -> str:
    """12 月 8 日; with the year when it is not this one."""
    year = f"{day.year} 年 " if day.year != today.year else ""
    return f"{year}{day.month} 月 {day.day} 日"


def speak_moment(value: str, today: date) -> str:
    """An ISO date or date and time as a person says it: 11 月 23 日 8:20, 今天/昨天 where true."""
    day = date.fromisoformat(value[:10])
    near = {0: "今天", 1: "昨天", 2: "前天"}.get((today - day).days)
    spoken = speak_date(day, today)
    if near:
        spoken = f"{near}（{spoken}）"
    if len(value) > 10:
        hour, minute = value[11:16].split(":")
        spoken += f" {int(hour)}:{minute}"
    return spoken


def speak_by(moment: datetime, now: datetime) -> str:
    """A moment to come, as one promises it: 今天 11:10, 明天（11 月 24 日）10:00; whole ten minutes, never later."""
    day = moment.date()
    near = {0: "今天", 1: f"明天（{speak_date(day, now.date())}）"}.get((day - now.date()).days)
    return f"{near or speak_date(day, now.date())} {moment.hour}:{moment.minute // 10}0"
