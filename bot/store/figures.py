"""Counts over all registers for the live board and the reports; nothing sealed is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Table, and_, exists, false, func, or_, select, true
from sqlalchemy.engine import Connection

from bot.insurance.open_case import CaseKind
from bot.insurance.policy import PolicyStatus
from bot.insurance.staff import COMPLIANCE
from bot.insurance.task import Register
from bot.services.figure_ports import Board, ComplaintFact, DeskDeed, DueAt, Waiting
from bot.store.case_tables import (
    CLAIMS,
    ENDORSEMENTS,
    HAND_OFFS,
    OPEN_CLAIM,
    OPEN_ENDORSEMENT,
    OPEN_REQUEST,
    SERVICE_REQUESTS,
)
from bot.store.complaint_figures import complaint_facts, complaint_facts_decided
from bot.store.complaint_tables import COMPLAINTS, OPEN_COMPLAINT
from bot.store.follow_up_tables import FOLLOW_UPS, OPEN_FOLLOW_UP
from bot.store.institutions import of
from bot.store.insurance_tables import POLICIES
from bot.store.ledger_tables import AUDIT_LOG

_OPEN = HAND_OFFS.c.closed_at.is_(None)
_DEEDS = [f"desk.{what}" for what in ("taken", "taken_over", "answered", "given_back", "passed_on", "given_to")]
_AGENT = "agent:"
_LIVE = [status.value for status in PolicyStatus if status.is_live]


class SqlFigures:
    """Implements bot.services.figure_ports.Figures."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def board(self, today: date, *, restricted: bool, institution: str = "") -> Board:
        rows = HAND_OFFS.c
        seen = and_(_OPEN, true() if restricted else not_restricted())
        waiting = (
            select(rows.post, func.count(), func.min(rows.requested_at))
            .where(seen, rows.taken_by == "")
            .group_by(rows.post)
            .order_by(rows.post)
        )
        in_hand = select(rows.taken_by, func.count()).where(seen, rows.taken_by != "").group_by(rows.taken_by)
        return Board(
            tuple(Waiting(*row) for row in self._connection.execute(waiting)),
            {name: count for name, count in self._connection.execute(in_hand)},
            tuple(one for part in _registers(restricted, institution) for one in self._due(*part, today)),
        )

    def complaints(self, start: datetime, end: datetime, institution: str = "") -> Sequence[ComplaintFact]:
        return complaint_facts(self._connection, start, end, institution)

    def complaints_decided(self, start: datetime, end: datetime, institution: str = "") -> Sequence[ComplaintFact]:
        return complaint_facts_decided(self._connection, start, end, institution)

    def complaints_in(self, spans: Sequence[tuple[datetime, datetime]], institution: str = "") -> Sequence[int]:
        at = COMPLAINTS.c.received_at
        counted = [func.count().filter(at >= start, at < end) for start, end in spans]
        first, last = min(start for start, _ in spans), max(end for _, end in spans)
        asked = and_(at >= first, at < last, of(COMPLAINTS, institution))
        return tuple(self._connection.execute(select(*counted).where(asked)).one())

    def policies_live(self, day: date) -> Mapping[str, int]:
        rows = POLICIES.c
        runs = and_(rows.effective_on <= day, or_(rows.expires_on.is_(None), rows.expires_on >= day))
        live = select(rows.institution, func.count()).where(rows.status.in_(_LIVE), runs).group_by(rows.institution)
        return {code: count for code, count in self._connection.execute(live)}

    def desk_deeds(self, start: datetime, end: datetime) -> Sequence[DeskDeed]:
        rows = AUDIT_LOG.c
        statement = (
            select(rows.subject, rows.actor, rows.event, rows.at)
            .where(rows.event.in_(_DEEDS), rows.at >= start, rows.at < end, rows.actor.startswith(_AGENT))
            .order_by(rows.subject, rows.at, rows.seq)
        )
        found = self._connection.execute(statement)
        return tuple(DeskDeed(name, actor.removeprefix(_AGENT), event, at) for name, actor, event, at in found)

    def done_by(self, event: str, start: datetime, end: datetime) -> Mapping[str, int]:
        rows = AUDIT_LOG.c
        did = and_(rows.event == event, rows.at >= start, rows.at < end, rows.actor.startswith(_AGENT))
        found = self._connection.execute(select(rows.actor, func.count()).where(did).group_by(rows.actor))
        return {actor.removeprefix(_AGENT): number for actor, number in found}

    def _due(self, register: Register, post: Any, due: Any, seen: Any, today: date) -> list[DueAt]:
        """`post`: a column, or the one post of the whole register."""
        counts = (func.count(), func.count().filter(due == today), func.count().filter(due < today))
        if isinstance(post, str):
            rows = [(post, *self._connection.execute(select(*counts).where(seen)).one())]
        else:
            rows = self._connection.execute(select(post, *counts).where(seen).group_by(post).order_by(post)).all()
        return [DueAt(register, *row) for row in rows if row[1]]


def not_restricted() -> Any:
    """Of hand-offs: no report of wrongdoing was made in the conversation, and compliance does not have it."""
    reported = exists().where(
        SERVICE_REQUESTS.c.conversation_id == HAND_OFFS.c.conversation_id, SERVICE_REQUESTS.c.restricted == true()
    )
    return and_(HAND_OFFS.c.post != COMPLIANCE, ~reported)


def _registers(restricted: bool, institution: str) -> list[tuple[Register, Any, Any, Any]]:
    """Register, its post or the column of it, its due date, and which rows are open."""
    requests, follow_ups = SERVICE_REQUESTS.c, FOLLOW_UPS.c
    others = true() if restricted else and_(requests.restricted == false(), requests.post != COMPLIANCE)

    def those(is_open: Any, table: Table) -> Any:
        return and_(is_open, of(table, institution))

    return [
        (Register.CLAIM, CaseKind.CLAIM.post, CLAIMS.c.due_on, those(OPEN_CLAIM, CLAIMS)),
        (Register.COMPLAINT, CaseKind.COMPLAINT.post, COMPLAINTS.c.next_due, those(OPEN_COMPLAINT, COMPLAINTS)),
        (
            Register.ENDORSEMENT,
            CaseKind.ENDORSEMENT.post,
            ENDORSEMENTS.c.finish_by,
            those(OPEN_ENDORSEMENT, ENDORSEMENTS),
        ),
        (Register.REQUEST, requests.post, requests.due_on, and_(those(OPEN_REQUEST, SERVICE_REQUESTS), others)),
        (
            Register.FOLLOW_UP,
            CaseKind.COMPLAINT.post,
            func.coalesce(follow_ups.call_by, follow_ups.due, type_=Date),
            those(OPEN_FOLLOW_UP, FOLLOW_UPS),
        ),
    ]
