"""The list of what the sweep found: by post, by date, closed when the matter is done, restricted to who may see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.bootstrap import build_deadlines
from bot.insurance.claim import Claim, ClaimStage, LossReport
from bot.insurance.policy import LineOfBusiness
from bot.insurance.service_request import RequestStatus, ServiceRequest
from bot.services.servicing.limits import load_limits
from bot.services.sweep_due_dates import Sweep
from bot.settings import ROOT
from tests.unit.console.test_console_cases import PHONE, complaint


@pytest.fixture
def sweep(place) -> Sweep:
    limits = load_limits(ROOT / "data" / "servicing" / "limits.yml")
    made = Sweep(place.deps.unit_of_work, build_deadlines(ROOT / "data"), limits)
    object.__setattr__(place.deps, "settle_tasks", made.settle)
    return made


def claim(place, number: str, due_in: int) -> Claim:
    report = LossReport(LineOfBusiness.MOTOR, "2026-11-23T08:20", "北四环", "追尾", "无人受伤", PHONE)
    due = place.clock().date() + timedelta(days=due_in)
    made = Claim(number, report, ClaimStage.SURVEYING, place.clock(), False, "c-1", number, due_on=due)
    with place.deps.unit_of_work() as work:
        work.claims.add(made)
        work.commit()
    return made


def request(place, number: str, kind: str, *, post: str, restricted: bool = False) -> None:
    today = place.clock().date()
    made = ServiceRequest(
        number, kind, RequestStatus.ACCEPTED, "P1", "CU1", (), (), place.clock(), today, "", post, "c-1", number,
        restricted,
    )  # fmt: skip
    with place.deps.unit_of_work() as work:
        work.requests.add(made)
        work.commit()


async def test_tasks_are_listed_with_post_and_date_the_first_due_first(place, sweep):
    claim(place, "C20261123000001", -2)
    claim(place, "C20261123000002", 0)
    request(place, "S20261123000001", "request_callback", post="综合")
    sweep(place.clock())
    _, page = await (await place.agent()).get("/desk/tasks")
    for shown in (
        "超期 2 天",
        "今天到期",
        "预约回电",
        "报案理赔，车险",
        "综合",
        '<a href="/desk/cases/C20261123000001">',
    ):
        assert shown in page
    assert page.index("C20261123000001") < page.index("C20261123000002")


async def test_one_post_alone(place, sweep):
    claim(place, "C20261123000001", 0)
    request(place, "S20261123000001", "surrender_policy", post="保全")
    sweep(place.clock())
    _, page = await (await place.agent()).get("/desk/tasks?post=保全")
    assert "S20261123000001" in page
    assert "C20261123000001" not in page
    status, page = await (await place.agent()).get("/desk/tasks?post=无此岗")
    assert status == 200
    assert "C20261123000001" in page


async def test_a_task_is_gone_as_soon_as_the_matter_is_done(place, sweep):
    made = claim(place, "C20261123000001", 0)
    sweep(place.clock())
    browser = await place.agent()
    assert "C20261123000001" in (await browser.get("/desk/tasks"))[1]
    with place.deps.unit_of_work() as work:
        work.claims.save(replace(made, stage=ClaimStage.CLOSED))
        work.commit()
    _, page = await browser.get("/desk/tasks")
    assert "没有快到期或超期的业务" in page
    assert "task.closed" in [entry[0] for entry in place.audit()]


async def test_done_tasks_leave_the_page_and_the_next_ones_move_up(place, sweep):
    made = [claim(place, f"C2026112300{number:04}", 0) for number in range(60)]
    sweep(place.clock())
    with place.deps.unit_of_work() as work:
        for one in made[:8]:
            work.claims.save(replace(one, stage=ClaimStage.CLOSED))
        work.commit()
    browser = await place.agent()
    _, first = await browser.get("/desk/tasks")
    assert [number for number in range(60) if f"cases/C2026112300{number:04}" in first] == list(range(8, 58))
    _, second = await browser.get("/desk/tasks?page=2")
    assert [number for number in range(60) if f"cases/C2026112300{number:04}" in second] == [58, 59]
    assert '<span class="number">52</span>' in second
    assert "第 2/2 页" in second
    _, beyond = await browser.get("/desk/tasks?page=7")
    assert "这一页没有任务" in beyond


async def test_a_complaint_leads_to_its_sheet(place, sweep):
    made = complaint(place)
    clocks = replace(made.clocks, acceptance_target=place.clock().date())
    complaint(place, 2, clocks=clocks)
    sweep(place.clock())
    _, page = await (await place.agent()).get("/desk/tasks")
    assert "T20261123000002" in page
    assert "投诉，服务态度" in page


async def test_reports_of_wrongdoing_are_tasks_of_compliance_alone(place, sweep):
    request(place, "S20261123000009", "report_misconduct", post="合规监察", restricted=True)
    sweep(place.clock())
    first = await place.agent()
    assert "S20261123000009" in (await first.get("/desk/tasks"))[1]
    _, page = await (await place.colleague()).get("/desk/tasks")
    assert "S20261123000009" not in page
    assert "合规监察" not in page


async def test_nobody_sees_tasks_without_signing_in_and_every_look_is_recorded(place, sweep):
    claim(place, "C20261123000001", 0)
    sweep(place.clock())
    assert "C20261123000001" not in (await place.browser().get("/desk/tasks"))[1]
    await (await place.agent()).get("/desk/tasks")
    looks = [entry for entry in place.audit() if entry[0] == "desk.tasks_listed"]
    assert looks == [("desk.tasks_listed", "tasks", "agent:desk", '{"shown":"1"}')]
