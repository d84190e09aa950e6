from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bot.insurance.amounts import minor_death_cap, part_of, partial_surrender_value
from bot.store.demo_people import customers, employers
from bot.store.demo_policies import demo_policies


def test_what_stays_and_what_is_paid_back_make_up_the_cash_value_to_the_fen() -> None:
    cash, total, new = Decimal("7128.01"), Decimal(300000), Decimal(70000)
    assert part_of(cash, total, new) + partial_surrender_value(cash, total, new) == cash


def test_a_third_less_insured_is_a_third_less_premium() -> None:
    assert part_of(Decimal(6600), Decimal(300000), Decimal(200000)) == Decimal("4400.00")


@pytest.mark.parametrize("new", [0, -1, 300001])
def test_a_sum_that_is_no_reduction_is_refused(new: int) -> None:
    with pytest.raises(ValueError, match="new sum"):
        part_of(Decimal(1), Decimal(300000), Decimal(new))


@pytest.mark.parametrize(("age", "cap"), [(0, 200000), (9, 200000), (10, 500000), (17, 500000), (18, None)])
def test_death_cover_of_a_minor_is_capped_by_age(age: int, cap: int | None) -> None:
    found = minor_death_cap(age, Decimal(200000), Decimal(500000))
    assert found == (None if cap is None else Decimal(cap))


@pytest.mark.parametrize(
    ("began", "today", "anniversary"),
    [
        (date(2022, 4, 29), date(2026, 11, 25), date(2027, 4, 29)),
        (date(2022, 11, 26), date(2026, 11, 25), date(2026, 11, 26)),
        (date(2022, 11, 25), date(2026, 11, 25), date(2027, 11, 25)),
        (date(2024, 2, 29), date(2026, 11, 25), date(2027, 2, 28)),
        (date(2024, 2, 29), date(2027, 11, 25), date(2028, 2, 29)),
    ],
)
def test_the_next_policy_year_begins_after_today(began: date, today: date, anniversary: date) -> None:
    policy = replace(demo_policies(customers(), employers(), today)[0], effective_on=began)
    assert policy.next_anniversary(today) == anniversary
