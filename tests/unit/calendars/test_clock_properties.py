"""What holds of every clock on every day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendars.clocks import SHANGHAI, Clock, ClockRule, PauseReason, due, load_rules
from bot.calendars.working_days import load_calendar

DATA = Path(__file__).parents[3] / "data" / "calendars"
CALENDAR = load_calendar(DATA)
RULES = load_rules(DATA / "deadlines.yml")
COUNTED = [rule for rule in RULES.values() if rule.duration is not None and not rule.unit.counts_hours]
PAUSABLE = [rule for rule in COUNTED if rule.pauses]
RESTARTING = [rule for rule in COUNTED if rule.restarts]

days = st.dates(date(2025, 1, 1), date(2027, 12, 31))
moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)).map(lambda at: at.replace(tzinfo=SHANGHAI))


def at(day: date, hour: int = 12) -> datetime:
    return datetime.combine(day, time(hour), SHANGHAI)


@given(st.sampled_from(COUNTED), days)
def test_a_day_later_is_never_due_earlier(rule: ClockRule, day: date) -> None:
    first, second = (due(rule, at(each), calendar=CALENDAR).internal_due for each in (day, day + timedelta(days=1)))
    assert first <= second


@given(st.sampled_from(COUNTED), moments)
def test_the_hour_of_receipt_changes_nothing(rule: ClockRule, moment: datetime) -> None:
    assert due(rule, moment, calendar=CALENDAR) == due(rule, at(moment.date(), 0), calendar=CALENDAR)


@given(st.sampled_from(COUNTED), days)
def test_the_statutory_latest_is_never_before_what_we_work_to_and_no_rest_day(rule: ClockRule, day: date) -> None:
    found = due(rule, at(day), calendar=CALENDAR)
    assert found.internal_due <= found.statutory_latest
    if rule.duration and not rule.before:
        assert CALENDAR.is_working_day(found.statutory_latest)


@given(st.sampled_from(PAUSABLE), days, st.integers(0, 40), st.integers(0, 40), st.data())
def test_a_pause_never_shortens_a_clock(
    rule: ClockRule, day: date, begins: int, lasts: int, data: st.DataObject
) -> None:
    reason: PauseReason = data.draw(st.sampled_from(sorted(rule.pauses, key=lambda each: each.value)))
    clock = Clock(rule, at(day))
    start = at(day + timedelta(days=begins))
    paused = clock.pause(start, reason, "通知书").resume(start + timedelta(days=lasts))
    plain, stopped = clock.due(CALENDAR).internal_due, paused.due(CALENDAR).internal_due
    assert plain <= stopped
    if begins >= (plain - day).days:
        assert stopped == plain  # it had run out before


@given(st.sampled_from(PAUSABLE), days, st.integers(0, 20), st.integers(0, 20), st.integers(1, 20), st.data())
def test_a_longer_pause_is_never_due_earlier(
    rule: ClockRule, day: date, begins: int, lasts: int, more: int, data: st.DataObject
) -> None:
    reason: PauseReason = data.draw(st.sampled_from(sorted(rule.pauses, key=lambda each: each.value)))
    stopped = Clock(rule, at(day)).pause(at(day + timedelta(days=begins)), reason, "通知书")
    short, long = (
        stopped.resume(at(day + timedelta(days=begins + length))).due(CALENDAR).internal_due
        for length in (lasts, lasts + more)
    )
    assert short <= long


@given(st.sampled_from(RESTARTING), days, st.lists(st.integers(0, 30), min_size=1, max_size=4))
def test_a_restart_keeps_the_whole_history_and_runs_from_the_new_material(
    rule: ClockRule, day: date, gaps: list[int]
) -> None:
    clock = Clock(rule, at(day))
    received = [clock.received]
    for gap in gaps:
        clock = clock.restart(received[-1] + timedelta(days=gap))
        received.append(clock.received)
    assert [clock.received, *(each.received for each in clock.earlier)] == received[::-1]
    assert clock.due(CALENDAR).internal_due == due(rule, received[-1], calendar=CALENDAR).internal_due


@pytest.mark.parametrize("rule", [rule for rule in COUNTED if rule.before], ids=lambda rule: rule.id)
def test_what_must_be_done_before_a_day_lies_before_it(rule: ClockRule) -> None:
    assert due(rule, at(date(2026, 11, 23)), calendar=CALENDAR).internal_due < date(2026, 11, 23)
