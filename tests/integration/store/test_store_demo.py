"""The demo portfolio: the same everywhere, true on the day it is seeded, and as varied as promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine
from store_samples import TODAY, together

from bot.insurance.beneficiary import check_beneficiaries
from bot.insurance.claim import ClaimStage
from bot.insurance.policy import LineOfBusiness, PolicyStatus, Role
from bot.store.demo import seed_demo
from bot.store.demo_people import HOUSEHOLD, NAMED_CUSTOMERS, customers, employers, household
from bot.store.demo_policies import demo_policies
from bot.store.demo_products import DEMO_PRODUCTS
from bot.store.engine import build_engine
from bot.store.migrate import migrate
from bot.store.tables import METADATA
from bot.store.unit_of_work import SqlUnitOfWork
from bot.text.identifiers import parse_credit_code, parse_id_card, parse_phone, parse_plate
from tests.fakes import DATA_KEY
from tests.postgres import create_database

PEOPLE, FIRMS = customers(), employers()
DAYS = [TODAY, date(2028, 2, 29), date(2027, 1, 1)]


@pytest.fixture(scope="module", params=DAYS, ids=str)
def day(request) -> date:
    return request.param


@pytest.fixture(scope="module")
def policies(day):
    return demo_policies(PEOPLE, FIRMS, day)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def seeded(request: pytest.FixtureRequest, scratch: Path) -> Iterator[Engine]:
    """One seeded database for the tests that only read it."""
    if request.param == "sqlite":
        url = f"sqlite:///{scratch / 'seeded.db'}"
    else:
        cluster = request.getfixturevalue("cluster")
        url = cluster.url(create_database(cluster, "seeded"))
    migrate(url)
    engine = build_engine(url, DATA_KEY)
    seed_demo(engine, TODAY)
    yield engine
    engine.dispose()


def _rows(engine) -> dict[str, list]:
    with engine.connect() as connection:
        return {name: sorted(map(repr, connection.execute(select(table)))) for name, table in METADATA.tables.items()}


def test_seeding_twice_writes_the_same_rows(engine):
    seed_demo(engine, TODAY)
    first = _rows(engine)
    assert len(first["policies"]) == 500
    seed_demo(engine, TODAY)
    assert _rows(engine) == first


def test_seeding_in_parallel_writes_the_portfolio_once(engine):
    together(4, lambda _: seed_demo(engine, TODAY))
    assert len(_rows(engine)["policies"]) == 500


def test_seeding_on_a_later_day_renews_the_contracts_and_keeps_the_cases(engine):
    seed_demo(engine, TODAY)
    before = _rows(engine)
    seed_demo(engine, TODAY + timedelta(days=9))
    after = _rows(engine)
    for table in ("parties", "claims", "claim_steps", "complaints", "counters", "policy_insureds"):
        assert after[table] == before[table]
    assert after["policies"] != before["policies"]
    assert len(after["policies"]) == 500


def test_two_hundred_customers_have_valid_id_numbers_and_their_own_phones():
    assert len(PEOPLE) == 200
    for person in PEOPLE:
        card = parse_id_card(person.id_number, TODAY)
        assert card is not None
        assert person.id_number[6:14] == f"{person.birth_date:%Y%m%d}"
        assert ("男" if int(person.id_number[16]) % 2 else "女") == person.sex
        assert parse_phone(person.phone) == person.phone
    for values in (
        [person.id_number for person in PEOPLE],
        [person.phone for person in (*PEOPLE, *FIRMS)],
        [person.party_id for person in (*PEOPLE, *FIRMS)],
        [person.name for person in PEOPLE],
    ):
        assert len(set(values)) == len(values)


def test_employers_are_organisations_with_valid_credit_codes():
    assert all(firm.is_organisation and parse_credit_code(firm.id_number) for firm in FIRMS)


def test_portfolio_covers_every_line_every_state_and_every_product(policies):
    assert len(policies) == 500
    assert len({policy.policy_no for policy in policies}) == 500
    assert {policy.line for policy in policies} == set(LineOfBusiness)
    assert {policy.status for policy in policies} == set(PolicyStatus)
    assert {policy.product_code for policy in policies} == {product.code for product in DEMO_PRODUCTS}
    assert sum(policy.pledged for policy in policies) >= 5
    assert all(len(policy.policy_no) == 11 and policy.policy_no[1:].isdigit() for policy in policies)


def test_who_has_which_contract_does_not_depend_on_the_day(policies):
    def who(found):
        return [
            (p.policy_no, p.product_code, p.policyholder_id, p.insured_ids, p.status, p.beneficiaries) for p in found
        ]

    assert who(policies) == who(demo_policies(PEOPLE, FIRMS, TODAY))


def test_states_are_true_on_the_day(policies, day):
    for policy in policies:
        assert policy.effective_on <= day
        ended = policy.expires_on is not None and policy.expires_on < day
        assert ended == (policy.status is PolicyStatus.MATURED), policy.policy_no
        overdue = [item for item in policy.instalments if item.paid_on is None and item.due_on <= day]
        assert bool(overdue) == (policy.status in (PolicyStatus.GRACE, PolicyStatus.SUSPENDED)), policy.policy_no
        if policy.status is PolicyStatus.GRACE:
            assert policy.grace_until == policy.next_due.due_on + timedelta(days=60) >= day
        if policy.status is PolicyStatus.SUSPENDED:
            assert policy.next_due.due_on + timedelta(days=61) == policy.suspended_on <= day
            assert (day - policy.suspended_on).days < 730
        if not policy.status.is_live and policy.status is not PolicyStatus.SUSPENDED:
            assert policy.next_due is None


def test_contracts_quote_covers_and_exclusions_with_their_clauses(policies):
    for policy in policies:
        assert policy.coverages
        assert len(policy.exclusions) >= 3
        assert all(item.clause and item.text for item in (*policy.coverages, *policy.exclusions))
        assert policy.terms_version
        assert policy.waiting_days <= 180
    # One policy's servicer has left: an orphan to try 换服务人员 with.
    assert [policy.policy_no for policy in policies if policy.servicer is None] == ["P2021000701"]


def test_beneficiaries_obey_the_rules_and_are_nobodys_namesake(policies):
    names = {person.party_id: person.name for person in PEOPLE}
    for policy in policies:
        if policy.beneficiaries:
            check_beneficiaries(
                policy.beneficiaries,
                employer_is_policyholder=policy.employer_is_policyholder,
                insured_name=names[policy.insured_ids[0]],
            )
        for person in policy.beneficiaries:
            assert person.party_id or person.name not in names.values()


def test_plates_are_valid_and_each_car_has_its_two_policies(policies):
    plates = Counter(policy.plate_no for policy in policies if policy.plate_no)
    assert set(plates.values()) == {2}
    assert all(parse_plate(plate) == plate for plate in plates)
    owners = {(policy.plate_no, policy.policyholder_id) for policy in policies if policy.plate_no}
    assert len(owners) == len(plates)


def test_employers_hold_the_group_policies(policies):
    firms = {firm.party_id for firm in FIRMS}
    group = [policy for policy in policies if policy.group]
    assert len(group) > 30
    assert all(policy.employer_is_policyholder and policy.policyholder_id in firms for policy in group)


def test_named_customers_can_be_looked_up_and_have_the_policies_they_say(seeded):
    assert len(NAMED_CUSTOMERS) == 10
    with SqlUnitOfWork(seeded) as work:
        for person in NAMED_CUSTOMERS:
            party = work.parties.find(person.name, person.id_number)
            assert party is not None
            assert party.party_id == person.party_id
            assert party.phone == person.phone
            found = work.policies.naming(party.party_id)
            assert {policy.policy_no for policy in found} == set(person.policy_nos)
            assert 2 <= len(person.try_this) <= 3


def test_the_household_shares_a_phone_and_insures_a_child(seeded):
    husband, wife, child = household()
    assert husband.phone == wife.phone != child.phone
    assert (child.age_on(TODAY) or 99) < 18
    assert all(parse_id_card(party.id_number, TODAY) for party in (husband, wife, child))
    assert not {party.name for party in household()} & {person.name for person in PEOPLE}
    with SqlUnitOfWork(seeded) as work:
        for person in HOUSEHOLD:
            assert {policy.policy_no for policy in work.policies.naming(person.party_id)} == set(person.policy_nos)


def test_named_customers_serve_their_purpose(seeded):
    with SqlUnitOfWork(seeded) as work:
        get = work.policies.get
        assert [policy.product_code for policy in work.policies.by_plate("京A12345")] == ["MCV", "MTC"]
        assert get("P2023001234").roles_of("CU000003") == (Role.POLICYHOLDER, Role.BENEFICIARY)
        assert get("P2023001234").roles_of("CU000004") == (Role.INSURED,)
        assert get("P2022000551").roles_of("CU000005") == (Role.POLICYHOLDER, Role.INSURED)
        assert get("P2026000553").cooling_off_until >= TODAY
        assert get("P2026000601").employer_is_policyholder
        assert get("P2021000701").status is PolicyStatus.SUSPENDED
        assert get("P2020000801").status is PolicyStatus.GRACE
        assert get("P2018000802").pledged
        assert get("P2018000802").loan_balance > 0
        assert get("P2019000521").roles_of("CU000010") == (Role.BENEFICIARY,)
        stages = {claim.stage: claim for claim in work.claims.of_party("CU000009")}
        assert set(stages) == {ClaimStage.ADJUDICATING, ClaimStage.AWAITING_DOCUMENTS}
        assert stages[ClaimStage.AWAITING_DOCUMENTS].missing_documents
        assert len(work.complaints.of_party("CU000007")) == 1


def test_there_is_a_claim_in_every_stage_with_its_steps_and_a_due_date_while_it_is_open(seeded):
    with SqlUnitOfWork(seeded) as work:
        claims = work.claims.of_conversation("demo")
        complaints = work.complaints.of_conversation("demo")
    assert {claim.stage for claim in claims} == set(ClaimStage)
    waits_for_nobody_of_us = (
        ClaimStage.CLOSED, ClaimStage.DENIED, ClaimStage.WITHDRAWN, ClaimStage.AWAITING_AGREEMENT,
    )  # fmt: skip
    for claim in claims:
        assert claim.steps[-1].stage is claim.stage
        assert [step.at for step in claim.steps] == sorted(step.at for step in claim.steps)
        assert (claim.due_on is None) == (claim.stage in waits_for_nobody_of_us)
        assert claim.due_on is None or claim.due_on > TODAY
    assert len(complaints) == 5


def test_claims_reported_after_seeding_continue_the_days_numbers(seeded):
    with SqlUnitOfWork(seeded) as work:
        number = work.numbers.next("C", TODAY)
        assert work.claims.get(number) is None
