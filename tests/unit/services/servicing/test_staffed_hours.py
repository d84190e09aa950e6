"""When a call back is promised: on working days, inside the staffed hours, not before somebody can."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bot.calendars.clocks import SHANGHAI
from bot.calendars.strict_yaml import DataFileError
from bot.calendars.working_days import load_calendar
from bot.services.servicing.staffed_hours import StaffedHours, load_hours
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


NIGHTS = """
posts:
  - {post: 理赔, opens: "00:00", closes: "00:00", every_day: true}
  - {post: 保全, opens: "08:00", closes: "20:00", every_day: false}
"""


@pytest.fixture
def by_post(tmp_path: Path) -> StaffedHours:
    good = (ROOT / "data" / "servicing" / "staffed_hours.yml").read_text(encoding="utf-8")
    (tmp_path / "staffed_hours.yml").write_text(good + NIGHTS, encoding="utf-8")
    return load_hours(tmp_path / "staffed_hours.yml")


@pytest.mark.parametrize(
    ("post", "now", "back"),
    [
        ("理赔", "2026-11-28T03:00", None),  # a Saturday night
        ("理赔", "2026-11-28T23:59", None),
        ("保全", "2026-11-27T19:59", None),
        ("保全", "2026-11-27T20:00", "2026-11-30T08:00"),
        ("保全", "2026-11-27T07:00", "2026-11-27T08:00"),
        ("新单", "2026-11-27T19:59", "2026-11-30T09:00"),  # has no hours of its own
        ("", "2026-11-27T19:59", "2026-11-30T09:00"),
    ],
)
def test_a_post_may_have_hours_of_its_own(by_post: StaffedHours, post: str, now: str, back: str | None) -> None:
    assert by_post.back_at(at(now), CALENDAR, post) == (at(back) if back else None)


@pytest.mark.parametrize(
    "line",
    [
        '{post: 值班, opens: "08:00", closes: "20:00", every_day: true}',
        '{post: 理赔, opens: "20:00", closes: "08:00", every_day: true}',
        '{post: 理赔, opens: "08:00", closes: "20:00"}',
    ],
)
def test_wrong_hours_of_a_post_are_refused(tmp_path: Path, line: str) -> None:
    good = (ROOT / "data" / "servicing" / "staffed_hours.yml").read_text(encoding="utf-8")
    (tmp_path / "staffed_hours.yml").write_text(f"{good}posts:\n  - {line}\n", encoding="utf-8")
    with pytest.raises(DataFileError):
        load_hours(tmp_path / "staffed_hours.yml")
