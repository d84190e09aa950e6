"""What the complaints post looks for in its register, and both clocks of a complaint as one reads them at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from bot.insurance.complaint import UNACCEPTED, Complaint, ComplaintStage
from bot.insurance.complaint_handling import ComplaintChannel
from bot.insurance.open_case import SOON

NEAR = SOON


class DueFilter(str, Enum):
    OVERDUE = "overdue"
    NEAR = "near"

    @property
    def zh(self) -> str:
        return {"overdue": "超期", "near": f"{NEAR.days} 天内到期"}[self.value]


@dataclass(frozen=True)
class ComplaintFilter:
    """`text`: a number, phone, name or policy, whole; `due` is of the earliest date that still runs; `first`, `last`: days of
    receipt, both included; `handler`: open ones that this account sees to. What is empty filters nothing."""

    text: str = ""
    stage: ComplaintStage | None = None
    kind: str = ""
    channel: ComplaintChannel | None = None
    due: DueFilter | None = None
    first: date | None = None
    last: date | None = None
    handler: str = ""


@dataclass(frozen=True)
class ComplaintPage:
    """A page of complaints, of `total`: the newest first, or, where what is due was asked for, the first due first."""

    complaints: tuple[Complaint, ...]
    total: int


class Tone(str, Enum):
    LATE = "late"
    NEAR = "near"
    CALM = "calm"
    OVER = "over"


@dataclass(frozen=True)
class ClockMark:
    """`due` is None where nothing runs; `words` say how long is left, or why nothing runs."""

    name: str
    due: date | None
    words: str
    tone: Tone


def clock_marks(complaint: Complaint, today: date) -> tuple[ClockMark, ...]:
    """受理 and 处理决定 (or 核查决定), and the report where a regulator waits for one."""
    marks = (_acceptance(complaint, today), _decision(complaint, today))
    if complaint.report_by is None:
        return marks
    if complaint.owes_report:
        return (*marks, running("监管报告", complaint.report_by, today))
    return (*marks, ClockMark("监管报告", None, "已报告", Tone.OVER))


def _acceptance(complaint: Complaint, today: date) -> ClockMark:
    if complaint.stage in UNACCEPTED:
        return running("受理", complaint.clocks.acceptance_target, today)
    words = f"已告知{complaint.triages[-1].outcome.zh}" if complaint.triages else "不再计"
    return ClockMark("受理", None, words, Tone.OVER)


def _decision(complaint: Complaint, today: date) -> ClockMark:
    name = "核查决定" if complaint.stage is ComplaintStage.VERIFYING else "处理决定"
    due = complaint.statutory_due
    if due:
        return running(name, due, today)
    if complaint.is_open:
        return ClockMark(name, None, "鉴定或调解，停计", Tone.CALM)
    words = f"已并入 {complaint.merged_into}" if complaint.merged_into else complaint.stage.zh
    return ClockMark(name, None, words, Tone.OVER)


def running(name: str, due: date, today: date) -> ClockMark:
    """A clock that runs: 还有 3 天, 今天到期, 超期 1 天."""
    left = (due - today).days
    if left < 0:
        return ClockMark(name, due, f"超期 {-left} 天", Tone.LATE)
    words = f"还有 {left} 天" if left else "今天到期"
    return ClockMark(name, due, words, Tone.NEAR if left <= NEAR.days else Tone.CALM)
