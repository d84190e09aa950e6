"""A claim's progress and decision on its sheet: only the claims post, only legal steps, one text to the claimant."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.console.claim_desk import read_lines
from bot.insurance.claim import Claim, ClaimStage, LossReport
from bot.insurance.party import Party
from bot.insurance.policy import LineOfBusiness
from bot.insurance.settlement import AmountLine, Decision
from bot.insurance.staff import Role
from bot.store.parties import add_parties
from tests.claim_reviews import add_review

NUMBER, PHONE = "C20261123000001", "13800001009"
SHEET = f"/desk/cases/{NUMBER}"
LINES = "合理医疗费 3,200.05\n免赔额 -500"
PARTY = Party("CU9", "郑浩", "510107198810250519", date(1988, 10, 25), "男", PHONE, "z@example.com", "某路1号", False)


def put(place, stage: ClaimStage = ClaimStage.ADJUDICATING, claimant: str = "CU9") -> None:
    with place.engine.begin() as connection:
        add_parties(connection, (PARTY,))
    report = LossReport(LineOfBusiness.HEALTH, "2026-11-03", "", "阑尾炎住院", "有", "13900003901")
    made = Claim(NUMBER, report, stage, place.clock(), True, "c-1", "claim", claimant_party_id=claimant)
    with place.deps.unit_of_work() as work:
        work.claims.add(made)
        add_review(work, NUMBER, place.clock())
        work.commit()


def stored(place) -> Claim:
    with place.deps.unit_of_work() as work:
        return work.claims.get(NUMBER)


async def decide(browser, **changes: str):
    await browser.get(SHEET)
    given = {"decision": "part", "lines": LINES, "clause": "条款第五条", "reason": "合同约定免赔额", **changes}
    return await browser.post(f"{SHEET}/decision", form_id=browser.form_id, **given)


async def move(browser, stage: ClaimStage, note: str = "按流程办理，已核对"):
    await browser.get(SHEET)
    return await browser.post(f"{SHEET}/stage", stage=stage.value, note=note, form_id=browser.form_id)


async def approve(place, name: str = "9001"):
    """By a manager who had no hand in it."""
    senior = await place.colleague(name, Role.MANAGER)
    await senior.get(SHEET)
    fields = {"answer": "approve", "opinion": "同意，依据充分", "form_id": "approve-" + name}
    assert (await senior.post(f"{SHEET}/approval", **fields)).status == 303


async def test_a_decision_is_stored_shown_audited_and_told_once_without_health_details(place):
    put(place)
    browser = await place.agent()
    assert (await decide(browser)).status == 303
    claim = stored(place)
    assert claim.stage is ClaimStage.AWAITING_AGREEMENT
    assert claim.settlement.decision is Decision.PART
    assert claim.settlement.amount == Decimal("2700.05")
    assert claim.due_on is None
    (text,) = place.deps.recent_texts(PHONE, 5)
    for told in (NUMBER, "部分赔付 2,700.05 元", "查理赔进度", "复核", "12378"):
        assert told in text.text
    for hidden in ("阑尾炎", "住院", "免赔额", "第五条"):
        assert hidden not in text.text
    event, subject, actor, _ = place.audit()[-1]
    assert (event, subject, actor) == ("claim.decided", NUMBER, "agent:desk")
    _, page = await browser.get(SHEET)
    for shown in ("合理医疗费", "2,700.05 元", "条款第五条", "合同约定免赔额"):
        assert shown in page
    assert "/decision" not in page


async def test_a_denial_starts_the_three_days_of_its_written_notice(place):
    put(place)
    browser = await place.agent()
    given = {"decision": "deny", "lines": "", "reason": "不属于合同约定的保险责任"}
    assert (await decide(browser, **given)).status == 303
    assert stored(place).settlement is None
    await approve(place)
    claim, by = stored(place), place.clock().date() + timedelta(days=3)
    assert (claim.stage, claim.due_rule) == (ClaimStage.DECIDED, "D-L06")
    assert claim.due_on == claim.settlement.notice_by
    assert claim.due_on <= by
    (text,) = place.deps.recent_texts(PHONE, 5)
    assert "不予赔付" in text.text
    assert f"{claim.due_on.month} 月 {claim.due_on.day} 日" in text.text
    assert (await move(browser, ClaimStage.DENIED, "通知书已寄出，单号已登记")).status == 303
    claim = stored(place)
    assert (claim.stage, claim.due_on) == (ClaimStage.DENIED, None)
    assert claim.settlement.notice_on == place.clock().date()


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"decision": "maybe"}, 400, "先选核定结论"),
        ({"lines": "医疗费 三千"}, 400, "一行一项"),
        ({"lines": ""}, 400, "要有计算明细"),
        ({"lines": "医疗费 500\n免赔额 -500"}, 400, "大于 0"),
        ({"clause": ""}, 400, "依据的条款"),
        ({"reason": ""}, 400, "要写理由"),
        ({"decision": "deny"}, 400, "没有计算明细"),
        ({"reason": "这个不能赔，投诉也没用"}, 422, "不合适"),
    ],
)
async def test_what_is_incomplete_or_unfit_changes_nothing_and_can_be_sent_again(place, changes, status, words):
    put(place)
    browser = await place.agent()
    response = await decide(browser, **changes)
    assert response.status == status
    assert words in await response.text()
    assert stored(place).settlement is None
    assert place.deps.recent_texts(PHONE, 5) == ()
    whole = {"decision": "part", "lines": LINES, "clause": "条款第五条", "reason": "合同约定免赔额"}
    await browser.post(f"{SHEET}/decision", form_id=browser.form_id, **whole)
    assert stored(place).settlement is not None


async def test_a_double_click_decides_once(place):
    put(place)
    browser = await place.agent()
    await browser.get(SHEET)
    same = {"decision": "pay", "lines": LINES, "clause": "第五条", "form_id": browser.form_id}
    for _ in range(2):
        assert (await browser.post(f"{SHEET}/decision", **same)).status == 303
    assert len(place.deps.recent_texts(PHONE, 5)) == 1


async def test_only_the_claims_post_records(place):
    put(place)
    other = await place.colleague("1002", Role.AGENT, posts=("理赔",))
    _, page = await other.get(SHEET)
    assert "/decision" not in page
    response = await other.post(f"{SHEET}/decision", decision="pay", lines=LINES, clause="第五条", form_id="x")
    assert response.status == 403
    assert stored(place).settlement is None


async def test_who_only_reported_is_told_without_the_result(place):
    put(place, claimant="")
    assert (await decide(await place.agent())).status == 303
    (text,) = place.deps.recent_texts("13900003901", 5)
    assert "已核定" in text.text
    assert "元" not in text.text


@pytest.mark.parametrize(
    ("stage", "wanted", "legal"),
    [
        (ClaimStage.ASSESSING, ClaimStage.REVIEWING_LOSS, True),
        (ClaimStage.REVIEWING_LOSS, ClaimStage.ADJUDICATING, True),
        (ClaimStage.ASSESSING, ClaimStage.ADJUDICATING, False),
        (ClaimStage.AWAITING_AGREEMENT, ClaimStage.PAYING, False),
        (ClaimStage.ADJUDICATING, ClaimStage.DENIED, False),
        (ClaimStage.CLOSED, ClaimStage.ADJUDICATING, False),
    ],
)
async def test_only_a_legal_step_is_taken(place, stage, wanted, legal):
    put(place, stage)
    browser = await place.agent()
    await browser.get(SHEET)
    form = {"stage": wanted.value, "note": "按流程办理，已核对", "form_id": "one"}
    response = await browser.post(f"{SHEET}/stage", **form)
    assert response.status == (303 if legal else 409)
    assert stored(place).stage is (wanted if legal else stage)


async def test_a_case_that_is_not_registered_keeps_the_reason(place):
    put(place, ClaimStage.REPORTED)
    browser = await place.agent()
    reason = "车牌没有对上有效保单，请提供保单号"
    assert (await move(browser, ClaimStage.AWAITING_REGISTRATION, "短")).status == 400
    assert (await move(browser, ClaimStage.AWAITING_REGISTRATION, reason)).status == 303
    claim = stored(place)
    assert (claim.stage, claim.steps[-1].note, claim.steps[-1].post) == (
        ClaimStage.AWAITING_REGISTRATION, reason, "立案岗",
    )  # fmt: skip
    (text,) = place.deps.recent_texts(PHONE, 5)
    assert "暂时没有立案" in text.text
    assert "车牌" not in text.text  # why stands where the claimant is proved


async def test_a_decision_outside_adjudication_is_refused(place):
    put(place, ClaimStage.SURVEYING)
    browser = await place.agent()
    response = await browser.post(
        f"{SHEET}/decision", csrf=browser.csrf, decision="pay", lines=LINES, clause="第五条", form_id="x"
    )
    assert response.status == 409


def test_the_computation_is_read_to_the_fen():
    assert read_lines("医疗费：1,200.5 元\n\n 免赔额 −100") == (
        AmountLine("医疗费", Decimal("1200.5")), AmountLine("免赔额", Decimal("-100")),
    )  # fmt: skip
    assert read_lines("医疗费 1.234") is None
    assert read_lines("12") is None


ITEMS = "前保险杠 1,800.55\n钣金喷漆 1200"


async def assess(browser, **changes: str):
    await browser.get(SHEET)
    given = {"lines": ITEMS, "basis": "修理厂维修清单", **changes}
    return await browser.post(f"{SHEET}/assessment", form_id=browser.form_id, **given)


async def test_an_assessed_loss_is_shown_to_the_claimant_and_kept_on_the_sheet(place):
    put(place, ClaimStage.ASSESSING)
    browser = await place.agent()
    assert (await assess(browser)).status == 303
    assert (await assess(browser, lines="前保险杠 2000")).status == 303
    claim = stored(place)
    assert (claim.stage, claim.settlement) == (ClaimStage.ASSESSING, None)
    assert [each.amount for each in claim.assessments] == [Decimal("3000.55"), Decimal("2000.00")]
    text = place.deps.recent_texts(PHONE, 5)[0].text
    assert "重新定损" in text
    assert "2,000" not in text
    event, subject, actor, _ = place.audit()[-1]
    assert (event, subject, actor) == ("claim.assessed", NUMBER, "agent:desk")
    _, page = await browser.get(SHEET)
    for shown in ("3,000.55 元", "2,000 元", "修理厂维修清单", "客户还没有答复"):
        assert shown in page


@pytest.mark.parametrize(
    ("stage", "changes", "status"),
    [
        (ClaimStage.SURVEYING, {}, 409),
        (ClaimStage.ADJUDICATING, {}, 409),
        (ClaimStage.ASSESSING, {"basis": ""}, 400),
        (ClaimStage.ASSESSING, {"lines": "前保险杠"}, 400),
        (ClaimStage.ASSESSING, {"lines": "旧件残值 -50"}, 400),
        (ClaimStage.REVIEWING_LOSS, {}, 303),
    ],
)
async def test_an_assessment_is_whole_and_at_its_stage(place, stage, changes, status):
    put(place, stage)
    browser = await place.agent()
    assert (await assess(browser, **changes)).status == status
    assert bool(stored(place).assessments) is (status == 303)


async def test_a_lawful_denial_may_be_sent_after_one_warning(place):
    put(place)
    browser = await place.agent()
    words = {"decision": "deny", "lines": "", "reason": "您这次的手术费不能赔，属于条款第十七条责任免除"}
    assert (await decide(browser, **words)).status == 422
    assert stored(place).settlement is None
    assert (await decide(browser, **words)).status == 303
    await approve(place)
    assert stored(place).stage is ClaimStage.DECIDED
