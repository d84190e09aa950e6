"""When a call back is promised: on working days, inside the staffed hours, not before somebody can."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bot.calendars.clocks import SHANGHAI
from bot.calendars.strict_yaml import DataFileError
from bot.calendars.working_days import load_calendar
from bot.services.servicing.staffed_hours import load_hours
from bot.settings import ROOT

CALENDAR = load_calendar(ROOT / "data" / "calendars")
HOURS = load_hours(ROOT / "data" / "servicing" / "staffed_hours.yml")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("wanted", "now", "promised"),
    [
        ("2026-11-26 14:20", "2026-11-25 10:00", "2026-11-26 14:20"),  # as asked
        ("2026-11-25 10:00", "2026-11-25 10:00", "2026-11-25 10:30"),  # at once is in half an hour
        ("2026-11-25 10:40", "2026-11-25 10:31", "2026-11-25 11:30"),
        ("2026-11-25 17:30", "2026-11-25 10:00", "2026-11-26 09:00"),  # the window would outlast the day
        ("2026-11-25 17:00", "2026-11-25 10:00", "2026-11-25 17:00"),
        ("2026-11-25 07:00", "2026-11-25 06:00", "2026-11-25 09:00"),
        ("2026-11-28 10:00", "2026-11-25 10:00", "2026-11-30 10:00"),  # a Saturday
        ("2026-10-01 10:00", "2026-09-30 10:00", "2026-10-08 10:00"),  # the National Day holiday
        ("2026-10-10 10:00", "2026-10-08 10:00", "2026-10-10 10:00"),  # a Saturday that is worked
    ],
)
def test_the_promised_time_is_one_that_somebody_keeps(wanted: str, now: str, promised: str) -> None:
    assert HOURS.slot_from(at(wanted), at(now), CALENDAR) == at(promised)


@pytest.mark.parametrize("line", ['opens: "19:00"', "opens: nine", "colour: red"])
def test_a_wrong_file_is_refused(tmp_path: Path, line: str) -> None:
    good = (ROOT / "data" / "servicing" / "staffed_hours.yml").read_text(encoding="utf-8")
    key = line.partition(":")[0]
    kept = [each for each in good.splitlines() if not each.startswith(f"{key}:")]
    (tmp_path / "staffed_hours.yml").write_text("\n".join([*kept, line]), encoding="utf-8")
    with pytest.raises(DataFileError):
        load_hours(tmp_path / "staffed_hours.yml")


@pytest.mark.parametrize(
    ("now", "back"),
    [
        ("2026-11-27T09:00", None),
        ("2026-11-27T17:59", None),
        ("2026-11-27T08:59", "2026-11-27T09:00"),
        ("2026-11-27T18:00", "2026-11-30T09:00"),  # a Friday evening
        ("2026-11-28T10:00", "2026-11-30T09:00"),
        ("2026-10-01T10:00", "2026-10-08T09:00"),  # the National Day holidays
    ],
)
def test_it_is_known_when_people_are_back(now: str, back: str | None) -> None:
    assert HOURS.back_at(at(now), CALENDAR) == (at(back) if back else None)
