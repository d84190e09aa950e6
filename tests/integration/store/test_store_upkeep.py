"""Improvements and periodic reviews as tasks: raised when they are near, closed when they are done, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from store_samples import NOW, TODAY

from bot.bootstrap import build_deadlines
from bot.insurance.improvement import Improvement
from bot.insurance.staff import COMPLIANCE, Credentials, Role, Staff
from bot.insurance.task import Register, TaskState, TaskView
from bot.insurance.upkeep import UpkeepItem, UpkeepKind
from bot.services.improve import (
    ImprovementDoneError,
    ImprovementFlawError,
    OpenImprovement,
    finish_improvement,
    give_improvement,
    open_improvement,
)
from bot.services.keep_up import UpkeepFlawError, record_of, record_upkeep, upkeep_lines
from bot.services.servicing.limits import load_limits
from bot.services.sweep_due_dates import Sweep
from bot.settings import ROOT

DATA = ROOT / "data"
BOSS = Staff("9001", frozenset({Role.MANAGER}), frozenset())
OLD = UpkeepItem("old", UpkeepKind.REVIEW, "投诉规则", 12, "x", last=TODAY - timedelta(days=400))
NEW = UpkeepItem("new", UpkeepKind.REVIEW, "期限", 12, "x", last=TODAY)
LIST = UpkeepItem("list", UpkeepKind.FILING, "责任人名单", 12, "x", last=None, first=TODAY)


@pytest.fixture
def sweep(unit_of_work) -> Sweep:
    with unit_of_work() as work:
        for staff in (BOSS, Staff("1001", frozenset({Role.CLAIMS}), frozenset({"理赔"}))):
            work.staff.add(staff, Credentials("no password"), NOW)
        work.commit()
    limits = load_limits(DATA / "servicing" / "limits.yml")
    return Sweep(unit_of_work, build_deadlines(DATA), limits, upkeep=(NEW, OLD, LIST))


def tasks(unit_of_work) -> dict[str, tuple[str, TaskState]]:
    with unit_of_work() as work:
        return {task.number: (task.post, task.state) for task in work.tasks.open()}


def opened(unit_of_work, due: date) -> Improvement:
    with unit_of_work() as work:
        command = OpenImprovement("", "开场白要报工号和姓名", "1001", due, BOSS, NOW)
        made = open_improvement(work, command)
        work.commit()
    return made


def test_an_improvement_that_is_due_is_a_task_of_its_owners_post_until_it_is_done(unit_of_work, sweep):
    one, later = opened(unit_of_work, TODAY), opened(unit_of_work, TODAY + timedelta(days=40))
    sweep(NOW + timedelta(days=1))
    assert tasks(unit_of_work)[one.number] == ("理赔", TaskState.OVERDUE)
    assert later.number not in tasks(unit_of_work)
    with unit_of_work() as work:
        finish_improvement(work, one.number, "话术已改，全员培训", "培训签到表 2026-11", "1001", NOW)
        open_tasks = [task for task in work.tasks.open() if task.register is Register.IMPROVEMENT]
        assert sweep.settle(work, open_tasks, NOW + timedelta(days=1)) == 1
        with pytest.raises(ImprovementDoneError):
            give_improvement(work, one.number, "1001", TODAY + timedelta(days=9), "9001", NOW)
        work.commit()
    with unit_of_work() as work:
        page = work.improvements.page(today=TODAY, offset=0, limit=9)
    assert ([each.number for each in page.open], page.total, page.overdue) == ([later.number], 1, 0)
    assert [each.proof for each in page.done] == ["培训签到表 2026-11"]


def test_another_owner_and_day_move_the_task(unit_of_work, sweep):
    one = opened(unit_of_work, TODAY)
    with unit_of_work() as work:
        given = give_improvement(work, one.number, "9001", TODAY + timedelta(days=60), "9001", NOW)
        assert (given.post, work.improvements.get(one.number)) == ("综合", given)
        assert not work.improvements.page(owner="1001", today=TODAY, offset=0, limit=9).open
        work.commit()
    sweep(NOW)
    assert one.number not in tasks(unit_of_work)


@pytest.mark.parametrize(
    "changed",
    [
        {"what": "短"}, {"owner": "nobody"}, {"due": TODAY - timedelta(days=1)}, {"source_no": "T20261123000009"},
        {"source_no": "X1"}, {"source_no": "J20261123000009"},
    ],
)  # fmt: skip
def test_what_is_incomplete_opens_nothing(unit_of_work, sweep, changed):
    command = OpenImprovement("", "开场白要报工号和姓名", "1001", TODAY, BOSS, NOW)
    with unit_of_work() as work, pytest.raises(ImprovementFlawError):
        open_improvement(work, replace(command, **changed))


def test_what_was_not_looked_through_for_a_year_is_compliances_task_until_it_is(unit_of_work, sweep):
    sweep(NOW)
    found = tasks(unit_of_work)
    assert found["old"] == (COMPLIANCE, TaskState.OVERDUE)
    assert found["list"] == (COMPLIANCE, TaskState.DUE_SOON)
    assert "new" not in found
    with unit_of_work() as work:
        seen = [
            {task.number for task in work.tasks.page(TaskView(None, restricted), today=TODAY, limit=9).tasks}
            for restricted in (True, False)
        ]
        assert seen == [{"old", "list"}, set()]  # who sees reports of wrongdoing is compliance
        record_upkeep(work, OLD, record_of(OLD, TODAY, "逐条看过，改了两条", "1009", NOW))
        work.commit()
    sweep(NOW + timedelta(days=1))
    assert "old" not in tasks(unit_of_work)
    with unit_of_work() as work:
        line = next(each for each in upkeep_lines(work, (OLD,)) if each.item is OLD)
    assert (line.last, line.due) == (TODAY, OLD.due_after(TODAY))


@pytest.mark.parametrize(("day", "note"), [(TODAY, "看过"), (TODAY + timedelta(days=1), "逐条看过，没有要改的")])
def test_a_record_says_what_was_done_and_not_what_will_be(unit_of_work, day, note):
    with unit_of_work() as work, pytest.raises(UpkeepFlawError):
        record_upkeep(work, OLD, record_of(OLD, day, note, "1009", NOW))
