"""The regular report: a task from the first working day of the month until somebody took it, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from store_samples import CLAIM, COMPLAINT, NOW

from bot.bootstrap import build_deadlines, build_stage_targets
from bot.insurance.claim import ClaimStage
from bot.insurance.complaint import ComplaintStage
from bot.insurance.task import Register, Task, TaskState, TaskView
from bot.services.figures.monthly_report import monthly_report, take_report
from bot.services.figures.period import read_period
from bot.services.figures.time_report import TimeLimits
from bot.services.follow_ups.load_questionnaires import load_questionnaires
from bot.services.servicing.limits import load_limits
from bot.services.sweep_due_dates import Sweep
from bot.settings import ROOT

DATA = ROOT / "data"
DEADLINES = build_deadlines(DATA)
# Closed long ago but for the report that counts it: nothing else of it is due.
OVER = replace(COMPLAINT, stage=ComplaintStage.CLOSED, reported_at=NOW)


@pytest.fixture
def sweep(unit_of_work) -> Sweep:
    return Sweep(unit_of_work, DEADLINES, load_limits(DATA / "servicing" / "limits.yml"))


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 8, tzinfo=NOW.tzinfo)


def reports(unit_of_work) -> list[Task]:
    with unit_of_work() as work:
        return [task for task in work.tasks.open() if task.register is Register.REPORT]


def file_one(unit_of_work) -> None:
    with unit_of_work() as work:
        work.complaints.add(OVER)
        work.commit()


def test_it_is_a_task_from_the_first_working_day_for_five_working_days(unit_of_work, sweep):
    file_one(unit_of_work)
    sweep(at(date(2026, 11, 30)))
    assert reports(unit_of_work) == []
    sweep(at(date(2026, 12, 1)))  # a Tuesday
    (task,) = reports(unit_of_work)
    assert (task.number, task.due, task.post, task.state) == (
        "2026-11",
        date(2026, 12, 8),
        "客服管理",
        TaskState.DUE_SOON,
    )
    sweep(at(date(2026, 12, 9)))
    assert [task.state for task in reports(unit_of_work)] == [TaskState.OVERDUE]


def test_a_month_that_begins_with_holidays_is_reported_after_them(unit_of_work, sweep):
    with unit_of_work() as work:
        work.claims.add(
            replace(CLAIM, reported_at=datetime(2026, 9, 10, 9, tzinfo=NOW.tzinfo), stage=ClaimStage.CLOSED, steps=())
        )
        work.commit()
    sweep(at(date(2026, 10, 7)))
    assert reports(unit_of_work) == []
    sweep(at(date(2026, 10, 8)))
    assert [task.number for task in reports(unit_of_work)] == ["2026-09"]


def test_whoever_takes_it_ends_the_task_and_it_is_not_raised_again(unit_of_work, sweep):
    file_one(unit_of_work)
    sweep(at(date(2026, 12, 1)))
    with unit_of_work() as work:
        take_report(work, "2026-11", NOW)
        assert sweep.settle(work, work.tasks.open(), at(date(2026, 12, 1))) == 1
        work.commit()
    sweep(at(date(2026, 12, 2)))
    assert reports(unit_of_work) == []


def test_a_month_in_which_nothing_happened_asks_for_no_report(unit_of_work, sweep):
    file_one(unit_of_work)
    sweep(at(date(2027, 1, 4)))
    assert reports(unit_of_work) == []


def test_it_is_on_the_list_of_those_who_see_every_post(unit_of_work, sweep):
    file_one(unit_of_work)
    sweep(at(date(2026, 12, 1)))
    with unit_of_work() as work:
        every = work.tasks.page(TaskView(None, restricted=False), today=date(2026, 12, 1), limit=10)
        general = work.tasks.page(TaskView(frozenset({"综合"}), restricted=False), today=date(2026, 12, 1), limit=10)
    assert [task.number for task in every.tasks] == ["2026-11"]
    assert (general.tasks, general.total, general.posts) == ((), 0, ())


def test_it_has_the_three_reports_one_after_the_other(unit_of_work):
    file_one(unit_of_work)
    month = read_period("2026-11", NOW.date())
    with unit_of_work() as work:
        report = monthly_report(
            work, month, NOW.date() + timedelta(days=10), forms=load_questionnaires(DATA / "follow_up"),
            limits=TimeLimits(DEADLINES, build_stage_targets(DATA)), names={},
        )  # fmt: skip
    assert (report.title, report.span) == ("客服工作报告", "2026 年 11 月")
    titles = [section.title for section in report.sections]
    assert [titles.index(one) for one in ("投诉：按机构", "回访：质量问题：原因和整改", "时效：理赔各环节")] == sorted(
        titles.index(one) for one in ("投诉：按机构", "回访：质量问题：原因和整改", "时效：理赔各环节")
    )
    assert dict(report.figures)["投诉：收到投诉"] == "1 件，上期没有"
    assert len(report.notes) == len(set(report.notes))
