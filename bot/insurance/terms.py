"""Clause texts as they are quoted: of a product for everybody, of a contract for those it names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from bot.errors import BotError
from bot.insurance.policy import Coverage, Exclusion, InsurancePolicy, LineOfBusiness


class TermsNotFoundError(BotError):
    """No version of a product's clauses was in force. `data`: product_code, on."""

    code = "terms_not_found"


@dataclass(frozen=True)
class Clause:
    """An article that neither covers nor excludes: waiting period, deductible, a duty, the period, the premium."""

    article: str
    title: str
    text: str


@dataclass(frozen=True)
class Terms:
    """One version of a product's clauses. In a product's own terms the sums of `coverages` are zero: nobody's yet.

    `code` finds them again: the product's, or the number of the contract that they belong to. Contracts that begin from
    `effective_from` to `effective_to` (None: until further notice) are signed with this version. `also`: what customers
    call the product, besides its name.
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
    also: tuple[str, ...] = ()
    effective_from: date = date.min
    effective_to: date | None = None
    waiting: Clause | None = None
    own_part: Clause | None = None  # the deductible's article
    duties: tuple[Clause, ...] = ()
    provisions: tuple[Clause, ...] = ()

    def is_in_force(self, on: date) -> bool:
        """A contract that begins on this day is signed with this version."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """Every article that is neither cover nor exclusion."""
        limits = tuple(clause for clause in (self.waiting, self.own_part) if clause)
        return (*limits, *self.duties, *self.provisions)


@dataclass(frozen=True)
class ClauseLibrary:
    """All versions of all products' clauses that may be quoted."""

    versions: tuple[Terms, ...] = ()

    def current(self, on: date) -> tuple[Terms, ...]:
        """What each product is sold with on that day; a product that is not sold any more has none."""
        return tuple(terms for terms in self.versions if terms.is_in_force(on))

    def in_force(self, product_code: str, on: date) -> Terms:
        """What a contract that begins on that day is signed with. Raises TermsNotFoundError."""
        for terms in self.current(on):
            if terms.product_code == product_code:
                return terms
        raise TermsNotFoundError(product_code=product_code, on=on.isoformat())

    def of(self, policy: InsurancePolicy) -> Terms:
        """The clauses that a contract was signed with: covers and exclusions as it names them, the rest of its version."""
        signed = terms_of(policy)
        for terms in _of_version(self.versions, policy):
            return replace(
                signed,
                also=terms.also,
                waiting=terms.waiting,
                own_part=terms.own_part,
                duties=terms.duties,
                provisions=terms.provisions,
            )
        return signed


def _of_version(versions: Iterable[Terms], policy: InsurancePolicy) -> Iterable[Terms]:
    return (t for t in versions if (t.product_code, t.version) == (policy.product_code, policy.terms_version))


def terms_of(policy: InsurancePolicy) -> Terms:
    """What the contract itself holds of its clauses."""
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
        effective_from=policy.effective_on,
    )
