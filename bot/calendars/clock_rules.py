"""Deadlines of law and company as data: what starts a clock, how long it runs, what stops it, who says so.

Source: rule_facts sections 1 and 3; the rows are in data/calendars/deadlines.yml.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from enum import Enum
from pathlib import Path
from typing import TypeVar

from bot.calendars.strict_yaml import Row, read_row
from bot.calendars.working_days import CalendarFileError

_REQUIRED = ("id", "trigger", "duration", "unit", "what", "article", "tag", "applies", "bearer")
_OPTIONAL = ("pauses", "restarts", "before", "opens", "closes")


class Unit(Enum):
    """What a duration counts."""

    NATURAL_DAYS = "ND"  # 自然日
    WORKING_DAYS = "WD"  # 工作日
    MONTHS = "M"  # 月
    YEARS = "Y"  # 年
    WORKING_HOURS = "WH"  # 工作日的服务时间内的小时
    SERVICE_HOURS = "SH"  # 每天的服务时间内的小时

    @property
    def counts_hours(self) -> bool:
        return self in (Unit.WORKING_HOURS, Unit.SERVICE_HOURS)

    @property
    def zh(self) -> str:
        return {"ND": "自然日", "WD": "工作日", "M": "个月", "Y": "年"}.get(self.value, "小时")


class Bearer(Enum):
    """Whose period it is: a duty of the company, a right of the customer, a duty of the regulator."""

    COMPANY = "company"
    CUSTOMER = "customer"
    REGULATOR = "regulator"


class PauseReason(Enum):
    """The only reasons that stop a clock (rule_facts 1.7). Waiting for complaint material is none of them."""

    CLAIM_DOCUMENTS = "claim_documents"  # 解释二第十五条
    EXTERNAL_APPRAISAL = "external_appraisal"  # 投诉办法第十八条第二款；须告知投诉人
    MEDIATION = "mediation"  # 投诉办法第二十三条
    MEDICAL_EXAMINATION = "medical_examination"  # 基本服务规定第二十条


class Tag(Enum):
    """How sure we are of a row."""

    VERIFIED = "V"  # the article was read in full
    SECONDARY = "S"  # a report of it was read
    PRACTICE = "P"  # what insurers commonly do
    COMPANY = "C"  # the company's own rule
    MEMORY = "M"  # from memory: to be checked before it is relied on
    TARGET = "Z"  # 公司目标，不是法定期限


class Scope(Enum):
    """Which cases a rule covers. 基本服务规定 excludes group business (X-15)."""

    ALL = "all"
    COMPLAINT = "complaint"
    INDIVIDUAL_LIFE = "individual_life"
    COMPULSORY_MOTOR = "compulsory_motor"
    LIFE = "life"
    HEALTH = "health"
    ACCIDENT = "accident"
    MOTOR = "motor"
    PROPERTY = "property"
    MISCONDUCT = "misconduct"
    RECORDS = "records"


@dataclass(frozen=True)
class ClockRule:
    """One deadline.

    `duration` is None where the article sets no length (a pause, a form of notice): such a rule explains, it
    cannot be computed. 0 means the same day. `pauses` are the reasons its own article admits; `restarts`: new
    facts start it anew. `before`: the period ends, not begins, with the trigger. `opens` and `closes` bound the hours of a
    rule that counts hours (`bot.calendars.hours`).
    """

    id: str
    trigger: str
    duration: int | None
    unit: Unit
    what: str
    article: str
    applies: Scope
    tag: Tag
    bearer: Bearer = Bearer.COMPANY
    pauses: frozenset[PauseReason] = frozenset()
    restarts: bool = False
    before: bool = False
    opens: time | None = None
    closes: time | None = None


def load_rules(path: Path) -> Mapping[str, ClockRule]:
    """Read deadlines.yml into rules by id, in file order.

    Raises CalendarFileError naming file, line, rule and key.
    """
    top = read_row(path, CalendarFileError)
    top.expect(required=("deadlines",))
    rules: dict[str, ClockRule] = {}
    for row in top.rows("deadlines"):
        rule = _rule(row)
        if rule.id in rules:
            row.refuse("id", "编号重复")
        rules[rule.id] = rule
    return rules


def _rule(row: Row) -> ClockRule:
    row.expect(_REQUIRED, _OPTIONAL)
    duration = row.optional_integer("duration")
    if duration is not None and duration < 0:
        row.refuse("duration", "不能为负")
    opens, closes = _hours(row)
    return ClockRule(
        id=row.text("id"),
        trigger=row.text("trigger"),
        duration=duration,
        unit=_member(Unit, row, "unit"),
        what=row.text("what"),
        article=row.text("article"),
        applies=_member(Scope, row, "applies"),
        tag=_member(Tag, row, "tag"),
        bearer=_member(Bearer, row, "bearer"),
        pauses=frozenset(_choice(PauseReason, row, "pauses", item) for item in row.texts("pauses")),
        restarts=row.flag("restarts"),
        before=row.flag("before"),
        opens=opens,
        closes=closes,
    )


def _hours(row: Row) -> tuple[time | None, time | None]:
    """Both for a rule in hours, none for a rule in days."""
    if not _member(Unit, row, "unit").counts_hours:
        row.expect(_REQUIRED, ("pauses", "restarts", "before"))
        return None, None
    row.expect((*_REQUIRED, "opens", "closes"), ("pauses", "restarts"))
    try:
        opens, closes = time.fromisoformat(row.text("opens")), time.fromisoformat(row.text("closes"))
    except ValueError:
        row.refuse("opens", "时间应写成 “08:00”")
    if closes <= opens:
        row.refuse("closes", "应晚于开始的时间")
    return opens, closes


_Choice = TypeVar("_Choice", bound=Enum)


def _member(kind: type[_Choice], row: Row, key: str) -> _Choice:
    return _choice(kind, row, key, row.text(key))


def _choice(kind: type[_Choice], row: Row, key: str, value: str) -> _Choice:
    try:
        return kind(value)
    except ValueError:
        row.refuse(key, f"{value} 不在 {[member.value for member in kind]} 之内")
