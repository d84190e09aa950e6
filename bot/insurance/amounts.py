"""Sums of money: refunds, interest, loan limits. Decimal throughout, rounded to fen once, at the end.

Each function names its source. The clause of the contract goes before all of them where it says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

FEN = Decimal("0.01")
DAYS_IN_YEAR = 365  # the company's own rule [Z]: a daily rate is a 365th of the annual one; the agreement goes first


def to_fen(amount: Decimal) -> Decimal:
    """Rounded half up to two decimals."""
    return amount.quantize(FEN, ROUND_HALF_UP)


def cooling_off_refund(paid: Decimal, production_fee: Decimal = Decimal(0)) -> Decimal:
    """What is paid back inside the cooling-off period: all premium, less a production fee the clause may name.

    Source: 健康险办法 art 15, 人身保险条款 犹豫期 (business flows F11).
    """
    return to_fen(max(paid - production_fee, Decimal(0)))


def surrender_value(cash_value: Decimal, loan_balance: Decimal, loan_interest: Decimal = Decimal(0)) -> Decimal:
    """Cash value less what is owed on the policy (保险法 art 47; the loan is set off by its agreement). Never negative."""
    return to_fen(max(cash_value - loan_balance - loan_interest, Decimal(0)))


def pro_rata_refund(premium: Decimal, effective_on: date, expires_on: date, ends_on: date) -> Decimal:
    """Property insurance ended by the policyholder: the premium of the days that are left (保险法 art 54).

    The day of ending is still covered. Nothing before the cover began is lost; nothing comes back after its last day.
    """
    total = (expires_on - effective_on).days + 1  # the last day is covered until its end
    if total <= 0:
        raise ValueError("the period of insurance is empty")
    left = min(max((expires_on - ends_on).days, 0), total)
    return to_fen(premium * left / total)


def accident_cash_value(net_premium: Decimal, effective_on: date, expires_on: date, ends_on: date) -> Decimal:
    """The least cash value of an accident policy of one year or less: 净保费 ×(1 − 经过天数 ÷ 保险期间天数) (意外险办法 art 5)."""
    return pro_rata_refund(net_premium, effective_on, expires_on, ends_on)


def simple_interest(principal: Decimal, annual_rate: Decimal, days: int) -> Decimal:
    """Principal × rate × days ÷ 365; the rate as a fraction (0.05 is 5 %). Raises ValueError for negative days."""
    if days < 0:
        raise ValueError("days must not be negative")
    return to_fen(principal * annual_rate * days / DAYS_IN_YEAR)


def loan_limit(cash_value: Decimal, loan_balance: Decimal, share: Decimal) -> Decimal:
    """The most that may still be borrowed: `share` of the cash value, net of what is owed (practice: at most 80 %)."""
    return to_fen(max(cash_value * share - loan_balance, Decimal(0)))


def reinstatement_due(arrears: Decimal, annual_rate: Decimal, days_late: int) -> Decimal:
    """Premiums in arrears with interest (保险法 art 37; 解释三 art 8 admits interest)."""
    return to_fen(arrears + simple_interest(arrears, annual_rate, days_late))


def arrears_with_interest(missed: Iterable[tuple[Decimal, int]], annual_rate: Decimal) -> tuple[Decimal, Decimal]:
    """The premiums in arrears and their interest, each premium by its own days late (保险法 art 37; 解释三 art 8)."""
    items = tuple(missed)
    arrears = sum((amount for amount, _ in items), Decimal(0))
    total = sum((reinstatement_due(amount, annual_rate, days) for amount, days in items), Decimal(0))
    return to_fen(arrears), to_fen(total - arrears)


def loan_owed(balance: Decimal, annual_rate: Decimal, days: int) -> Decimal:
    """A policy loan with its interest to date, the rate of the loan agreement (practice: simple, by the day)."""
    return to_fen(balance + simple_interest(balance, annual_rate, days))


def benefit_net(due: Decimal, owed: Decimal) -> Decimal:
    """What is paid of a benefit after what is owed on the policy was set off by the contract. Never negative."""
    return to_fen(max(due - owed, Decimal(0)))


def part_of(amount: Decimal, sum_insured: Decimal, new_sum: Decimal) -> Decimal:
    """The part of an amount (premium, cover) that stays when the sum insured is reduced to `new_sum`.

    In proportion (practice of 减保; the clause goes first). Raises ValueError unless 0 < new_sum <= sum_insured.
    """
    if not 0 < new_sum <= sum_insured:
        raise ValueError("the new sum must be above 0 and at most the present one")
    return to_fen(amount * new_sum / sum_insured)


def partial_surrender_value(cash_value: Decimal, sum_insured: Decimal, new_sum: Decimal) -> Decimal:
    """The cash value of the part that is given up; what stays and what is paid make up the whole. Raises as `part_of`."""
    return to_fen(cash_value - part_of(cash_value, sum_insured, new_sum))


def minor_death_cap(age: int, under_10: Decimal, under_18: Decimal) -> Decimal | None:
    """The most that all death benefits of a minor may come to; None for an adult (保监发〔2015〕90号, R-L13)."""
    if age >= 18:
        return None
    return under_10 if age < 10 else under_18
