"""Quality reviews."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, select, true
from sqlalchemy.engine import Connection

from bot.insurance.quality import Appeal, AppealOutcome, Finding, QualityReview, Sampled, Score, Severity
from bot.services.quality_ports import Candidate, Shown
from bot.services.their_agents import THEIR_AGENTS
from bot.store.case_tables import HAND_OFFS, SERVICE_REQUESTS
from bot.store.figures import not_restricted
from bot.store.quality_tables import QUALITY_REVIEWS, UNCLOSED, UNDECIDED, UNSCORED
from bot.store.rows import Row, insert_for, update_one

_ROWS = QUALITY_REVIEWS.c
_PLAIN = ("number", "key", "conversation_id", "agent", "post", "began", "ended", "drawn_at")
_STANDS = _ROWS.outcome != AppealOutcome.ANNULLED.value
_OPEN_FINDING = and_(UNCLOSED, _STANDS)
_SHOWN = {
    Shown.TO_SCORE: UNSCORED,
    Shown.APPEALS: UNDECIDED,
    Shown.FINDINGS: _OPEN_FINDING,
    Shown.DONE: _ROWS.scored_at.is_not(None),
}


class SqlQualityReviews:
    """Implements bot.services.quality_ports.QualityReviews."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, review: QualityReview) -> bool:
        statement = insert_for(self._connection, QUALITY_REVIEWS).values(**_row(review))
        return bool(self._connection.execute(statement.on_conflict_do_nothing(index_elements=["key"])).rowcount)

    def save(self, review: QualityReview) -> None:
        """Raises RowMissingError when it was never added."""
        update_one(self._connection, QUALITY_REVIEWS, {"number": review.number}, _row(review))

    def get(self, number: str) -> QualityReview | None:
        statement = select(QUALITY_REVIEWS).where(_ROWS.number == number).with_for_update()
        row = self._connection.execute(statement).mappings().first()
        return _review(row) if row else None

    def drawn(self, keys: Sequence[str]) -> frozenset[str]:
        statement = select(_ROWS.key).where(_ROWS.key.in_(list(keys)))
        return frozenset(self._connection.execute(statement).scalars())

    def page(self, shown: Shown, *, offset: int, limit: int) -> Sequence[QualityReview]:
        order = _ROWS.scored_at.desc() if shown is Shown.DONE else _ROWS.drawn_at
        statement = select(QUALITY_REVIEWS).where(_SHOWN[shown]).order_by(order, _ROWS.number)
        return self._all(statement.offset(offset).limit(limit))

    def counted(self) -> dict[Shown, int]:
        # One by one: each has an index of its own, all of them together would read every row.
        counts = [
            select(func.count()).select_from(QUALITY_REVIEWS).where(condition).scalar_subquery()
            for condition in _SHOWN.values()
        ]
        return dict(zip(_SHOWN, self._connection.execute(select(*counts)).one(), strict=True))

    def of_agent(self, agent: str, limit: int) -> Sequence[QualityReview]:
        own = and_(_ROWS.agent == agent, _ROWS.scored_at.is_not(None))
        return self._all(select(QUALITY_REVIEWS).where(own).order_by(_ROWS.scored_at.desc()).limit(limit))

    def findings_of(self, owner: str) -> Sequence[QualityReview]:
        own = and_(_OPEN_FINDING, _ROWS.owner == owner)
        return self._all(select(QUALITY_REVIEWS).where(own).order_by(_ROWS.due, _ROWS.number))

    def scored(self, start: datetime, end: datetime) -> Sequence[QualityReview]:
        span = and_(_ROWS.scored_at >= start, _ROWS.scored_at < end)
        return self._all(select(QUALITY_REVIEWS).where(span).order_by(_ROWS.scored_at, _ROWS.number))

    def drawn_in(self, start: datetime, end: datetime) -> int:
        statement = select(func.count()).where(_ROWS.drawn_at >= start, _ROWS.drawn_at < end)
        return int(self._connection.execute(statement).scalar() or 0)

    def overdue_findings(self, today: date) -> int:
        statement = select(func.count()).where(_OPEN_FINDING, _ROWS.due < today)
        return int(self._connection.execute(statement).scalar() or 0)

    def ended_by_people(self, start: datetime, end: datetime) -> Sequence[Candidate]:
        rows = HAND_OFFS.c
        columns = (
            rows.idempotency_key,
            rows.conversation_id,
            rows.taken_by,
            rows.post,
            rows.requested_at,
            rows.closed_at,
        )
        ended = and_(
            rows.closed_at >= start, rows.closed_at < end, rows.taken_by.notin_(("", THEIR_AGENTS)), not_restricted()
        )
        statement = select(*columns).where(ended).order_by(rows.closed_at, rows.idempotency_key)
        return tuple(Candidate(*row) for row in self._connection.execute(statement))

    def reported(self, conversation_ids: Sequence[str]) -> frozenset[str]:
        rows = SERVICE_REQUESTS.c
        statement = select(rows.conversation_id).where(
            rows.conversation_id.in_(list(conversation_ids)), rows.restricted == true()
        )
        return frozenset(self._connection.execute(statement).scalars())

    def _all(self, statement: Any) -> tuple[QualityReview, ...]:
        return tuple(_review(row) for row in self._connection.execute(statement).mappings())


def _row(review: QualityReview) -> dict[str, Any]:
    score, finding, appeal = review.score, review.finding, review.appeal
    return {
        **{name: getattr(review, name) for name in _PLAIN},
        "sampled": review.sampled.value,
        "points": dict(score.points) if score else None,
        "total": score.total if score else None,
        "note": score.note if score else "",
        "rubric": score.rubric if score else "",
        "scored_by": score.by if score else "",
        "scored_at": score.at if score else None,
        "severity": finding.severity.value if finding else "",
        "finding": finding.text if finding else "",
        "owner": finding.owner if finding else "",
        "due": finding.due if finding else None,
        "closed_at": finding.closed_at if finding else None,
        "closed_by": finding.closed_by if finding else "",
        "closing": finding.closing if finding else "",
        "appeal": appeal.text if appeal else "",
        "appealed_at": appeal.at if appeal else None,
        "outcome": appeal.outcome.value if appeal and appeal.outcome else "",
        "decided_by": appeal.decided_by if appeal else "",
        "decided_at": appeal.decided_at if appeal else None,
        "reason": appeal.reason if appeal else "",
    }


def _review(row: Row) -> QualityReview:
    values: dict[str, Any] = {name: row[name] for name in _PLAIN}
    return QualityReview(
        **values, sampled=Sampled(row["sampled"]), score=_score(row), finding=_finding(row), appeal=_appeal(row)
    )


def _score(row: Row) -> Score | None:
    if row["scored_at"] is None:
        return None
    return Score(row["points"], row["total"], row["note"], row["rubric"], row["scored_by"], row["scored_at"])


def _finding(row: Row) -> Finding | None:
    if not row["severity"]:
        return None
    return Finding(
        Severity(row["severity"]), row["finding"], row["owner"], row["due"], row["closed_at"], row["closed_by"],
        row["closing"],
    )  # fmt: skip


def _appeal(row: Row) -> Appeal | None:
    if row["appealed_at"] is None:
        return None
    outcome = AppealOutcome(row["outcome"]) if row["outcome"] else None
    return Appeal(row["appeal"], row["appealed_at"], outcome, row["decided_by"], row["decided_at"], row["reason"])
