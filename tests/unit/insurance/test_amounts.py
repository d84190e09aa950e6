"""Money of surrenders, reinstatement, loans and benefits, to the fen."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bot.insurance.amounts import (
    accident_cash_value,
    arrears_with_interest,
    benefit_net,
    cooling_off_refund,
    loan_limit,
    loan_owed,
    pro_rata_refund,
    reinstatement_due,
    surrender_value,
)

FIVE = Decimal("0.05")


def test_each_missed_premium_bears_interest_for_its_own_days() -> None:
    arrears, interest = arrears_with_interest([(Decimal("6600"), 515), (Decimal("6600"), 150)], FIVE)
    assert arrears == Decimal("13200.00")
    assert interest == Decimal("465.62") + Decimal("135.62")  # 6600 x 5 % x 515/365 and x 150/365


def test_nothing_missed_is_nothing_due() -> None:
    assert arrears_with_interest([], FIVE) == (Decimal("0.00"), Decimal("0.00"))


def test_one_premium_late_agrees_with_the_single_formula() -> None:
    arrears, interest = arrears_with_interest([(Decimal("2400"), 90)], FIVE)
    assert arrears + interest == reinstatement_due(Decimal("2400"), FIVE, 90) == Decimal("2429.59")


def test_a_loan_grows_by_the_day() -> None:
    assert loan_owed(Decimal("52920"), FIVE, 75) == Decimal("53463.70")
    assert loan_owed(Decimal("52920"), FIVE, 0) == Decimal("52920.00")


def test_the_limit_is_the_share_less_what_is_owed_with_interest() -> None:
    owed = loan_owed(Decimal("52920"), FIVE, 75)
    assert loan_limit(Decimal("105840"), owed, Decimal("0.8")) == Decimal("31208.30")


def test_a_benefit_never_becomes_a_debt() -> None:
    assert benefit_net(Decimal("6000"), Decimal("2400.5")) == Decimal("3599.50")
    assert benefit_net(Decimal("6000"), Decimal("7000")) == Decimal("0.00")


@pytest.mark.parametrize(("fee", "back"), [("0", "8000.00"), ("10", "7990.00"), ("9000", "0.00")])
def test_inside_the_cooling_off_period_all_comes_back_less_the_fee_of_the_clause(fee: str, back: str) -> None:
    assert cooling_off_refund(Decimal(8000), Decimal(fee)) == Decimal(back)


def test_a_surrender_pays_the_cash_value_less_what_is_owed_and_never_less_than_nothing() -> None:
    """保险法 art 47."""
    assert surrender_value(Decimal(36400), Decimal(0)) == Decimal("36400.00")
    assert surrender_value(Decimal(36400), Decimal(10000), Decimal("136.99")) == Decimal("26263.01")
    assert surrender_value(Decimal(5000), Decimal(6000)) == Decimal("0.00")


@pytest.mark.parametrize(
    ("ends_on", "back"),
    [
        (date(2026, 1, 1), "364.00"), (date(2026, 7, 2), "182.00"), (date(2026, 12, 31), "0.00"),
        (date(2025, 12, 1), "365.00"), (date(2027, 3, 1), "0.00"),
    ],
)  # fmt: skip
def test_a_short_policy_pays_back_the_days_that_are_left(ends_on: date, back: str) -> None:
    """意外险办法 art 5, 保险法 art 54: the day of ending is covered, nothing is lost before the cover began."""
    told = Decimal(365), date(2026, 1, 1), date(2026, 12, 31), ends_on
    assert accident_cash_value(*told) == pro_rata_refund(*told) == Decimal(back)
