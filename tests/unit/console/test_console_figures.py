"""The board and the reports: who sees them, what they show, and that a look and a download are recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.console.figures import KINDS
from bot.insurance.complaint import ComplaintStage
from bot.insurance.rating import Rating
from bot.insurance.service_fact import Fact, ServiceFact
from bot.insurance.staff import Role, Staff
from bot.services.sweep_due_dates import Sweep
from tests.pdf_text import words
from tests.unit.console.conftest import HOSTILE
from tests.unit.console.test_console_cases import claim, complaint


async def test_the_board_shows_waits_hands_and_what_is_due(place):
    agent, manager = await place.colleague("1002"), await place.colleague("boss", Role.MANAGER)
    place.hand_off("c-1")
    place.hand_off("c-2", post="理赔")
    place.pass_time(minutes=12)
    await agent.get("/desk")
    await agent.post("/desk/c-1/take")
    claim(place, place.clock().date() - timedelta(days=1))
    complaint(place, stage=ComplaintStage.REGISTERED)
    status, page = await manager.get("/desk/board")
    assert status == 200
    for shown in (
        "12 分钟（理赔）",
        "1 位",
        "1002",
        "在线",
        "报案理赔",
        "投诉",
        "已超期",
        'data-refresh="/desk/board"',
    ):
        assert shown in page
    assert "c-1" not in page


async def test_the_board_is_for_managers(place):
    for name, role in (("a", Role.AGENT), ("q", Role.QUALITY), ("l", Role.COMPLIANCE)):
        assert (await (await place.colleague(f"the-{name}", role)).get("/desk/board"))[0] == 404


@pytest.mark.parametrize("name", KINDS)
async def test_each_report_is_a_page_with_plots_and_a_document_both_on_record(place, name):
    complaint(place)
    with place.deps.unit_of_work() as work:
        day = place.clock().date()
        work.facts.add([ServiceFact("c-1:m:claim_form", Fact.BEGAN, "claim_form", "c-1", day)])
        work.facts.add([ServiceFact("c-1:m:claim_form", Fact.ENDED, "confirmed", "c-1", day)])
        work.commit()
    manager = await place.colleague("boss", Role.MANAGER)
    status, page = await manager.get(f"/desk/figures/{name}?period=2026Q4")
    assert status == 200
    for shown in (KINDS[name].title, "2026 年第 4 季度", f"/desk/figures/{name}.pdf?period=2026Q4"):
        assert shown in page
    assert "<svg" in page
    assert " style=" not in page
    async with manager.client.get(f"/desk/figures/{name}.pdf?period=2026Q4") as response:
        assert (response.status, response.content_type) == (200, "application/pdf")
        assert f'filename="{name}-2026Q4.pdf"' in response.headers["Content-Disposition"]
        assert response.headers["Cache-Control"] == "no-store"
        printed = words(await response.read())
    assert KINDS[name].title[:2] in printed
    looked, loaded = place.audit()[-2:]
    assert looked == ("desk.report_viewed", name, "agent:boss", '{"period":"2026Q4"}')
    assert loaded == ("desk.report_downloaded", name, "agent:boss", '{"period":"2026Q4"}')


async def test_who_may_not_read_a_report_gets_neither_page_nor_document(place):
    quality, agent = await place.colleague("q1", Role.QUALITY), await place.colleague("1002")
    assert (await quality.get("/desk/figures/quality"))[0] == 200
    for browser, name in ((quality, "complaints"), (quality, "scorecards"), (agent, "quality"), (agent, "topics")):
        for path in (f"/desk/figures/{name}", f"/desk/figures/{name}.pdf"):
            assert (await browser.get(path))[0] == 404
    assert not [entry for entry in place.audit() if entry[0] == "desk.report_downloaded"]


async def test_an_account_of_an_institution_reads_its_figures_alone(place):
    own = Staff("bj-boss", frozenset({Role.MANAGER}), frozenset(), institution="BJ")
    complaint(place, institution="BJ")
    complaint(place, complaint_no="T20261123000002", idempotency_key="k2", institution="SH")
    browser, boss = await place.signed_in(own), await place.colleague("boss", Role.MANAGER)
    for asked in ("", "?institution=SH"):
        _, page = await browser.get(f"/desk/figures/complaints{asked}")
        assert "北京分公司" in page
        assert "1 件，上期没有" in page
        assert 'name="institution"' not in page
        assert '<td data-label="在办">1 件</td>' in (await browser.get(f"/desk/board{asked}"))[1]
    assert place.audit()[-1][3] == '{"institution":"BJ","period":"2026-11"}'
    async with browser.client.get("/desk/figures/complaints.pdf?institution=SH") as response:
        assert 'filename="complaints-2026-11-BJ.pdf"' in response.headers["Content-Disposition"]
    for name in ("topics", "funnels", "quality"):
        assert (await browser.get(f"/desk/figures/{name}"))[0] == 404
    _, page = await browser.get("/desk/figures")
    assert "客户来意" not in page
    _, page = await boss.get("/desk/figures/complaints?institution=SH")
    assert "1 件，上期没有" in page
    assert "complaints.pdf?period=2026-11&amp;institution=SH" in page
    _, page = await boss.get("/desk/figures/complaints?institution=nowhere")
    assert "2 件，上期没有" in page
    _, page = await boss.get("/desk/board?institution=SH")
    assert 'data-refresh="/desk/board?institution=SH"' in page


async def test_a_person_sees_the_own_scorecard_and_a_manager_those_of_all(place):
    one, other = await place.colleague("1002"), await place.colleague("1003")
    for number, (browser, answers) in enumerate(((one, True), (other, False))):
        name = f"c-{number}"
        place.hand_off(name)
        await browser.post(f"/desk/{name}/take")
        place.pass_time(seconds=40)
        if answers:
            await browser.get(f"/desk/{name}")
            assert (await browser.post(f"/desk/{name}/answer", text="您好", form_id="f1")).status == 303
        place.pass_time(minutes=5)
        await browser.post(f"/desk/{name}/return")
    rating = Rating("c-0", "", 5, "", "web", place.clock(), "k-1")
    with place.deps.unit_of_work() as work:
        work.ratings.add(rating)
        work.ratings.add(
            replace(rating, conversation_id="c-1", score=1, at=rating.at + timedelta(days=3), idempotency_key="k-2")
        )
        work.commit()
    _, own = await one.get("/desk/my-figures")
    assert "1002" in own
    assert ">1003<" not in own
    for shown in ("40 秒", "5 分 40 秒", "100.0%（1 次）"):
        assert shown in own
    _, all_of_them = await (await place.colleague("boss", Role.MANAGER)).get("/desk/figures/scorecards")
    assert ">1002<" in all_of_them
    assert ">1003<" in all_of_them
    assert "—（0 次）" in all_of_them  # the late rating judges something else


async def test_a_cause_is_asked_for_and_counted_and_never_told(place):
    complaint(place, stage=ComplaintStage.INVESTIGATING)
    browser = await place.agent()
    _, page = await browser.get("/desk/cases/T20261123000001")
    assert "条款不明确或难懂" in page
    fields = {
        "facts": "经查条款写得不清楚",
        "basis": "保险法第三十条",
        "result": "按有利于您的解释赔付",
        "form_id": browser.form_id,
    }
    refused = await browser.post("/desk/cases/T20261123000001/decide", **fields, cause=HOSTILE)
    assert refused.status == 400
    assert (await browser.post("/desk/cases/T20261123000001/decide", **fields, cause="terms")).status == 303
    _, report = await browser.get("/desk/figures/complaints")
    assert "条款不明确或难懂" in report
    _, sheet = await browser.get("/desk/cases/T20261123000001")
    assert "根本原因（内部）" in sheet
    assert "条款不明确" not in place.deps.recent_texts("13800000009", 1)[0].text


async def test_the_regular_report_is_a_task_until_it_is_downloaded(place):
    complaint(place)
    own = Staff("bj-boss", frozenset({Role.MANAGER}), frozenset(), institution="BJ")
    place.pass_time(days=8)  # into December
    Sweep(place.deps.unit_of_work, place.deps.deadlines, place.deps.limits)(place.clock())
    boss, agent = await place.colleague("boss", Role.MANAGER), await place.colleague("1002")
    link = "/desk/figures/monthly?period=2026-11"
    assert link in (await boss.get("/desk/tasks"))[1]
    assert "客服工作报告" not in (await agent.get("/desk/tasks"))[1]
    status, page = await boss.get(link)
    assert status == 200
    assert "投诉：收到投诉" in page
    for browser, path, ends in (
        (await place.signed_in(own), link.replace("?", ".pdf?"), False),
        (boss, "/desk/figures/monthly.pdf?period=2026-11&institution=SH", False),
        (boss, link.replace("?", ".pdf?"), True),
    ):
        async with browser.client.get(path) as response:
            assert response.status == 200
        with place.deps.unit_of_work() as work:
            assert work.once.was_claimed("monthly-report:2026-11") is ends
