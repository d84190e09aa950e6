"""Something that is to become better: seen in a disaster, a quality review, a complaint or otherwise, with an owner and a day.

Source: company rules 004 §5.3.2 (lessons of a contingency plan), §10.3 (continuous improvement, linked to its evidence).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

SOURCES = {"D": "灾害应急", "J": "质检", "T": "投诉"}  # by the first letter of a number


@dataclass(frozen=True)
class Improvement:
    """`number` G…; `source_no`: where it was seen, "" where somebody simply says so; `post`: whose task it is, the owner's; `proof`:
    what shows that it was `done`, e.g. a document's number."""

    number: str
    source_no: str
    what: str
    owner: str
    post: str
    due: date
    opened_by: str
    opened_at: datetime
    done: str = ""
    proof: str = ""
    done_by: str = ""
    done_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.done_at is None

    @property
    def source(self) -> str:
        return SOURCES.get(self.source_no[:1], "其他")

    def is_overdue(self, today: date) -> bool:
        return self.is_open and self.due < today


@dataclass(frozen=True)
class ImprovementPage:
    """The open ones, the first due first, of `total`, of which so many are `overdue`; and those that were done last."""

    open: tuple[Improvement, ...]
    total: int
    overdue: int
    done: tuple[Improvement, ...]
