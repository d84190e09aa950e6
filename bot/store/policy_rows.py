"""Between `InsurancePolicy` and its seven tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.engine import Connection

from bot.insurance.beneficiary import Beneficiary
from bot.insurance.policy import (
    Benefit,
    BenefitKind,
    ContractForm,
    Coverage,
    Exclusion,
    Instalment,
    InsurancePolicy,
    LineOfBusiness,
    PolicyStatus,
    Role,
    Servicer,
)
from bot.store.case_tables import POLICY_MARKS
from bot.store.insurance_tables import (
    POLICIES,
    POLICY_BENEFICIARIES,
    POLICY_BENEFITS,
    POLICY_COVERAGES,
    POLICY_EXCLUSIONS,
    POLICY_INSTALMENTS,
    POLICY_INSUREDS,
)
from bot.store.rows import Row, lists_of

_LISTS = (
    POLICY_INSUREDS,
    POLICY_COVERAGES,
    POLICY_EXCLUSIONS,
    POLICY_BENEFICIARIES,
    POLICY_INSTALMENTS,
    POLICY_BENEFITS,
)
_SERVICER = ("servicer_name", "servicer_registration_no", "servicer_phone")
# Columns that are fields of the same name and type.
_PLAIN = tuple(column.name for column in POLICIES.c if column.name not in ("line", "status", "form", *_SERVICER))


def read(connection: Connection, rows: Sequence[Row]) -> tuple[InsurancePolicy, ...]:
    """The policies of these `policies` rows, in their order; one query for each kind of list."""
    numbers = [row["policy_no"] for row in rows]
    lists = {table.name: lists_of(connection, table, "policy_no", numbers) for table in _LISTS}
    lost = _lost(connection, numbers)
    policies = (_policy(row, {name: found[row["policy_no"]] for name, found in lists.items()}) for row in rows)
    return tuple(
        replace(policy, status=PolicyStatus.LOST) if policy.policy_no in lost and policy.status.is_live else policy
        for policy in policies
    )


def _lost(connection: Connection, numbers: Sequence[str]) -> set[str]:
    """Policies that a customer has reported lost: money flows stop at once, before the core system knows."""
    marked = (POLICY_MARKS.c.mark == "lost") & POLICY_MARKS.c.policy_no.in_(numbers)
    return set(connection.execute(select(POLICY_MARKS.c.policy_no).where(marked)).scalars()) if numbers else set()


def _policy(row: Row, lists: dict[str, list[Row]]) -> InsurancePolicy:
    plain: dict[str, Any] = {name: row[name] for name in _PLAIN}
    return InsurancePolicy(
        **plain,
        line=LineOfBusiness(row["line"]),
        status=PolicyStatus(row["status"]),
        form=ContractForm(row["form"]),
        servicer=_servicer(row),
        insured_ids=tuple(item["party_id"] for item in lists["policy_insureds"]),
        coverages=tuple(
            Coverage(item["title"], item["sum_insured"], item["clause"], item["text"])
            for item in lists["policy_coverages"]
        ),
        exclusions=tuple(Exclusion(item["clause"], item["text"]) for item in lists["policy_exclusions"]),
        beneficiaries=tuple(read_beneficiary(item) for item in lists["policy_beneficiaries"]),
        instalments=tuple(
            Instalment(item["due_on"], item["amount"], item["paid_on"]) for item in lists["policy_instalments"]
        ),
        benefits=tuple(
            Benefit(BenefitKind(item["kind"]), item["due_on"], item["amount"], Role(item["payee"]), item["paid_on"])
            for item in lists["policy_benefits"]
        ),
    )


def _servicer(row: Row) -> Servicer | None:
    name, registration_no, phone = (row[column] for column in _SERVICER)
    return None if registration_no is None else Servicer(name, registration_no, phone)


def read_beneficiary(row: Row) -> Beneficiary:
    return Beneficiary(
        name=row["name"],
        relationship=row["relationship"],
        order=row["rank"],
        share=row["share"],
        id_number=row["id_number"],
        party_id=row["party_id"],
    )


def beneficiary_row(person: Beneficiary) -> dict[str, Any]:
    return {
        "name": person.name,
        "relationship": person.relationship,
        "rank": person.order,
        "share": person.share,
        "id_number": person.id_number,
        "party_id": person.party_id,
    }


def add_policies(connection: Connection, policies: Iterable[InsurancePolicy]) -> None:
    """Import contracts; no use case writes them. Their parties must be there already."""
    contracts = tuple(policies)
    _insert(connection, POLICIES, [_row(policy) for policy in contracts])
    for table in _LISTS:
        rows = [
            {"policy_no": policy.policy_no, "position": position, **item}
            for policy in contracts
            for position, item in enumerate(_list_rows(policy)[table.name])
        ]
        _insert(connection, table, rows)


def delete_policies(connection: Connection, policy_nos: Sequence[str]) -> None:
    """Remove imported contracts with their lists (the demo makes them anew for another day)."""
    connection.execute(POLICIES.delete().where(POLICIES.c.policy_no.in_(policy_nos)))


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(table.insert(), rows)


def _row(policy: InsurancePolicy) -> dict[str, Any]:
    servicer = policy.servicer
    return {
        **{name: getattr(policy, name) for name in _PLAIN},
        "line": policy.line.value,
        "status": policy.status.value,
        "form": policy.form.value,
        "servicer_name": servicer.name if servicer else None,
        "servicer_registration_no": servicer.registration_no if servicer else None,
        "servicer_phone": servicer.phone if servicer else None,
    }


def _list_rows(policy: InsurancePolicy) -> dict[str, list[dict[str, Any]]]:
    return {
        "policy_insureds": [{"party_id": party_id} for party_id in policy.insured_ids],
        "policy_coverages": [
            {"title": item.title, "sum_insured": item.sum_insured, "clause": item.clause, "text": item.text}
            for item in policy.coverages
        ],
        "policy_exclusions": [{"clause": item.clause, "text": item.text} for item in policy.exclusions],
        "policy_beneficiaries": [beneficiary_row(person) for person in policy.beneficiaries],
        "policy_instalments": [
            {"due_on": item.due_on, "amount": item.amount, "paid_on": item.paid_on} for item in policy.instalments
        ],
        "policy_benefits": [
            {
                "kind": item.kind.value,
                "due_on": item.due_on,
                "amount": item.amount,
                "payee": item.payee.value,
                "paid_on": item.paid_on,
            }
            for item in policy.benefits
        ],
    }
