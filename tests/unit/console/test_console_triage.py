"""The five outcomes of company rules art 14 on the complaint's sheet: an officer chooses, the complainant is told why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.insurance.complaint import ComplaintStage
from bot.insurance.staff import Role
from bot.insurance.triage import TriageOutcome
from tests.unit.console.test_console_cases import PHONE, complaint

SHEET = "/desk/cases/T20261123000001"
REASON = "反映的是医院收费，不属于保险消费投诉"


async def choose(browser, outcome: TriageOutcome, reason: str = REASON, **fields: str):
    await browser.get(SHEET)
    return await browser.post(
        f"{SHEET}/triage", outcome=outcome.value, reason=reason, form_id=browser.form_id, **fields
    )


def stored(place):
    with place.deps.unit_of_work() as work:
        return work.complaints.get("T20261123000001")


async def test_the_sheet_shows_each_outcome_with_its_meaning_and_deadline(place):
    made = complaint(place)
    _, page = await (await place.agent()).get(SHEET)
    for outcome in TriageOutcome:
        assert outcome.zh in page
        assert outcome.meaning in page
        assert outcome.article in page
    assert page.count("最晚") >= len(TriageOutcome)
    by = made.clocks.decide_by
    assert f"作出处理决定：{by.year}年{by.month}月{by.day}日" in page


@pytest.mark.parametrize("outcome", list(TriageOutcome))
async def test_the_choice_is_stored_told_and_audited(place, outcome):
    complaint(place)
    browser = await place.agent()
    response = await choose(browser, outcome)
    assert response.status == 303
    one = stored(place)
    (made,) = one.triages
    assert (made.outcome, made.reason, made.agent) == (outcome, REASON, "desk")
    wanted = {TriageOutcome.ACCEPT: ComplaintStage.ACCEPTED, TriageOutcome.OTHER_DEPARTMENT: ComplaintStage.TRANSFERRED}
    assert one.stage is wanted.get(outcome, ComplaintStage.CLOSED)
    assert one.is_open is not outcome.ends
    (text,) = place.deps.recent_texts(PHONE, 5)
    assert one.complaint_no in text.text
    if outcome is not TriageOutcome.ACCEPT:
        assert REASON in text.text
    if outcome.ends:
        for remedy in ("核查", "调解", "仲裁", "诉讼", "12378"):
            assert remedy in text.text
    event, subject, actor, detail = place.audit()[-1]
    assert (event, subject, actor) == ("complaint.triaged", one.complaint_no, "agent:desk")
    assert f'"outcome":"{outcome.value}"' in detail
    _, page = await browser.get(SHEET)
    assert f"{outcome.zh}：{REASON}" in page
    assert "/triage" not in page


async def test_a_double_click_chooses_once(place):
    complaint(place)
    browser = await place.agent()
    await browser.get(SHEET)
    same = {"outcome": "accept", "reason": "属于消费投诉，受理", "form_id": browser.form_id}
    assert (await browser.post(f"{SHEET}/triage", **same)).status == 303
    assert (await browser.post(f"{SHEET}/triage", **same)).status == 303
    assert len(stored(place).triages) == 1
    assert len(place.deps.recent_texts(PHONE, 5)) == 1


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"reason": "不行"}, 400, "理由要写"),
        ({"outcome": "reject"}, 400, "先选一种"),
        ({"reason": "你们这种情况不能投诉，不受理"}, 422, "不合适"),
    ],
)
async def test_without_a_choice_or_a_fit_reason_nothing_changes(place, fields, status, words):
    complaint(place)
    browser = await place.agent()
    await browser.get(SHEET)
    given = {"outcome": "outside", "reason": REASON, "form_id": browser.form_id, **fields}
    response = await browser.post(f"{SHEET}/triage", **given)
    assert response.status == status
    assert words in await response.text()
    assert stored(place).stage is ComplaintStage.REGISTERED
    assert place.deps.recent_texts(PHONE, 5) == ()


@pytest.mark.parametrize("stage", [ComplaintStage.INVESTIGATING, ComplaintStage.DECIDED, ComplaintStage.WITHDRAWN])
async def test_what_is_past_triage_is_not_chosen_again(place, stage):
    complaint(place, stage=stage)
    browser = await place.agent()
    _, page = await browser.get(SHEET)
    assert "/triage" not in page
    response = await browser.post(f"{SHEET}/triage", outcome="outside", reason=REASON, form_id="x")
    assert response.status == 409
    assert stored(place).stage is stage


async def officer(place, name):
    return await place.colleague(name, Role.COMPLAINT_OFFICER, posts=("投诉回访", "综合"))


async def test_who_is_complained_of_neither_chooses_nor_takes_the_conversation(place):
    """Recusal, 投诉办法 art 17: also for a colleague whose number only begins the same."""
    complaint(place, against="客服工号 1002", conversation_id="c-9")
    place.hand_off("c-9")
    accused, other = await officer(place, "1002"), await officer(place, "10023")
    _, page = await accused.get(SHEET)
    assert "/triage" not in page
    response = await accused.post(f"{SHEET}/triage", outcome="accept", reason="我来处理这件", form_id="x")
    assert response.status == 403
    assert "回避" in await response.text()
    response = await accused.post("/desk/c-9/take")
    assert response.status == 403
    assert "回避" in await response.text()
    assert stored(place).stage is ComplaintStage.REGISTERED
    assert (await other.post("/desk/c-9/take")).status == 303
    assert (await choose(other, TriageOutcome.ACCEPT, "属于消费投诉，受理")).status == 303


async def test_the_notice_is_due_no_later_than_the_law_wants_a_decision(place):
    """X-01: the ten working days of the company may be longer than the fifteen days of the law."""
    made = complaint(place)
    late = made.clocks.decide_by + timedelta(days=5)
    clocks = type(made.clocks)(**{**vars(made.clocks), "acceptance_by": late})
    complaint(place, 2, clocks=clocks)
    _, page = await (await place.agent()).get("/desk/cases/T20261123000002")
    by = made.clocks.decide_by
    assert f"最晚 {by.year}年{by.month}月{by.day}日，写明理由" in page


async def test_the_rules_that_fired_are_cited_by_title_and_article(place):
    complaint(place)
    _, page = await (await place.agent()).get(SHEET)
    assert "attitude.rude" in page
    assert "服务态度恶劣（银行业保险业消费投诉处理管理办法第十七条）" in page


async def test_a_reason_that_refuses_is_sent_after_one_warning(place):
    complaint(place)
    browser = await place.agent()
    await browser.get(SHEET)
    words = {"outcome": "outside", "reason": "保单不是我们公司的，您的投诉不予受理", "form_id": browser.form_id}
    assert (await browser.post(f"{SHEET}/triage", **words)).status == 422
    assert stored(place).triages == ()
    assert (await browser.post(f"{SHEET}/triage", **words)).status == 303
    assert len(stored(place).triages) == 1
