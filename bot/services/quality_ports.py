"""Quality reviews as the use cases ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Protocol

from bot.insurance.quality import QualityReview


@dataclass(frozen=True)
class Candidate:
    """A conversation that a person has ended with; what may be drawn by `key`."""

    key: str
    conversation_id: str
    agent: str
    post: str
    began: datetime
    ended: datetime


class Shown(str, Enum):
    """Which reviews a list shows."""

    TO_SCORE = "to_score"
    APPEALS = "appeals"
    FINDINGS = "findings"
    DONE = "done"

    @property
    def zh(self) -> str:
        return {"to_score": "待评分", "appeals": "待复核", "findings": "待整改", "done": "已评分"}[self.value]


class QualityReviews(Protocol):
    def add(self, review: QualityReview) -> bool:
        """False when its key was drawn before; then nothing is written."""
        ...

    def save(self, review: QualityReview) -> None: ...
    def get(self, number: str) -> QualityReview | None:
        """Locked until the transaction ends."""
        ...

    def drawn(self, keys: Sequence[str]) -> frozenset[str]:
        """Those of the keys that were drawn before."""
        ...

    def page(self, shown: Shown, *, offset: int, limit: int) -> Sequence[QualityReview]:
        """The oldest first, but of those that are done the newest."""
        ...

    def counted(self) -> dict[Shown, int]: ...
    def of_agent(self, agent: str, limit: int) -> Sequence[QualityReview]:
        """Those that have a score, the newest first."""
        ...

    def findings_of(self, owner: str) -> Sequence[QualityReview]:
        """Those with an open finding that is theirs to put right, the first due first."""
        ...

    def scored(self, start: datetime, end: datetime) -> Sequence[QualityReview]:
        """Scored from `start` until before `end`."""
        ...

    def drawn_in(self, start: datetime, end: datetime) -> int: ...
    def overdue_findings(self, today: date) -> int: ...
    def ended_by_people(self, start: datetime, end: datetime) -> Sequence[Candidate]:
        """Conversations that a person ended with in that time, without those in which wrongdoing was reported."""
        ...

    def reported(self, conversation_ids: Sequence[str]) -> frozenset[str]:
        """Those in which wrongdoing was reported."""
        ...
