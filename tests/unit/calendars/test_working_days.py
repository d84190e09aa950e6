"""Working days on the published notices of 2025 and 2026."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from bot.calendars.working_days import (
    CalendarFileError,
    DueDay,
    HolidayCalendar,
    add_natural_days,
    load_calendar,
)

DATA = Path(__file__).parents[3] / "data" / "calendars"

# rule_facts section 1: trigger day, then +2 +3 +5 +7 +10 +15 WD, then +3 +10 +15 +30 +60 ND
VECTORS = """
2026-02-13 02-24 02-25 02-27 03-02 03-05 03-12 02-16 02-23 02-28 03-15 04-14
2026-04-30 05-07 05-08 05-11 05-13 05-18 05-25 05-03 05-10 05-15 05-30 06-29
2026-09-18 09-21 09-22 09-24 09-29 10-09 10-15 09-21 09-28 10-03 10-18 11-17
2026-09-30 10-09 10-10 10-13 10-15 10-20 10-27 10-03 10-10 10-15 10-30 11-29
2026-11-23 11-25 11-26 11-30 12-02 12-07 12-14 11-26 12-03 12-08 12-23 2027-01-22
"""
WORKING, NATURAL = (2, 3, 5, 7, 10, 15), (3, 10, 15, 30, 60)


def _day(text: str) -> date:
    return date.fromisoformat(text if len(text) == 10 else f"2026-{text}")


def _vectors() -> list[tuple[date, str, int, date]]:
    found = []
    for line in VECTORS.strip().splitlines():
        start, *expected = [_day(word) for word in line.split()]
        units = [("WD", n) for n in WORKING] + [("ND", n) for n in NATURAL]
        found += [(start, unit, n, day) for (unit, n), day in zip(units, expected, strict=True)]
    return found


@pytest.fixture(scope="module")
def calendar() -> HolidayCalendar:
    return load_calendar(DATA)


@pytest.mark.parametrize(("start", "unit", "n", "expected"), _vectors())
def test_every_vector_of_the_rule_book_is_met(
    calendar: HolidayCalendar, start: date, unit: str, n: int, expected: date
) -> None:
    add = calendar.add_working_days if unit == "WD" else calendar.add_natural_days
    assert add(start, n) == DueDay(expected, estimated=False)


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_day_of_the_notices_is_as_another_reader_has_it(calendar: HolidayCalendar, year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(365)]
    assert [day for day in days if calendar.is_working_day(day) is not chinese_calendar.is_workday(day)] == []


def test_a_make_up_sunday_counts_as_a_working_day(calendar: HolidayCalendar) -> None:
    assert calendar.add_working_days(date(2026, 9, 18), 1).date == date(2026, 9, 20)


def test_a_make_up_saturday_counts_and_the_spring_festival_does_not(calendar: HolidayCalendar) -> None:
    assert calendar.add_working_days(date(2026, 2, 13), 1).date == date(2026, 2, 14)
    assert calendar.add_working_days(date(2026, 2, 14), 1).date == date(2026, 2, 24)


def test_the_autumn_holidays_of_2025_run_to_the_eighth(calendar: HolidayCalendar) -> None:
    assert calendar.add_working_days(date(2025, 9, 30), 3).date == date(2025, 10, 11)


def test_ten_working_days_outlast_fifteen_natural_days_as_often_as_the_rule_book_says(
    calendar: HolidayCalendar,
) -> None:
    starts = [date(2026, 1, 1) + timedelta(days=offset) for offset in range(344)]
    lengths = [(calendar.add_working_days(day, 10).date - day).days for day in starts]
    assert sum(length > 15 for length in lengths) == 58
    assert max(lengths) == 21 == lengths[starts.index(date(2026, 2, 3))]
    assert Counter(lengths).most_common(1)[0][0] == 14


def test_a_year_without_a_notice_is_plain_monday_to_friday_and_estimated(calendar: HolidayCalendar) -> None:
    assert calendar.add_working_days(date(2027, 1, 1), 1) == DueDay(date(2027, 1, 4), estimated=True)
    assert calendar.add_working_days(date(2024, 5, 1), 2) == DueDay(date(2024, 5, 3), estimated=True)


def test_a_count_that_runs_into_an_unpublished_year_is_estimated(calendar: HolidayCalendar) -> None:
    assert not calendar.add_working_days(date(2026, 12, 30), 1).estimated
    assert calendar.add_working_days(date(2026, 12, 30), 2) == DueDay(date(2027, 1, 1), estimated=True)


def test_natural_days_need_no_notice(calendar: HolidayCalendar) -> None:
    assert not calendar.add_natural_days(date(2031, 1, 1), 30).estimated


def test_zero_days_is_the_day_itself(calendar: HolidayCalendar) -> None:
    assert calendar.add_working_days(date(2026, 10, 1), 0).date == date(2026, 10, 1)
    assert add_natural_days(date(2026, 10, 1), 0) == date(2026, 10, 1)


def test_counting_backwards_is_refused(calendar: HolidayCalendar) -> None:
    with pytest.raises(ValueError, match="negative"):
        calendar.add_working_days(date(2026, 1, 5), -1)
    with pytest.raises(ValueError, match="negative"):
        add_natural_days(date(2026, 1, 5), -1)


def test_the_calendar_knows_its_sources(calendar: HolidayCalendar) -> None:
    assert calendar.years == {2025, 2026}
    assert all("国务院办公厅" in source for source in calendar.sources)


GOOD = """\
year: 2030
source: 试
days_off:
  - {name: 元旦, from: 2030-01-01, to: 2030-01-01}
make_up_days: [2030-01-05]
"""


def test_a_well_formed_file_loads(tmp_path: Path) -> None:
    (tmp_path / "2030.yml").write_text(GOOD, encoding="utf-8")
    assert load_calendar(tmp_path).is_working_day(date(2030, 1, 5))


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ("year: 2030", "year: 2031", 1, "year"),
        ("year: 2030", "year: 二零三零", 1, "year"),
        ("source: 试", "sauce: 试", 2, "sauce"),
        ("source: 试", "source: ''", 2, "source"),
        ("source: 试", "source: 试\nyear: 2030", 3, ""),
        ("to: 2030-01-01", "to: 2029-12-31", 4, "to"),
        ("to: 2030-01-01", "till: 2030-01-01", 4, "till"),
        ("from: 2030-01-01", "from: 2029-12-31", 4, "from"),
        ("from: 2030-01-01", "from: 元旦", 4, "from"),
        ("from: 2030-01-01", "from: 2030-13-01", 0, ""),
        ("[2030-01-05]", "[2030-01-07]", 5, "make_up_days"),
        ("[2030-01-05]", "[2031-01-05]", 5, "make_up_days"),
        ("[2030-01-05]", "[2030-01-05, 2030-01-05]", 5, "make_up_days"),
        ("[2030-01-05]", "2030-01-05", 5, "make_up_days"),
        ("[2030-01-05]", "[2030-01-05", 6, ""),
        ("to: 2030-01-01}", "to: 2030-01-05}", 5, "make_up_days"),
        ("to: 2030-01-01}", "to: 2030-01-01}\n  - {name: 又, from: 2030-01-01, to: 2030-01-02}", 5, "from"),
        ("make_up_days: [2030-01-05]\n", "", 1, "make_up_days"),
    ],
)
def test_a_malformed_file_is_refused_with_its_place(tmp_path: Path, old: str, new: str, line: int, key: str) -> None:
    (tmp_path / "2030.yml").write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CalendarFileError) as caught:
        load_calendar(tmp_path)
    assert caught.value.code == "calendar_file_invalid"
    assert caught.value.data["file"] == str(tmp_path / "2030.yml")
    assert (caught.value.data["line"], caught.value.data["key"]) == (line, key)


@pytest.mark.parametrize("name", ["2030.yaml", "20300.yml", "holidays.yml"])
def test_a_file_whose_name_would_be_passed_over_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(GOOD, encoding="utf-8")
    with pytest.raises(CalendarFileError, match=name):
        load_calendar(tmp_path)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CalendarFileError):
        load_calendar(tmp_path / "nowhere")


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "2030.yml").write_bytes(b"\xff\xfe\x00year")
    with pytest.raises(CalendarFileError):
        load_calendar(tmp_path)


def test_an_override_counts_whatever_the_notice_says(tmp_path: Path) -> None:
    (tmp_path / "2026.yml").write_text(
        "year: 2026\nsource: 通知\ndays_off: [{name: 国庆节, from: 2026-10-01, to: 2026-10-07}]\nmake_up_days: [2026-10-10]\n"
    )
    (tmp_path / "overrides.yml").write_text(
        "overrides:\n- {day: 2026-11-24, working: false, reason: 台风停工}\n- {day: 2026-10-10, working: false, reason: 当地通知}\n"
        "- {day: 2026-11-28, working: true, reason: 补班}\n"
    )
    calendar = load_calendar(tmp_path)
    worked = [day for day in (24, 25, 28, 29) if calendar.is_working_day(date(2026, 11, day))]
    assert worked == [25, 28]
    assert not calendar.is_working_day(date(2026, 10, 10))
    assert any("台风停工" in source for source in calendar.sources)


def test_a_day_overridden_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "overrides.yml").write_text(
        "overrides:\n- {day: 2026-11-24, working: false, reason: 甲}\n- {day: 2026-11-24, working: true, reason: 乙}\n"
    )
    with pytest.raises(CalendarFileError) as refused:
        load_calendar(tmp_path)
    assert refused.value.data["line"] == 3
