"""Registered complaints with both clocks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.engine import Connection

from bot.insurance.complaint import ComplainantRole, Complaint, ComplaintClocks, ComplaintStage, EarlierClock
from bot.insurance.complaint_handling import (
    ComplaintChannel,
    ComplaintDecision,
    ComplaintMove,
    MadeMove,
    SupplementNotice,
)
from bot.insurance.triage import Triage, TriageOutcome
from bot.store.complaint_tables import (
    COMPLAINT_DECISIONS,
    COMPLAINT_EARLIER_CLOCKS,
    COMPLAINT_MOVES,
    COMPLAINT_NOTICES,
    COMPLAINT_SUPPLEMENTS,
    COMPLAINT_TRIAGES,
    COMPLAINTS,
    OPEN_COMPLAINT,
)
from bot.store.rows import Row, insert_once, lists_of, one_of, replace_list, update_one

_CLOCKS = tuple(field.name for field in fields(ComplaintClocks))
_FIXED = ("complaint_no", "idempotency_key", "conversation_id", "received_at")
_PLAIN = (
    "kind", "severity", "facts", "request", "reference_no", "phone", "complainant_name", "complainant_party_id",
    "against", "earlier_no", "joint_count", "clock_started_at", "verify_by", "closing_reason", "last_notice",
    "last_notice_at", "progress_told_at",
)  # fmt: skip
_EARLIER = ("started_at", "decide_by", "decide_by_complex", "decide_by_special")
_DECISION = tuple(field.name for field in fields(ComplaintDecision))
_LISTS = (
    COMPLAINT_SUPPLEMENTS, COMPLAINT_EARLIER_CLOCKS, COMPLAINT_TRIAGES, COMPLAINT_NOTICES, COMPLAINT_DECISIONS,
    COMPLAINT_MOVES,
)  # fmt: skip


class SqlComplaints:
    """Implements bot.services.ports.Complaints."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, complaint: Complaint) -> None:
        fixed = {name: getattr(complaint, name) for name in _FIXED}
        insert_once(self._connection, COMPLAINTS, {**fixed, **_changing(complaint)})
        self._write_lists(complaint)

    def save(self, complaint: Complaint) -> None:
        """Raises RowMissingError when the complaint was never added."""
        update_one(self._connection, COMPLAINTS, {"complaint_no": complaint.complaint_no}, _changing(complaint))
        self._write_lists(complaint)

    def get(self, complaint_no: str) -> Complaint | None:
        """Locks the complaint until the transaction ends, so that what is read can be changed and saved."""
        return self._one(select(COMPLAINTS).where(COMPLAINTS.c.complaint_no == complaint_no).with_for_update())

    def by_key(self, idempotency_key: str) -> Complaint | None:
        return self._one(select(COMPLAINTS).where(COMPLAINTS.c.idempotency_key == idempotency_key))

    def of_conversation(self, conversation_id: str) -> Sequence[Complaint]:
        return self._all(COMPLAINTS.c.conversation_id == conversation_id)

    def of_party(self, party_id: str) -> Sequence[Complaint]:
        return self._all(COMPLAINTS.c.complainant_party_id == party_id) if party_id else ()

    def of_phone(self, phone: str) -> Sequence[Complaint]:
        return self._all(COMPLAINTS.c.phone == phone) if phone else ()

    def decided_since(self, moment: datetime) -> Sequence[Complaint]:
        lately = select(COMPLAINT_DECISIONS.c.complaint_no).where(COMPLAINT_DECISIONS.c.at >= moment)
        return self._all(COMPLAINTS.c.complaint_no.in_(lately))

    def owed_progress(self, day: date) -> Sequence[Complaint]:
        owed = (COMPLAINTS.c.answer_or_progress_by <= day) & COMPLAINTS.c.progress_told_at.is_(None)
        return [each for each in self._all(and_(OPEN_COMPLAINT, owed)) if each.phone]

    def stopped(self, among: Collection[str] | None = None) -> Sequence[Complaint]:
        stops = [move.value for move in ComplaintMove if move.stops_clock]
        moved = select(COMPLAINT_MOVES.c.complaint_no).where(COMPLAINT_MOVES.c.move.in_(stops))
        asked = one_of(COMPLAINTS.c.complaint_no, among)
        found = self._all(and_(OPEN_COMPLAINT, COMPLAINTS.c.complaint_no.in_(moved), asked))
        return tuple(each for each in found if each.is_stopped)

    def asking_for_more_time(self) -> Sequence[Complaint]:
        asked = select(COMPLAINT_MOVES.c.complaint_no).where(COMPLAINT_MOVES.c.move == ComplaintMove.ASK_FOR_MORE.value)
        found = self._all(and_(OPEN_COMPLAINT, COMPLAINTS.c.complaint_no.in_(asked)))
        return tuple(each for each in found if each.asked_for_more_by)

    def _one(self, statement: Any) -> Complaint | None:
        return next(iter(self._read(self._connection.execute(statement).mappings().all())), None)

    def _all(self, condition: Any) -> tuple[Complaint, ...]:
        newest_first = (COMPLAINTS.c.received_at.desc(), COMPLAINTS.c.complaint_no.desc())
        statement = select(COMPLAINTS).where(condition).order_by(*newest_first)
        return self._read(self._connection.execute(statement).mappings().all())

    def _read(self, rows: Sequence[Row]) -> tuple[Complaint, ...]:
        numbers = [row["complaint_no"] for row in rows]
        lists = [lists_of(self._connection, table, "complaint_no", numbers) for table in _LISTS]
        return tuple(_complaint(row, *(found[row["complaint_no"]] for found in lists)) for row in rows)

    def _write_lists(self, complaint: Complaint) -> None:
        key = {"complaint_no": complaint.complaint_no}
        replace_list(self._connection, COMPLAINT_SUPPLEMENTS, key, [{"text": text} for text in complaint.supplements])
        replace_list(self._connection, COMPLAINT_EARLIER_CLOCKS, key, [asdict(one) for one in complaint.earlier_clocks])
        triages = [{**asdict(one), "outcome": one.outcome.value} for one in complaint.triages]
        replace_list(self._connection, COMPLAINT_TRIAGES, key, triages)
        replace_list(self._connection, COMPLAINT_NOTICES, key, [_notice_row(one) for one in complaint.notices])
        replace_list(self._connection, COMPLAINT_DECISIONS, key, [asdict(one) for one in complaint.decisions])
        moves = [{**asdict(one), "move": one.move.value} for one in complaint.moves]
        replace_list(self._connection, COMPLAINT_MOVES, key, moves)


def _changing(complaint: Complaint) -> dict[str, Any]:
    return {
        **{name: getattr(complaint, name) for name in _PLAIN},
        **asdict(complaint.clocks),
        "stage": complaint.stage.value,
        "role": complaint.role.value,
        "channel": complaint.channel.value,
        "next_due": complaint.next_due,
        "rules_fired": list(complaint.rules_fired),
    }


def _complaint(
    row: Row,
    supplements: list[Row],
    earlier: list[Row],
    triages: list[Row],
    notices: list[Row],
    decisions: list[Row],
    moves: list[Row],
) -> Complaint:
    clocks: dict[str, Any] = {name: row[name] for name in _CLOCKS}
    return Complaint(
        **{name: row[name] for name in (*_FIXED, *_PLAIN)},
        stage=ComplaintStage(row["stage"]),
        role=ComplainantRole(row["role"]),
        channel=ComplaintChannel(row["channel"]),
        clocks=ComplaintClocks(**clocks),
        rules_fired=tuple(row["rules_fired"]),
        supplements=tuple(item["text"] for item in supplements),
        earlier_clocks=tuple(EarlierClock(**{name: item[name] for name in _EARLIER}) for item in earlier),
        triages=tuple(map(_triage, triages)),
        notices=tuple(map(_notice, notices)),
        decisions=tuple(ComplaintDecision(**{name: one[name] for name in _DECISION}) for one in decisions),
        moves=tuple(map(_move, moves)),
    )


def _triage(row: Row) -> Triage:
    return Triage(TriageOutcome(row["outcome"]), row["reason"], row["agent"], row["at"], row["told_how"])


def _move(row: Row) -> MadeMove:
    return MadeMove(ComplaintMove(row["move"]), row["note"], row["agent"], row["at"], row["told_how"])


def _notice_row(notice: SupplementNotice) -> dict[str, Any]:
    return {**asdict(notice), "items": list(notice.items), "missing": list(notice.missing)}


def _notice(row: Row) -> SupplementNotice:
    items, missing = tuple(row["items"]), tuple(row["missing"])
    return SupplementNotice(items, row["note"], row["agent"], row["at"], missing, row["told_how"])
