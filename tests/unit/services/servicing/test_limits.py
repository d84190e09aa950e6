from __future__ import annotations

from pathlib import Path

import pytest

from bot.calendars.strict_yaml import DataFileError
from bot.services.servicing.limits import load_limits
from bot.settings import ROOT

ROW = "limits:\n  - {id: a, value: %s, unit: 元, source: 出处, tag: %s}\n"


def test_the_shipped_limits_can_be_read_and_name_their_source() -> None:
    limits = load_limits(ROOT / "data" / "servicing" / "limits.yml")
    assert all(limit.source for limit in limits.values())
    assert limits["minor_death_cap_under_10"].value == 200000


@pytest.mark.parametrize(
    "row",
    [
        ROW % ("1.5", "V"),
        ROW % ("'x'", "V"),
        ROW % ("'-1'", "V"),
        ROW % ("'NaN'", "V"),
        ROW % ("'1'", "Q"),
        ROW % ("'1'", "V") + "  - {id: a, value: '1', unit: 元, source: 出处, tag: V}\n",
    ],
)
def test_a_limit_that_is_no_exact_number_or_has_no_known_tag_is_refused(tmp_path: Path, row: str) -> None:
    path = tmp_path / "limits.yml"
    path.write_text(row, encoding="utf-8")
    with pytest.raises(DataFileError):
        load_limits(path)
