"""data/servicing/limits.yml is read strictly."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from bot.calendars.strict_yaml import DataFileError
from bot.services.servicing.limits import load_limits
from bot.settings import ROOT

SHIPPED = ROOT / "data" / "servicing" / "limits.yml"


def test_the_shipped_file_is_complete_and_exact() -> None:
    limits = load_limits(SHIPPED)
    assert limits.number("loan.share") == Decimal("0.8")
    assert limits.whole("reinstate.alert_days") == 20
    assert limits.number("contract.minor_death.under_10") == Decimal(200000)
    assert limits.mentions("loan.fraud_stories", "有人让我投一个养老项目")
    assert not limits.mentions("loan.purposes_refused", "给孩子交学费")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('id: loan.share, value: "0.8"', 'id: loan.share, value: "0.9"', "value"),
        ('id: loan.share, value: "0.8"', "id: loan.share, value: 0.8", "value"),
        ('id: loan.least, value: "1000"', 'id: loan.least, value: "-1"', "value"),
        ('id: loan.least, value: "1000"', 'id: loan.least, value: "NaN"', "value"),
        ('id: loan.least, value: "1000"', 'id: loan.least, value: "x"', "value"),
        ("id: loan.least", "id: loan.lest", "id"),
        ("id: loan.least", "id: loan.share", "id"),
        ("tag: D,", "tag: Q,", "tag"),
        ("words: [股票", "wrods: [股票", "wrods"),
    ],
)
def test_a_slip_is_refused_with_its_place(tmp_path: Path, old: str, new: str, key: str) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path = tmp_path / "limits.yml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataFileError) as refused:
        load_limits(path)
    assert refused.value.data["key"] == key


def test_a_missing_limit_is_named(tmp_path: Path) -> None:
    lines = [line for line in SHIPPED.read_text(encoding="utf-8").splitlines() if "loan.pay_days" not in line]
    path = tmp_path / "limits.yml"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(DataFileError) as refused:
        load_limits(path)
    assert "loan.pay_days" in str(refused.value.data["problem"])
