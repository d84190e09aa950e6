"""Money of reinstatement, loans and benefits, to the fen."""

from __future__ import annotations

from decimal import Decimal

from bot.insurance.amounts import arrears_with_interest, benefit_net, loan_limit, loan_owed, reinstatement_due

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
