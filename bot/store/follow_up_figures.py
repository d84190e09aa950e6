"""What is counted of follow-ups, in SQL; answers are sealed, and equal ones of a column alike, so that they are counted unread."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, false, func, or_, select
from sqlalchemy.engine import Connection

from bot.insurance.follow_up import FollowUpKind, FollowUpState
from bot.insurance.service_request import RequestStatus
from bot.services.feedback_ports import FollowUpTally, Opinions, ProblemTally
from bot.store.case_tables import SERVICE_REQUESTS
from bot.store.follow_up_tables import FOLLOW_UP_ANSWERS, FOLLOW_UPS
from bot.store.institutions import of
from bot.store.spans import day_of, month_text, seconds_between

_ROWS, _TOLD = FOLLOW_UPS.c, FOLLOW_UP_ANSWERS.c
# As one text: the databases would look a kind up by its own index, and not the span.
_asked = _ROWS.kind + "/" + _TOLD.question
_DONE = _ROWS.state == FollowUpState.DONE.value
_UNREACHED = [FollowUpState.UNREACHABLE.value, FollowUpState.DECLINED.value]
_OVER = {RequestStatus.DONE.value, RequestStatus.DECLINED.value, RequestStatus.WITHDRAWN.value}


def tallies(
    connection: Connection, start: datetime, end: datetime, asked: Opinions, institution: str
) -> Sequence[FollowUpTally]:
    done_in = seconds_between(connection, _ROWS.raised_at, _ROWS.finished_at)
    own = select(_TOLD.number).where(_TOLD.number == _ROWS.number)
    named = own.where(_names_problem(asked)).exists()
    each = (
        select(
            month_text(connection, _ROWS.raised_at).label("month"), _ROWS.kind, _ROWS.state, done_in.label("seconds"),
            (day_of(connection, _ROWS.finished_at) <= _ROWS.due).label("in_time"), named.label("named"),
            own.exists().label("answered"),
        )
        .where(_raised(start, end, institution))
        .subquery()
    )  # fmt: skip
    is_done = each.c.state == FollowUpState.DONE.value
    counts = (
        func.count(), func.count().filter(is_done), func.count().filter(and_(is_done, each.c.in_time)),
        func.count().filter(each.c.state.in_(_UNREACHED)), func.count().filter(and_(is_done, each.c.named)), func.count().filter(each.c.answered),
        func.sum(each.c.seconds).filter(is_done),
    )  # fmt: skip
    by = (each.c.month, each.c.kind)
    found = connection.execute(select(*by, *counts).group_by(*by).order_by(*by)).all()
    scores = _scores(connection, start, end, asked, institution)
    return [
        FollowUpTally(
            month, FollowUpKind(kind), raised, done, in_time, unreached, with_problem, answered, float(seconds or 0),
            scores.get((month, kind), {}),
        )
        for month, kind, raised, done, in_time, unreached, with_problem, answered, seconds in found
    ]  # fmt: skip


def problems_named(
    connection: Connection, span: tuple[datetime, datetime], today: date, asked: Opinions, institution: str
) -> Sequence[ProblemTally]:
    requests = SERVICE_REQUESTS.c
    late = func.coalesce(requests.due_on < today, false())
    each = (
        select(
            _ROWS.kind,
            _TOLD.question,
            _TOLD.value,
            func.coalesce(requests.status, "").label("status"),
            late.label("late"),
        )
        .select_from(
            FOLLOW_UPS.join(FOLLOW_UP_ANSWERS, _TOLD.number == _ROWS.number).outerjoin(
                SERVICE_REQUESTS, requests.request_no == _ROWS.problem_no
            )
        )
        .where(_raised(*span, institution), _DONE, _names_problem(asked))
        .subquery()
    )
    by = tuple(each.c)
    found = connection.execute(select(*by, func.count()).group_by(*by))
    return [
        ProblemTally(
            FollowUpKind(kind), question, value, status == RequestStatus.DONE.value,
            status == RequestStatus.DECLINED.value, is_open := bool(status) and status not in _OVER,
            is_open and bool(late), count,
        )
        for kind, question, value, status, late, count in found
    ]  # fmt: skip


def _scores(
    connection: Connection, start: datetime, end: datetime, asked: Opinions, institution: str
) -> Mapping[tuple[str, str], Mapping[str, int]]:
    judged = _asked.in_([_key(*one) for one in asked.scores.items()])
    each = (
        select(month_text(connection, _ROWS.raised_at).label("month"), _ROWS.kind, _TOLD.value)
        .select_from(FOLLOW_UPS.join(FOLLOW_UP_ANSWERS, _TOLD.number == _ROWS.number))
        .where(_raised(start, end, institution), _DONE, judged)
        .subquery()
    )
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    by = tuple(each.c)
    for month, kind, value, count in connection.execute(select(*by, func.count()).group_by(*by)):
        found[month, kind][value] = count
    return found


def _raised(start: datetime, end: datetime, institution: str) -> Any:
    return and_(
        _ROWS.raised_at >= start, _ROWS.raised_at < end, _ROWS.state != FollowUpState.CALLED_OFF.value,
        of(FOLLOW_UPS, institution),
    )  # fmt: skip


def _names_problem(asked: Opinions) -> Any:
    """By the kind of the follow-up: the same question of another kind may mean something else."""
    named = (and_(_asked == _key(*one), _TOLD.value.in_(values)) for one, values in asked.problems.items())
    return or_(false(), *named)


def _key(kind: FollowUpKind, question: str) -> str:
    return f"{kind.value}/{question}"
