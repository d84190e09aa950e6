"""Scoring a sampled conversation, the agent's appeal, its decision by a second person, and closing what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.errors import BotError
from bot.insurance.quality import Appeal, AppealOutcome, Finding, QualityReview, Rubric, Score, Severity
from bot.services.ports import UnitOfWork

LEAST, LONGEST = 5, 500
MOST = 2  # points of a dimension


class ReviewFlawError(BotError):
    """What was written is incomplete; `data["flaw"]` says what is missing, for the desk."""

    code = "review_flaw"


class ReviewStepError(BotError):
    """Not at this stage; `data["stage"]` says in Chinese how far it is."""

    code = "review_step"


class NotTheirReviewError(BotError):
    """Nobody scores himself or decides about a score of his own; only who was scored appeals."""

    code = "not_their_review"


@dataclass(frozen=True)
class ScoreReview:
    """`severity` None: nothing is to be put right, and `owner` and `due` say nothing."""

    number: str
    points: Mapping[str, int]
    note: str
    by: str
    at: datetime
    severity: Severity | None = None
    finding: str = ""
    owner: str = ""
    due: date | None = None

    def flaw(self, rubric: Rubric, today: date) -> str:
        if any(self.points.get(each.id) not in range(MOST + 1) for each in rubric.dimensions):
            return "每一项都要打分"
        if not LEAST <= len(self.note) <= LONGEST:
            return f"评语要写 {LEAST} 到 {LONGEST} 个字"
        if self.severity is None:
            return ""
        if not LEAST <= len(self.finding) <= LONGEST:
            return f"要整改的要写 {LEAST} 到 {LONGEST} 个字"
        return "" if self.owner and self.due and self.due >= today else "要写负责人和不早于今天的期限"


def score_review(work: UnitOfWork, command: ScoreReview, rubric: Rubric) -> QualityReview:
    """Keep the score and what was found.

    Raises:
        LookupError: no such review. ReviewFlawError, ReviewStepError, NotTheirReviewError: as they say.
    """
    review = _found(work, command.number)
    if command.by == review.agent:
        raise NotTheirReviewError(by=command.by)
    if review.score is not None:
        raise ReviewStepError(stage="已经评过分")
    if flaw := command.flaw(rubric, command.at.date()):
        raise ReviewFlawError(flaw=flaw)
    if command.severity and work.staff.get(command.owner) is None:
        raise ReviewFlawError(flaw="负责人要写一个在用的工号")
    points = {each.id: command.points[each.id] for each in rubric.dimensions}
    score = Score(points, rubric.score(points), command.note, rubric.version, command.by, command.at)
    found = None
    if command.severity and command.due:
        found = Finding(command.severity, command.finding, command.owner, command.due)
    detail = {"score": str(score.total), "severity": command.severity.value if command.severity else ""}
    return _keep(work, replace(review, score=score, finding=found), "quality.scored", command.by, command.at, detail)


def appeal(work: UnitOfWork, number: str, text: str, by: str, at: datetime) -> QualityReview:
    """Once, by the agent who was scored. Raises as `score_review`."""
    review = _found(work, number)
    if not review.agent or review.agent != by:
        raise NotTheirReviewError(by=by)
    if not review.may_be_appealed:
        raise ReviewStepError(stage="已经申诉过" if review.appeal else "还没有评分")
    _told(text, "申诉理由")
    return _keep(work, replace(review, appeal=Appeal(text, at)), "quality.appealed", by, at, {})


def decide_appeal(
    work: UnitOfWork, number: str, outcome: AppealOutcome, reason: str, by: str, at: datetime
) -> QualityReview:
    """By somebody who neither scored nor was scored. Raises as `score_review`."""
    review = _found(work, number)
    if review.appeal is None or review.score is None or review.appeal.outcome is not None:
        raise ReviewStepError(stage="没有待复核的申诉")
    if by in (review.score.by, review.agent):
        raise NotTheirReviewError(by=by)
    _told(reason, "复核理由")
    decided = replace(review.appeal, outcome=outcome, decided_by=by, decided_at=at, reason=reason)
    return _keep(work, replace(review, appeal=decided), "quality.appeal_decided", by, at, {"outcome": outcome.value})


def close_finding(work: UnitOfWork, number: str, closing: str, by: str, at: datetime) -> QualityReview:
    """What was done about it; not by its owner alone to judge, so by quality or a manager. Raises as `score_review`."""
    review = _found(work, number)
    if review.finding is None or not review.is_open_finding:
        raise ReviewStepError(stage="没有待整改的问题")
    if by == review.finding.owner:
        raise NotTheirReviewError(by=by)
    _told(closing, "整改结果")
    closed = replace(review.finding, closed_at=at, closed_by=by, closing=closing)
    return _keep(work, replace(review, finding=closed), "quality.finding_closed", by, at, {})


def _found(work: UnitOfWork, number: str) -> QualityReview:
    review = work.reviews.get(number)
    if review is None:
        raise LookupError(number)
    return review


def _told(text: str, what: str) -> None:
    if not LEAST <= len(text) <= LONGEST:
        raise ReviewFlawError(flaw=f"{what}要写 {LEAST} 到 {LONGEST} 个字")


def _keep(
    work: UnitOfWork, changed: QualityReview, event: str, by: str, at: datetime, detail: dict[str, str]
) -> QualityReview:
    work.reviews.save(changed)
    work.audit.append(event, subject=changed.number, actor=f"agent:{by}", at=at, detail=detail)
    return changed
