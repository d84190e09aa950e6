"""投诉进度 and 撤回投诉 told to the engine (F15, F16)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from bot.insurance.complaint import Complaint, ComplaintStage
from bot.insurance.complaint_handling import ComplaintDecision, SupplementNotice
from bot.insurance.triage import Triage, TriageOutcome
from bot.services.follow_complaint import withdraw_complaint
from tests.integration.journeys.conftest import NOW, PHONE, Customer

STORY = "我要投诉，你们寄来的保单有一页是空白的，打开就是这样"


def filed(customer: Customer, *, phone: str = "") -> Complaint:
    customer.begins(STORY)
    customer.says("算了", "cancel")
    complaint = customer.complaints()[-1]
    return change(customer, complaint.complaint_no, phone=phone)


def change(customer: Customer, number: str, **values: object) -> Complaint:
    with customer.services.unit_of_work() as work:
        complaint = work.complaints.get(number)
        assert complaint is not None
        changed = replace(complaint, **values)  # type: ignore[arg-type]
        work.complaints.save(changed)
        work.commit()
    return changed


def test_status_shows_stage_receipt_due_date_post_and_last_notice(customer: Customer) -> None:
    filed(customer)
    text = customer.begins("我的投诉到哪一步了", "query_complaint")
    for shown in (
        "已登记",
        "11 月 23 日收到",
        "投诉回访岗",
        "最近一次通知：11 月 23 日，投诉登记通知",
        "最晚 12 月 8 日",
    ):
        assert shown in text
    assert customer.titles == ["补充情况", "传照片或文件", "撤回投诉", "转人工"]


def test_an_officers_no_is_told_with_its_reason_and_the_way_to_a_review(customer: Customer) -> None:
    choice = Triage(TriageOutcome.OUTSIDE, "反映的是医院收费", "1002", NOW)
    change(customer, filed(customer).complaint_no, stage=ComplaintStage.CLOSED, triages=(choice,))
    text = customer.begins("我的投诉到哪一步了", "query_complaint")
    assert "审查意见：不予受理。理由：反映的是医院收费。" in text
    assert "书面申请核查" in text
    assert customer.titles == ["对结果有异议，申请核查", "转人工"]


@pytest.mark.parametrize(
    ("stage", "shown"),
    [
        (ComplaintStage.EXTENDED, "已延期，最晚 12 月 23 日"),
        (ComplaintStage.MEDIATING, "不计入处理期限"),
        (ComplaintStage.DECIDED, "书面申请核查"),
        (ComplaintStage.WITHDRAWN, "可以再投诉"),
        (ComplaintStage.AWAITING_SUPPLEMENT, "处理期限照常走"),
    ],
)
def test_each_stage_says_what_follows(customer: Customer, stage: ComplaintStage, shown: str) -> None:
    change(customer, filed(customer).complaint_no, stage=stage)
    assert shown in customer.begins("查投诉进度", "query_complaint")


def test_an_overdue_complaint_is_apologised_for_and_goes_to_the_supervisor_unasked(customer: Customer) -> None:
    number = filed(customer).complaint_no
    customer.later(days=16)
    text = customer.begins("查投诉进度", "query_complaint")
    for shown in ("很抱歉", "12378", "12 月 8 日"):
        assert shown in text
    hand_off = customer.hand_off()
    assert hand_off is not None
    assert (hand_off.reason, hand_off.post, hand_off.reference_no) == ("complaint_overdue", "投诉回访", number)
    assert "complaint.overdue" in customer.audited()


def test_on_the_last_day_nothing_is_late(customer: Customer) -> None:
    filed(customer)
    customer.later(days=15)
    assert "抱歉" not in customer.begins("查投诉进度", "query_complaint")
    assert customer.hand_off() is None


def test_the_supplement_button_opens_the_complaint_it_belongs_to(customer: Customer) -> None:
    number = filed(customer).complaint_no
    customer.begins("查投诉进度", "query_complaint")
    payload = customer.button("补充情况").payload
    value = re.search(r'"(supplement:[^"]+)"', payload)
    assert payload.startswith("/file_complaint{")
    assert value
    customer.later(days=1)
    assert "有新的事实和理由吗？" in customer.begins("", chosen=value.group(1))
    assert number in customer.says("又发现第二页的受益人名字也印错了")
    assert customer.complaints()[0].clocks.decide_by == date(2026, 12, 9)


def test_withdrawing_closes_the_complaint_the_same_day(customer: Customer) -> None:
    number = filed(customer).complaint_no
    text = customer.begins("撤回投诉", "withdraw_complaint")
    assert "由您决定" in text
    assert "原因" in text
    customer.says("已经给我重新寄了")
    assert number in customer.text
    text = customer.says("确认", "affirm")
    assert "今天终止处理" in text
    assert "可以再投诉" in text
    (complaint,) = customer.complaints()
    assert (complaint.stage, complaint.closing_reason) == (ComplaintStage.WITHDRAWN, "已经给我重新寄了")
    assert complaint.next_due is None
    assert "complaint.withdrawn" in customer.audited()


def test_a_reason_is_not_needed_to_withdraw(customer: Customer) -> None:
    filed(customer)
    customer.begins("撤回投诉", "withdraw_complaint")
    customer.picks("不想说")
    customer.says("确认", "affirm")
    assert customer.complaints()[0].stage is ComplaintStage.WITHDRAWN


def test_a_complaint_that_left_a_phone_is_withdrawn_only_by_who_holds_it(customer: Customer) -> None:
    filed(customer, phone=PHONE)
    customer.begins("撤回投诉", "withdraw_complaint")
    assert customer.requested == "phone"
    customer.proves(phone=PHONE)
    customer.begins("撤回投诉", "withdraw_complaint")
    assert customer.requested == "complaint_withdrawal_reason"


def test_who_holds_another_phone_withdraws_nothing(customer: Customer) -> None:
    number = filed(customer, phone=PHONE).complaint_no
    customer.proves(phone="13900003999")
    customer.begins("撤回投诉", "withdraw_complaint")
    assert customer.requested == "complaint_withdrawal_other"
    customer.says(number)
    assert customer.outcome == "handed_off:needs_person"
    assert customer.complaints()[0].is_open


@pytest.mark.parametrize("question", ["撤诉以后会不会影响理赔", "业务员天天求我撤投诉", "12378那边的投诉想撤"])
def test_a_question_about_withdrawing_withdraws_nothing(customer: Customer, question: str) -> None:
    filed(customer)
    customer.begins(question, "withdraw_complaint")
    assert customer.outcome == "ended"
    assert customer.complaints()[0].is_open


def test_changing_the_mind_on_the_card_keeps_the_complaint(customer: Customer) -> None:
    filed(customer)
    customer.begins("撤回投诉", "withdraw_complaint")
    customer.picks("不想说")
    assert "继续处理" in customer.says("算了不撤了", "cancel")
    assert customer.complaints()[0].is_open


def test_withdrawing_twice_changes_nothing_the_second_time(customer: Customer) -> None:
    number = filed(customer).complaint_no
    with customer.services.unit_of_work() as work:
        first = withdraw_complaint(work, number, "解决了", NOW)
        again = withdraw_complaint(work, number, "别的原因", NOW.replace(hour=20))
        work.commit()
    assert again == first


def test_what_is_missing_is_listed_with_the_reason_and_the_clock_that_runs_on(customer: Customer) -> None:
    notice = SupplementNotice(("通话录音", "收据照片"), "核对当时的通话", "1002", NOW, ("收据照片",))
    number = filed(customer).complaint_no
    change(customer, number, stage=ComplaintStage.AWAITING_SUPPLEMENT, notices=(notice,))
    text = customer.begins("我的投诉到哪一步了", "query_complaint")
    for shown in ("待补充", "还要您补 1 样（核对当时的通话）", "· 收据照片", "最晚 12 月 8 日"):
        assert shown in text
    assert "通话录音" not in text
    assert "传照片或文件" in customer.titles


def test_a_decision_is_read_with_its_facts_and_basis_and_leads_to_a_verification(customer: Customer) -> None:
    made = ComplaintDecision("空白页属印刷问题", "投诉办法第十八条", "重新寄送保单", "1002", NOW)
    change(customer, filed(customer).complaint_no, stage=ComplaintStage.DECIDED, decisions=(made,))
    text = customer.begins("我的投诉到哪一步了", "query_complaint")
    for shown in (
        "处理决定：重新寄送保单。",
        "认定的事实：空白页属印刷问题。",
        "依据：投诉办法第十八条。",
        "30 天内",
        "核查",
    ):
        assert shown in text
    assert customer.titles == ["对结果有异议，申请核查", "转人工"]


def test_after_a_verification_there_is_mediation_or_the_court_and_no_second_one(customer: Customer) -> None:
    made = ComplaintDecision("处理没有问题", "投诉办法第二十条", "维持原处理决定", "1003", NOW, verifying=True)
    change(customer, filed(customer).complaint_no, stage=ComplaintStage.CLOSED, decisions=(made,), verify_by=NOW.date())
    text = customer.begins("我的投诉到哪一步了", "query_complaint")
    for shown in ("核查决定：维持原处理决定。", "调解、仲裁、诉讼"):
        assert shown in text
    assert "申请核查" not in text
    assert customer.titles == ["转人工"]
