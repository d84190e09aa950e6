"""A claim, complaint or endorsement request that somebody still has to work on, as a line of the desk's list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum


class CaseKind(str, Enum):
    """Which register a case is in; the value is the first letter of its number."""

    CLAIM = "C"
    COMPLAINT = "T"
    ENDORSEMENT = "E"

    @property
    def zh(self) -> str:
        return {"C": "报案理赔", "T": "投诉", "E": "保全"}[self.value]

    @property
    def post(self) -> str:
        """The post that owns the case (the desk queues of hand-offs)."""
        return {"C": "理赔", "T": "投诉回访", "E": "保全"}[self.value]


@dataclass(frozen=True)
class OpenCase:
    """`stage` is the code of the register's own enum; `due` the earliest date that is promised, None when none runs."""

    kind: CaseKind
    number: str
    about: str  # line of business, kind of complaint, or ""
    stage: str
    received_at: datetime
    due: date | None

    def is_overdue(self, today: date) -> bool:
        return self.due is not None and self.due < today


@dataclass(frozen=True)
class CasePage:
    """A page of open cases, the first due first, of `total`."""

    cases: tuple[OpenCase, ...]
    total: int
    overdue: int
