"""Registered complaints with both clocks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.engine import Connection

from bot.insurance.complaint import ComplainantRole, Complaint, ComplaintClocks, ComplaintStage, EarlierClock
from bot.insurance.complaint_delivery import Delivery, DeliveryWay
from bot.insurance.complaint_handling import (
    ComplaintChannel,
    ComplaintDecision,
    ComplaintMove,
    MadeMove,
    SupplementNotice,
)
from bot.insurance.complaint_list import ComplaintFilter, ComplaintPage
from bot.insurance.triage import Triage, TriageOutcome
from bot.store.complaint_search import count_of, numbers_of
from bot.store.complaint_tables import (
    COMPLAINT_DECISIONS,
    COMPLAINT_DELIVERIES,
    COMPLAINT_EARLIER_CLOCKS,
    COMPLAINT_MOVES,
    COMPLAINT_NOTICES,
    COMPLAINT_SUPPLEMENTS,
    COMPLAINT_TRIAGES,
    COMPLAINTS,
    OPEN_COMPLAINT,
)
from bot.store.rows import Row, append_list, insert_once, lists_of, one_of, replace_list, update_one

_CLOCKS = tuple(field.name for field in fields(ComplaintClocks))
_FIXED = ("complaint_no", "idempotency_key", "conversation_id", "received_at")
_PLAIN = (
    "kind", "severity", "facts", "request", "reference_no", "phone", "complainant_name", "complainant_party_id",
    "against", "earlier_no", "joint_count", "clock_started_at", "verify_by", "closing_reason", "last_notice",
    "last_notice_at", "progress_told_at", "merged_into", "transfer_no", "report_by", "reported_at",
    "institution",
)  # fmt: skip
_EARLIER = ("started_at", "decide_by", "decide_by_complex", "decide_by_special")
_DECISION = tuple(field.name for field in fields(ComplaintDecision))
_LISTS = (
    COMPLAINT_SUPPLEMENTS, COMPLAINT_EARLIER_CLOCKS, COMPLAINT_TRIAGES, COMPLAINT_NOTICES, COMPLAINT_DECISIONS,
    COMPLAINT_MOVES, COMPLAINT_DELIVERIES,
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
        """What was chosen, asked for, done, decided and proved is only added to.

        Raises:
            RowMissingError: the complaint was never added. HistoryChangedError: something of its history is different.
        """
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
        return [each for each in self._all(and_(OPEN_COMPLAINT, owed)) if each.phone and each.is_open]

    def stopped(self, among: Collection[str] | None = None) -> Sequence[Complaint]:
        stops = [move.value for move in ComplaintMove if move.stops_clock]
        moved = select(COMPLAINT_MOVES.c.complaint_no).where(COMPLAINT_MOVES.c.move.in_(stops))
        asked = one_of(COMPLAINTS.c.complaint_no, among)
        found = self._all(and_(OPEN_COMPLAINT, COMPLAINTS.c.complaint_no.in_(moved), asked))
        return tuple(each for each in found if each.is_open and each.is_stopped)

    def asking_for_more_time(self) -> Sequence[Complaint]:
        asked = select(COMPLAINT_MOVES.c.complaint_no).where(COMPLAINT_MOVES.c.move == ComplaintMove.ASK_FOR_MORE.value)
        found = self._all(and_(OPEN_COMPLAINT, COMPLAINTS.c.complaint_no.in_(asked)))
        return tuple(each for each in found if each.is_open and each.asked_for_more_by)

    def found(self, asked: ComplaintFilter, *, today: date, offset: int, limit: int) -> ComplaintPage:
        numbers = self._connection.execute(numbers_of(asked, today).offset(offset).limit(limit)).scalars().all()
        statement = select(COMPLAINTS).where(COMPLAINTS.c.complaint_no.in_(numbers))
        read = {one.complaint_no: one for one in self._read(self._connection.execute(statement).mappings().all())}
        total = self._connection.execute(count_of(asked, today)).scalar_one()
        return ComplaintPage(tuple(read[number] for number in numbers), total)

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
        clocks = [
            asdict(one) for one in reversed(complaint.earlier_clocks)
        ]  # the oldest first, so that new ones go to the end
        append_list(self._connection, COMPLAINT_EARLIER_CLOCKS, key, clocks)
        triages = [{**asdict(one), "outcome": one.outcome.value} for one in complaint.triages]
        append_list(self._connection, COMPLAINT_TRIAGES, key, triages)
        notices = [_notice_row(one) for one in complaint.notices]
        append_list(self._connection, COMPLAINT_NOTICES, key, notices, changing=("missing",))
        append_list(self._connection, COMPLAINT_DECISIONS, key, [asdict(one) for one in complaint.decisions])
        moves = [{**asdict(one), "move": one.move.value} for one in complaint.moves]
        append_list(self._connection, COMPLAINT_MOVES, key, moves)
        deliveries = [{**asdict(one), "way": one.way.value} for one in complaint.deliveries]
        append_list(self._connection, COMPLAINT_DELIVERIES, key, deliveries)


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
    deliveries: list[Row],
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
        earlier_clocks=tuple(EarlierClock(**{name: item[name] for name in _EARLIER}) for item in reversed(earlier)),
        triages=tuple(map(_triage, triages)),
        notices=tuple(map(_notice, notices)),
        decisions=tuple(ComplaintDecision(**{name: one[name] for name in _DECISION}) for one in decisions),
        moves=tuple(map(_move, moves)),
        deliveries=tuple(map(_delivery, deliveries)),
    )


def _triage(row: Row) -> Triage:
    return Triage(TriageOutcome(row["outcome"]), row["reason"], row["agent"], row["at"], row["told_how"])


def _move(row: Row) -> MadeMove:
    move = ComplaintMove(row["move"])
    return MadeMove(move, row["note"], row["agent"], row["at"], row["told_how"], row["subject"])


def _delivery(row: Row) -> Delivery:
    way = DeliveryWay(row["way"])
    return Delivery(row["notice"], way, row["delivered_at"], row["receipt_no"], row["agent"], row["at"])


def _notice_row(notice: SupplementNotice) -> dict[str, Any]:
    return {**asdict(notice), "items": list(notice.items), "missing": list(notice.missing)}


def _notice(row: Row) -> SupplementNotice:
    items, missing = tuple(row["items"]), tuple(row["missing"])
    return SupplementNotice(items, row["note"], row["agent"], row["at"], missing, row["told_how"])
