"""What the company promises by when: rows of data/promises.yml, with the days and articles of data/calendars (H13).

Source: company rules 004 §10.1 (promises are published with numbers).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.calendars.clock_rules import Bearer, ClockRule, Tag, Unit
from bot.calendars.strict_yaml import Row, read_row
from bot.services.deadlines import Deadlines

_COMPANY = frozenset({Tag.COMPANY, Tag.TARGET})


@dataclass(frozen=True)
class Promise:
    """`says`: what is done within the rule's time."""

    rule: ClockRule
    says: str

    @property
    def spoken(self) -> str:
        """ "作出处理决定 15 天内"; hours are those in which people are there."""
        days = {Unit.NATURAL_DAYS: "天", Unit.WORKING_DAYS: "个工作日"}.get(self.rule.unit, self.rule.unit.zh)
        hours = "（服务时间内）" if self.rule.unit.counts_hours else ""
        return f"{self.says} {self.rule.duration} {days}内{hours}"

    @property
    def by_law(self) -> bool:
        return self.rule.tag not in _COMPANY


@dataclass(frozen=True)
class PromiseGroup:
    zh: str
    promises: tuple[Promise, ...]


def load_promises(path: Path, deadlines: Deadlines) -> tuple[PromiseGroup, ...]:
    """Raises DataFileError naming file, line, row and key: a rule that is not there, is not the company's, or sets no length."""
    top = read_row(path)
    top.expect(("promises",))
    groups = []
    for row in top.rows("promises"):
        row.expect(("zh", "rules"))
        groups.append(PromiseGroup(row.text("zh"), tuple(_promise(each, deadlines) for each in row.rows("rules"))))
    return tuple(groups)


def _promise(row: Row, deadlines: Deadlines) -> Promise:
    row.expect(("rule", "says"))
    rule = deadlines.rules.get(row.text("rule"))
    if rule is None:
        row.refuse("rule", "没有这一条期限")
    if not rule.duration or rule.bearer is not Bearer.COMPANY:
        row.refuse("rule", "不是公司要遵守的、写明多久的期限")
    return Promise(rule, row.text("says"))
