"""撤案: what it means first; not after a decision; the number stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.insurance.claim import Claim, ClaimStage, LossReport
from bot.insurance.policy import LineOfBusiness
from bot.insurance.service_request import RequestStatus
from tests.servicing_talk import prove, stored
from tests.talk import Talk

NAME, PARTY = "孙丽", "CU000007"


def claim(talk: Talk, number: str, stage: ClaimStage = ClaimStage.REPORTED, injured: str = "无") -> None:
    reported = talk.now - timedelta(days=2)
    report = LossReport(LineOfBusiness.MOTOR, reported.date().isoformat(), "北四环", "擦碰", injured, "13900001007")
    made = Claim(
        number, report, stage, reported, False, "elsewhere", number, claimant_party_id=PARTY, contact_by=reported
    )
    with talk.services.unit_of_work() as work:
        work.claims.add(made)
        work.commit()


def stage_of(talk: Talk, number: str) -> ClaimStage:
    with talk.services.reading() as work:
        found = work.claims.get(number)
    assert found is not None
    return found.stage


def choose(talk: Talk, number: str, text: str = "我报的案不要了帮我撤掉") -> None:
    talk.say(text)
    prove(talk, NAME)
    if talk.requested == "service_claim":
        talk.say(number)


def test_a_claim_is_withdrawn_after_its_consequences_were_told(customer: Talk) -> None:
    claim(customer, "C20261101800001")
    choose(customer, "C20261101800001")
    for shown in ("不再核定", "报案号会保留", "2 年", "材料请留好"):
        assert shown in customer.text
    customer.pick("损失小")
    assert customer.requested == "confirm", customer.text
    assert "C20261101800001" in customer.text
    customer.pick("确认撤案")
    assert stage_of(customer, "C20261101800001") is ClaimStage.WITHDRAWN
    (request,) = stored(customer)
    assert (request.kind, request.status) == ("cancel_claim", RequestStatus.DONE)
    assert "撤案已办好" in customer.text
    assert "随时可以重新报案" in customer.text


def test_the_number_in_the_first_words_is_not_asked_for_again(customer: Talk) -> None:
    claim(customer, "C20261101800002")
    claim(customer, "C20261101800003")
    customer.say("帮我把C20261101800003撤案")
    prove(customer, NAME)
    assert customer.requested == "cancel_claim_reason", customer.text
    customer.say("不想说")
    assert "C20261101800003" in customer.text
    customer.say("算了不撤了")
    assert stage_of(customer, "C20261101800003") is ClaimStage.REPORTED
    assert stored(customer) == ()


@pytest.mark.parametrize(
    ("number", "stage", "words"),
    [
        ("C20261101800004", ClaimStage.DENIED, "结果出来以后不能再撤案"),
        ("C20261101800005", ClaimStage.PAYING, "结果出来以后不能再撤案"),
        ("C20261101800006", ClaimStage.WITHDRAWN, "已经撤了"),
    ],
)
def test_what_is_decided_or_withdrawn_is_not_withdrawn(
    customer: Talk, number: str, stage: ClaimStage, words: str
) -> None:
    claim(customer, number, stage)
    choose(customer, number)
    assert customer.outcome == "ended", customer.text
    assert words in customer.text
    assert stored(customer) == ()


def test_where_somebody_was_hurt_a_person_looks_first(customer: Talk) -> None:
    claim(customer, "C20261101800007", injured="有，2 人")
    choose(customer, "C20261101800007")
    customer.say("对方已经赔了")
    customer.pick("确认撤案")
    (request,) = stored(customer)
    assert request.status is RequestStatus.WITH_PERSON
    assert request.due_on is not None
    assert stage_of(customer, "C20261101800007") is ClaimStage.REPORTED
    assert "核对完之前案子照常办" in customer.text


def test_whoever_is_told_to_withdraw_is_given_a_person(customer: Talk) -> None:
    claim(customer, "C20261101800008")
    choose(customer, "C20261101800008")
    customer.say("修理厂的人让我撤的")
    assert customer.outcome == "handed_off:needs_person"
    assert "由您自己决定" in customer.text
    assert stage_of(customer, "C20261101800008") is ClaimStage.REPORTED


def test_who_has_no_claim_is_offered_a_person(customer: Talk) -> None:
    customer.say("我报的案不要了帮我撤掉")
    prove(customer, "王建国")
    assert "没有查到可以撤案的案件" in customer.text
    customer.say("不用了")
    assert customer.outcome == "ended"


@pytest.mark.parametrize(("policy_no", "own"), [("P2021000701", True), ("P2026000103", False), ("", True)])
def test_a_report_made_here_is_the_reporters_only_if_the_policy_names_her(
    customer: Talk, policy_no: str, own: bool
) -> None:
    number = {"P2021000701": "C20261101800011", "P2026000103": "C20261101800012", "": "C20261101800013"}[policy_no]
    report = LossReport(LineOfBusiness.PROPERTY, "2026-11-02", "西城", "水管爆裂", "无", "139", policy_no=policy_no)
    made = Claim(
        number, report, ClaimStage.REPORTED, customer.now, True, customer.conversation_id, f"k{policy_no}{number}"
    )
    with customer.services.unit_of_work() as work:
        work.claims.add(made)
        work.commit()
    customer.say(f"帮我把{number}撤案")
    prove(customer, NAME)
    assert (customer.requested == "cancel_claim_reason") is own, customer.text
