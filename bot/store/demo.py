"""Fill a database with the synthetic portfolio, so that the assistant can be tried without a core system."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.engine import Connection, Engine

from bot.store.claims import SqlClaims
from bot.store.complaints import SqlComplaints
from bot.store.demo_cases import demo_claims, demo_complaints
from bot.store.demo_people import customers, employers, household
from bot.store.demo_policies import demo_policies
from bot.store.insurance_tables import DEMO_SEEDS
from bot.store.numbers import SqlNumbers
from bot.store.parties import SqlParties, add_parties
from bot.store.policy_rows import add_policies, delete_policies
from bot.store.rows import upsert

_NAME = "portfolio"
_LOCK = 1_737_514_874


def seed_demo(engine: Engine, today: date) -> None:
    """Write the portfolio as it stands on `today` (Asia/Shanghai), in one transaction.

    The same day again changes nothing, from however many processes. On a later day the contracts are made anew around
    that day, so that grace periods and dues stay true; people stay, and claims and complaints age as real ones do.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        seeded_for = connection.execute(select(DEMO_SEEDS.c.seeded_for).where(DEMO_SEEDS.c.name == _NAME)).scalar()
        if seeded_for == today:
            return
        if seeded_for is None:
            _write_all(connection, today)
        else:
            _renew_policies(connection, today)
        upsert(connection, DEMO_SEEDS, {"name": _NAME, "seeded_for": today}, keys=["name"])


def _write_all(connection: Connection, today: date) -> None:
    people, firms = customers(), employers()
    policies = demo_policies(people, firms, today)
    everybody = (*people, *household(), *firms)
    add_parties(connection, everybody)
    add_policies(connection, policies)
    by_id = {party.party_id: party for party in everybody}
    numbers = SqlNumbers(connection)
    for claim in demo_claims(policies, by_id, today, numbers.next):
        SqlClaims(connection).add(claim)
    for complaint in demo_complaints(policies, by_id, today, numbers.next):
        SqlComplaints(connection).add(complaint)


def _renew_policies(connection: Connection, today: date) -> None:
    """Nothing writes to contracts but the demo, so nobody's change is lost."""
    policies = demo_policies(customers(), employers(), today)
    # A portfolio from before the household had its policies has none of its people either.
    known = SqlParties(connection)
    add_parties(connection, [party for party in household() if known.get(party.party_id) is None])
    delete_policies(connection, [policy.policy_no for policy in policies])
    add_policies(connection, policies)
