"""Follow-ups with their answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from bot.insurance.follow_up import FollowUp, FollowUpAnswer, FollowUpKind, FollowUpState, FollowUpVisit
from bot.services.feedback_ports import FollowUpTally, Opinions, ProblemTally
from bot.store.follow_up_figures import problems_named, tallies
from bot.store.follow_up_tables import FOLLOW_UP_ANSWERS, FOLLOW_UP_VISITS, FOLLOW_UPS, OPEN_FOLLOW_UP
from bot.store.rows import Row, insert_for, lists_of, replace_list, update_one


class SqlFollowUps:
    """Implements bot.services.ports.FollowUps."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, follow_up: FollowUp) -> bool:
        """False when that subject has one of its kind."""
        statement = insert_for(self._connection, FOLLOW_UPS).values(**_row(follow_up))
        added = self._connection.execute(statement.on_conflict_do_nothing(index_elements=["kind", "subject"]))
        if not added.rowcount:
            return False
        self._write_answers(follow_up)
        return True

    def save(self, follow_up: FollowUp) -> None:
        """Raises RowMissingError when it was never added."""
        update_one(self._connection, FOLLOW_UPS, {"number": follow_up.number}, _row(follow_up))
        self._write_answers(follow_up)

    def get(self, number: str) -> FollowUp | None:
        """Locked until the transaction ends."""
        return next(iter(self._all(FOLLOW_UPS.c.number == number, lock=True)), None)

    def add_visit(self, number: str, visit: FollowUpVisit) -> None:
        values = {"number": number, "position": len(self.visits(number)), **asdict(visit)}
        self._connection.execute(FOLLOW_UP_VISITS.insert().values(**values))

    def visits(self, number: str) -> Sequence[FollowUpVisit]:
        rows = lists_of(self._connection, FOLLOW_UP_VISITS, "number", [number])[number]
        return [FollowUpVisit(row["visitor"], row["place"], row["file_no"], row["at"]) for row in rows]

    def of_subject(self, kind: FollowUpKind, subject: str) -> FollowUp | None:
        found = self._all((FOLLOW_UPS.c.kind == kind.value) & (FOLLOW_UPS.c.subject == subject))
        return next(iter(found), None)

    def of_party(self, party_id: str) -> Sequence[FollowUp]:
        return self._all(FOLLOW_UPS.c.party_id == party_id) if party_id else ()

    def open(self) -> Sequence[FollowUp]:
        return self._all(OPEN_FOLLOW_UP)

    def first_due(self, limit: int) -> tuple[Sequence[FollowUp], int]:
        due = func.coalesce(FOLLOW_UPS.c.call_by, FOLLOW_UPS.c.due)
        numbers = select(FOLLOW_UPS.c.number).where(OPEN_FOLLOW_UP).order_by(due, FOLLOW_UPS.c.number).limit(limit)
        total = self._connection.execute(select(func.count()).select_from(FOLLOW_UPS).where(OPEN_FOLLOW_UP)).scalar()
        return self._in_order(numbers), int(total or 0)

    def ended_last(self, limit: int) -> Sequence[FollowUp]:
        ended = FOLLOW_UPS.c.finished_at
        last = select(FOLLOW_UPS.c.number).where(ended.is_not(None)).order_by(ended.desc(), FOLLOW_UPS.c.number)
        return self._in_order(last.limit(limit))

    def _in_order(self, numbers: Any) -> Sequence[FollowUp]:
        wanted = list(self._connection.execute(numbers).scalars())
        found = {each.number: each for each in self._all(FOLLOW_UPS.c.number.in_(wanted))} if wanted else {}
        return [found[number] for number in wanted]

    def tallies(
        self, start: datetime, end: datetime, asked: Opinions, institution: str = ""
    ) -> Sequence[FollowUpTally]:
        return tallies(self._connection, start, end, asked, institution)

    def problems_named(
        self, span: tuple[datetime, datetime], today: date, asked: Opinions, institution: str = ""
    ) -> Sequence[ProblemTally]:
        return problems_named(self._connection, span, today, asked, institution)

    def _all(self, condition: Any, *, lock: bool = False) -> tuple[FollowUp, ...]:
        statement = select(FOLLOW_UPS).where(condition).order_by(FOLLOW_UPS.c.due, FOLLOW_UPS.c.number)
        statement = statement.with_for_update() if lock else statement
        rows = self._connection.execute(statement).mappings().all()
        answers = lists_of(self._connection, FOLLOW_UP_ANSWERS, "number", [row["number"] for row in rows])
        return tuple(_follow_up(row, answers[row["number"]]) for row in rows)

    def _write_answers(self, follow_up: FollowUp) -> None:
        key = {"number": follow_up.number}
        replace_list(self._connection, FOLLOW_UP_ANSWERS, key, [asdict(each) for each in follow_up.answers])


def _row(follow_up: FollowUp) -> dict[str, Any]:
    plain = {name: value for name, value in vars(follow_up).items() if name != "answers"}
    return {**plain, "kind": follow_up.kind.value, "state": follow_up.state.value}


def _follow_up(row: Row, answers: Sequence[Row]) -> FollowUp:
    told = tuple(FollowUpAnswer(each["question"], each["value"], each["said"], each["at"]) for each in answers)
    values = {**row, "kind": FollowUpKind(row["kind"]), "state": FollowUpState(row["state"]), "answers": told}
    return FollowUp(**values)
