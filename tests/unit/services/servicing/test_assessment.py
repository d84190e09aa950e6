"""From the released assessment to the claimant's word on it: agreed, or assessed once more; never called the payment."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from bot.insurance.claim import Claim, ClaimStage, LossReport
from bot.insurance.policy import LineOfBusiness
from bot.insurance.service_request import RequestStatus
from bot.insurance.settlement import AmountLine
from bot.services.assess_loss import HandledBeforeError, ReleaseAssessment, release_assessment
from bot.services.decide_claim import ClaimStepError, SettlementFlawError
from tests.servicing_talk import CUSTOMERS, claim_now, keep_as_only_claim, prove, stored
from tests.talk import Talk

NAME = "周强"
LINES = (AmountLine("前保险杠", Decimal("1800.55")), AmountLine("钣金喷漆", Decimal("1200")))


def assessing(talk: Talk, number: str, stage: ClaimStage = ClaimStage.ASSESSING) -> str:
    at, party = talk.now - timedelta(days=2), CUSTOMERS[NAME].party_id
    report = LossReport(LineOfBusiness.MOTOR, "2026-11-03", "机场北路", "撞了路牌", "无", "13900004418")
    made = Claim(number, report, stage, at, True, "elsewhere", number, claimant_party_id=party)
    return keep_as_only_claim(talk, made).claim_no


def release(talk: Talk, number: str, lines: tuple[AmountLine, ...] = LINES, agent: str = "desk") -> Claim:
    with talk.services.unit_of_work() as work:
        claim = release_assessment(work, ReleaseAssessment(number, lines, "修理厂维修清单", agent, talk.now))
        work.commit()
    return claim


def look(talk: Talk, number: str) -> str:
    talk.say("查理赔进度")
    if talk.requested == "claim_no":
        talk.say("没有报案号")
    if talk.requested == "name":
        prove(talk, NAME)
    if talk.requested == "claim_no":
        talk.say(number)
    return talk.text


def titles(talk: Talk) -> list[str]:
    return [choice.title for reply in talk.replies for choice in reply.choices]


def test_the_claimant_sees_the_assessed_amount_and_that_it_is_not_the_payment(customer: Talk) -> None:
    number = assessing(customer, "C20261102710001")
    release(customer, number)
    said = look(customer, number)
    for told in ("定损金额 3,000.55 元", "不是赔款", "前保险杠 1,800.55 元", "修理厂维修清单", "以核定结果为准"):
        assert told in said
    assert {"同意定损金额", "不同意，要求重新定损"} <= set(titles(customer))


def test_agreeing_is_stored_and_moves_no_stage_and_no_date(customer: Talk) -> None:
    number = assessing(customer, "C20261102710002")
    before = release(customer, number)
    look(customer, number)
    customer.pick("同意定损金额")
    assert customer.requested == "confirm", customer.text
    assert "3,000.55 元" in customer.text
    customer.say("确认")
    claim = claim_now(customer, number)
    assert claim.assessment is not None
    assert claim.assessment.agreed_at == customer.now
    assert (claim.stage, claim.due_on, claim.settlement) == (ClaimStage.ASSESSING, before.due_on, None)
    assert stored(customer)[0].status is RequestStatus.DONE
    assert "同意了这个定损金额" in look(customer, number)
    assert "同意定损金额" not in titles(customer)


def test_a_new_amount_released_while_the_card_is_open_is_agreed_to_by_nobody_unseen(customer: Talk) -> None:
    number = assessing(customer, "C20261102710012")
    release(customer, number)
    look(customer, number)
    customer.pick("同意定损金额")
    release(customer, number, LINES[:1])
    customer.say("确认")
    assert customer.requested == "confirm"
    assert "1,800.55 元" in customer.text
    assert "3,000.55 元" not in customer.text
    latest = claim_now(customer, number).assessment
    assert latest is not None
    assert latest.agreed_at is None
    customer.say("确认")
    latest = claim_now(customer, number).assessment
    assert latest is not None
    assert latest.agreed_at == customer.now


def test_disagreeing_is_a_task_with_a_date_that_the_second_assessment_finishes(customer: Talk) -> None:
    number = assessing(customer, "C20261102710003")
    release(customer, number)
    look(customer, number)
    customer.pick("不同意，要求重新定损")
    assert customer.requested == "dispute_grounds", customer.text
    assert "别家的报价" in customer.text
    customer.say("大灯也碎了，清单里没有，4S 店报价要五千二")
    customer.say("没有")
    assert "定损金额 3,000.55 元" in customer.text
    customer.say("确认")
    assert "重新定损" in customer.text
    assert customer.outcome != "handed_off"
    (request,) = stored(customer)
    assert (request.kind, request.post, request.status) == ("dispute_claim", "理赔", RequestStatus.ACCEPTED)
    assert request.due_on is not None
    claim = claim_now(customer, number)
    assert claim.assessment is not None
    assert "大灯也碎了" in claim.assessment.objection
    with pytest.raises(HandledBeforeError):
        release(customer, number, LINES[:1])
    release(customer, number, (*LINES, AmountLine("左前大灯", Decimal("2200"))), agent="1002")
    assert stored(customer)[0].status is RequestStatus.DONE
    assert "重新定损的金额 5,200.55 元" in look(customer, number)
    assert "同意定损金额" in titles(customer)


def test_disagreeing_twice_is_told_of_the_first(customer: Talk) -> None:
    number = assessing(customer, "C20261102710004")
    release(customer, number)
    for _ in range(2):
        look(customer, number)
        if "不同意，要求重新定损" in titles(customer):
            customer.pick("不同意，要求重新定损")
            customer.say("工时费少算了一半")
            customer.say("没有")
            customer.say("确认")
    assert "重新定损" in customer.text
    assert "不同意，要求重新定损" not in titles(customer)
    assert len(stored(customer)) == 1


def test_the_text_holds_no_amount(customer: Talk) -> None:
    number = assessing(customer, "C20261102710005")
    release(customer, number)
    text = customer.outbox.texts_for(CUSTOMERS[NAME].phone, 1)[0].text
    assert number in text
    assert "不是赔款" in text
    assert "3,000" not in text
    assert "保险杠" not in text


def test_the_reporters_phone_shows_no_amount(customer: Talk) -> None:
    number = assessing(customer, "C20261102710006")
    release(customer, number)
    customer.say("查理赔进度")
    customer.say(number)
    customer.say("13900004418")
    customer.say(customer.code_of("13900004418"))
    assert "定损中" in customer.text
    assert "3,000" not in customer.text
    assert "同意定损金额" not in titles(customer)


@pytest.mark.parametrize("stage", [ClaimStage.SURVEYING, ClaimStage.ADJUDICATING, ClaimStage.PAYING])
def test_before_the_assessment_and_after_it_nothing_is_released(customer: Talk, stage: ClaimStage) -> None:
    number = assessing(customer, f"C2026110272{len(stage.value):04}", stage)
    with pytest.raises(ClaimStepError):
        release(customer, number)


def test_an_empty_assessment_is_refused(customer: Talk) -> None:
    number = assessing(customer, "C20261102710007")
    with pytest.raises(SettlementFlawError):
        release(customer, number, ())


def test_once_the_case_went_on_there_is_nothing_to_agree_to(customer: Talk) -> None:
    number = assessing(customer, "C20261102710008")
    release(customer, number)
    look(customer, number)
    customer.pick("同意定损金额")
    with customer.services.unit_of_work() as work:
        work.claims.save(Claim(**{**vars(claim_now(customer, number)), "stage": ClaimStage.ADJUDICATING}))
        work.commit()
    customer.say("确认")
    claim = claim_now(customer, number)
    assert claim.assessment is not None
    assert claim.assessment.is_open
    assert stored(customer) == ()
