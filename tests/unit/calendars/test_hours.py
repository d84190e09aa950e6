"""Promised calls: hours count while the office answers the telephone, and only then."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bot.calendars.clocks import SHANGHAI, ClockError, Tag, due, load_rules
from bot.calendars.hours import due_at
from bot.calendars.working_days import CalendarFileError, load_calendar

DATA = Path(__file__).parents[3] / "data" / "calendars"
RULES = load_rules(DATA / "deadlines.yml")
CALENDAR = load_calendar(DATA)


@pytest.mark.parametrize(
    ("rule_id", "received", "wanted"),
    [
        ("T-L01", "2026-11-23T08:30", "2026-11-23T10:30"),
        ("T-L01", "2026-11-23T02:00", "2026-11-23T10:00"),
        ("T-L01", "2026-11-23T19:00", "2026-11-24T09:00"),
        ("T-L01", "2026-11-28T09:00", "2026-11-28T11:00"),  # a Saturday: cars are seen to every day
        ("T-L02", "2026-11-23T09:00", "2026-11-23T13:00"),
        ("T-L02", "2026-11-23T17:00", "2026-11-24T12:00"),
        ("T-L02", "2026-11-27T17:00", "2026-11-30T12:00"),  # over a weekend
        ("T-L02", "2026-09-30T16:00", "2026-10-08T11:00"),  # over the National Day holiday
        ("T-L02", "2026-09-20T09:00", "2026-09-20T13:00"),  # a Sunday that is worked
    ],
)
def test_a_call_is_due_after_so_many_hours_of_service(rule_id: str, received: str, wanted: str) -> None:
    at = datetime.fromisoformat(received).replace(tzinfo=SHANGHAI)
    assert due_at(RULES[rule_id], at, calendar=CALENDAR) == datetime.fromisoformat(wanted).replace(tzinfo=SHANGHAI)


def test_targets_of_the_company_are_tagged_apart_from_law_and_rules() -> None:
    assert [rule.id for rule in RULES.values() if rule.tag is Tag.TARGET] == [
        "T-L01", "T-L02", *(f"T-S{number:02}" for number in range(1, 10))
    ]  # fmt: skip


def test_a_rule_in_hours_has_no_day_and_a_rule_in_days_no_hour() -> None:
    at = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)
    with pytest.raises(ClockError):
        due(RULES["T-L01"], at, calendar=CALENDAR)
    with pytest.raises(ClockError):
        due_at(RULES["D-L03"], at, calendar=CALENDAR)
    with pytest.raises(ClockError):
        due_at(RULES["T-L01"], datetime(2026, 11, 23, 9), calendar=CALENDAR)


@pytest.mark.parametrize(("opens", "closes"), [("20:00", "08:00"), ("早上", "20:00")])
def test_hours_that_make_no_sense_are_refused(tmp_path: Path, opens: str, closes: str) -> None:
    text = (DATA / "deadlines.yml").read_text(encoding="utf-8")
    text = text.replace('opens: "08:00"', f'opens: "{opens}"').replace('closes: "20:00"', f'closes: "{closes}"')
    path = tmp_path / "deadlines.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CalendarFileError):
        load_rules(path)
