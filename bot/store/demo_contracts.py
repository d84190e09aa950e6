"""Making one demo contract: the dates follow from its state, so that the state is true on the day it is seeded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from bot.calendars.months import add_months
from bot.insurance.beneficiary import Beneficiary
from bot.insurance.institution import HEAD_OFFICE
from bot.insurance.policy import (
    ContractForm,
    Coverage,
    Instalment,
    InsurancePolicy,
    LineOfBusiness,
    PolicyStatus,
    Servicer,
)
from bot.insurance.terms import Terms
from bot.store.demo_benefits import demo_benefits
from bot.store.demo_products import MONTHLY, DemoProduct, demo_clauses

GRACE = timedelta(days=60)  # 保险法 art 36
LOAN_AGE = timedelta(days=75)
_NOTHING_OPEN = (PolicyStatus.MATURED, PolicyStatus.TERMINATED, PolicyStatus.SURRENDERED)


@dataclass(frozen=True)
class ContractSpec:
    """What sets one contract apart.

    `years_ago` and `days_ago`: how long ago it began. The days count from the latest anniversary, or for grace and
    suspension from the premium that was missed, or for a matured contract from its last day.
    """

    policy_no: str
    product: DemoProduct
    policyholder_id: str
    insured_id: str
    status: PolicyStatus
    years_ago: int
    days_ago: int
    sum_insured: int
    beneficiaries: tuple[Beneficiary, ...] = ()
    servicer: Servicer | None = None
    channel: str = "个人代理"
    pledged: bool = False
    plate_no: str = ""
    vehicle: str = ""
    form: ContractForm = ContractForm.STANDARD
    institution: str = HEAD_OFFICE


def build_contract(spec: ContractSpec, today: date) -> InsurancePolicy:
    """The contract as it stands on `today`, with the clauses in force on the day it began."""
    product = spec.product
    effective_on = _effective_on(spec, today)
    terms = demo_clauses().in_force(product.code, effective_on)
    premium = _yuan(Decimal(spec.sum_insured) * Decimal(product.rate) / 1000)
    instalments = _instalments(spec, effective_on, premium, today)
    cash_value = _cash_value(spec, instalments)
    is_group = terms.line is LineOfBusiness.GROUP
    policy = InsurancePolicy(
        policy_no=spec.policy_no,
        product_code=product.code,
        product_name=terms.product_name,
        terms_version=terms.version,
        line=terms.line,
        status=spec.status,
        policyholder_id=spec.policyholder_id,
        insured_ids=(spec.insured_id,),
        effective_on=effective_on,
        expires_on=_expires_on(product, effective_on),
        sum_insured=Decimal(spec.sum_insured),
        premium=premium,
        pay_mode=product.pay_mode,
        channel=spec.channel,
        coverages=_coverages(spec, terms),
        exclusions=terms.exclusions,
        waiting_days=terms.waiting_days,
        deductible=terms.deductible,
        beneficiaries=spec.beneficiaries,
        instalments=instalments,
        servicer=spec.servicer,
        cooling_off_until=effective_on + timedelta(days=product.cooling_off_days) if product.cooling_off_days else None,
        cash_value=cash_value,
        loan_balance=_yuan(cash_value / 2) if spec.pledged else Decimal(0),
        loan_since=today - LOAN_AGE if spec.pledged else None,
        pledged=spec.pledged,
        group=is_group,
        employer_is_policyholder=is_group,
        plate_no=spec.plate_no,
        vehicle=spec.vehicle,
        form=spec.form,
        institution=spec.institution,
    )
    policy = replace(policy, benefits=demo_benefits(policy, today))
    return _with_missed_premium(policy, today - timedelta(days=spec.days_ago))


def _effective_on(spec: ContractSpec, today: date) -> date:
    latest = today - timedelta(days=spec.days_ago)
    if spec.status is PolicyStatus.MATURED:
        return add_months(latest, -12 * (spec.product.years or 1)) + timedelta(days=1)
    return add_months(latest, -12 * spec.years_ago)


def _expires_on(product: DemoProduct, effective_on: date) -> date | None:
    return None if product.years is None else add_months(effective_on, 12 * product.years) - timedelta(days=1)


def _instalments(spec: ContractSpec, effective_on: date, premium: Decimal, today: date) -> tuple[Instalment, ...]:
    product = spec.product
    step = 1 if product.pay_mode == MONTHLY else 12
    amount = _yuan(premium / 12) if step == 1 else premium
    missed = today - timedelta(days=spec.days_ago) if spec.status in _MISSED else None
    made = []
    for number in range(product.payments):
        due_on = add_months(effective_on, step * number)
        is_paid = due_on < missed if missed else due_on <= today
        if is_paid or spec.status not in _NOTHING_OPEN:
            made.append(Instalment(due_on, amount, due_on if is_paid else None))
    return tuple(made)


_MISSED = (PolicyStatus.GRACE, PolicyStatus.SUSPENDED)


def _with_missed_premium(policy: InsurancePolicy, missed: date) -> InsurancePolicy:
    if policy.status is PolicyStatus.GRACE:
        return replace(policy, grace_until=missed + GRACE)
    if policy.status is PolicyStatus.SUSPENDED:
        return replace(policy, suspended_on=missed + GRACE + timedelta(days=1))
    return policy


def _coverages(spec: ContractSpec, terms: Terms) -> tuple[Coverage, ...]:
    total = Decimal(spec.sum_insured)
    return tuple(
        replace(cover, sum_insured=_yuan(total * Decimal(spec.product.parts[cover.title]))) for cover in terms.coverages
    )


def _cash_value(spec: ContractSpec, instalments: tuple[Instalment, ...]) -> Decimal:
    """A share of what was paid that grows with the years; what a real table says is the core system's business."""
    if not spec.product.has_cash_value or spec.status in _NOTHING_OPEN:
        return Decimal(0)
    paid = sum((item.amount for item in instalments if item.paid_on), Decimal(0))
    share = min(Decimal("0.9"), Decimal("0.2") + Decimal("0.08") * spec.years_ago)
    return (paid * share).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _yuan(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal(1), ROUND_HALF_UP)
