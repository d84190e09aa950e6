"""Reading insurance contracts with everything inside them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import case, or_, select
from sqlalchemy.engine import Connection

from bot.insurance.policy import InsurancePolicy, LineOfBusiness, PolicyStatus, Servicer
from bot.store import policy_rows
from bot.store.insurance_tables import PARTIES, POLICIES, POLICY_BENEFICIARIES, POLICY_BENEFITS, POLICY_INSUREDS
from bot.store.rows import update_one

_LIVE = [status.value for status in PolicyStatus if status.is_live]


class SqlPolicies:
    """Implements bot.services.ports.Policies."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, policy_no: str) -> InsurancePolicy | None:
        return next(iter(self._where(POLICIES.c.policy_no == policy_no)), None)

    def naming(self, party_id: str) -> Sequence[InsurancePolicy]:
        """Live ones first. A beneficiary without a party id matches by id number; a namesake gets to see nothing."""
        insured = select(POLICY_INSUREDS.c.policy_no).where(POLICY_INSUREDS.c.party_id == party_id)
        return self._where(
            or_(
                POLICIES.c.policyholder_id == party_id,
                POLICIES.c.policy_no.in_(insured),
                POLICIES.c.policy_no.in_(self._naming_as_beneficiary(party_id)),
            )
        )

    def servicer(self, registration_no: str) -> Servicer | None:
        columns = (POLICIES.c.servicer_name, POLICIES.c.servicer_registration_no, POLICIES.c.servicer_phone)
        found = select(*columns).where(POLICIES.c.servicer_registration_no == registration_no).limit(1)
        row = self._connection.execute(found).first()
        return None if row is None else Servicer(*row)

    def serves_from(self, phone: str) -> bool:
        found = select(POLICIES.c.policy_no).where(POLICIES.c.servicer_phone == phone).limit(1)
        return bool(phone) and self._connection.execute(found).first() is not None

    def assign_servicer(self, policy_no: str, servicer: Servicer) -> None:
        values = {
            "servicer_name": servicer.name,
            "servicer_registration_no": servicer.registration_no,
            "servicer_phone": servicer.phone,
        }
        update_one(self._connection, POLICIES, {"policy_no": policy_no}, values)

    def served_by(self, registration_no: str) -> Sequence[InsurancePolicy]:
        return self._where(POLICIES.c.servicer_registration_no == registration_no)

    def release_servicer(self, policy_no: str) -> None:
        nobody = {"servicer_name": None, "servicer_registration_no": None, "servicer_phone": None}
        update_one(self._connection, POLICIES, {"policy_no": policy_no}, nobody)

    def by_plate(self, plate_no: str) -> Sequence[InsurancePolicy]:
        # Most policies have no plate: an empty one must not match them all.
        return self._where(POLICIES.c.plate_no == plate_no) if plate_no else ()

    def by_insured_name(self, name: str, line: LineOfBusiness) -> Sequence[InsurancePolicy]:
        insured = (
            select(POLICY_INSUREDS.c.policy_no)
            .join(PARTIES, PARTIES.c.party_id == POLICY_INSUREDS.c.party_id)
            .where(PARTIES.c.name == name)
        )
        return self._where(POLICIES.c.policy_no.in_(insured) & (POLICIES.c.line == line.value))

    def suspended_since(self, day: date) -> Sequence[InsurancePolicy]:
        suspended = POLICIES.c.status == PolicyStatus.SUSPENDED.value
        return self._where(suspended & (POLICIES.c.suspended_on >= day))

    def begun_since(self, day: date) -> Sequence[InsurancePolicy]:
        return self._where(POLICIES.c.status.in_(_LIVE) & (POLICIES.c.effective_on >= day))

    def benefits_due(self, first: date, last: date) -> Sequence[InsurancePolicy]:
        sums = POLICY_BENEFITS
        open_ = select(sums.c.policy_no).where(sums.c.due_on.between(first, last) & sums.c.paid_on.is_(None))
        return self._where(POLICIES.c.policy_no.in_(open_))

    def _naming_as_beneficiary(self, party_id: str) -> Any:
        people = POLICY_BENEFICIARIES
        # In two steps: each column is sealed under its own name, and the database cannot compare them.
        own = self._connection.execute(select(PARTIES.c.id_number).where(PARTIES.c.party_id == party_id)).scalar()
        same = people.c.party_id == party_id
        if own:
            same |= (people.c.party_id == "") & (people.c.id_number == own)
        return select(people.c.policy_no).where(same)

    def _where(self, condition: Any) -> tuple[InsurancePolicy, ...]:
        live_first = case((POLICIES.c.status.in_(_LIVE), 0), else_=1)
        statement = select(POLICIES).where(condition).order_by(live_first, POLICIES.c.policy_no)
        return policy_rows.read(self._connection, self._connection.execute(statement).mappings().all())
