"""Parties and contracts, read back as they were written."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.engine import Engine
from store_samples import FIRM, HOLDER, INSURED, POLICY

from bot.insurance.beneficiary import Beneficiary
from bot.insurance.policy import LineOfBusiness, PolicyStatus, Servicer
from bot.store.parties import add_parties
from bot.store.policy_rows import add_policies, delete_policies

NAMESAKE = replace(HOLDER, party_id="CU3", id_number="another", phone="13700000003")


@pytest.fixture(autouse=True)
def people(engine: Engine) -> None:
    with engine.begin() as connection:
        add_parties(connection, [HOLDER, INSURED, FIRM, NAMESAKE])


def _add(engine: Engine, *policies) -> None:
    with engine.begin() as connection:
        add_policies(connection, policies)


def test_party_is_found_by_id_and_by_name_with_id_number(unit_of_work):
    with unit_of_work() as work:
        assert work.parties.get("OR1") == FIRM
        assert work.parties.find("王建国", HOLDER.id_number) == HOLDER


def test_unknown_party_is_none_not_an_error(unit_of_work):
    with unit_of_work() as work:
        assert work.parties.get("CU9") is None
        assert work.parties.find("刘芳", HOLDER.id_number) is None


def test_policy_comes_back_with_every_field_and_every_list_in_order(engine, unit_of_work):
    _add(engine, POLICY)
    with unit_of_work() as work:
        assert work.policies.get(POLICY.policy_no) == POLICY


def test_policy_without_optional_values_comes_back(engine, unit_of_work):
    bare = replace(POLICY, expires_on=None, servicer=None, beneficiaries=(), instalments=(), grace_until=None)
    _add(engine, bare)
    with unit_of_work() as work:
        assert work.policies.get(POLICY.policy_no) == bare
        assert work.policies.get("P0") is None


@pytest.mark.parametrize(("party", "own"), [(HOLDER, True), (INSURED, True), (FIRM, False)])
def test_policies_naming_a_party_are_those_of_each_role(engine, unit_of_work, party, own):
    _add(engine, POLICY, replace(POLICY, policy_no="P2", policyholder_id="OR1", insured_ids=("OR1",), beneficiaries=()))
    with unit_of_work() as work:
        found = [policy.policy_no for policy in work.policies.naming(party.party_id)]
    assert found == (["P2023001234"] if own else ["P2"])


def test_live_policies_come_first(engine, unit_of_work):
    over = replace(POLICY, policy_no="P1", status=PolicyStatus.TERMINATED)
    _add(engine, over, POLICY, replace(POLICY, policy_no="P2", status=PolicyStatus.LOST))
    with unit_of_work() as work:
        assert [policy.policy_no for policy in work.policies.naming("CU1")] == ["P2", "P2023001234", "P1"]


def test_a_beneficiary_is_known_by_party_id_or_id_number_and_never_by_name_alone(engine, unit_of_work):
    others = replace(POLICY, policyholder_id="OR1", insured_ids=("OR1",))
    by_name = Beneficiary("王建国", "配偶", 1, POLICY.beneficiaries[2].share)
    _add(
        engine,
        replace(others, policy_no="P1", beneficiaries=(by_name,)),
        replace(others, policy_no="P2", beneficiaries=(replace(by_name, id_number=HOLDER.id_number),)),
        replace(others, policy_no="P3", beneficiaries=(replace(by_name, party_id="CU1"),)),
    )
    with unit_of_work() as work:
        assert [policy.policy_no for policy in work.policies.naming("CU1")] == ["P2", "P3"]
        assert [policy.policy_no for policy in work.policies.naming("CU3")] == []


def test_plate_finds_its_policies_and_an_empty_plate_none(engine, unit_of_work):
    _add(engine, POLICY, replace(POLICY, policy_no="P2", plate_no=""))
    with unit_of_work() as work:
        assert [policy.policy_no for policy in work.policies.by_plate("京A12345")] == ["P2023001234"]
        assert work.policies.by_plate("") == ()


def test_insured_name_finds_policies_of_that_line_only(engine, unit_of_work):
    _add(engine, POLICY, replace(POLICY, policy_no="P2", line=LineOfBusiness.HEALTH))
    with unit_of_work() as work:
        found = work.policies.by_insured_name("刘芳", LineOfBusiness.HEALTH)
        assert [policy.policy_no for policy in found] == ["P2"]


def test_deleting_a_policy_leaves_nothing_of_it(engine, unit_of_work):
    _add(engine, POLICY)
    with engine.begin() as connection:
        delete_policies(connection, [POLICY.policy_no])
    _add(engine, POLICY)
    with unit_of_work() as work:
        assert work.policies.get(POLICY.policy_no) == POLICY


def test_who_is_registered_with_a_number_and_whether_a_service_person_has_it(unit_of_work, engine):
    _add(engine, replace(POLICY, servicer=Servicer("高晓云", "02000144030080002026000145", "13900000145")))
    with unit_of_work() as work:
        assert [each.party_id for each in work.parties.with_phone(NAMESAKE.phone)] == [NAMESAKE.party_id]
        assert work.parties.with_phone("") == ()
        assert work.policies.serves_from("13900000145")
        assert not work.policies.serves_from(NAMESAKE.phone)
        assert not work.policies.serves_from("")
