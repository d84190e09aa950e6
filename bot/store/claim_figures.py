"""What is counted of claims, in SQL: a month of a large company is too much to read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.engine import Connection

from bot.insurance.claim import ClaimStage
from bot.insurance.claim_figures import EventClaim, EventFigures
from bot.insurance.policy import LineOfBusiness
from bot.store.case_tables import CLAIM_SETTLEMENTS, CLAIMS, OF_EVENT, OPEN_CLAIM
from bot.store.claim_stays import ended_stays
from bot.store.institutions import of
from bot.store.rating_tables import RATINGS
from bot.store.spans import day_text, seconds_between, span
from bot.store.task_tables import OPEN_TASK, TASKS


class SqlClaimFigures:
    """Implements bot.services.claim_ports.ClaimFigures."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def stays(self, start: datetime, end: datetime) -> Mapping[ClaimStage, tuple[int, timedelta]]:
        stays = ended_stays(start, end).subquery()
        seconds = seconds_between(self._connection, stays.c.began, stays.c.ended)
        rows = self._connection.execute(select(stays.c.stage, func.count(), func.sum(seconds)).group_by(stays.c.stage))
        return {ClaimStage(stage): (count, span(took)) for stage, count, took in rows}

    def late_by_stage(self, today: date, institution: str = "") -> Mapping[ClaimStage, int]:
        columns = CLAIMS.c
        rows = self._connection.execute(
            select(columns.stage, func.count())
            .where(OPEN_CLAIM, columns.due_on < today, of(CLAIMS, institution))
            .group_by(columns.stage)
        )
        return {ClaimStage(stage): count for stage, count in rows}

    def contacts(self, start: datetime, end: datetime) -> tuple[int, int, int, timedelta]:
        columns = CLAIMS.c
        row = self._connection.execute(
            select(func.count(), func.count(columns.contacted_at), *self._contact())
            .where(columns.reported_at >= start, columns.reported_at < end)
        ).one()  # fmt: skip
        return row[0], row[1], int(row[2] or 0), span(row[3] or 0)

    def tasks_by_post(self, today: date) -> Mapping[str, tuple[int, int]]:
        columns = TASKS.c
        rows = self._connection.execute(
            select(columns.post, func.count().filter(columns.due < today), func.count().filter(columns.due >= today))
            .where(OPEN_TASK, columns.restricted.is_(False))
            .group_by(columns.post)
        )
        return {post: (overdue, soon) for post, overdue, soon in rows}

    def of_event(self, event_id: str, today: date) -> EventFigures:
        columns, mine = CLAIMS.c, and_(OF_EVENT, CLAIMS.c.event_id == event_id)
        by_line = self._connection.execute(
            select(columns.line, func.count()).where(mine).group_by(columns.line).order_by(columns.line)
        )
        is_open = case((OPEN_CLAIM, 1), else_=0)
        late = and_(is_open == 1, columns.due_on < today)
        row = self._connection.execute(
            select(
                func.count(columns.injured_count), func.sum(1 - is_open), func.count().filter(late),
                func.count(columns.contacted_at), *self._contact(),
            ).where(mine)
        ).one()  # fmt: skip
        ratings, score = self._scores(mine)
        return EventFigures(
            by_line={LineOfBusiness(line): count for line, count in by_line},
            by_day=self._by_day(mine),
            hurt=row[0],
            over=int(row[1] or 0),
            late=row[2],
            contacted=row[3],
            first_contact=span(float(row[5]) / row[3]) if row[3] else None,
            to_decision=self._to_decision(mine),
            ratings=ratings,
            mean_score=score,
        )

    def open_of_event(self, event_id: str, *, offset: int, limit: int) -> tuple[Sequence[EventClaim], int]:
        columns, mine = CLAIMS.c, and_(OF_EVENT, CLAIMS.c.event_id == event_id, OPEN_CLAIM)
        hurt = func.coalesce(columns.injured_count, 0)
        order = (hurt.desc(), columns.due_on.is_(None), columns.due_on, columns.claim_no)
        listed = (columns.claim_no, columns.line, columns.stage, columns.due_on, hurt, columns.handler)
        rows = self._connection.execute(select(*listed).where(mine).order_by(*order).offset(offset).limit(limit))
        found = [EventClaim(no, LineOfBusiness(line), ClaimStage(stage), *rest) for no, line, stage, *rest in rows]
        return found, int(self._connection.execute(select(func.count()).where(mine)).scalar_one())

    def open_by_event(self, event_ids: Collection[str]) -> Mapping[str, int]:
        columns = CLAIMS.c
        rows = self._connection.execute(
            select(columns.event_id, func.count())
            .where(OF_EVENT, columns.event_id.in_(sorted(event_ids)), OPEN_CLAIM)
            .group_by(columns.event_id)
        )
        return {event_id: count for event_id, count in rows}

    def _contact(self) -> tuple[Any, Any]:
        """How many were spoken with in the time promised, and the seconds it took together."""
        columns = CLAIMS.c
        in_time = func.sum(case((columns.contacted_at <= columns.contact_by, 1), else_=0))
        return in_time, func.sum(seconds_between(self._connection, columns.reported_at, columns.contacted_at))

    def _to_decision(self, mine: Any) -> timedelta | None:
        took = seconds_between(self._connection, CLAIMS.c.reported_at, CLAIM_SETTLEMENTS.c.decided_at)
        joined = CLAIMS.join(CLAIM_SETTLEMENTS, CLAIM_SETTLEMENTS.c.claim_no == CLAIMS.c.claim_no)
        mean = self._connection.execute(select(func.avg(took)).select_from(joined).where(mine)).scalar_one()
        return None if mean is None else span(mean)

    def _scores(self, mine: Any) -> tuple[int, float | None]:
        """Of the ratings that name one of these claims."""
        joined = CLAIMS.join(RATINGS, RATINGS.c.conversation_id == CLAIMS.c.conversation_id)
        named = RATINGS.c.matter_no == CLAIMS.c.claim_no
        row = self._connection.execute(
            select(func.count(), func.avg(RATINGS.c.score)).select_from(joined).where(mine, named)
        ).one()
        return row[0], None if row[1] is None else float(row[1])

    def _by_day(self, mine: Any) -> tuple[tuple[date, int], ...]:
        day = day_text(self._connection, CLAIMS.c.reported_at)
        rows = self._connection.execute(select(day, func.count()).where(mine).group_by(day).order_by(day))
        return tuple((date.fromisoformat(written), count) for written, count in rows)
