"""What is counted of complaints, as narrow rows: a report over a quarter reads no word of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, exists, func, or_, select
from sqlalchemy.engine import Connection

from bot.insurance.complaint_handling import ComplaintMove
from bot.services.figure_ports import ComplaintFact
from bot.store.case_tables import CLAIMS
from bot.store.complaint_tables import COMPLAINT_DECISIONS, COMPLAINT_MOVES, COMPLAINT_TRIAGES, COMPLAINTS
from bot.store.institutions import of
from bot.store.insurance_tables import POLICIES
from bot.store.schema import SHANGHAI

_AGAIN_WITHIN = timedelta(days=365)


def complaint_facts(
    connection: Connection, start: datetime, end: datetime, institution: str = ""
) -> Sequence[ComplaintFact]:
    """Of those received from `start` until before `end`, the oldest first."""
    at = COMPLAINTS.c.received_at
    return _read(connection, and_(at >= start, at < end, of(COMPLAINTS, institution)), start - _AGAIN_WITHIN)


def complaint_facts_decided(
    connection: Connection, start: datetime, end: datetime, institution: str = ""
) -> Sequence[ComplaintFact]:
    """Of those first decided from `start` until before `end`."""
    made = COMPLAINT_DECISIONS.c
    lately = select(made.complaint_no).where(made.position == 0, made.at >= start, made.at < end)
    these = and_(COMPLAINTS.c.complaint_no.in_(lately), of(COMPLAINTS, institution))
    return _read(connection, these, start - _AGAIN_WITHIN)


def _read(connection: Connection, condition: Any, since: datetime) -> Sequence[ComplaintFact]:
    rows, made, triaged = COMPLAINTS.c, COMPLAINT_DECISIONS.c, COMPLAINT_TRIAGES.c
    statement = (
        select(
            rows.kind, rows.channel, func.coalesce(POLICIES.c.line, CLAIMS.c.line, "").label("line"),
            func.coalesce(made.cause, "").label("cause"), rows.stage, rows.received_at, rows.acceptance_target,
            rows.acceptance_by, rows.decide_by, rows.decide_by_complex, rows.decide_by_special, triaged.at.label("triaged"),
            made.at.label("decided"), func.coalesce(made.agent, "").label("decided_by"),
            rows.institution, _moved(ComplaintMove.EXTEND).label("extended"), _repeated(since).label("repeated"),
        )
        .select_from(
            COMPLAINTS.outerjoin(COMPLAINT_DECISIONS, and_(made.complaint_no == rows.complaint_no, made.position == 0))
            .outerjoin(COMPLAINT_TRIAGES, and_(triaged.complaint_no == rows.complaint_no, triaged.position == 0))
            .outerjoin(POLICIES, POLICIES.c.policy_no == rows.reference_no)
            .outerjoin(CLAIMS, CLAIMS.c.claim_no == rows.reference_no)
        )
        .where(condition)
        .order_by(rows.received_at, rows.complaint_no)
    )  # fmt: skip
    return tuple(_fact(row) for row in connection.execute(statement).mappings())


def _moved(move: ComplaintMove) -> Any:
    moves = COMPLAINT_MOVES.c
    return exists().where(moves.complaint_no == COMPLAINTS.c.complaint_no, moves.move == move.value)


def _repeated(since: datetime) -> Any:
    """It names an earlier one, or the same person complained before, from `since` on: proven, or by the same phone."""
    rows, other = COMPLAINTS.c, COMPLAINTS.alias("earlier")
    same = or_(
        and_(rows.complainant_party_id != "", other.c.complainant_party_id == rows.complainant_party_id),
        and_(rows.phone != "", other.c.phone == rows.phone),
    )
    before = exists().where(
        other.c.complaint_no != rows.complaint_no, same, other.c.received_at >= since,
        other.c.received_at < rows.received_at,
    )  # fmt: skip
    return case((rows.earlier_no != "", True), else_=before)


def _fact(row: Any) -> ComplaintFact:
    extended = row["decide_by_special"] or (row["decide_by_complex"] if row["extended"] else None)
    return ComplaintFact(
        row["kind"], row["channel"], row["line"], row["cause"], row["stage"], row["received_at"],
        row["acceptance_target"], row["acceptance_by"], row["decide_by"], extended, _day(row["triaged"]),
        _day(row["decided"]), bool(row["repeated"]), row["decided_by"], row["institution"],
    )  # fmt: skip


def _day(at: datetime | None) -> date | None:
    return at.astimezone(SHANGHAI).date() if at else None
