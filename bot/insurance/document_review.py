"""The review of a claim's papers before it is adjudicated: eight points, each in order or commented (company rules 004 §6.3).

A review is of the papers that were there. It is never changed; what comes later is looked at in a review of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

LEAST, LONGEST = 5, 300  # of an opinion, in characters
LONGEST_COMMENT = 200
MOST_PAPERS, LONGEST_PAPER = 20, 60


@dataclass(frozen=True)
class ReviewPoint:
    """One thing to look at; `source` is the article or company rule that wants it."""

    id: str
    name: str
    look_at: str
    source: str


@dataclass(frozen=True)
class PointFinding:
    """What was found at one point: in order, or what is not, in words; both where something is to be remembered."""

    point: str
    in_order: bool
    comment: str = ""

    @property
    def is_made(self) -> bool:
        return self.in_order or bool(self.comment)


@dataclass(frozen=True)
class DocumentReview:
    """`missing` is what the claimant is asked for, all of it at once (保险法 art 22); `papers` are the numbers of the files that
    were there, so that a later one opens the review anew."""

    findings: tuple[PointFinding, ...]
    opinion: str
    missing: tuple[str, ...]
    papers: tuple[str, ...]
    reviewed_at: datetime
    reviewed_by: str  # agent:…

    def covers(self, present: Collection[str]) -> bool:
        """Whether every file that is there now was looked at."""
        return set(present) <= set(self.papers)

    def flaw(self, points: Sequence[ReviewPoint]) -> str:
        """Why it can't stand, for the desk; "" when it can."""
        made = {each.point: each for each in self.findings}
        left = [point.name for point in points if point.id not in made or not made[point.id].is_made]
        if left:
            return f"还有 {len(left)} 项没有勾选，也没有写意见：{'、'.join(left)}"
        if any(len(each.comment) > LONGEST_COMMENT for each in self.findings):
            return f"每一项的意见不超过 {LONGEST_COMMENT} 个字"
        if not LEAST <= len(self.opinion) <= LONGEST:
            return f"审核意见要写 {LEAST} 到 {LONGEST} 个字"
        fits = len(self.missing) <= MOST_PAPERS and all(len(each) <= LONGEST_PAPER for each in self.missing)
        if not fits:
            return f"要补的资料一行一样，最多 {MOST_PAPERS} 样，每样不超过 {LONGEST_PAPER} 个字"
        if self.missing and all(each.in_order for each in self.findings):
            return "要补资料的，至少有一项写明问题，不能全部勾选没有问题"
        return ""


def is_reviewed(reviews: Sequence[DocumentReview], present: Collection[str]) -> bool:
    """Whether the newest review is of all that is there and asks for nothing more."""
    newest = reviews[-1] if reviews else None
    return newest is not None and newest.covers(present) and not newest.missing


def asked_for(reviews: Sequence[DocumentReview]) -> tuple[str, ...]:
    """What was asked for at any time, in order."""
    return tuple(dict.fromkeys(paper for review in reviews for paper in review.missing))
