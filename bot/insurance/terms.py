"""Clause texts as they are quoted: of a product for everybody, of a contract for those it names."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bot.insurance.policy import Coverage, Exclusion, InsurancePolicy, LineOfBusiness


@dataclass(frozen=True)
class Terms:
    """One version of a product's clauses. In a product's own terms the sums of `coverages` are zero: nobody's yet.

    `code` finds them again: the product's, or the number of the contract that they belong to.
    """

    code: str
    product_code: str
    product_name: str
    version: str
    line: LineOfBusiness
    coverages: tuple[Coverage, ...]
    exclusions: tuple[Exclusion, ...]
    waiting_days: int
    deductible: Decimal


def terms_of(policy: InsurancePolicy) -> Terms:
    """The clauses that a contract was signed with."""
    return Terms(
        code=policy.policy_no,
        product_code=policy.product_code,
        product_name=policy.product_name,
        version=policy.terms_version,
        line=policy.line,
        coverages=policy.coverages,
        exclusions=policy.exclusions,
        waiting_days=policy.waiting_days,
        deductible=policy.deductible,
    )
