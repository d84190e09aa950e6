"""Which claims are to be looked at twice: by what was reported against what is on file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.insurance.claim import Claim, ClaimStage, LossReport
from bot.insurance.policy import LineOfBusiness
from bot.insurance.risk_flag import ReportedClaim, flags_of
from tests.claim_reviews import RULES
from tests.fakes import START
from tests.integration.store.store_samples import POLICY

STARTED = date(2026, 1, 1)
CAR = replace(
    POLICY, line=LineOfBusiness.MOTOR, plate_no="京A12345", effective_on=STARTED, expires_on=date(2026, 12, 31)
)


def claim(day: date, line: LineOfBusiness = LineOfBusiness.MOTOR, **told: str) -> Claim:
    report = LossReport(line, day.isoformat(), "北四环", "追尾", "无", "13800000000", **told)
    return Claim("C1", report, ClaimStage.REPORTED, START, True, "c", "k")


def found(one: Claim, policy=CAR, names: tuple[str, ...] = (), count: int = 1) -> list[str]:
    told = ReportedClaim(one, policy, names, lambda days: count)
    return [flag.id for flag in flags_of(told, RULES.flags)]


NEAR = START.date() - timedelta(days=1)


@pytest.mark.parametrize(
    ("told", "ids"),
    [
        ({"one": claim(NEAR)}, []),
        ({"one": claim(START.date() - timedelta(days=10))}, []),
        ({"one": claim(START.date() - timedelta(days=11))}, ["late_report"]),
        ({"one": claim(NEAR), "count": 2}, []),
        ({"one": claim(NEAR), "count": 3}, ["repeated_claims"]),
        ({"one": claim(NEAR), "policy": replace(CAR, effective_on=NEAR)}, ["soon_after_start"]),
        ({"one": claim(NEAR), "policy": replace(CAR, effective_on=START.date())}, ["outside_period"]),
        ({"one": claim(NEAR), "policy": replace(CAR, expires_on=NEAR - timedelta(days=1))}, ["outside_period"]),
        ({"one": claim(NEAR, plate_no="京B99999")}, ["plate_differs"]),
        ({"one": claim(NEAR, plate_no="京A12345")}, []),
        ({"one": claim(NEAR, LineOfBusiness.HEALTH)}, ["line_differs"]),
        ({"one": claim(NEAR), "policy": None}, []),
    ],
)
def test_each_flag_holds_exactly_where_it_says(told: dict, ids: list[str]):
    assert found(**told) == ids


def test_another_name_than_the_insured_is_to_be_checked():
    health = replace(CAR, line=LineOfBusiness.HEALTH, plate_no="")
    told = claim(NEAR, LineOfBusiness.HEALTH, insured_name="李四")
    assert found(told, health, ("张三",)) == ["insured_differs"]
    assert found(told, health, ("李四", "张三")) == []
    assert found(told, health) == []
