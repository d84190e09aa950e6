"""Months and quarters, shares and quantiles."""

from __future__ import annotations

from datetime import date

import pytest

from bot.services.figures.period import offered, read_period
from bot.services.figures.report import minutes, per_cent, quantile

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("code", "first", "after", "zh", "before"),
    [
        ("2026-11", date(2026, 11, 1), date(2026, 12, 1), "2026 年 11 月", "2026-10"),
        ("2025-12", date(2025, 12, 1), date(2026, 1, 1), "2025 年 12 月", "2025-11"),
        ("2026Q1", date(2026, 1, 1), date(2026, 4, 1), "2026 年第 1 季度", "2025Q4"),
        ("2026Q4", date(2026, 10, 1), date(2027, 1, 1), "2026 年第 4 季度", "2026Q3"),
    ],
)
def test_a_period_is_a_month_or_a_quarter_in_china(code, first, after, zh, before):
    period = read_period(code, TODAY)
    assert (period.first, period.after, period.zh, period.code, period.before.code) == (first, after, zh, code, before)
    assert (period.start.isoformat(), period.end > period.start) == (f"{first}T00:00:00+08:00", True)


@pytest.mark.parametrize("code", ["", "2026-13", "2026Q5", "2026-11'--", "２０２６-11", "2027-01", "9999-12"])
def test_what_names_no_period_that_has_begun_is_this_month(code):
    assert read_period(code, TODAY).code == "2026-11"


def test_a_year_of_months_and_four_quarters_are_offered():
    codes = [one.code for one in offered(TODAY)]
    assert (codes[0], codes[11], codes[12:]) == ("2026-11", "2025-12", ["2026Q4", "2026Q3", "2026Q2", "2026Q1"])
    assert [one.code for one in read_period("2026Q1", TODAY).months_until(TODAY)][::11] == ["2025-04", "2026-03"]
    assert read_period("2026Q4", TODAY).months_until(TODAY)[-1].code == "2026-11"


def test_nothing_divided_is_a_dash():
    assert (per_cent(0, 0), per_cent(1, 3), minutes(None), quantile([], 0.5)) == ("—", "33.3%", "—", None)


def test_a_quantile_is_one_of_the_values():
    values = [float(number) for number in range(1, 11)]
    assert (quantile(values, 0.5), quantile(values, 0.9), quantile([7.0], 0.9)) == (6.0, 10.0, 7.0)
    assert (minutes(59.6), minutes(245)) == ("1 分 00 秒", "4 分 05 秒")
