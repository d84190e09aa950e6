"""合同内容变更: what is reduced and what comes back, what goes to a person, what the state of a policy forbids."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.insurance.service_request import RequestStatus
from bot.services.journeys.journey import Rejected, Situation
from bot.services.servicing.sum_insured import read_new_sum
from bot.services.servicing.transaction import POLICY
from tests.servicing_talk import check_person, prove, stored
from tests.talk import Talk


def open_at(talk: Talk, words: str, name: str, policy_no: str) -> None:
    talk.say(words)
    prove(talk, name)
    talk.say(policy_no)


def test_a_reduction_shows_cash_back_smaller_cover_and_premium_before_it_is_confirmed(customer: Talk) -> None:
    open_at(customer, "我想把保额降低", "陈静", "P2024000552")
    customer.say("减10万")
    assert "改完以后的保额" in customer.text
    customer.say("减到20万")
    for words in ("2,376 元", "4,400 元", "30 万元 → 20 万元", "9 万元 → 6 万元", "要减照样给您减"):
        assert words in customer.text
    customer.say("同意")
    customer.say("退回原缴费账户")
    check_person(customer, "陈静")
    assert "退还约 2,376 元（以核算为准）" in customer.text
    customer.say("确认")
    (request,) = stored(customer)
    assert (request.status, request.due_rule) == (RequestStatus.WAITING_FOR_PAPERS, "D-P03")
    assert dict(request.fields) == {
        "变更项目": "减保",
        "新保额": "200000",
        "退款账户": "原缴费账户",
        "退还约": "2,376 元（以核算为准）",
    }


@pytest.mark.parametrize(
    ("words", "said"), [("40 万", "要比这个低"), ("30万", "要比这个低"), ("1万", "不能低于 5 万元")]
)
def test_a_reduction_stays_between_the_minimum_and_the_present_sum(customer: Talk, words: str, said: str) -> None:
    open_at(customer, "我想把保额降低", "陈静", "P2024000552")
    customer.say(words)
    assert said in customer.text
    assert customer.requested == "contract_sum"


def test_a_loan_is_repaid_before_a_reduction(customer: Talk) -> None:
    open_at(customer, "我想把保额降低", "周强", "P2018000802")
    assert customer.outcome == "ended"
    assert "先还清" in customer.text


def test_an_overdue_premium_is_paid_before_a_reduction(customer: Talk) -> None:
    open_at(customer, "我想把保额降低", "周强", "P2020000801")
    assert "交清以后才能减保" in customer.text


def test_an_increase_goes_to_a_person_with_the_reason_and_the_number(customer: Talk) -> None:
    open_at(customer, "帮我加保额", "陈静", "P2022000551")
    assert "健康告知" in customer.text
    customer.say("80万")
    check_person(customer, "陈静")
    customer.say("确认")
    (request,) = stored(customer)
    assert (request.status, request.due_rule) == (RequestStatus.WITH_PERSON, "D-P01")
    with customer.services.reading() as work:
        waiting = work.hand_offs.open_for(customer.conversation_id)
    assert waiting is not None
    assert "健康告知" in waiting.reason_zh
    assert waiting.reference_no == request.request_no


def test_an_increase_over_the_cap_of_a_minor_is_refused(customer: Talk) -> None:
    open_at(customer, "帮我加保额", "周强", "P2020000801")
    with customer.services.unit_of_work() as work:  # not committed: nobody stays a child
        child = work.parties.get("CU000008")
        assert child is not None
        work.parties.save(replace(child, birth_date=date(2018, 1, 1)))
        said = customer.ears.hear(customer.conversation_id, "150万", customer.now)
        services = replace(customer.services, reading=lambda: _Borrowed(work))
        situation = Situation({POLICY: "P2020000801", "contract_what": "加保"}, said, services, "k")
        reading = read_new_sum(said, situation)
    assert isinstance(reading, Rejected)
    assert "不能超过 20 万元" in reading.reason


class _Borrowed:
    """The open unit of work, not closed by whoever reads through it."""

    def __init__(self, work) -> None:  # type: ignore[no-untyped-def]
        self._work = work

    def __enter__(self):  # type: ignore[no-untyped-def]
        return self._work

    def __exit__(self, *_: object) -> None:
        return None


@pytest.mark.parametrize("words", ["我要办减额交清", "我要改缴费年限", "我要加一个附加险"])
def test_what_underwriting_or_the_product_decides_goes_to_a_person(customer: Talk, words: str) -> None:
    open_at(customer, words, "陈静", "P2022000551")
    while customer.requested not in ("person_check", "confirm"):
        customer.say("附加住院津贴" if customer.requested == "contract_rider" else "交 10 年")
    check_person(customer, "陈静")
    customer.say("确认")
    assert stored(customer)[0].status is RequestStatus.WITH_PERSON


def test_dropping_a_rider_waits_for_the_anniversary(customer: Talk) -> None:
    open_at(customer, "附加险不要了，帮我退掉", "陈静", "P2022000551")
    assert "保单周年日" in customer.text
    customer.say("附加住院津贴")
    check_person(customer, "陈静")
    customer.say("确认")
    assert stored(customer)[0].status is RequestStatus.WAITING_FOR_PAPERS


@pytest.mark.parametrize(
    ("use", "status"), [("用途不变", RequestStatus.WAITING_FOR_PAPERS), ("改成跑网约车", RequestStatus.WITH_PERSON)]
)
def test_only_a_change_of_use_sends_a_motor_endorsement_to_a_person(
    customer: Talk, use: str, status: RequestStatus
) -> None:
    open_at(customer, "我想把车牌改一下", "张伟明", "P2026000101")
    customer.say("车牌换成京B12345")
    customer.say(use)
    check_person(customer, "张伟明")
    customer.say("确认")
    assert stored(customer)[0].status is status


def test_a_suspended_policy_is_reinstated_first(customer: Talk) -> None:
    open_at(customer, "我想把保额降低", "孙丽", "P2021000701")
    assert "先办复效" in customer.text


def test_the_insured_alone_can_not_change_the_contract(customer: Talk) -> None:
    open_at(customer, "我想把保额降低", "刘芳", "P2023001234")
    assert "要由投保人本人来办" in customer.text
    assert stored(customer) == ()
