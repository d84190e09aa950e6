"""救援、代驾: safety first, one question at a time, honest about the price, a number and a call."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from bot.calendars.clocks import SHANGHAI
from bot.insurance.hand_off import HandOff, Priority
from bot.insurance.policy import Coverage
from bot.insurance.service_request import RequestStatus
from bot.services.journeys.engine import open_journey
from bot.services.journeys.journey import Situation
from bot.services.registry import JOURNEYS
from bot.services.servicing.transactions.request_roadside_service import costs
from tests.servicing_talk import CUSTOMERS, stored
from tests.talk import Talk


def at(talk: Talk, hour: int) -> None:
    """That hour of the next Wednesday: codes are limited within half an hour, people are there on working days."""
    days = 7 + (2 - talk.now.weekday()) % 7
    talk.now = datetime.combine((talk.now + timedelta(days=days)).date(), datetime.min.time(), SHANGHAI).replace(
        hour=hour
    )


def prove_phone(talk: Talk, phone: str) -> None:
    assert talk.requested == "phone", talk.text
    talk.say(phone)
    talk.say(talk.code_of(phone))


def queued(talk: Talk) -> HandOff:
    with talk.services.reading() as work:
        found = work.hand_offs.open_for(talk.conversation_id)
    assert found is not None
    return found


def test_a_car_without_current_gets_help_by_the_minute(customer: Talk) -> None:
    at(customer, 10)
    customer.say("车没电了打不着火，能来搭个电吗")
    assert "双闪" in customer.text
    assert customer.requested == "roadside_safe"
    customer.say("人都没事")
    customer.say("望京SOHO地下二层")
    customer.say("京N70001")
    prove_phone(customer, "13900007101")
    customer.say("同意")
    assert customer.requested == "confirm", customer.text
    for shown in ("搭电", "望京SOHO", "京N·7***1", "打不着火", "先报价，您同意再派", "配件、油料自费"):
        assert shown in customer.text
    customer.say("确认")
    (request,) = stored(customer)
    assert (request.kind, request.status) == ("request_roadside_service", RequestStatus.WITH_PERSON)
    for shown in (request.request_no, "今天 10:", "139****7101", "120"):
        assert shown in customer.text
    assert queued(customer).priority is Priority.NORMAL


def test_a_place_is_corrected_whole(customer: Talk) -> None:
    at(customer, 12)
    customer.say("车没电了打不着火，能来搭个电吗")
    customer.say("人都没事")
    customer.say("望京SOHO地下二层")
    customer.say("京N70007")
    prove_phone(customer, "13900007107")
    customer.say("同意")
    customer.say("位置改成望京SOHO西门")
    assert "位置 望京SOHO西门" in customer.text


def test_a_motorway_comes_first_in_the_queue(customer: Talk) -> None:
    at(customer, 11)
    customer.say("车在高速上趴窝了，帮我叫个拖车")
    customer.say("都在护栏外")
    if customer.requested == "roadside_place":
        customer.say("京沪高速K316往南")
    customer.say("京N70002")
    customer.say("最近的修理厂")
    prove_phone(customer, "13900007102")
    customer.say("同意")
    customer.say("确认")
    assert queued(customer).priority is Priority.INJURY_OR_DEATH


def test_at_night_nobody_is_promised_who_is_not_there(customer: Talk) -> None:
    at(customer, 23)
    customer.say("帮我叫个开锁，钥匙锁车里了")
    customer.pick("人都安全")
    customer.say("翠湖小区3号楼下")
    customer.say("没有")
    if customer.requested == "roadside_problem":
        customer.say("钥匙落在后备箱了")
    prove_phone(customer, "13900007103")
    customer.say("同意")
    customer.say("确认")
    assert "现在不是人工值班的时间" in customer.text
    assert "明天" in customer.text
    assert "12122" in customer.text


def test_who_has_drunk_gets_a_driver_and_is_told_not_to_drive(customer: Talk) -> None:
    at(customer, 14)
    customer.say("喝酒了，需要代驾")
    assert "千万别开" in customer.text
    assert customer.requested == "roadside_place"
    customer.say("万达广场北门")
    customer.say("京N70004")
    assert customer.requested == "roadside_to"
    customer.say("翠湖小区")
    customer.pick("现在")
    prove_phone(customer, "13900007104")
    customer.say("同意")
    customer.say("确认")
    assert "不要再碰车" in customer.text
    assert dict(stored(customer)[0].fields)["送到"] == "翠湖小区"


@pytest.mark.parametrize("words", ["有人受伤了", "我爸还在车里出不来", "有个人晕过去了"])
def test_people_before_cars(customer: Talk, words: str) -> None:
    customer.say("车陷沟里了，来个人拉一下")
    customer.say(words)
    assert customer.outcome == "handed_off:crisis", customer.text
    assert "120" in customer.text
    assert stored(customer) == ()


def test_not_safe_yet_is_told_what_to_do_first(customer: Talk) -> None:
    customer.say("爆胎了，来个人换胎")
    customer.say("还不安全")
    assert customer.requested == "roadside_safe"
    assert "护栏外" in customer.text


def test_a_crash_is_reported_first(customer: Talk) -> None:
    """Whatever the classifier made of it."""
    said = customer.ears.hear(customer.conversation_id, "叫个拖车，刚才车撞了走不了", customer.now)
    journey = JOURNEYS["service_form:request_roadside_service"].journey
    turn = open_journey(journey, Situation({}, said, customer.services, "a run"))
    assert turn.outcome == "ended"
    assert "先报案" in turn.replies[0].text
    assert [choice.title for choice in turn.replies[0].choices][:2] == ["现在报案", "不是事故，只要救援"]


def test_without_consent_to_pass_it_on_nothing_is_ordered(customer: Talk) -> None:
    at(customer, 15)
    customer.say("没油了，帮忙送点油过来")
    customer.say("都安全")
    customer.say("312国道加油站旁")
    customer.say("京N70005")
    prove_phone(customer, "13900007105")
    customer.say("不同意")
    assert customer.outcome == "ended"
    assert "12122" in customer.text
    assert stored(customer) == ()


def test_the_own_policys_words_are_quoted_to_its_owner_alone(customer: Talk) -> None:
    with customer.services.reading() as work:
        policy = next(each for each in work.policies.by_plate("京A12345"))
    assert "没有救援、代驾的约定" in costs(policy)
    rider = Coverage("道路救援特约", Decimal(1), "特约第一条", "每年两次")
    assert "道路救援特约" in costs(replace(policy, coverages=(*policy.coverages, rider)))
    at(customer, 16)
    owner = CUSTOMERS["张伟明"]
    for phone, told in ((owner.phone, True), ("13900007106", False)):
        customer = customer.another()
        customer.now += timedelta(hours=1)
        customer.say("车没电了，帮我搭电")
        customer.say("都安全")
        customer.say("解放路路边")
        customer.say("京A12345")
        prove_phone(customer, phone)
        customer.say("同意")
        assert (policy.policy_no[:5] in customer.text) is told, customer.text
