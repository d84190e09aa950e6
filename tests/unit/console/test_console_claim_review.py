"""A claim between its papers and its decision: reviewed in eight points, approved by a second person, seen to in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.insurance.approval import Level
from bot.insurance.claim import Claim, ClaimStage, LossReport
from bot.insurance.policy import LineOfBusiness
from bot.insurance.staff import Role
from bot.store.parties import add_parties
from tests.claim_reviews import RULES, add_review
from tests.integration.store.store_samples import COMPLAINT
from tests.photos import photo
from tests.unit.console.test_console_cases import handed_in
from tests.unit.console.test_console_claim import NUMBER, PARTY, PHONE, SHEET, approve, decide, move, stored

IN_ORDER = {f"ok_{point.id}": "yes" for point in RULES.points}
OPINION = "资料齐全，可以核赔"


def put(place, stage: ClaimStage = ClaimStage.ADJUDICATING, line: LineOfBusiness = LineOfBusiness.MOTOR, **changes):
    """A claim whose papers nobody has reviewed yet."""
    with place.engine.begin() as connection:
        add_parties(connection, (PARTY,))
    report = LossReport(line, "2026-11-20", "北四环", "追尾", "无", "13900003901", plate_no="京A12345")
    made = Claim(NUMBER, report, stage, place.clock(), True, "c-1", "claim", claimant_party_id="CU9", **changes)
    with place.deps.unit_of_work() as work:
        work.claims.add(made)
        work.commit()


async def review(browser, **fields: str):
    await browser.get(SHEET)
    return await browser.post(f"{SHEET}/review", **{"form_id": f"r{len(fields)}", "opinion": OPINION, **fields})


async def judge(browser, answer: str = "approve", opinion: str = "同意，依据充分", form_id: str = "j"):
    await browser.get(SHEET)
    return await browser.post(f"{SHEET}/approval", answer=answer, opinion=opinion, form_id=form_id)


def events_of(place) -> list[str]:
    return [event for event, *_ in place.audit()]


async def propose(place, name: str = "1002", **fields: str):
    """A reviewed claim is decided by somebody of the claims post; returns that browser."""
    put(place)
    browser = await place.colleague(name, Role.CLAIMS)
    assert (await review(browser, **IN_ORDER)).status == 303
    assert (await decide(browser, **fields)).status == 303
    return browser


# -- the review of the papers ------------------------------------------------------------------------------------------


async def test_nothing_is_adjudicated_or_decided_before_the_papers_are_reviewed(place):
    put(place, ClaimStage.REVIEWING_LOSS)
    browser = await place.agent()
    _, page = await browser.get(SHEET)
    assert 'value="adjudicating"' not in page
    response = await move(browser, ClaimStage.ADJUDICATING)
    assert response.status == 409
    assert "没有审核完" in await response.text()
    assert (await review(browser, **IN_ORDER)).status == 303
    assert (await move(browser, ClaimStage.ADJUDICATING)).status == 303
    assert stored(place).stage is ClaimStage.ADJUDICATING


async def test_a_decision_without_a_review_is_refused(place):
    put(place)
    browser = await place.agent()
    _, page = await browser.get(SHEET)
    assert "/decision" not in page
    given = {"decision": "pay", "lines": "损失 100", "clause": "第五条", "form_id": "d"}
    assert (await browser.post(f"{SHEET}/decision", **given)).status == 409
    assert stored(place).settlement is None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "还有 8 项"),
        ({**IN_ORDER, "ok_costs": ""}, "费用清单"),
        ({**IN_ORDER, "opinion": "好"}, "审核意见"),
        ({**IN_ORDER, "papers": "发票"}, "至少有一项"),
        ({**IN_ORDER, "ok_costs": "", "note_costs": "少一张", "papers": "票" * 61}, "不超过 60"),
    ],
)
async def test_a_review_is_whole(place, fields, words):
    put(place)
    browser = await place.agent()
    response = await review(browser, **fields)
    assert response.status == 400
    assert words in await response.text()
    with place.deps.unit_of_work() as work:
        assert not work.claim_records.reviews(NUMBER)


async def test_a_point_that_is_not_in_order_may_be_commented_and_who_when_and_what_is_shown(place):
    put(place)
    browser = await place.colleague("1002", Role.CLAIMS)
    fields = {**IN_ORDER, "ok_amount": "", "note_amount": "免赔额按新条款 <b>核</b>"}
    assert (await review(browser, **fields)).status == 303
    _, page = await browser.get(SHEET)
    for shown in ("7 项没有问题", "理赔金额：免赔额按新条款 &lt;b&gt;核", OPINION, "1002", "/decision"):
        assert shown in page
    assert stored(place).documents_complete_on == place.clock().date()
    event, subject, actor, detail = place.audit()[-2]
    assert (event, subject, actor) == ("claim.reviewed", NUMBER, "agent:1002")
    assert "免赔额" not in detail


async def test_what_is_missing_is_asked_for_once_and_the_claim_waits(place):
    put(place, ClaimStage.REGISTERED)
    browser = await place.agent()
    wanting = {**IN_ORDER, "ok_costs": "", "note_costs": "发票少一张", "papers": "维修发票\n行驶证"}
    assert (await review(browser, **wanting)).status == 303
    claim = stored(place)
    assert (claim.stage, claim.missing_documents) == (ClaimStage.AWAITING_DOCUMENTS, ("维修发票", "行驶证"))
    (text,) = place.deps.recent_texts(PHONE, 5)
    assert "还要补 2 样：维修发票、行驶证，这次全部列齐" in text.text
    more = await review(browser, **{**wanting, "papers": "购车合同", "form_id": "again"})
    assert more.status == 400
    assert "只能是：维修发票、行驶证" in await more.text()
    assert (await review(browser, **{**wanting, "papers": "维修发票", "form_id": "less"})).status == 303
    assert stored(place).missing_documents == ("维修发票",)
    assert (await review(browser, **{**IN_ORDER, "form_id": "whole"})).status == 303
    claim = stored(place)
    assert (claim.stage, claim.missing_documents) == (ClaimStage.REGISTERED, ())
    with place.deps.unit_of_work() as work:
        assert [len(one.missing) for one in work.claim_records.reviews(NUMBER)] == [2, 1, 0]


async def test_which_papers_of_a_person_are_wanted_is_not_in_the_text(place):
    put(place, ClaimStage.REGISTERED, LineOfBusiness.HEALTH)
    browser = await place.agent()
    wanting = {**IN_ORDER, "ok_complete": "", "note_complete": "缺病理", "papers": "病理报告"}
    assert (await review(browser, **wanting)).status == 303
    (text,) = place.deps.recent_texts(PHONE, 5)
    assert "还要补 1 样" in text.text
    assert "病理" not in text.text


async def test_papers_that_come_later_open_the_review_anew(place):
    put(place)
    browser = await place.agent()
    assert (await review(browser, **IN_ORDER)).status == 303
    handed_in(place, photo())
    _, page = await browser.get(SHEET)
    assert "还没有审核完" in page
    assert "/decision" not in page
    assert (await review(browser, **{**IN_ORDER, "form_id": "2"})).status == 303
    _, page = await browser.get(SHEET)
    assert "/decision" in page


# -- approval ----------------------------------------------------------------------------------------------------------


async def test_a_decision_above_the_level_waits_and_the_claimant_hears_nothing_until_a_second_person_says_yes(place):
    author = await propose(place, decision="part")
    claim = stored(place)
    assert (claim.stage, claim.awaits, claim.settlement) == (ClaimStage.ADJUDICATING, Level.SECOND_CLAIMS, None)
    assert not place.deps.recent_texts(PHONE, 5)
    _, page = await author.get(SHEET)
    assert "等审批" in page
    assert "/approval" not in page
    assert "/decision" not in page
    assert "/stage" not in page
    place.pass_time(hours=2)
    second = await place.colleague("1003", Role.CLAIMS)
    _, page = await second.get("/desk/tasks")
    assert NUMBER in page
    assert (await judge(second)).status == 303
    claim = stored(place)
    assert (claim.stage, claim.awaits) == (ClaimStage.AWAITING_AGREEMENT, None)
    assert (claim.settlement.decided_at, claim.settlement.decided_by) == (place.clock(), "agent:1002")
    (text,) = place.deps.recent_texts(PHONE, 5)
    assert "已核定" in text.text
    _, page = await second.get(SHEET)
    for shown in ("审批：同意。意见：同意，依据充分", "要理赔岗另一人同意", "1003"):
        assert shown in page
    assert events_of(place).count("claim.approved") == 1


async def test_nobody_approves_what_is_his_own(place):
    author = await propose(place)
    response = await judge(author)
    assert response.status == 403
    assert "自己核定" in await response.text()
    assert stored(place).awaits is not None
    _, page = await author.get("/desk/tasks")
    assert "等您审批：理赔核定" not in page


async def test_a_denial_by_a_manager_too_waits_for_somebody_else(place):
    put(place)
    both = await place.agent()
    assert (await review(both, **IN_ORDER)).status == 303
    assert (await decide(both, decision="deny", lines="", reason="不属于合同约定的保险责任")).status == 303
    assert stored(place).awaits is Level.MANAGER
    assert (await judge(both)).status == 403
    assert (await judge(await place.colleague("1003", Role.CLAIMS))).status == 403
    assert (await judge(await place.colleague("2001", Role.COMPLIANCE))).status == 403
    await approve(place)
    assert stored(place).stage is ClaimStage.DECIDED


async def test_what_is_within_the_level_holds_at_once_and_is_recorded_all_the_same(place):
    browser = await propose(place, decision="pay", lines="维修 5000", reason="")
    assert stored(place).stage is ClaimStage.AWAITING_AGREEMENT
    _, page = await browser.get(SHEET)
    assert "在权限内，当时生效" in page


async def test_whom_the_claimant_complains_of_does_not_approve(place):
    await propose(place)
    named = replace(COMPLAINT, complainant_party_id="CU9", against="理赔的 1003 态度差", conversation_id="elsewhere")
    with place.deps.unit_of_work() as work:
        work.complaints.add(named)
        work.commit()
    accused = await place.colleague("1003", Role.CLAIMS)
    response = await judge(accused)
    assert response.status == 403
    assert "回避" in await response.text()
    assert (await judge(await place.colleague("1004", Role.CLAIMS))).status == 303


async def test_a_decision_is_sent_back_and_put_down_anew(place):
    author = await propose(place)
    second = await place.colleague("1003", Role.CLAIMS)
    assert (await judge(second, "send_back", "太短")).status == 400
    assert (await judge(second, "send_back", "免赔额算错了，重算")).status == 303
    claim = stored(place)
    assert (claim.stage, claim.awaits, claim.settlement) == (ClaimStage.ADJUDICATING, None, None)
    assert not place.deps.recent_texts(PHONE, 5)
    _, page = await author.get(SHEET)
    assert "审批：退回。意见：免赔额算错了" in page
    assert (await decide(author, lines="损失 2000\n免赔额 -100")).status == 303
    assert (await judge(second, form_id="second")).status == 303
    assert stored(place).settlement is not None
    with place.deps.unit_of_work() as work:
        assert [one.judgement.approved for one in work.claim_records.proposals(NUMBER)] == [False, True]


async def test_papers_that_come_while_it_waits_can_only_send_it_back(place):
    await propose(place)
    handed_in(place, photo())
    second = await place.colleague("1003", Role.CLAIMS)
    _, page = await second.get(SHEET)
    assert 'value="approve"' not in page
    assert (await judge(second)).status == 409
    assert (await judge(second, "send_back", "客户又交了资料", "back")).status == 303


async def test_whoever_approves_reads_the_papers_as_long_as_it_waits(place):
    put(place)
    file = handed_in(place, photo())
    author = await place.colleague("1002", Role.CLAIMS)
    await review(author, **IN_ORDER)
    manager = await place.colleague("9001", Role.MANAGER)
    path = f"{SHEET}/files/{file.file_no}"
    for answer, status in (("", 404), ("waits", 200), ("done", 404)):
        if answer == "waits":
            await decide(author)
        if answer == "done":
            await judge(manager)
        async with manager.client.get(path) as response:
            assert response.status == status


async def test_a_double_click_approves_once(place):
    await propose(place)
    second = await place.colleague("1003", Role.CLAIMS)
    for _ in range(2):
        assert (await judge(second, form_id="same")).status == 303
    assert len(place.deps.recent_texts(PHONE, 5)) == 1


# -- seen to in time ---------------------------------------------------------------------------------------------------


async def test_the_first_call_is_noted_once(place):
    put(place, ClaimStage.REPORTED)
    browser = await place.colleague("1002", Role.CLAIMS)
    await browser.get(SHEET)
    assert (await browser.post(f"{SHEET}/contact", form_id="c")).status == 303
    first = place.clock()
    place.pass_time(hours=1)
    assert (await browser.post(f"{SHEET}/contact", form_id="c2")).status == 303
    assert stored(place).contacted_at == first
    _, page = await browser.get(SHEET)
    assert "刚刚和报案人通过话" not in page


async def test_why_it_takes_longer_is_told_with_a_date_that_the_law_lets(place):
    today = place.clock().date()
    put(place, ClaimStage.SURVEYING, due_on=today + timedelta(days=10), due_rule="D-L03")
    browser = await place.colleague("1002", Role.CLAIMS)
    for days, status in ((-1, 400), (11, 400), (5, 303)):
        until = (today + timedelta(days=days)).isoformat()
        fields = {"reason": "配件要从外地调货", "until": until, "form_id": f"d{days}"}
        await browser.get(SHEET)
        assert (await browser.post(f"{SHEET}/delay", **fields)).status == status
    claim = stored(place)
    assert (claim.delay.reason, claim.delay.until) == ("配件要从外地调货", today + timedelta(days=5))
    (text,) = place.deps.recent_texts(PHONE, 5)
    assert "改为最晚 11 月 28 日" in text.text
    assert "配件" not in text.text
    assert (await move(browser, ClaimStage.ASSESSING)).status == 303
    assert stored(place).delay is None  # it was of the stage before


async def test_a_manager_names_who_sees_to_it(place):
    put(place, ClaimStage.SURVEYING)
    await place.colleague("1002", Role.CLAIMS)
    await place.colleague("1005", Role.SERVICING)
    manager = await place.colleague("9001", Role.MANAGER)
    await manager.get(SHEET)
    assert (await manager.post(f"{SHEET}/handler", handler="1005", form_id="a")).status == 400
    assert (await manager.post(f"{SHEET}/handler", handler="1002", form_id="b")).status == 303
    assert stored(place).handler == "1002"


# -- what is to be checked ---------------------------------------------------------------------------------------------


async def test_flags_are_for_the_claims_post_alone_and_that_they_were_shown_is_kept(place):
    put(place, ClaimStage.SURVEYING)
    with place.deps.unit_of_work() as work:
        claim = work.claims.get(NUMBER)
        work.claims.save(replace(claim, report=replace(claim.report, event_at="2026-10-01")))
        work.commit()
    _, page = await (await place.colleague("1002", Role.CLAIMS)).get(SHEET)
    assert "提醒核对" in page
    assert "报案晚" in page
    assert ("claim.flags_shown", NUMBER, "agent:1002", '{"rules":"late_report"}') in place.audit()
    for role in (Role.MANAGER, Role.COMPLIANCE):
        _, page = await (await place.colleague(f"the-{role.value}", role)).get(SHEET)
        assert "提醒核对" not in page


async def test_a_case_that_is_over_says_until_when_it_is_kept(place):
    put(place, ClaimStage.CLOSED)
    _, page = await (await place.colleague("1002", Role.CLAIMS)).get(SHEET)
    assert "至少保存到 2036年11月23日" in page
    assert "反洗钱法" in page


# -- a disaster --------------------------------------------------------------------------------------------------------


async def test_the_claims_of_a_disaster_are_listed_for_the_claims_post_and_counted(place):
    put(place, ClaimStage.SURVEYING, event_id="D20261123000001")
    manager = await place.colleague("9001", Role.MANAGER)
    await manager.get("/desk/events")
    started = {"kind": "storm", "name": "11 月厦门暴雨", "regions": "厦门", "ends": "2026-12-10", "form_id": "e"}
    assert (await manager.post("/desk/events", **started)).status == 303
    browser = await place.colleague("1002", Role.CLAIMS)
    _, page = await browser.get("/desk/cases")
    assert "11 月厦门暴雨" in page
    assert "在办 1 件" in page
    _, page = await browser.get("/desk/events/D20261123000001")
    for shown in (NUMBER, "报案", "1 件", "总指挥", "未填"):
        assert shown in page
    assert "desk.event_viewed" in events_of(place)
    _, page = await (await place.colleague("3001", Role.SERVICING)).get("/desk/cases")
    assert "厦门暴雨" not in page


def test_a_review_in_the_store_covers_what_was_there(place):
    put(place)
    handed_in(place, photo())
    with place.deps.unit_of_work() as work:
        made = add_review(work, NUMBER, place.clock())
        work.commit()
        assert made.covers(made.papers)
        assert not made.covers((*made.papers, "F1"))
