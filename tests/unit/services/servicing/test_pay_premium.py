"""续期缴费: what is due, the end of the grace period, the official ways; nothing is ever paid here."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.insurance.hand_off import Priority
from bot.insurance.service_request import RequestStatus
from bot.services.deadlines import speak_date
from bot.services.recall import recall
from tests.servicing_talk import prove, stored
from tests.talk import Talk


def look(talk: Talk, name: str, policy_no: str, words: str = "我要交保费") -> None:
    talk.say(words)
    prove(talk, name)
    talk.say(policy_no)


def test_the_next_premium_is_shown_with_amount_day_and_end_of_grace(customer: Talk) -> None:
    look(customer, "陈静", "P2024000552")
    with customer.services.reading() as work:
        policy = work.policies.get("P2024000552")
    assert policy is not None
    due = policy.next_due
    assert due is not None
    today = customer.now.date()
    for words in (
        speak_date(due.due_on, today),
        "6,600 元",
        speak_date(due.due_on + timedelta(days=60), today),
        "不要转给任何个人",
    ):
        assert words in customer.text
    assert stored(customer) == ()
    assert "已受理" not in customer.text


def test_in_grace_the_days_that_are_left_are_counted_and_no_reminder_is_offered(customer: Talk) -> None:
    look(customer, "周强", "P2020000801")
    with customer.services.reading() as work:
        policy = work.policies.get("P2020000801")
    assert policy is not None
    assert policy.grace_until is not None
    assert f"还有 {(policy.grace_until - customer.now.date()).days} 天" in customer.text
    assert not any(choice.title.startswith("到期前") for reply in customer.replies for choice in reply.choices)


def test_a_suspended_policy_is_sent_to_reinstatement_not_to_paying(customer: Talk) -> None:
    look(customer, "孙丽", "P2021000701")
    assert "先办复效" in customer.text
    assert "办复效" in [choice.title for reply in customer.replies for choice in reply.choices]


def test_a_policy_paid_at_once_has_nothing_due(customer: Talk) -> None:
    look(customer, "张伟明", "P2026000103")
    assert "一次交清" in customer.text


def test_an_accident_policy_says_from_when_it_may_be_renewed(customer: Talk) -> None:
    look(customer, "郑浩", "P2026000902")
    assert "续保最早" in customer.text


def test_a_beneficiary_learns_how_to_pay_and_no_amount(customer: Talk) -> None:
    look(customer, "林小雨", "P2019000521")
    assert "代交" in customer.text
    assert " 元" not in customer.text


def test_an_insured_who_is_not_the_policyholder_may_pay_from_an_own_account(customer: Talk) -> None:
    look(customer, "刘芳", "P2023001234")
    assert "您不是投保人，也可以代交" in customer.text


def test_the_reminder_is_a_request_with_the_day_of_the_first_message(customer: Talk) -> None:
    look(customer, "陈静", "P2024000552")
    customer.pick("到期前提醒我")
    assert customer.requested == "confirm", customer.text
    customer.say("确认")
    (request,) = stored(customer)
    assert (request.kind, request.status) == ("change_payment", RequestStatus.DONE)
    assert "第一条提醒" in customer.text


def test_hardship_gets_all_the_options_in_one_message_and_ways_to_two_of_them(customer: Talk) -> None:
    look(customer, "陈静", "P2024000552")
    customer.pick("交着有困难")
    for option in ("宽限期", "频率", "减保", "减额缴清", "垫缴", "贷款"):
        assert option in customer.text
    customer.pick("减保")
    assert customer.requested == "contract_sum", customer.text


@pytest.mark.parametrize("words", ["怎么交保费", "宽限期有几天", "微信能交保费吗"])
def test_how_to_pay_is_told_to_anybody(customer: Talk, words: str) -> None:
    customer.say(words)
    assert customer.outcome == "ended"
    assert customer.requested == ""


def test_a_salesperson_who_wants_the_money_is_warned_of_complained_about_and_reported(customer: Talk) -> None:
    customer.say("我要交保费")
    prove(customer, "陈静")
    customer.say("业务员让我转给他")
    assert customer.outcome == "handed_off:complaint_rule"
    assert "先别转" in customer.text
    with customer.services.reading() as work:
        (complaint,) = work.complaints.of_conversation(customer.conversation_id)
        waiting = work.hand_offs.open_for(customer.conversation_id)
    (report,) = stored(customer)
    assert complaint.complaint_no in customer.text
    assert report.request_no in customer.text
    assert (report.kind, report.restricted, report.post) == ("report_misconduct", True, "合规监察")
    assert waiting is not None
    assert (waiting.priority, waiting.post) == (Priority.FUND_SAFETY, "合规监察")


def test_the_report_is_not_recalled_to_whoever_sits_at_the_screen(customer: Talk) -> None:
    customer.say("我要交保费")
    prove(customer, "陈静")
    customer.say("业务员让我转给他")
    said = customer.ears.hear(customer.conversation_id, "刚才提交成功了吗", customer.now)
    told = recall(said, customer.services)
    assert told is not None
    assert stored(customer)[0].request_no not in told.text
