"""Clocks: due dates, pauses, restarts, on the real deadlines and holidays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.calendars.clocks import (
    SHANGHAI,
    Bearer,
    Clock,
    ClockError,
    ClockRule,
    Pause,
    PauseReason,
    Tag,
    Unit,
    due,
    earliest,
    load_rules,
)
from bot.calendars.working_days import CalendarFileError, HolidayCalendar, load_calendar

DATA = Path(__file__).parents[3] / "data" / "calendars"


@pytest.fixture(scope="module")
def calendar() -> HolidayCalendar:
    return load_calendar(DATA)


@pytest.fixture(scope="module")
def rules() -> Mapping[str, ClockRule]:
    return load_rules(DATA / "deadlines.yml")


def at(month: int, day: int, hour: int = 9, minute: int = 12) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def test_company_rules_are_tagged_apart_from_law(rules: Mapping[str, ClockRule]) -> None:
    company = {rule.id for rule in rules.values() if rule.tag is Tag.COMPANY}
    assert {"D-C12", "D-C13", "D-C15", "D-V03"} <= company
    assert all("公司" in rules[name].article for name in company)


def test_periods_of_customer_and_regulator_are_told_apart(rules: Mapping[str, ClockRule]) -> None:
    assert rules["D-C08"].bearer is Bearer.CUSTOMER
    assert rules["D-C10"].bearer is Bearer.REGULATOR
    assert rules["D-C10"].unit is Unit.WORKING_DAYS


@pytest.mark.parametrize(
    ("rule_id", "received", "internal", "latest"),
    [
        ("D-C01", at(11, 23), "2026-12-08", "2026-12-08"),
        ("D-C02", at(11, 23), "2026-12-23", "2026-12-23"),
        ("D-C01", at(9, 30), "2026-10-15", "2026-10-15"),
        ("D-C13", at(9, 30), "2026-10-20", "2026-10-20"),
        ("D-C13T", at(9, 30), "2026-10-10", "2026-10-10"),
        ("D-C01", at(9, 18), "2026-10-03", "2026-10-08"),  # inside the National Day holiday
        ("D-C02", at(9, 18), "2026-10-18", "2026-10-19"),  # a Sunday
        ("D-C01", at(2, 13), "2026-02-28", "2026-02-28"),  # a Saturday that is worked
        ("D-L06", at(2, 13), "2026-02-16", "2026-02-24"),  # the Spring Festival
        ("D-C10", at(9, 30), "2026-10-15", "2026-10-15"),
        ("D-C12", at(2, 13), "2026-02-27", "2026-02-27"),
        ("D-P01", at(9, 18), "2026-09-21", "2026-09-21"),
        ("D-L08", at(4, 30), "2026-05-11", "2026-05-11"),
        ("D-L12", at(4, 30), "2026-05-05", "2026-05-06"),
        ("D-L11", at(4, 30), "2026-05-01", "2026-05-06"),
        ("D-C06", at(10, 1), "2026-10-01", "2026-10-01"),
        ("D-L10", at(10, 1), "2026-10-01", "2026-10-01"),  # at once: a holiday gives no relief
    ],
)
def test_due_dates(
    rules: Mapping[str, ClockRule],
    calendar: HolidayCalendar,
    rule_id: str,
    received: datetime,
    internal: str,
    latest: str,
) -> None:
    found = due(rules[rule_id], received, calendar=calendar)
    assert (found.internal_due.isoformat(), found.statutory_latest.isoformat()) == (internal, latest)
    assert found.rule_id == rule_id
    assert found.article == rules[rule_id].article
    assert not found.estimated


def test_the_extended_limit_runs_from_receipt_and_is_estimated_in_an_unpublished_year(
    rules: Mapping[str, ClockRule], calendar: HolidayCalendar
) -> None:
    found = due(rules["D-C03"], at(11, 23), calendar=calendar)
    assert (found.internal_due, found.estimated, found.latest_estimated) == (date(2027, 1, 22), False, True)


def test_the_earlier_of_law_and_company_is_the_one_to_work_to(
    rules: Mapping[str, ClockRule], calendar: HolidayCalendar
) -> None:
    both = [due(rules[name], at(9, 30), calendar=calendar) for name in ("D-C13", "D-C01")]
    assert earliest(both).rule_id == "D-C01"


def test_the_day_is_the_shanghai_day_wherever_the_server_stands(
    rules: Mapping[str, ClockRule], calendar: HolidayCalendar
) -> None:
    late_in_london = datetime(2026, 9, 30, 16, 30, tzinfo=timezone.utc)  # 10-01 00:30 in Shanghai
    assert due(rules["D-C01"], late_in_london, calendar=calendar).internal_due == date(2026, 10, 16)


def test_the_hour_of_receipt_does_not_matter(rules: Mapping[str, ClockRule], calendar: HolidayCalendar) -> None:
    first, last = (due(rules["D-C01"], at(11, 23, *time), calendar=calendar) for time in ((0, 0), (23, 59)))
    assert first == last


def test_a_time_without_zone_is_refused(rules: Mapping[str, ClockRule], calendar: HolidayCalendar) -> None:
    with pytest.raises(ClockError, match="zone"):
        due(rules["D-C01"], datetime(2026, 11, 23, 9), calendar=calendar)


@pytest.mark.parametrize("rule_id", ["D-C04", "D-C05", "D-C07", "D-C11", "D-P05"])
def test_an_article_without_a_length_cannot_be_computed(
    rules: Mapping[str, ClockRule], calendar: HolidayCalendar, rule_id: str
) -> None:
    with pytest.raises(ClockError, match="no length"):
        due(rules[rule_id], at(11, 23), calendar=calendar)


@pytest.mark.parametrize(
    ("rule_id", "reason"),
    [
        ("D-C01", PauseReason.CLAIM_DOCUMENTS),  # missing complaint material never pauses
        ("D-C12", PauseReason.EXTERNAL_APPRAISAL),
        ("D-C14", PauseReason.MEDIATION),
        ("D-L08", PauseReason.CLAIM_DOCUMENTS),  # 解释二第十五条 speaks of the thirty days only
        ("D-L12", PauseReason.CLAIM_DOCUMENTS),
        ("D-L03", PauseReason.MEDIATION),
        ("D-P01", PauseReason.MEDICAL_EXAMINATION),
    ],
)
def test_a_reason_the_article_does_not_admit_stops_no_clock(
    rules: Mapping[str, ClockRule], calendar: HolidayCalendar, rule_id: str, reason: PauseReason
) -> None:
    segment = Pause(at(11, 24), at(11, 26), reason, "通知")
    with pytest.raises(ClockError, match=reason.value):
        due(rules[rule_id], at(11, 23), calendar=calendar, pauses=[segment])
    with pytest.raises(ClockError, match=reason.value):
        Clock(rules[rule_id], at(11, 23)).pause(at(11, 24), reason, "通知")


def test_claim_documents_outstanding_are_deducted_from_the_thirty_days(
    rules: Mapping[str, ClockRule], calendar: HolidayCalendar
) -> None:
    clock = Clock(rules["D-L03"], at(3, 2)).pause(at(3, 6), PauseReason.CLAIM_DOCUMENTS, "补充通知 N1")
    clock = clock.resume(at(3, 16))
    assert clock.due(calendar).internal_due == date(2026, 4, 1) + timedelta(days=10)


def test_overlapping_pauses_are_deducted_once(rules: Mapping[str, ClockRule], calendar: HolidayCalendar) -> None:
    pauses = [
        Pause(at(3, 3), at(3, 8), PauseReason.EXTERNAL_APPRAISAL, "鉴定委托"),
        Pause(at(3, 6), at(3, 10), PauseReason.MEDIATION, "调解申请"),
    ]
    found = due(rules["D-C01"], at(3, 2), calendar=calendar, pauses=pauses)
    assert found.internal_due == date(2026, 3, 17) + timedelta(days=7)


def test_a_pause_after_the_limit_does_not_revive_it(rules: Mapping[str, ClockRule], calendar: HolidayCalendar) -> None:
    late = Pause(at(3, 20), at(4, 20), PauseReason.MEDIATION, "调解申请")
    assert due(rules["D-C01"], at(3, 2), calendar=calendar, pauses=[late]).internal_due == date(2026, 3, 17)


def test_a_medical_examination_is_left_out_of_five_working_days(
    rules: Mapping[str, ClockRule], calendar: HolidayCalendar
) -> None:
    examination = Pause(at(3, 3), at(3, 6), PauseReason.MEDICAL_EXAMINATION, "体检通知")
    found = due(rules["D-P03"], at(3, 2), calendar=calendar, pauses=[examination])
    assert found.internal_due == date(2026, 3, 12)  # Tue 3rd, then Mon 9th to Thu 12th


def test_an_open_pause_moves_the_date_with_the_day_and_says_so(
    rules: Mapping[str, ClockRule], calendar: HolidayCalendar
) -> None:
    clock = Clock(rules["D-C01"], at(3, 2)).pause(at(3, 4), PauseReason.MEDIATION, "调解申请")
    first, second = (clock.due(calendar, today=date(2026, 3, day)) for day in (10, 11))
    assert first.paused
    assert second.internal_due - first.internal_due == timedelta(days=1)
    with pytest.raises(ClockError, match="today"):
        clock.due(calendar)


def test_a_clock_is_not_stopped_twice_nor_resumed_when_running(rules: Mapping[str, ClockRule]) -> None:
    running = Clock(rules["D-C01"], at(3, 2))
    stopped = running.pause(at(3, 4), PauseReason.MEDIATION, "调解申请")
    with pytest.raises(ClockError, match="already"):
        stopped.pause(at(3, 5), PauseReason.EXTERNAL_APPRAISAL, "鉴定委托")
    with pytest.raises(ClockError, match="not paused"):
        running.resume(at(3, 5))
    with pytest.raises(ClockError, match="before"):
        stopped.resume(at(3, 3))


def test_new_facts_start_a_new_clock_and_keep_the_old_one(
    rules: Mapping[str, ClockRule], calendar: HolidayCalendar
) -> None:
    old = Clock(rules["D-C01"], at(11, 2))
    new = old.restart(at(11, 12))
    assert new.due(calendar).internal_due == date(2026, 11, 27)
    assert new.earlier == (old,)
    assert new.restart(at(11, 20)).earlier == (new, old)


def test_a_mediation_that_lasts_stops_the_new_clock_too(
    rules: Mapping[str, ClockRule], calendar: HolidayCalendar
) -> None:
    old = Clock(rules["D-C01"], at(11, 2)).pause(at(11, 5), PauseReason.MEDIATION, "M1")
    new = old.restart(at(11, 12))
    assert [(one.start, one.end) for one in new.pauses] == [(at(11, 12), None)]
    assert new.resume(at(11, 15)).due(calendar).internal_due == date(2026, 11, 30)  # 15 days from the 12th, and 3
    assert old.resume(at(11, 6)).restart(at(11, 12)).pauses == ()


def test_only_the_complaint_limits_restart_and_never_backwards(rules: Mapping[str, ClockRule]) -> None:
    assert [rule.id for rule in rules.values() if rule.restarts] == ["D-C01", "D-C02", "D-C03"]
    with pytest.raises(ClockError, match="restart"):
        Clock(rules["D-C13"], at(11, 2)).restart(at(11, 3))
    with pytest.raises(ClockError, match="precedes"):
        Clock(rules["D-C01"], at(11, 2)).restart(at(11, 1))


ROW = """\
deadlines:
  - {id: X, trigger: 收, duration: 5, unit: WD, what: 告, article: 条, tag: C, applies: all, bearer: company}
"""


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("unit: WD", "unit: days", "unit"),
        ("duration: 5", "duration: -5", "duration"),
        ("duration: 5", "duration: 五", "duration"),
        ("duration: 5", "duration: true", "duration"),
        ("tag: C", "tag: Q", "tag"),
        ("bearer: company", "bearer: company, pauses: [waiting]", "pauses"),
        ("bearer: company", "bearer: company, restarts: ja", "restarts"),
        ("article: 条", "articel: 一条", "articel"),
        ("article: 条, ", "", "article"),
    ],
)
def test_a_malformed_deadline_is_refused_with_its_place(tmp_path: Path, old: str, new: str, key: str) -> None:
    path = tmp_path / "deadlines.yml"
    path.write_text(ROW.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CalendarFileError) as caught:
        load_rules(path)
    assert (caught.value.data["line"], caught.value.data["entry"], caught.value.data["key"]) == (2, "X", key)


def test_two_deadlines_of_one_id_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "deadlines.yml"
    path.write_text(ROW + ROW.splitlines()[1] + "\n", encoding="utf-8")
    with pytest.raises(CalendarFileError, match="重复"):
        load_rules(path)
