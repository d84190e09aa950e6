"""The follow-ups at the desk: who sees them, who calls, what a call brings, and the figures."""

from __future__ import annotations

import pytest

from bot.insurance.complaint import ComplaintStage
from bot.insurance.follow_up import FollowUp, FollowUpKind, FollowUpState
from bot.insurance.staff import Role
from bot.services.sweep_due_dates import Sweep
from tests.follow_ups import raise_follow_up
from tests.unit.console.conftest import HOSTILE
from tests.unit.console.test_console_cases import PHONE, complaint

GOOD = {"q_told": "yes", "q_explained": "yes", "q_proper": "no", "q_satisfied": "5"}


@pytest.fixture
def follow_up(place) -> FollowUp:
    return raise_follow_up(
        place.deps.unit_of_work, FollowUpKind.CLAIM_CLOSED, "C20261123000001", "CU1", place.clock(),
        call_by=place.clock().date(),
    )  # fmt: skip


def stored(place, follow_up: FollowUp) -> FollowUp:
    with place.deps.unit_of_work() as work:
        found = work.follow_ups.get(follow_up.number)
    assert found is not None
    return found


async def test_the_list_says_what_is_due_how_often_it_was_tried_and_who_is_to_be_called(place, follow_up):
    status, page = await (await place.agent()).get("/desk/follow-ups")
    assert status == 200
    for shown in (
        follow_up.number,
        "结案回访",
        "C20261123000001",
        "1 次",
        "已发",
        "前打电话",
        "/desk/figures/follow-ups",
    ):
        assert shown in page
    assert place.audit()[-1][0] == "desk.follow_ups_listed"


async def test_for_other_posts_there_is_no_such_page(place, follow_up):
    other = await place.colleague()
    assert (await other.get("/desk/follow-ups"))[0] == 404
    assert (await other.get(f"/desk/follow-ups/{follow_up.number}"))[0] == 404
    _, desk = await other.get("/desk")
    assert "follow-ups" not in desk
    assert (await other.post(f"/desk/follow-ups/{follow_up.number}/call", outcome="declined")).status == 403


async def test_a_manager_reads_and_does_not_call(place, follow_up):
    manager = await place.colleague("9001", Role.MANAGER)
    _, page = await manager.get(f"/desk/follow-ups/{follow_up.number}")
    assert "登记回访电话" not in page


async def test_a_call_that_was_answered_is_recorded_with_its_answers(place, follow_up):
    agent, address = await place.agent(), f"/desk/follow-ups/{follow_up.number}"
    _, page = await agent.get(address)
    assert "登记回访电话" in page
    fields = {**GOOD, "outcome": "answered", "note": f"客户说{HOSTILE}", "form_id": agent.form_id}
    refused = await agent.post(f"{address}/call", **{**fields, "q_told": ""})
    assert refused.status == 400
    assert "还有一题没有记" in await refused.text()
    assert (await agent.post(f"{address}/call", **fields)).status == 303
    done = stored(place, follow_up)
    assert (done.state, done.valid, done.tries) == (FollowUpState.DONE, True, 2)
    _, page = await agent.get(address)
    assert "讲清楚了" in page
    assert "<script>" not in page
    _, page = await agent.get("/desk/figures/follow-ups")
    assert "5.00 分（1 次）" in page


async def test_the_same_form_counts_one_call(place, follow_up):
    agent, address = await place.agent(), f"/desk/follow-ups/{follow_up.number}"
    await agent.get(address)
    for _ in range(2):
        await agent.post(f"{address}/call", outcome="not_reached", form_id=agent.form_id)
    assert stored(place, follow_up).tries == 2


async def test_a_problem_told_on_the_phone_is_a_request_at_the_desk(place, follow_up):
    agent, address = await place.agent(), f"/desk/follow-ups/{follow_up.number}"
    await agent.get(address)
    fields = {**GOOD, "q_told": "no", "outcome": "answered", "form_id": agent.form_id}
    assert (await agent.post(f"{address}/call", **fields)).status == 303
    number = stored(place, follow_up).problem_no
    _, cases = await agent.get("/desk/cases?kind=S")
    assert number in cases
    assert "回访问题" in cases
    _, sheet = await agent.get(f"/desk/cases/{number}")
    for shown in ("没有收到结果", follow_up.number, "D-V03", "投诉回访"):
        assert shown in sheet
    _, page = await agent.get(address)
    assert number in page


async def test_a_call_to_be_made_is_a_task_that_leads_to_its_sheet(place, follow_up):
    sweep = Sweep(place.deps.unit_of_work, place.deps.deadlines, place.deps.limits)
    object.__setattr__(place.deps, "settle_tasks", sweep.settle)
    sweep(place.clock())
    agent = await place.agent()
    _, page = await agent.get("/desk/tasks")
    assert f'href="/desk/follow-ups/{follow_up.number}"' in page
    assert "结案回访" in page
    await agent.get(f"/desk/follow-ups/{follow_up.number}")
    await agent.post(f"/desk/follow-ups/{follow_up.number}/call", outcome="declined", form_id=agent.form_id)
    _, page = await agent.get("/desk/tasks")
    assert follow_up.number not in page


async def test_a_number_of_nothing_is_not_found(place):
    agent = await place.agent()
    assert (await agent.get("/desk/follow-ups/R20261123000099"))[0] == 404
    assert (await agent.post("/desk/follow-ups/R20261123000099/call", outcome="declined")).status == 409
    assert (await agent.post("/desk/follow-ups/R20261123000099/call")).status == 400


async def test_nobody_calls_about_the_complaint_that_is_about_himself(place):
    complaint(place, stage=ComplaintStage.DECIDED, against="工号 2001")
    made = raise_follow_up(
        place.deps.unit_of_work, FollowUpKind.COMPLAINT_CLOSED, "T20261123000001", "", place.clock(),
        call_by=place.clock().date(),
    )  # fmt: skip
    address = f"/desk/follow-ups/{made.number}"
    accused = await place.colleague("2001", Role.COMPLAINT_OFFICER)
    other = await place.colleague("2002", Role.COMPLAINT_OFFICER)
    status, page = await accused.get(address)
    assert status == 403
    assert PHONE not in page
    assert (await accused.post(f"{address}/call", outcome="declined", form_id="x")).status == 403
    assert stored(place, made).state is FollowUpState.SENT
    assert (await other.get(address))[0] == 200
