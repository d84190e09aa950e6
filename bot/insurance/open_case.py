"""A claim, complaint, endorsement or service request that somebody still has to work on, as a line of the desk's list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

SOON = timedelta(days=3)


class CaseKind(str, Enum):
    """Which register a case is in; the value is the first letter of its number."""

    CLAIM = "C"
    COMPLAINT = "T"
    ENDORSEMENT = "E"
    REQUEST = "S"

    @property
    def zh(self) -> str:
        return {"C": "报案理赔", "T": "投诉", "E": "受益人变更", "S": "业务申请"}[self.value]

    @property
    def post(self) -> str:
        """The post that owns the case (the desk queues of hand-offs); "" where each request names its own."""
        return {"C": "理赔", "T": "投诉回访", "E": "保全", "S": ""}[self.value]


def is_due_soon(due: date | None, today: date) -> bool:
    """Today or within three days: what the desk marks before it is late."""
    return due is not None and today <= due <= today + SOON


@dataclass(frozen=True)
class OpenCase:
    """`stage` is the code of the register's own enum; `due` the earliest date that is promised, None when none runs."""

    kind: CaseKind
    number: str
    about: str  # line of business, kind of complaint, transaction, or ""
    stage: str
    received_at: datetime
    due: date | None
    post: str
    channel: str = ""  # of a complaint: how it came

    def is_overdue(self, today: date) -> bool:
        return self.due is not None and self.due < today

    def is_due_soon(self, today: date) -> bool:
        return is_due_soon(self.due, today)


@dataclass(frozen=True)
class CasePage:
    """A page of open cases, the first due first, of `total`."""

    cases: tuple[OpenCase, ...]
    total: int
    overdue: int
