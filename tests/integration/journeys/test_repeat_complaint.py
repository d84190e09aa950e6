"""A complaint while another is open or decided: one number for one matter, and never a refusal (D-C05, X-02, X-03)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.insurance.complaint import Complaint, ComplaintStage
from tests.integration.journeys.conftest import PHONE, Customer, entity

FIRST = "我要投诉，上个月你们寄给我的保单把我的名字印错了一个字"
SECOND = "我要投诉，那份保单现在连我的生日也印错了"


def filed(customer: Customer, words: str = FIRST) -> Complaint:
    customer.begins(words)
    customer.says("算了", "cancel")
    return customer.complaints()[-1]


def move_to(customer: Customer, number: str, stage: ComplaintStage) -> None:
    with customer.services.unit_of_work() as work:
        complaint = work.complaints.get(number)
        assert complaint is not None
        work.complaints.save(replace(complaint, stage=stage))
        work.commit()


def test_a_repeat_is_asked_about_and_its_words_are_kept_before_the_answer(customer: Customer) -> None:
    first = filed(customer)
    text = customer.begins(SECOND)
    assert f"这是对 {first.complaint_no} 的补充，还是另一件事？" in text
    (complaint,) = customer.complaints()
    assert complaint.supplements == (SECOND,)
    assert "complaint_while_open" in complaint.rules_fired
    assert complaint.clocks == first.clocks


def test_new_facts_restart_the_statutory_clock_and_keep_the_old_one(customer: Customer) -> None:
    first = filed(customer)
    customer.later(days=3)
    customer.begins(SECOND)
    text = customer.picks("补充新情况")
    assert "重新计算" in text
    assert "12 月 11 日" in text
    (complaint,) = customer.complaints()
    assert complaint.clocks.decide_by == date(2026, 12, 11)
    assert complaint.clocks.acceptance_target == first.clocks.acceptance_target
    assert complaint.received_at == first.received_at
    assert [(old.started_at, old.decide_by) for old in complaint.earlier_clocks] == [
        (first.received_at, first.clocks.decide_by)
    ]
    assert "complaint.clock_restarted" in customer.audited()


def test_without_new_facts_the_dates_stay(customer: Customer) -> None:
    first = filed(customer)
    customer.later(days=3)
    customer.begins("我要投诉")
    assert "期限都不变" in customer.picks("同一件事，没有新情况")
    (complaint,) = customer.complaints()
    assert complaint.clocks == first.clocks
    assert not complaint.earlier_clocks


def test_another_matter_gets_its_own_number_from_when_it_was_first_told(customer: Customer) -> None:
    first = filed(customer)
    customer.later(days=1)
    told_at = customer.now
    customer.begins(SECOND)
    customer.later(days=1)
    customer.says("不是，是另一件事")
    newest, oldest = customer.complaints()
    assert (oldest.complaint_no, oldest.supplements) == (first.complaint_no, ())
    assert (newest.facts, newest.received_at) == (SECOND, told_at)
    assert newest.complaint_no in customer.text
    assert customer.requested == "complaint_request"


def test_another_kind_of_trouble_is_registered_at_once(customer: Customer) -> None:
    filed(customer, "我要投诉，你们理赔拖了两个月还不给钱")
    customer.outcome = ""
    customer.begins("我要投诉，没经过我同意就扣了两次保费")
    assert len(customer.complaints()) == 2


def test_a_bare_wish_to_supplement_asks_for_new_facts_only(customer: Customer) -> None:
    first = filed(customer)
    customer.later(days=1)
    customer.begins("补充投诉材料")
    assert customer.requested == "complaint_facts"
    assert "有新的事实和理由吗？" in customer.text
    assert first.complaint_no in customer.says("又发现发票抬头也印错了，有照片")
    assert customer.outcome == "ended"
    (complaint,) = customer.complaints()
    assert complaint.supplements == ("又发现发票抬头也印错了，有照片",)
    assert complaint.earlier_clocks


def test_no_new_facts_said_to_that_question_moves_no_clock(customer: Customer) -> None:
    filed(customer)
    customer.begins("补充投诉材料")
    customer.says("没有")
    assert not customer.complaints()[0].earlier_clocks


def test_a_message_delivered_twice_is_one_complaint_and_one_restart(customer: Customer) -> None:
    customer.begins(FIRST)
    assert customer.complaints()[0].complaint_no in customer.again()
    customer.later(days=2)
    number = customer.complaints()[0].complaint_no
    words = f"补充投诉{number}：生日也印错了，我有照片为证"
    mark = entity("complaint_no", number, words)
    customer.begins(words, entities=[mark])
    customer.again()
    (complaint,) = customer.complaints()
    assert len(complaint.earlier_clocks) == 1
    assert complaint.supplements == (words,)


def test_a_threat_about_an_open_complaint_joins_it_and_reaches_a_person(customer: Customer) -> None:
    first = filed(customer)
    text = customer.begins("我要投诉，再没人给我改名字我就打12378")
    assert first.complaint_no in text
    assert len(customer.complaints()) == 1
    hand_off = customer.hand_off()
    assert hand_off is not None
    assert hand_off.reference_no == first.complaint_no


@pytest.mark.parametrize("proof", [{"phone": PHONE}, {"party_id": "CU000003", "phone": "13800001003"}])
def test_the_same_person_is_known_in_another_conversation(customer: Customer, proof: dict[str, str]) -> None:
    customer.proves(**proof)
    first = filed(customer)
    customer.conversation_id = "c-2"
    customer.proves(**proof)
    assert first.complaint_no in customer.begins(SECOND)
    assert not customer.complaints()


def test_a_stranger_learns_nothing_of_others_complaints(customer: Customer) -> None:
    customer.proves(phone=PHONE)
    first = filed(customer)
    customer.conversation_id = "c-2"
    assert first.complaint_no not in customer.begins(SECOND)
    assert len(customer.complaints()) == 1


def test_a_repeat_after_a_decision_opens_a_verification_not_a_refusal(customer: Customer) -> None:
    first = filed(customer)
    move_to(customer, first.complaint_no, ComplaintStage.DECIDED)
    customer.later(days=20)
    text = customer.begins(SECOND)
    assert "申请核查" in text
    assert "不予受理" not in text
    text = customer.picks("对结果有异议")
    assert "最晚 2027 年 1 月 12 日" in text or "1 月 12 日" in text
    (complaint,) = customer.complaints()
    assert (complaint.stage, complaint.verify_by) == (ComplaintStage.VERIFYING, date(2027, 1, 12))
    assert "complaint.verification_requested" in customer.audited()


def test_after_a_withdrawal_the_same_matter_is_a_new_complaint(customer: Customer) -> None:
    first = filed(customer)
    move_to(customer, first.complaint_no, ComplaintStage.WITHDRAWN)
    customer.begins(SECOND)
    assert len(customer.complaints()) == 2


def test_an_answer_that_says_neither_is_asked_again_and_then_goes_to_a_person(customer: Customer) -> None:
    filed(customer)
    customer.begins(SECOND)
    customer.says("哎呀")
    assert customer.requested == "complaint_matter"
    customer.says("你猜呢")
    assert customer.hand_off() is not None


def test_of_two_open_complaints_the_customer_names_the_one(customer: Customer) -> None:
    older = filed(customer)
    customer.later(hours=1)
    customer.begins("我要投诉，你们寄的宣传册塞满了信箱")
    customer.picks("另一件事")
    customer.says("算了", "cancel")
    customer.later(hours=1)
    customer.begins(SECOND)
    assert len(customer.titles) == 3
    customer.picks(f"补充 {older.complaint_no}")
    newest, oldest = customer.complaints()
    assert (newest.supplements, oldest.supplements) == ((), (SECOND,))
    assert oldest.earlier_clocks


def test_a_strangers_number_adds_nothing_to_it_and_nothing_to_ones_own(customer: Customer) -> None:
    filed(customer)
    words = "我要投诉，上次T20251101000009也是这个事情没人管好"
    customer.begins(words, entities=[entity("complaint_no", "T20251101000009", words)])
    assert customer.requested in ("complaint_matter", "")
    assert not customer.complaints()[0].earlier_clocks


def test_insurance_called_supplementary_is_no_wish_to_supplement(customer: Customer) -> None:
    filed(customer)
    customer.begins("投诉补充医疗险寄错了")
    assert customer.requested == "complaint_matter"


def test_the_desk_is_not_shown_the_engines_own_marks(customer: Customer) -> None:
    customer.begins("我要投诉，再不改名字我就打12378")
    hand_off = customer.hand_off()
    assert hand_off is not None
    assert "complaint_matter" not in dict(hand_off.slots)
