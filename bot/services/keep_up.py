"""What of the company's rules and filings is due, and recording that it was looked through or reported."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.errors import BotError
from bot.insurance.staff import COMPLIANCE
from bot.insurance.task import DueMatter, Register
from bot.insurance.upkeep import UpkeepItem, UpkeepKind, UpkeepRecord
from bot.services.ports import UnitOfWork

LEAST, LONGEST = 5, 300  # of a note, in characters


class UpkeepFlawError(BotError):
    """What was told is incomplete or can't be; `data["flaw"]` says why, for the desk."""

    code = "upkeep_flaw"


@dataclass(frozen=True)
class UpkeepLine:
    """An item with the newest record of it, and by when it is due next."""

    item: UpkeepItem
    record: UpkeepRecord | None
    due: date

    @property
    def last(self) -> date | None:
        days = [day for day in (self.item.last, self.record.on if self.record else None) if day]
        return max(days, default=None)


def upkeep_lines(work: UnitOfWork, items: Sequence[UpkeepItem]) -> tuple[UpkeepLine, ...]:
    """The first due first."""
    newest = work.upkeep.newest() if items else {}
    lines = (
        UpkeepLine(one, record, one.due_after(record.on if record else None))
        for one in items
        for record in [newest.get(one.id)]
    )
    return tuple(sorted(lines, key=lambda line: (line.due, line.item.id)))


def upkeep_matters(
    work: UnitOfWork, items: Sequence[UpkeepItem], until: date, among: Collection[str] | None
) -> Iterator[DueMatter]:
    """What is due by that day, as tasks of compliance; `among`: of these items only."""
    asked = [one for one in items if among is None or one.id in among]
    for line in upkeep_lines(work, asked):
        if line.due <= until:
            yield DueMatter(line.item.id, Register.UPKEEP, line.item.zh, line.item.kind.value, COMPLIANCE, line.due)


def record_upkeep(work: UnitOfWork, item: UpkeepItem, record: UpkeepRecord) -> None:
    """The caller commits. Raises UpkeepFlawError."""
    if not LEAST <= len(record.note) <= LONGEST:
        what = "看了什么、改了什么" if item.kind is UpkeepKind.REVIEW else "报给谁、回执或文号"
        raise UpkeepFlawError(flaw=f"{what}要写 {LEAST} 到 {LONGEST} 个字")
    if record.on > record.at.date():
        raise UpkeepFlawError(flaw="日期不能晚于今天")
    work.upkeep.add(record)
    detail = {"kind": item.kind.value, "on": record.on.isoformat()}
    work.audit.append("upkeep.recorded", subject=item.id, actor=record.by, at=record.at, detail=detail)


def record_of(item: UpkeepItem, on: date, note: str, agent: str, at: datetime) -> UpkeepRecord:
    return UpkeepRecord(item.id, on, note, f"agent:{agent}", at)
