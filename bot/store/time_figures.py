"""How long things took, in SQL over the rows of a span: none of them is read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Integer, Text, and_, case, cast, exists, false, func, literal, null, select
from sqlalchemy.engine import Connection

from bot.insurance.claim import ClaimStage
from bot.insurance.policy import LineOfBusiness
from bot.insurance.service_request import RequestStatus
from bot.services.time_ports import Asked, Stay, Took
from bot.store.case_tables import (
    CLAIM_ASSESSMENT_LINES,
    CLAIM_ASSESSMENTS,
    CLAIM_STEPS,
    CLAIMS,
    ENDORSEMENTS,
    OPEN_CLAIM,
    SERVICE_REQUEST_STEPS,
    SERVICE_REQUESTS,
)
from bot.store.claim_stays import ended_stays
from bot.store.institutions import of
from bot.store.insurance_tables import POLICIES, POLICY_INSTALMENTS
from bot.store.ledger_tables import AUDIT_LOG
from bot.store.spans import DAY, day_of, day_text, days_between, seconds_between

_ENDED = [ClaimStage.CLOSED.value, ClaimStage.DENIED.value, ClaimStage.WITHDRAWN.value]
_SETTLED = [ClaimStage.CLOSED.value, ClaimStage.DENIED.value]
_DONE = [RequestStatus.DONE.value, RequestStatus.DECLINED.value]
_ISSUED = "endorsement.completed"
_ONE = literal("all").label("key")
_NO_DATE = cast(null(), Integer).label("kept")


class SqlTimeFigures:
    """Implements bot.services.time_ports.TimeFigures."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def stages(self, start: datetime, end: datetime, institution: str = "") -> Mapping[ClaimStage, Took]:
        stays = ended_stays(start, end).subquery()
        seconds = self._seconds(stays.c.began, stays.c.ended)
        rows = self._of_claims(select(stays.c.stage, seconds, _NO_DATE), stays, institution)
        return {ClaimStage(stage): took for stage, took in self._took(rows).items()}

    def stays(
        self, start: datetime, end: datetime, amounts: Collection[Decimal], institution: str = ""
    ) -> Sequence[Stay]:
        stays, connection = ended_stays(start, end).subquery(), self._connection
        up_to = _smallest(stays.c.claim_no, amounts) if amounts else cast(null(), Text)
        by = (
            stays.c.stage, CLAIMS.c.line, up_to.label("up_to"), day_text(connection, stays.c.began).label("first"),
            day_text(connection, stays.c.ended).label("last"),
        )  # fmt: skip
        # In a subquery, so that the databases group by names and need not compare what computes them.
        each = select(*by).select_from(stays.join(CLAIMS, CLAIMS.c.claim_no == stays.c.claim_no))
        one = each.where(of(CLAIMS, institution)).subquery()
        columns = (one.c.stage, one.c.line, one.c.up_to, one.c.first, one.c.last)
        rows = connection.execute(select(*columns, func.count()).group_by(*columns))
        return [
            Stay(
                ClaimStage(stage), LineOfBusiness(line), None if amount is None else Decimal(amount),
                date.fromisoformat(first), date.fromisoformat(last), count,
            )
            for stage, line, amount, first, last, count in rows
        ]  # fmt: skip

    def settled(self, start: datetime, end: datetime, institution: str = "") -> Took | None:
        steps = CLAIM_STEPS.c
        rows = (
            select(_ONE, self._seconds(CLAIMS.c.reported_at, steps.at), _NO_DATE)
            .select_from(CLAIM_STEPS.join(CLAIMS, CLAIMS.c.claim_no == steps.claim_no))
            .where(steps.at >= start, steps.at < end, steps.stage.in_(_SETTLED), of(CLAIMS, institution))
        )
        return self._took(rows).get("all")

    def claims_in(self, spans: Sequence[tuple[datetime, datetime]], institution: str = "") -> Sequence[tuple[int, int]]:
        reported = self._in_spans(CLAIMS.c.reported_at, spans, of(CLAIMS, institution))
        steps = CLAIM_STEPS.c
        those = steps.stage.in_(_ENDED)
        if institution:
            those = and_(those, exists().where(CLAIMS.c.claim_no == steps.claim_no, of(CLAIMS, institution)))
        return list(zip(reported, self._in_spans(steps.at, spans, those), strict=True))

    def claims_open(self, institution: str = "") -> int:
        still = select(func.count()).select_from(CLAIMS).where(OPEN_CLAIM, of(CLAIMS, institution))
        return int(self._connection.execute(still).scalar_one())

    def requests(self, start: datetime, end: datetime, institution: str = "") -> Mapping[str, Took]:
        steps, rows = SERVICE_REQUEST_STEPS.c, SERVICE_REQUESTS.c
        found = (
            select(rows.kind, self._seconds(rows.requested_at, steps.at), self._kept(steps.at, rows.due_on))
            .select_from(SERVICE_REQUEST_STEPS.join(SERVICE_REQUESTS, rows.request_no == steps.request_no))
            .where(
                steps.at >= start, steps.at < end, steps.status.in_(_DONE), rows.status == steps.status,
                rows.restricted == false(), of(SERVICE_REQUESTS, institution),
            )
        )  # fmt: skip
        return self._took(found)

    def requests_made(self, start: datetime, end: datetime, institution: str = "") -> Mapping[str, Asked]:
        rows, steps = SERVICE_REQUESTS.c, SERVICE_REQUEST_STEPS.c
        at_once = and_(rows.status == RequestStatus.DONE.value, ~exists().where(steps.request_no == rows.request_no))
        made = and_(rows.requested_at >= start, rows.requested_at < end, rows.restricted == false())
        found = self._connection.execute(
            select(rows.kind, func.count(), func.count().filter(at_once))
            .where(made, of(SERVICE_REQUESTS, institution))
            .group_by(rows.kind)
        )
        return {kind: Asked(count, done) for kind, count, done in found}

    def changes(self, start: datetime, end: datetime, institution: str = "") -> tuple[int, Took | None]:
        rows, log = ENDORSEMENTS.c, AUDIT_LOG.c
        asked = and_(rows.requested_at >= start, rows.requested_at < end, of(ENDORSEMENTS, institution))
        made = self._connection.execute(select(func.count()).select_from(ENDORSEMENTS).where(asked)).scalar_one()
        issued = (
            select(_ONE, self._seconds(rows.requested_at, log.at), self._kept(log.at, rows.finish_by))
            .select_from(AUDIT_LOG.join(ENDORSEMENTS, rows.endorsement_no == log.subject))
            .where(log.event == _ISSUED, log.at >= start, log.at < end, of(ENDORSEMENTS, institution))
        )
        return int(made), self._took(issued).get("all")

    def premiums(self, first: date, after: date, institution: str = "") -> Took | None:
        paid = POLICY_INSTALMENTS.c
        seconds = (days_between(self._connection, paid.due_on, paid.paid_on) * DAY).label("seconds")
        rows = (
            select(_ONE, seconds, case((paid.paid_on <= paid.due_on, 1), else_=0).label("kept"))
            .select_from(POLICY_INSTALMENTS.join(POLICIES, POLICIES.c.policy_no == paid.policy_no))
            .where(paid.paid_on >= first, paid.paid_on < after, paid.position > 0, of(POLICIES, institution))
        )
        return self._took(rows).get("all")

    def _took(self, rows: Any) -> Mapping[str, Took]:
        """By the first column of `rows`; the second is seconds, the third whether the date was kept: 1, 0, or nothing where there was
        none."""
        each = rows.subquery()
        key, seconds, kept = each.c[0], each.c[1], each.c[2]
        place = func.row_number().over(partition_by=key, order_by=seconds)
        whole = func.count().over(partition_by=key)
        ranked = select(
            key.label("key"), seconds.label("seconds"), kept.label("kept"), place.label("place"), whole.label("whole")
        ).subquery()
        ninth = case((ranked.c.place * 10 >= ranked.c.whole * 9, ranked.c.seconds))
        columns = (
            func.count(), func.avg(ranked.c.seconds), func.min(ninth), func.sum(ranked.c.kept), func.count(ranked.c.kept),
        )  # fmt: skip
        found = self._connection.execute(select(ranked.c.key, *columns).group_by(ranked.c.key))
        return {
            name: Took(count, float(mean), float(most), int(in_time or 0), judged)
            for name, count, mean, most, in_time, judged in found
        }

    def _in_spans(self, at: Any, spans: Sequence[tuple[datetime, datetime]], those: Any) -> Sequence[int]:
        counted = [func.count().filter(at >= start, at < end) for start, end in spans]
        first, last = min(start for start, _ in spans), max(end for _, end in spans)
        return tuple(self._connection.execute(select(*counted).where(at >= first, at < last, those)).one())

    def _of_claims(self, rows: Any, stays: Any, institution: str) -> Any:
        if not institution:
            return rows
        return rows.where(exists().where(CLAIMS.c.claim_no == stays.c.claim_no, of(CLAIMS, institution)))

    def _seconds(self, start: Any, end: Any) -> Any:
        return seconds_between(self._connection, start, end).label("seconds")

    def _kept(self, at: Any, due: Any) -> Any:
        in_time = case((day_of(self._connection, at) <= due, 1), else_=0)
        return case((due.is_(None), None), else_=in_time).label("kept")


def _smallest(claim_no: Any, amounts: Collection[Decimal]) -> Any:
    """The smallest of these amounts that the newest assessed loss is not above, as text."""
    lines, made = CLAIM_ASSESSMENT_LINES.c, CLAIM_ASSESSMENTS.alias("newest")
    newest = select(func.max(made.c.position)).where(made.c.claim_no == lines.claim_no).scalar_subquery()
    assessed = (
        select(func.sum(lines.amount)).where(lines.claim_no == claim_no, lines.assessment == newest).scalar_subquery()
    )
    return case(*((assessed <= amount, f"{amount:f}") for amount in sorted(amounts)))
