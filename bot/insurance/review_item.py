"""A customer's sentence that trainers should look at: what was understood, why it is here, what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


class ReviewReason(str, Enum):
    FALLBACK = "fallback"
    LOW_CONFIDENCE = "low_confidence"
    CORRECTED = "corrected"
    HANDED_OFF = "handed_off"
    COMPLAINED = "complained"
    TRANSCRIPT = "transcript"

    @property
    def zh(self) -> str:
        return _REASONS[self]


_REASONS = {
    ReviewReason.FALLBACK: "没听懂",
    ReviewReason.LOW_CONFIDENCE: "把握不大",
    ReviewReason.CORRECTED: "客户纠正",
    ReviewReason.HANDED_OFF: "转了人工",
    ReviewReason.COMPLAINED: "答后投诉",
    ReviewReason.TRANSCRIPT: "录音转写",
}
# Why nobody knew what was meant: these are looked at together.
UNKNOWN = (ReviewReason.FALLBACK, ReviewReason.LOW_CONFIDENCE, ReviewReason.TRANSCRIPT)


class ReviewState(str, Enum):
    NEW = "new"
    PROPOSED = "proposed"  # a trainer said what it is, a second person has not looked yet
    APPROVED = "approved"
    DISCARDED = "discarded"

    @property
    def zh(self) -> str:
        return {"new": "待处理", "proposed": "待复核", "approved": "已通过", "discarded": "不用"}[self.value]


class Deed(str, Enum):
    """What was done to an item."""

    PROPOSED = "proposed"
    DISCARDED = "discarded"
    RETURNED = "returned"
    APPROVED = "approved"
    UNDONE = "undone"
    LANDED = "landed"

    @property
    def zh(self) -> str:
        return _DEEDS[self]


_DEEDS = {
    Deed.PROPOSED: "提出",
    Deed.DISCARDED: "不用",
    Deed.RETURNED: "退回",
    Deed.APPROVED: "通过",
    Deed.UNDONE: "撤销上一步",
    Deed.LANDED: "写进训练句子",
}


@dataclass(frozen=True)
class Verdict:
    """What trainers made of an item so far. `intent` or `new_intent` (the Chinese name of one that does not exist yet), or neither;
    `example`: the sentence as it is to be learnt, entities marked `[发票](document)`; by whom it was proposed and decided."""

    state: ReviewState
    example: str
    intent: str = ""
    new_intent: str = ""
    proposed_by: str = ""
    decided_by: str = ""


@dataclass(frozen=True)
class ReviewStep:
    """One line of an item's history, which only grows. `after`: what was true then."""

    deed: Deed
    by: str
    at: datetime
    after: Verdict
    note: str = ""


@dataclass(frozen=True)
class ReviewItem:
    """All occurrences of one masked sentence. `guess`: the likeliest intent, `ranking` the top ones with their probabilities;
    `meant`: what the customer then chose himself, "" where he did not; `reasons`: how often each; channel and conversation are those of
    the last time, `source` of a recording. `landed_at`: when it came into the corpus, as `commit`."""

    item_id: str
    text: str
    guess: str
    confidence: float
    ranking: tuple[tuple[str, float], ...]
    reasons: Mapping[ReviewReason, int] = field(hash=False)
    channel: str
    conversation_id: str
    source: str
    times: int
    first_at: datetime
    last_at: datetime
    verdict: Verdict
    meant: str = ""
    landed_at: datetime | None = None
    commit: str = ""

    @property
    def state(self) -> ReviewState:
        return self.verdict.state

    @property
    def suggestion(self) -> str:
        """The intent that one key accepts."""
        return self.meant or self.guess


def before_last(steps: Sequence[ReviewStep]) -> tuple[ReviewStep, Verdict | None] | None:
    """The step that an undo takes back, and what was true before it (None: nothing was done yet); None where nothing is left to undo."""
    standing: list[ReviewStep] = []
    for step in steps:
        if step.deed is Deed.UNDONE:
            standing.pop()
        elif step.deed is not Deed.LANDED:
            standing.append(step)
    if not standing:
        return None
    return standing[-1], standing[-2].after if len(standing) > 1 else None
