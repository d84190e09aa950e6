"""People and organisations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.insurance.party import Party
from bot.insurance.policy import LineOfBusiness, PolicyStatus
from bot.store.insurance_tables import PARTIES, POLICIES
from bot.store.rows import update_one


class SqlParties:
    """Implements bot.services.ports.Parties."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, party_id: str) -> Party | None:
        return next(iter(self._where(PARTIES.c.party_id == party_id)), None)

    def find(self, name: str, id_number: str) -> Party | None:
        return next(iter(self._where((PARTIES.c.name == name) & (PARTIES.c.id_number == id_number))), None)

    def policyholders(self, lines: Collection[LineOfBusiness]) -> Sequence[Party]:
        live = [status.value for status in PolicyStatus if status.is_live]
        held = POLICIES.c.line.in_([line.value for line in lines]) & POLICIES.c.status.in_(live)
        return self._where(PARTIES.c.party_id.in_(select(POLICIES.c.policyholder_id).where(held)))

    def with_phone(self, phone: str) -> Sequence[Party]:
        return self._where(PARTIES.c.phone == phone) if phone else ()

    def save(self, party: Party) -> None:
        """Raises RowMissingError when there is no such party."""
        update_one(self._connection, PARTIES, {"party_id": party.party_id}, asdict(party))

    def _where(self, condition: Any) -> tuple[Party, ...]:
        statement = select(PARTIES).where(condition).order_by(PARTIES.c.party_id)
        return tuple(Party(**row) for row in self._connection.execute(statement).mappings())


def add_parties(connection: Connection, parties: Iterable[Party]) -> None:
    """Import parties; no use case writes them (the core system does, or the demo)."""
    rows = [asdict(party) for party in parties]
    if rows:
        connection.execute(PARTIES.insert(), rows)
