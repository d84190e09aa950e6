"""What is counted of conversations."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, exists, func, select
from sqlalchemy.engine import Connection

from bot.insurance.service_fact import Fact, ServiceFact
from bot.services.figure_ports import Contact, Step
from bot.store.fact_tables import SERVICE_FACTS
from bot.store.identity_tables import VERIFICATIONS
from bot.store.rows import insert_for

_ROWS = SERVICE_FACTS.c


class SqlServiceFacts:
    """Implements bot.services.figure_ports.ServiceFacts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, facts: Collection[ServiceFact]) -> None:
        rows = [_row(fact) for fact in facts]
        if rows:
            statement = insert_for(self._connection, SERVICE_FACTS)
            self._connection.execute(statement.on_conflict_do_nothing(), rows)

    def contacts(self, first: date, after: date) -> Sequence[Contact]:
        person = VERIFICATIONS.c
        statement = (
            select(_ROWS.conversation_id, func.coalesce(person.party_id, ""), _ROWS.day, _ROWS.value)
            .select_from(SERVICE_FACTS.outerjoin(VERIFICATIONS, person.conversation_id == _ROWS.conversation_id))
            .where(_of(Fact.TOPIC, first, after))
            .order_by(_ROWS.day, _ROWS.conversation_id, _ROWS.value)
        )
        handed, left = self._days(Fact.HANDED, first, after), self._left(first, after)
        return tuple(
            Contact(name, party, date.fromordinal(day), intent, (name, day) in handed, (name, day) in left)
            for name, party, day, intent in self._connection.execute(statement)
        )

    def steps(self, first: date, after: date) -> Sequence[Step]:
        began, fact = SERVICE_FACTS.alias("began"), SERVICE_FACTS.alias("fact")
        statement = (
            select(began.c.value, fact.c.fact, fact.c.value, func.count())
            .where(
                began.c.fact == Fact.BEGAN.value,
                began.c.day >= first.toordinal(),
                began.c.day < after.toordinal(),
                fact.c.run == began.c.run,
            )
            .group_by(began.c.value, fact.c.fact, fact.c.value)
        )
        rows = self._connection.execute(statement)
        return tuple(Step(journey, Fact(kind), value, count) for journey, kind, value, count in rows)

    def conversations_on(self, first: date, after: date) -> Mapping[str, str]:
        handed, topics = SERVICE_FACTS.alias("handed"), _of(Fact.TOPIC, first, after)
        by_person = exists().where(handed.c.run == _ROWS.run, handed.c.fact == Fact.HANDED.value)
        statement = select(_ROWS.run, _ROWS.conversation_id).where(topics, ~by_person).distinct()
        return {run: name for run, name in self._connection.execute(statement)}

    def forget(self, before: date) -> None:
        self._connection.execute(SERVICE_FACTS.delete().where(_ROWS.day < before.toordinal()))

    def _days(self, fact: Fact, first: date, after: date) -> set[tuple[str, int]]:
        statement = select(_ROWS.conversation_id, _ROWS.day).where(_of(fact, first, after))
        return {(name, day) for name, day in self._connection.execute(statement)}

    def _left(self, first: date, after: date) -> set[tuple[str, int]]:
        """Where a journey was begun that came to no end but the customer's leaving."""
        ended = SERVICE_FACTS.alias("ended")
        led = exists().where(
            ended.c.run == _ROWS.run, ended.c.fact == Fact.ENDED.value, ended.c.value.notin_(("cancelled", "saved"))
        )
        statement = select(_ROWS.conversation_id, _ROWS.day).where(_of(Fact.BEGAN, first, after), ~led)
        return {(name, day) for name, day in self._connection.execute(statement)}


def _of(fact: Fact, first: date, after: date) -> Any:
    return and_(_ROWS.fact == fact.value, _ROWS.day >= first.toordinal(), _ROWS.day < after.toordinal())


def _row(fact: ServiceFact) -> dict[str, Any]:
    return {**vars(fact), "fact": fact.fact.value, "day": fact.day.toordinal()}
