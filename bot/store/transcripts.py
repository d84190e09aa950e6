"""Recorded calls."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.engine import Connection

from bot.services.transcript_ports import CallRow
from bot.services.transcripts.call import Findings, Outcome, PhoneCall
from bot.services.transcripts.same_call import FormerCall
from bot.store.rows import insert_once
from bot.store.transcript_tables import TRANSCRIPT_CALLS, TRANSCRIPT_TURNS

_AT_ONCE = 500  # values of one IN; SQLite takes 999 at least


class SqlTranscripts:
    """Implements bot.services.transcript_ports.Transcripts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def known(self, call_ids: Collection[str]) -> Collection[str]:
        column = TRANSCRIPT_CALLS.c.call_id
        return {
            row.call_id
            for some in _portions(call_ids)
            for row in self._connection.execute(select(column).where(column.in_(some)))
        }

    def of_keys(self, keys: Collection[str]) -> Sequence[FormerCall]:
        columns = TRANSCRIPT_CALLS.c
        told = select(columns.call_id, columns.call_key, columns.marks, columns.phone, columns.began)
        return tuple(
            FormerCall(row.call_id, row.call_key, tuple(row.marks or ()), row.phone, row.began)
            for some in _portions([key for key in keys if key])
            for row in self._connection.execute(told.where(columns.call_key.in_(some)))
        )

    def add(self, call: PhoneCall, findings: Findings, at: Any, *, complaint_no: str) -> None:
        row = {
            "call_id": call.call_id, "source": call.source, "phone": call.phone, "began": call.began, "imported_at": at,
            "utterances": len(findings.turns), "intents": list(findings.intents), "outcome": findings.outcome.value,
            "complaint_kind": findings.complaint_kind,
            "complaint_no": complaint_no, "emergency": findings.emergency, "holds": list(findings.holds),
            "call_key": call.key, "marks": list(call.marks),
        }  # fmt: skip
        insert_once(self._connection, TRANSCRIPT_CALLS, row, key="call_id")
        turns = [
            {
                "call_id": call.call_id, "position": position, "speaker": turn.speaker.value, "text": turn.text,
                "start_ms": turn.start, "end_ms": turn.end, "intent": turn.intent, "confidence": turn.confidence,
                "in_doubt": turn.in_doubt,
            }
            for position, turn in enumerate(findings.turns)
        ]  # fmt: skip
        self._connection.execute(TRANSCRIPT_TURNS.insert(), turns)

    def remove(self, call_id: str) -> str:
        mine = TRANSCRIPT_CALLS.c.call_id == call_id
        complaint_no = self._connection.execute(select(TRANSCRIPT_CALLS.c.complaint_no).where(mine)).scalar()
        self._connection.execute(delete(TRANSCRIPT_TURNS).where(TRANSCRIPT_TURNS.c.call_id == call_id))
        self._connection.execute(delete(TRANSCRIPT_CALLS).where(mine))
        return complaint_no or ""

    def note_complaint(self, call_id: str, complaint_no: str) -> None:
        mine = TRANSCRIPT_CALLS.c.call_id == call_id
        self._connection.execute(TRANSCRIPT_CALLS.update().where(mine).values(complaint_no=complaint_no))

    def calls(self, call_ids: Collection[str]) -> Sequence[CallRow]:
        return self._all(TRANSCRIPT_CALLS.c.call_id, call_ids)

    def of_phones(self, phones: Collection[str]) -> Sequence[CallRow]:
        dated = self._all(TRANSCRIPT_CALLS.c.phone, [phone for phone in phones if phone])
        return tuple(row for row in dated if row.began is not None)

    def _all(self, column: Any, values: Collection[str]) -> Sequence[CallRow]:
        found = [
            _call_row(row)
            for some in _portions(values)
            for row in self._connection.execute(select(TRANSCRIPT_CALLS).where(column.in_(some))).mappings()
        ]
        return tuple(
            sorted(found, key=lambda row: (row.began is None, row.began and row.began.timestamp(), row.call_id))
        )


def _portions(values: Collection[str]) -> Iterator[list[str]]:
    listed = sorted(set(values))
    return (listed[first : first + _AT_ONCE] for first in range(0, len(listed), _AT_ONCE))


def _call_row(row: Any) -> CallRow:
    return CallRow(
        call_id=row["call_id"],
        source=row["source"],
        phone=row["phone"],
        began=row["began"],
        utterances=row["utterances"],
        intents=tuple(row["intents"]),
        outcome=Outcome(row["outcome"]),
        complaint_kind=row["complaint_kind"],
        complaint_no=row["complaint_no"],
        emergency=row["emergency"],
        holds=tuple(row["holds"]),
    )
