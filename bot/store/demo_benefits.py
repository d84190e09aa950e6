"""What the demo's contracts pay to the living: annuities, the sum at maturity, dividends."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from bot.calendars.months import add_months
from bot.insurance.policy import Benefit, BenefitKind, InsurancePolicy, PolicyStatus, Role

_FIRST_ANNUITY = 5  # years after the beginning
_PAID = (PolicyStatus.TERMINATED, PolicyStatus.SURRENDERED, PolicyStatus.SUSPENDED)
_DIVIDEND = Decimal("0.012")  # of the premium paid; a made-up year's result, nothing that is promised


def demo_benefits(policy: InsurancePolicy, today: date) -> tuple[Benefit, ...]:
    """Two years of what was and is due and the next of each; none for contracts that ended without one."""
    if policy.status in _PAID:
        return ()
    if policy.product_code == "ANN":
        return _yearly(policy, BenefitKind.ANNUITY, _cover(policy), Role.INSURED, _FIRST_ANNUITY, today)
    if policy.product_code == "END":
        amount = (policy.premium * _DIVIDEND).quantize(Decimal("0.01"), ROUND_HALF_UP)
        dividends = _yearly(policy, BenefitKind.DIVIDEND, amount, Role.POLICYHOLDER, 1, today)
        assert policy.expires_on is not None
        maturity = Benefit(BenefitKind.MATURITY, policy.expires_on + timedelta(days=1), _cover(policy), Role.INSURED)
        return (*dividends, maturity)
    return ()


def _cover(policy: InsurancePolicy) -> Decimal:
    return policy.coverages[0].sum_insured


def _yearly(
    policy: InsurancePolicy, kind: BenefitKind, amount: Decimal, payee: Role, first_year: int, today: date
) -> tuple[Benefit, ...]:
    """One a year from `first_year`: older ones paid, the latest waiting, and the next to come."""
    years = range(first_year, first_year + 40)
    days = [add_months(policy.effective_on, 12 * year) for year in years]
    if policy.expires_on:
        days = [day for day in days if day <= policy.expires_on]
    past, coming = [day for day in days if day <= today][-2:], [day for day in days if day > today][:1]
    paid = [Benefit(kind, day, amount, payee, paid_on=day) for day in past[:-1]]
    return (*paid, *(Benefit(kind, day, amount, payee) for day in (*past[-1:], *coming)))
