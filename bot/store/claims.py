"""Loss reports and claim cases."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.engine import Connection

from bot.insurance.approval import Level
from bot.insurance.claim import Claim, ClaimStage, ClaimStep, Delay, LossReport
from bot.insurance.policy import LineOfBusiness
from bot.insurance.settlement import AmountLine, Decision, Settlement
from bot.store.case_tables import (
    CLAIM_AMOUNT_LINES,
    CLAIM_DOCUMENTS,
    CLAIM_NOTES,
    CLAIM_SETTLEMENTS,
    CLAIM_STEPS,
    CLAIMS,
)
from bot.store.claim_assessments import read_assessments, write_assessments
from bot.store.insurance_tables import POLICY_INSUREDS
from bot.store.rows import Row, insert_once, lists_of, one_of, replace_list, update_one, upsert

_OVER = [ClaimStage.CLOSED.value, ClaimStage.DENIED.value, ClaimStage.WITHDRAWN.value]
_REPORT = tuple(field.name for field in fields(LossReport) if field.name != "line")
_SETTLEMENT = tuple(field.name for field in fields(Settlement) if field.name not in ("decision", "lines"))
_SAME_EVENT = timedelta(days=1)


class SqlClaims:
    """Implements bot.services.ports.Claims."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, claim: Claim) -> None:
        key = {"idempotency_key": claim.idempotency_key, "claim_no": claim.claim_no}
        first = {"conversation_id": claim.conversation_id, "reported_at": claim.reported_at}
        insert_once(self._connection, CLAIMS, {**key, **first, **_changing(claim)})
        self._write_lists(claim)

    def save(self, claim: Claim) -> None:
        """Raises RowMissingError when the claim was never added."""
        update_one(self._connection, CLAIMS, {"claim_no": claim.claim_no}, _changing(claim))
        self._write_lists(claim)

    def get(self, claim_no: str) -> Claim | None:
        """Locks the case until the transaction ends, so that what is read can be changed and saved."""
        return self._one(select(CLAIMS).where(CLAIMS.c.claim_no == claim_no).with_for_update())

    def by_key(self, idempotency_key: str) -> Claim | None:
        return self._one(select(CLAIMS).where(CLAIMS.c.idempotency_key == idempotency_key))

    def around(self, *, policy_no: str, plate_no: str, phone: str, day: date) -> Sequence[Claim]:
        same = [CLAIMS.c.policy_no == policy_no] if policy_no else []
        same += [CLAIMS.c.plate_no == plate_no] if plate_no else []
        if not same and phone:
            same = [CLAIMS.c.reporter_phone == phone]
        if not same:
            return ()
        near = CLAIMS.c.event_day.between(day - _SAME_EVENT, day + _SAME_EVENT)
        return self._all(or_(*same) & near & CLAIMS.c.stage.not_in(_OVER))

    def of_party(self, party_id: str) -> Sequence[Claim]:
        """Cases the party claims for; also cases without a claimant on a policy whose only insured the party is.

        The second kind was reported before anybody proved who they are; on a policy with several insured persons it
        could be another's, so it is not shown.
        """
        insureds = POLICY_INSUREDS
        alone = (
            select(insureds.c.policy_no)
            .group_by(insureds.c.policy_no)
            .having((func.count() == 1) & (func.max(insureds.c.party_id) == party_id))
        )
        unclaimed = (CLAIMS.c.claimant_party_id == "") & CLAIMS.c.policy_no.in_(alone)
        return self._all((CLAIMS.c.claimant_party_id == party_id) | unclaimed) if party_id else ()

    def of_phone(self, phone: str) -> Sequence[Claim]:
        found = self._all(CLAIMS.c.reporter_phone == phone) if phone else ()
        return tuple(sorted(found, key=lambda claim: claim.reported_at, reverse=True))

    def of_conversation(self, conversation_id: str) -> Sequence[Claim]:
        return self._all(CLAIMS.c.conversation_id == conversation_id)

    def in_stages(self, stages: Collection[ClaimStage], among: Collection[str] | None = None) -> Sequence[Claim]:
        return self._all(and_(CLAIMS.c.stage.in_([stage.value for stage in stages]), one_of(CLAIMS.c.claim_no, among)))

    def stepped_since(self, moment: datetime) -> Sequence[Claim]:
        lately = select(CLAIM_STEPS.c.claim_no).where(CLAIM_STEPS.c.at >= moment)
        return self._all(CLAIMS.c.claim_no.in_(lately))

    def awaiting_documents(self) -> Sequence[Claim]:
        return self._all(CLAIMS.c.stage == ClaimStage.AWAITING_DOCUMENTS.value)

    def _one(self, statement: Any) -> Claim | None:
        return next(iter(self._read(self._connection.execute(statement).mappings().all())), None)

    def _all(self, condition: Any) -> tuple[Claim, ...]:
        statement = select(CLAIMS).where(condition).order_by(CLAIMS.c.reported_at.desc(), CLAIMS.c.claim_no.desc())
        return self._read(self._connection.execute(statement).mappings().all())

    def _read(self, rows: Sequence[Row]) -> tuple[Claim, ...]:
        numbers = [row["claim_no"] for row in rows]
        steps, documents, notes, lines = (
            lists_of(self._connection, table, "claim_no", numbers)
            for table in (CLAIM_STEPS, CLAIM_DOCUMENTS, CLAIM_NOTES, CLAIM_AMOUNT_LINES)
        )
        of_these = select(CLAIM_SETTLEMENTS).where(CLAIM_SETTLEMENTS.c.claim_no.in_(numbers))
        decided = {row["claim_no"]: row for row in self._connection.execute(of_these).mappings()} if numbers else {}
        claims = (
            _claim(
                row, steps[number], documents[number], notes[number], _settlement(decided.get(number), lines[number])
            )
            for row in rows
            for number in (row["claim_no"],)
        )
        assessed = read_assessments(self._connection, numbers)
        return tuple(replace(claim, assessments=assessed.get(claim.claim_no, ())) for claim in claims)

    def _write_lists(self, claim: Claim) -> None:
        key = {"claim_no": claim.claim_no}
        steps = [
            {"stage": step.stage.value, "at": step.at, "post": step.post, "note": step.note} for step in claim.steps
        ]
        replace_list(self._connection, CLAIM_STEPS, key, steps)
        replace_list(self._connection, CLAIM_DOCUMENTS, key, [{"name": name} for name in claim.missing_documents])
        replace_list(self._connection, CLAIM_NOTES, key, [{"text": note} for note in claim.notes])
        write_assessments(self._connection, claim)
        self._write_settlement(claim)

    def _write_settlement(self, claim: Claim) -> None:
        key, settlement = {"claim_no": claim.claim_no}, claim.settlement
        lines = [asdict(line) for line in settlement.lines] if settlement else []
        replace_list(self._connection, CLAIM_AMOUNT_LINES, key, lines)
        if settlement is None:
            self._connection.execute(CLAIM_SETTLEMENTS.delete().where(CLAIM_SETTLEMENTS.c.claim_no == claim.claim_no))
            return
        values = {name: getattr(settlement, name) for name in _SETTLEMENT} | {"decision": settlement.decision.value}
        upsert(self._connection, CLAIM_SETTLEMENTS, {**key, **values}, keys=("claim_no",))


def _changing(claim: Claim) -> dict[str, Any]:
    """The columns that `save` may change."""
    return {
        **{name: getattr(claim.report, name) for name in _REPORT},
        "line": claim.report.line.value,
        "event_day": claim.report.event_day,
        "stage": claim.stage.value,
        "matched": claim.matched,
        "due_on": claim.due_on,
        "due_rule": claim.due_rule,
        "contact_by": claim.contact_by,
        "documents_complete_on": claim.documents_complete_on,
        "claimant_party_id": claim.claimant_party_id,
        "awaits": claim.awaits.value if claim.awaits else "",
        "handler": claim.handler,
        "contacted_at": claim.contacted_at,
        "delay_reason": claim.delay.reason if claim.delay else "",
        "delay_until": claim.delay.until if claim.delay else None,
        "delay_told_at": claim.delay.told_at if claim.delay else None,
        "event_id": claim.event_id,
        "institution": claim.institution,
    }


def _settlement(row: Row | None, lines: list[Row]) -> Settlement | None:
    if row is None:
        return None
    computed = tuple(AmountLine(line["item"], line["amount"]) for line in lines)
    return Settlement(Decision(row["decision"]), computed, **{name: row[name] for name in _SETTLEMENT})


def _claim(row: Row, steps: list[Row], documents: list[Row], notes: list[Row], settlement: Settlement | None) -> Claim:
    return Claim(
        claim_no=row["claim_no"],
        report=LossReport(line=LineOfBusiness(row["line"]), **{name: row[name] for name in _REPORT}),
        stage=ClaimStage(row["stage"]),
        reported_at=row["reported_at"],
        matched=row["matched"],
        conversation_id=row["conversation_id"],
        idempotency_key=row["idempotency_key"],
        steps=tuple(ClaimStep(ClaimStage(item["stage"]), item["at"], item["post"], item["note"]) for item in steps),
        due_on=row["due_on"],
        due_rule=row["due_rule"],
        contact_by=row["contact_by"],
        documents_complete_on=row["documents_complete_on"],
        missing_documents=tuple(item["name"] for item in documents),
        claimant_party_id=row["claimant_party_id"],
        settlement=settlement,
        notes=tuple(item["text"] for item in notes),
        awaits=Level(row["awaits"]) if row["awaits"] else None,
        handler=row["handler"],
        contacted_at=row["contacted_at"],
        delay=_delay(row),
        event_id=row["event_id"],
        institution=row["institution"],
    )


def _delay(row: Row) -> Delay | None:
    until = row["delay_until"]
    return None if until is None else Delay(row["delay_reason"], until, row["delay_told_at"])
