"""Quality reviews 质检: a sampled conversation, its score by a rubric, what was found, the appeal (company rules 002 art 7, 8; A05, A11).

A finding says what is to be put right and by whom. It sets no punishment and no pay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum


class Sampled(str, Enum):
    HUMAN = "human"
    BOT = "bot"

    @property
    def zh(self) -> str:
        return {"human": "人工", "bot": "机器人"}[self.value]


class Severity(str, Enum):
    """轻, 中, 重 of company rules 002 §一."""

    LIGHT = "light"
    MIDDLE = "middle"
    GRAVE = "grave"

    @property
    def zh(self) -> str:
        return {"light": "轻", "middle": "中", "grave": "重"}[self.value]


class AppealOutcome(str, Enum):
    KEPT = "kept"
    ANNULLED = "annulled"  # the score counts nowhere, and what was found falls with it

    @property
    def zh(self) -> str:
        return {"kept": "维持评分", "annulled": "撤销评分"}[self.value]


@dataclass(frozen=True)
class Dimension:
    """`points`: what 0, 1 and 2 points mean, in the reviewer's words."""

    id: str
    zh: str
    weight: int
    points: tuple[str, str, str]


@dataclass(frozen=True)
class Rubric:
    """`version` is kept with each score: what a score means never changes afterwards."""

    version: str
    dimensions: tuple[Dimension, ...]

    def score(self, points: Mapping[str, int]) -> int:
        """0 to 100, by weight. Raises KeyError where a dimension has no points."""
        whole = sum(2 * each.weight for each in self.dimensions)
        return round(100 * sum(points[each.id] * each.weight for each in self.dimensions) / whole)


@dataclass(frozen=True)
class Finding:
    """What is to be put right, by whom and by when."""

    severity: Severity
    text: str
    owner: str
    due: date
    closed_at: datetime | None = None
    closed_by: str = ""
    closing: str = ""


@dataclass(frozen=True)
class Appeal:
    """Of the agent who was scored; a second person decides."""

    text: str
    at: datetime
    outcome: AppealOutcome | None = None
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class Score:
    points: Mapping[str, int] = field(hash=False)
    total: int
    note: str
    rubric: str
    by: str
    at: datetime


@dataclass(frozen=True)
class QualityReview:
    """One sampled conversation from `began` until before `ended`. `key`: what it was drawn by, once. `agent`: "" for the bot."""

    number: str
    key: str
    sampled: Sampled
    conversation_id: str
    agent: str
    post: str
    began: datetime
    ended: datetime
    drawn_at: datetime
    score: Score | None = None
    finding: Finding | None = None
    appeal: Appeal | None = None

    @property
    def counts(self) -> bool:
        """Whether its score stands."""
        annulled = self.appeal is not None and self.appeal.outcome is AppealOutcome.ANNULLED
        return self.score is not None and not annulled

    @property
    def may_be_appealed(self) -> bool:
        return self.score is not None and bool(self.agent) and self.appeal is None

    @property
    def waits_for_decision(self) -> bool:
        return self.appeal is not None and self.appeal.outcome is None

    @property
    def is_open_finding(self) -> bool:
        return self.finding is not None and self.finding.closed_at is None and self.counts
