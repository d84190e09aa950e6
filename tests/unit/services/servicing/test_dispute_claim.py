"""理赔异议: a review by somebody else, with its date and the ways beyond it; a complaint inside is one."""

from __future__ import annotations

from datetime import timedelta

from bot.insurance.claim import Claim, ClaimStage, LossReport
from bot.insurance.policy import LineOfBusiness
from bot.insurance.service_request import RequestStatus
from tests.servicing_talk import prove, stored
from tests.talk import Talk

NAME, PARTY = "周强", "CU000008"
_START = "我要申请对理赔结果复核"


def claim(talk: Talk, number: str, stage: ClaimStage = ClaimStage.DENIED) -> None:
    reported = talk.now - timedelta(days=20)
    report = LossReport(LineOfBusiness.HEALTH, reported.date().isoformat(), "", "住院", "有", "13700001008")
    made = Claim(number, report, stage, reported, True, "elsewhere", number, claimant_party_id=PARTY)
    with talk.services.unit_of_work() as work:
        work.claims.add(made)
        work.commit()


def begin(talk: Talk, number: str) -> None:
    """Press the button under a case's progress, prove who one is, choose the case."""
    talk.say("查理赔进度")
    talk.say(number)
    if talk.requested == "phone":
        talk.say("13700001008")
        talk.say(talk.code_of("13700001008"))
    talk.pick("对结果有异议")
    prove(talk, NAME)
    if talk.requested == "service_claim":
        talk.say(number)


def complaints(talk: Talk) -> int:
    with talk.services.reading() as work:
        return len(work.complaints.of_conversation(talk.conversation_id))


def test_a_review_is_asked_for_with_point_grounds_and_material(customer: Talk) -> None:
    claim(customer, "C20261101700001")
    begin(customer, "C20261101700001")
    assert customer.requested == "dispute_point", customer.text
    customer.pick("不予赔付的决定")
    assert "引用的是哪一条" in customer.text
    customer.say("通知书写的是第五条第二款，说是美容手术，我做的是外伤缝合")
    customer.say("急诊病历和缝合记录")
    assert customer.requested == "confirm", customer.text
    for shown in ("C20261101700001", "不予赔付的决定", "外伤缝合", "急诊病历"):
        assert shown in customer.text
    customer.say("确认")
    (request,) = stored(customer)
    assert (request.kind, request.status) == ("dispute_claim", RequestStatus.WITH_PERSON)
    assert request.due_on is not None
    assert request.due_on <= (customer.now + timedelta(days=15)).date()
    for shown in (request.request_no, "由人工给您答复", "没有经办过", "核查", "12378", "仲裁", "2 年"):
        assert shown in customer.text
    with customer.services.reading() as work:
        waiting = work.hand_offs.open_for(customer.conversation_id)
    assert waiting is not None
    assert "非原经办人" in waiting.reason_zh
    assert complaints(customer) == 0


def test_a_complaint_in_the_grounds_is_registered_too(customer: Talk) -> None:
    claim(customer, "C20261101700002")
    begin(customer, "C20261101700002")
    customer.pick("赔款金额")
    customer.say("花了九千只给我报三千，这是怎么算的，我不认可")
    assert customer.requested == "dispute_evidence", customer.text
    customer.say("没有")
    customer.say("确认")
    assert len(stored(customer)) == 1
    assert complaints(customer) == 1
    assert "您说的也是投诉" in customer.text


def test_what_has_no_result_can_not_be_reviewed_but_complained_about(customer: Talk) -> None:
    claim(customer, "C20261101700003", ClaimStage.ADJUDICATING)
    begin(customer, "C20261101700003")
    assert customer.outcome == "ended", customer.text
    assert "还没有结果" in customer.text
    assert "我要投诉" in [choice.title for choice in customer.replies[-1].choices]


def test_the_same_result_is_reviewed_once(customer: Talk) -> None:
    claim(customer, "C20261101700004")
    begin(customer, "C20261101700004")
    customer.pick("其他")
    customer.say("希望重新看一下材料")
    customer.say("没有")
    customer.say("确认")
    (first,) = stored(customer)
    again = customer.another()
    again.now = customer.now + timedelta(hours=1)
    begin(again, "C20261101700004")
    assert again.outcome == "ended", again.text
    assert first.request_no in again.text


def test_a_question_is_answered_and_the_review_offered(customer: Talk) -> None:
    customer.say("如果对定损的金额不同意还能找谁？")
    assert customer.outcome == "ended", customer.text
    assert customer.replies[-1].choices[0].title == "申请复核"
