"""Enquiries about buying are taken down for a licensed person; the self-check names risks and never a product."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.calendars.clocks import SHANGHAI
from bot.calendars.strict_yaml import DataFileError
from bot.insurance.service_request import RequestStatus
from bot.services.guard_reply import load_guard
from bot.services.reply import Reply, choose
from bot.services.sales_offer import wanted, with_offer
from bot.services.servicing.self_check_data import load_self_check
from bot.services.understanding import Understood
from bot.settings import ROOT
from tests.servicing_talk import stored
from tests.talk import Talk

PROMISES = re.compile(r"保费(?:约|大约|一年)|元/年|适合您|推荐您|最划算|收益")
GUARD = load_guard(ROOT / "data" / "guard" / "never_say.yml")


@pytest.fixture
def customer(first_talk: Talk) -> Talk:
    first_talk.now += timedelta(days=1)
    return first_talk.another()


def press(talk: Talk, journey: str) -> None:
    """The button that an answer about buying has."""
    talk.replies = [Reply("", (choose("开始", f"@switch:{journey}"),))]
    talk.pick("开始")


def prove_phone(talk: Talk, phone: str) -> None:
    assert talk.requested == "phone", talk.text
    talk.say(phone)
    talk.say(talk.code_of(phone))


def test_an_enquiry_becomes_a_request_of_the_sales_post_due_on_the_day_of_the_call(customer: Talk) -> None:
    press(customer, "sales_enquiry")
    prove_phone(customer, "13900006101")
    customer.say("给我妈")
    customer.say("医疗险")
    assert customer.requested == "enquiry_called", customer.text
    customer.say("赵女士")
    assert customer.requested == "service_consent", customer.text
    customer.say("同意")
    customer.say("明天上午十点")
    customer.say("妈妈六十二岁，有医保")
    assert customer.requested == "confirm", customer.text
    customer.say("确认")
    (request,) = stored(customer)
    assert (request.kind, request.post, request.status) == ("sales_enquiry", "销售", RequestStatus.ACCEPTED)
    assert request.due_on is not None
    assert dict(request.fields) | {"给谁": "父母", "想了解": "医疗险"} == dict(request.fields)
    assert ("联系电话", "13900006101") in request.fields
    assert "执业登记" in customer.text
    assert not PROMISES.search(customer.text)


def test_a_firm_is_asked_for_its_special_subject(customer: Talk) -> None:
    press(customer, "sales_enquiry")
    prove_phone(customer, "13900006102")
    customer.say("给公司")
    customer.say("雇主责任险")
    assert customer.requested == "enquiry_subject", customer.text
    customer.say("石材厂，三十个工人，有两台龙门吊，在泉州，想保五百万")
    customer.say("李经理")
    customer.say("同意")
    customer.say("越早越好")
    customer.say("没有")
    customer.say("确认")
    (request,) = stored(customer)
    assert "龙门吊" in dict(request.fields)["单位和标的"]


def test_without_consent_to_be_called_nothing_is_written(customer: Talk) -> None:
    press(customer, "sales_enquiry")
    prove_phone(customer, "13900006103")
    for words in ("自己", "意外险", "小周", "不同意"):
        customer.say(words)
    assert customer.outcome == "ended"
    assert "没有登记" in customer.text
    assert stored(customer) == ()


def test_whom_and_what_told_at_first_are_not_asked_again(customer: Talk) -> None:
    heard = customer.ears.hear(customer.conversation_id, "约个销售人员打给我报价，想给我妈买医疗险", customer.now)
    customer._hear(replace(heard, intent="request_callback"))
    prove_phone(customer, "13900006104")
    assert customer.answers["enquiry_whom"] == "父母"
    assert customer.answers["enquiry_kind"] == "医疗险"
    assert customer.requested == "enquiry_called", customer.text


def test_an_outlet_asked_for_in_between_is_told_and_the_question_comes_back(customer: Talk) -> None:
    press(customer, "sales_enquiry")
    prove_phone(customer, "13900006106")
    customer.say("自己")
    customer.say("成都的网点几点关门？")
    assert "成都武侯营业部" in customer.text
    assert customer.requested == "enquiry_kind"


def test_a_line_of_the_card_is_changed_by_naming_it(customer: Talk) -> None:
    press(customer, "sales_enquiry")
    prove_phone(customer, "13900006105")
    for words in ("自己", "重疾险", "小周", "同意", "明天下午", "没有"):
        customer.say(words)
    customer.say("想了解改成意外险")
    assert customer.answers["enquiry_kind"] == "意外险", customer.text
    assert customer.requested == "confirm"


def test_the_self_check_names_risks_and_lines_and_no_product(customer: Talk) -> None:
    press(customer, "self_check")
    for title in ("两样都有", "常开车", "只有医保", "租的", "有车"):
        customer.pick(title)
    assert customer.outcome == "confirmed", customer.text
    for title in ("寿险", "重疾险", "医疗险", "意外险", "家财险", "车险"):
        assert f"可以读{title}" in customer.text
    assert "不是产品建议" in customer.text
    assert not PROMISES.search(customer.text)
    assert not GUARD.broken(customer.text)
    titles = [choice.title for reply in customer.replies for choice in reply.choices]
    assert "请销售人员联系我" in titles
    assert stored(customer) == ()


def test_answers_that_point_to_nothing_say_so(customer: Talk) -> None:
    press(customer, "self_check")
    for words in ("没有", "已经退休", "有商业医疗险", "跟家人住"):
        customer.say(words)
    customer.say("没有车")
    assert "可以读意外险" in customer.text
    assert "车险" not in customer.text


def test_an_option_can_be_given_by_its_number_and_anything_else_is_asked_again(customer: Talk) -> None:
    press(customer, "self_check")
    customer.say("2")
    assert customer.answers["check_1"] == "有房贷要还"
    customer.say("蓝色")
    assert customer.requested == "check_2"


@pytest.mark.parametrize(
    ("text", "journey"),
    [
        ("给我们公司报个价，雇主责任险", "sales_enquiry"),
        ("能不能出一份保险方案给我", "sales_enquiry"),
        ("家里缺什么保障，测一测", "self_check"),
        ("重疾险和医疗险先买哪个", ""),
        ("三十岁买重疾险一年多少钱", ""),
    ],
)
def test_who_asks_for_a_call_or_a_check_in_words_gets_it(text: str, journey: str) -> None:
    said = Understood("c", "m", datetime(2026, 11, 26, 10, tzinfo=SHANGHAI), "web", text, "ask_product", 0.9)
    assert wanted(said) == journey
    offered = [choice.title for choice in with_offer(said, [Reply("答")])[-1].choices]
    assert offered == ["请销售人员联系我", "做个风险自测"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("{motor: [有车]}", "{motor: [有船]}", "没有这道题或这个选项"),
        ("read: motor", "read: rocket", "不认识的险种"),
        ("options: [有车, 没有车]", "options: [有车]", "至少两个选项"),
        ("id: home", "id: work", "编号不能重复"),
    ],
)
def test_a_malformed_self_check_is_refused(tmp_path: Path, old: str, new: str, problem: str) -> None:
    text = (ROOT / "data" / "self_check.yml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "self_check.yml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataFileError) as refused:
        load_self_check(path)
    assert problem in str(refused.value.data["problem"])
