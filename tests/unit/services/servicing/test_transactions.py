"""Each servicing transaction, from the wish to the stored request, without Rasa."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.insurance.policy import PolicyStatus
from bot.insurance.service_request import RequestStatus, ServiceRequest
from bot.store.demo_people import NAMED_CUSTOMERS
from tests.servicing_talk import close_requests_on_value, filed
from tests.talk import Talk

CUSTOMERS = {each.name: each for each in NAMED_CUSTOMERS}


@pytest.fixture
def customer(first_talk: Talk) -> Talk:
    """A new conversation, an hour after the last: codes to one phone are limited within half an hour."""
    first_talk.now += timedelta(hours=1)
    close_requests_on_value(first_talk.services.unit_of_work)
    return first_talk.another()


def prove(talk: Talk, name: str) -> None:
    """Answer the identity questions."""
    person = CUSTOMERS[name]
    for slot, answer in (("name", name), ("id_number", person.id_number)):
        assert talk.requested == slot, talk.text
        talk.say(answer)
    talk.say(talk.code_of(person.phone))


def stored(talk: Talk) -> ServiceRequest:
    with talk.services.reading() as work:
        (request,) = filed(work, talk.conversation_id)
    return request


@pytest.mark.parametrize("whose", ["salesperson", "many"])
def test_a_number_that_is_a_salespersons_or_many_customers_is_not_taken(customer: Talk, whose: str) -> None:
    phone = "13900009077"
    with customer.services.unit_of_work() as work:
        if whose == "salesperson":
            before = work.policies.get("P2018000802").servicer
            work.policies.assign_servicer("P2018000802", replace(before, phone=phone))
        else:
            for name in ("张伟明", "李淑兰", "刘芳"):
                work.parties.save(replace(work.parties.get(CUSTOMERS[name].party_id), phone=phone))
        work.commit()
    customer.say("我换手机号了帮我改一下")
    prove(customer, "郑浩")
    if customer.requested == "contact_what":
        customer.say("手机号")
    customer.say(phone)
    assert customer.requested == "contact_phone", customer.text
    assert ("服务人员" if whose == "salesperson" else "人工核对") in customer.text
    with customer.services.unit_of_work() as work:  # the store is shared
        if whose == "salesperson":
            work.policies.assign_servicer("P2018000802", before)
        else:
            for name in ("张伟明", "李淑兰", "刘芳"):
                person = CUSTOMERS[name]
                work.parties.save(replace(work.parties.get(person.party_id), phone=person.phone))
        work.commit()


def test_a_new_phone_is_proved_by_a_code_to_it_and_the_old_one_is_told(customer: Talk) -> None:
    customer.say("我换手机号了帮我改一下")
    prove(customer, "郑浩")
    assert customer.requested == "contact_what" or customer.answers["contact_what"] == "手机号", customer.text
    if customer.requested == "contact_what":
        customer.say("手机号")
    customer.say("13900009001")
    assert customer.slot == "otp"
    customer.say("123456")
    assert "没有核对上" in customer.text
    customer.say(customer.code_of("13900009001"))
    assert customer.requested == "confirm", customer.text
    assert "139****9001" in customer.text
    customer.say("确认")
    assert customer.outcome == "confirmed"
    request = stored(customer)
    assert (request.kind, request.status) == ("change_contact", RequestStatus.DONE)
    assert request.request_no in customer.text
    with customer.services.reading() as work:
        party = work.parties.get(request.applicant_id)
    assert party is not None
    assert party.phone == "13900009001"
    assert "已变更" in customer.outbox.texts_for(CUSTOMERS["郑浩"].phone, 1)[0].text


def test_surrender_shows_the_value_first_and_pays_by_the_earlier_of_two_clocks(customer: Talk) -> None:
    customer.say("我要退保")
    prove(customer, "陈静")
    customer.say("P2024000552")
    assert "现金价值" in customer.text
    assert "要退照样给您退" in customer.text
    customer.say("不想说")
    customer.say("原缴费账户")
    assert customer.requested == "service_consent"
    customer.say("同意")
    assert customer.requested == "person_check"
    customer.say(customer.code_of(CUSTOMERS["陈静"].phone))
    assert customer.requested == "confirm", customer.text
    customer.say("确认")
    request = stored(customer)
    assert request.status is RequestStatus.WAITING_FOR_PAPERS
    assert request.due_rule == "D-P03"
    assert "投保人身份证" in customer.text
    customer.say("我后悔了，不退了")  # the one that runs is stopped, no second one begun
    assert (customer.outcome, request.request_no in customer.text) == ("handed_off:needs_person", True)


def test_a_card_told_as_a_reason_is_no_reason(customer: Talk) -> None:
    customer.say("我要退保")
    prove(customer, "陈静")
    customer.say("P2024000552")
    customer.say("打我妈卡上吧6222021234567890129")
    assert customer.requested == "surrender_reason"
    assert "第三十二条" in customer.text
    customer.say("不想说")
    customer.say("6222021234567890129")
    assert customer.requested == "surrender_card"
    assert "尾号 0129" in customer.text


def test_without_the_bank_consent_nothing_is_written_and_the_counter_is_offered(customer: Talk) -> None:
    customer.say("我要退保")
    prove(customer, "陈静")
    customer.say("P2024000552")
    customer.say("不想说")
    customer.say("原缴费账户")
    customer.say("不同意")
    assert customer.outcome == "ended"
    assert "柜台" in customer.text
    with customer.services.reading() as work:
        assert filed(work, customer.conversation_id) == ()


def test_an_insured_who_is_not_the_policyholder_can_not_surrender(customer: Talk) -> None:
    customer.say("我要退保")
    prove(customer, "刘芳")
    if customer.requested == "service_policy":
        customer.say("P2023001234")
    assert customer.outcome == "ended"
    assert "投保人" in customer.text


def test_a_lost_policy_is_marked_at_once_and_stops_money_flows(customer: Talk) -> None:
    customer.say("纸质保单丢了怎么补，帮我补一份")
    prove(customer, "张伟明")
    customer.say("P2026000103")
    if customer.requested == "reissue_reason":
        customer.say("丢了")
    customer.say("电子保单")
    assert customer.requested == "confirm", customer.text
    customer.say("确认")
    with customer.services.reading() as work:
        policy = work.policies.get("P2026000103")
    assert policy is not None
    assert policy.status is PolicyStatus.LOST
    again = customer.another()
    again.now = customer.now + timedelta(hours=1)
    again.say("我要退保")
    prove(again, "张伟明")
    again.say("P2026000103")
    assert again.outcome == "handed_off:needs_person", again.text


def test_a_question_about_it_is_answered_and_the_transaction_offered(customer: Talk) -> None:
    customer.say("犹豫期退保会扣钱吗？")
    assert customer.outcome == "ended"
    assert "犹豫期" in customer.text
    customer.pick("现在就退保")
    assert customer.requested == "name"


def test_the_same_confirmation_twice_makes_one_request(customer: Talk) -> None:
    customer.say("我要改邮箱")
    prove(customer, "张伟明")
    if customer.requested == "contact_what":
        customer.say("邮箱")
    customer.say("new@example.com")
    unproved = dict(customer.answers)
    customer.say(customer.code_of("new@example.com"))
    from bot.services.journeys.journey import Situation
    from bot.services.registry import JOURNEYS

    entry = JOURNEYS[customer.form]
    said = customer.ears.hear(customer.conversation_id, "确认", customer.now)
    situation = Situation(customer.answers, said, customer.services, "one run")
    refused = entry.submit(Situation(unproved, said, customer.services, "another run"))
    assert "还没有验证" in refused[0].text
    first, second = entry.submit(situation), entry.submit(situation)
    assert first[0].text == second[0].text
    assert len(stored(customer).request_no) == 15
