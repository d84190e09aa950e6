"""Tasks that the daily sweep raises: something of a matter is due soon, or was due and is not done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum


class Register(str, Enum):
    """Where a matter is kept."""

    CLAIM = "claim"
    CALL = "call"  # the call that was promised when a loss was reported, while nobody has taken the case up
    STEP = "step"  # a claim's present stage, by the company's own limit for it
    COMPLAINT = "complaint"
    ENDORSEMENT = "endorsement"
    CONSENT = "consent"  # an endorsement that waits for the insured
    REQUEST = "request"
    FOLLOW_UP = "follow_up"
    IMPROVEMENT = "improvement"
    UPKEEP = "upkeep"  # rules to look through, documents to report
    REPORT = "report"  # the regular report of last month, for whoever reads the figures

    @property
    def zh(self) -> str:
        return {
            "claim": "报案理赔",
            "call": "报案后约好的来电",
            "step": "理赔环节（公司时限）",
            "complaint": "投诉",
            "endorsement": "变更受益人",
            "consent": "变更受益人（等被保险人同意）",
            "request": "业务申请",
            "follow_up": "回访",
            "improvement": "改进",
            "upkeep": "定期复核和上报",
            "report": "客服工作报告",
        }[self.value]


class TaskState(str, Enum):
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"

    @property
    def zh(self) -> str:
        return {"due_soon": "快到期", "overdue": "已超期"}[self.value]


@dataclass(frozen=True)
class DueMatter:
    """An open matter with the date on which its next step is due. `about` and `stage` are codes of its register.

    `alert_on`: from which day it is to be chased, where that is sooner than the usual days before `due`.
    """

    number: str
    register: Register
    about: str  # line of business, kind of complaint, of request or of follow-up, or ""
    stage: str
    post: str
    due: date
    due_rule: str = ""
    alert_on: date | None = None
    restricted: bool = False  # only compliance may see that there is one

    def state_on(self, today: date) -> TaskState:
        return TaskState.OVERDUE if self.due < today else TaskState.DUE_SOON


@dataclass(frozen=True)
class TaskView:
    """Whose tasks: of these posts or (None) of every one; those of restricted matters only when `restricted`."""

    posts: frozenset[str] | None
    restricted: bool


@dataclass(frozen=True)
class Task:
    """One date of one matter that somebody must look after; open until the matter is done or its date moves."""

    number: str
    due: date
    register: Register
    about: str
    post: str
    state: TaskState
    raised_at: datetime
    restricted: bool = False
    closed_at: datetime | None = None


@dataclass(frozen=True)
class TaskPage:
    """A page of tasks, the first due first, of `total`; `posts`: every post that has one."""

    tasks: tuple[Task, ...]
    total: int
    overdue: int
    posts: tuple[str, ...]
