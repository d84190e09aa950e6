"""缴费方式变更: the account, how often, automatic debit, the reminder."""

from __future__ import annotations

import pytest

from bot.insurance.service_request import RequestStatus
from tests.servicing_talk import CUSTOMERS, check_person, prove, stored
from tests.talk import Talk

BAD, GOOD = "6222021234567890123", "6222021234567890102"


def to_the_card(talk: Talk) -> None:
    talk.say("续期扣款想换张银行卡")
    prove(talk, "陈静")
    talk.say("P2022000551")
    assert talk.requested == "payment_owner", talk.text


def test_the_account_needs_consent_before_its_number_and_a_person_check(customer: Talk) -> None:
    to_the_card(customer)
    customer.say("是本人的")
    assert customer.requested == "service_consent"
    customer.say("同意")
    customer.say(GOOD)
    customer.say("建设银行")
    check_person(customer, "陈静")
    assert "尾号 0102" in customer.text
    assert GOOD not in customer.text
    customer.say("确认")
    (request,) = stored(customer)
    assert request.status is RequestStatus.WAITING_FOR_PAPERS
    assert dict(request.fields)["新的扣款卡"] == "尾号 0102"
    assert GOOD not in str(request)
    assert request.due_rule == "D-P03"


def test_without_the_consent_no_number_is_asked_for(customer: Talk) -> None:
    to_the_card(customer)
    customer.say("是本人的")
    customer.say("不同意")
    assert customer.outcome == "ended"
    assert stored(customer) == ()


@pytest.mark.parametrize(
    ("words", "said"), [("我老婆的", "本人名下"), ("是业务员的卡", "业务员不能经手保费"), ("不是本人的", "本人名下")]
)
def test_an_account_in_another_name_is_refused_with_the_reason(customer: Talk, words: str, said: str) -> None:
    to_the_card(customer)
    customer.say(words)
    assert said in customer.text
    assert customer.requested == "payment_owner"


def test_a_number_with_a_wrong_check_digit_is_doubted_once_and_taken_when_repeated(customer: Talk) -> None:
    to_the_card(customer)
    customer.say("是本人的")
    customer.say("同意")
    customer.say(BAD)
    assert "校验位对不上" in customer.text
    assert customer.requested == "payment_card"
    customer.say("尾号不记得了，3 位安全码是 123")
    assert customer.requested == "payment_card"
    customer.say(BAD)
    assert customer.requested == "payment_bank", customer.text


def test_a_new_frequency_starts_on_the_next_policy_anniversary(customer: Talk) -> None:
    customer.say("年交改月交，帮我办")
    prove(customer, "陈静")
    customer.say("P2022000551")
    with customer.services.reading() as work:
        policy = work.policies.get("P2022000551")
    assert policy is not None
    day = policy.next_anniversary(customer.now.date())
    assert f"{day.year} 年 {day.month} 月 {day.day} 日" in customer.text
    assert customer.requested == "confirm", customer.text
    customer.say("不对，改成季交")
    assert "新的频率 季缴" in customer.text
    customer.say("确认")
    (request,) = stored(customer)
    assert dict(request.fields)["新的频率"] == "季缴"


def test_the_present_frequency_is_no_change(customer: Talk) -> None:
    customer.say("我要改缴费频率")
    prove(customer, "陈静")
    customer.say("P2022000551")
    customer.say("年交")
    assert "现在就是年缴" in customer.text
    assert customer.requested == "payment_often"


def test_turning_automatic_debit_off_says_what_happens_when_a_premium_is_missed(customer: Talk) -> None:
    customer.say("我要把自动扣款关掉")
    prove(customer, "陈静")
    customer.say("P2024000552")
    assert "效力中止" in customer.text
    check_person(customer, "陈静")
    customer.say("确认")
    assert stored(customer)[0].status is RequestStatus.ACCEPTED


def test_a_change_of_mind_about_the_matter_starts_its_questions_over(customer: Talk) -> None:
    customer.say("年交改月交，帮我办")
    prove(customer, "陈静")
    customer.say("P2022000551")
    customer.pick("改一项")
    customer.pick("变更项目")
    customer.say("缴费提示")
    assert customer.requested == "confirm", customer.text
    assert "月缴" not in customer.replies[-1].text
    customer.say("确认")
    (request,) = stored(customer)
    assert dict(request.fields) == {"变更项目": "缴费提示"}
    assert request.status is RequestStatus.DONE


def test_who_pays_nothing_by_instalments_is_told_so(customer: Talk) -> None:
    customer.say("续期扣款想换张银行卡")
    prove(customer, "张伟明")
    assert "没有可以改缴费方式的保单" in customer.text
    assert CUSTOMERS["张伟明"].policy_nos[0] not in customer.text
