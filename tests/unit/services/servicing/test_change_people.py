"""客户资料变更 and 投保人变更: whose data, which papers, what a person has to look at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.insurance.service_request import RequestStatus
from bot.services.journeys.engine import open_journey
from bot.services.journeys.journey import Situation
from bot.services.registry import JOURNEYS, service_key
from tests.servicing_talk import CUSTOMERS, check_person, prove, stored
from tests.talk import Talk

OTHER_ID = "110105198803050044"


def test_a_new_name_needs_the_person_check_and_the_old_phone_is_told(customer: Talk) -> None:
    customer.say("我名字登记错了，帮我改一下")
    prove(customer, "张伟明")
    customer.say("张伟明")
    assert "一样" in customer.text
    customer.say("张卫明")
    customer.say("一起改")
    check_person(customer, "张伟明")
    assert "张卫明" in customer.text
    customer.say("新姓名写错了，是张维明")
    assert customer.requested == "confirm", customer.text
    assert "张维明" in customer.text
    customer.say("确认")
    (request,) = stored(customer)
    assert request.status is RequestStatus.WAITING_FOR_PAPERS
    assert dict(request.fields)["新姓名"] == "张维明"
    assert any("更名证明" in paper for paper in request.papers)
    told = customer.outbox.texts_for(CUSTOMERS["张伟明"].phone, 1)[0].text
    assert "姓名" in told
    assert request.request_no in told


def test_whose_only_policy_is_the_employer_s_hears_it_before_any_other_question(customer: Talk) -> None:
    customer.say("我换工作了，帮我改职业")
    prove(customer, "赵磊")
    assert "由单位统一更改" in customer.text
    customer.say("不用了")
    assert customer.outcome == "ended"
    assert stored(customer) == ()


def test_another_age_goes_to_a_person(customer: Talk) -> None:
    customer.say("我的出生日期登记错了，帮我改")
    prove(customer, "张伟明")
    customer.say("1987年4月12日")
    assert "第三十二条" in customer.text
    customer.say("一起改")
    check_person(customer, "张伟明")
    customer.say("确认")
    assert stored(customer)[0].status is RequestStatus.WITH_PERSON


def test_an_id_number_of_another_birth_date_is_a_change_of_age(customer: Talk) -> None:
    customer.say("我的身份证号登记错了，帮我改")
    prove(customer, "张伟明")
    customer.say(CUSTOMERS["张伟明"].id_number)
    assert "一样" in customer.text
    customer.say(OTHER_ID)
    assert "第三十二条" in customer.text
    customer.say("一起改")
    check_person(customer, "张伟明")
    assert OTHER_ID not in customer.text
    customer.say("确认")
    assert stored(customer)[0].status is RequestStatus.WITH_PERSON


def test_a_new_occupation_needs_no_person_check_but_an_underwriter(customer: Talk) -> None:
    customer.say("我换工作了，帮我改职业")
    prove(customer, "郑浩")
    customer.say("外卖骑手")
    assert "第五十二条" in customer.text
    customer.say("一起改")
    assert customer.requested == "confirm", customer.text
    customer.say("确认")
    (request,) = stored(customer)
    assert (request.status, request.due_rule) == (RequestStatus.WITH_PERSON, "D-P01")


def test_one_policy_only_can_be_chosen(customer: Talk) -> None:
    customer.say("我换工作了，帮我改职业")
    prove(customer, "郑浩")
    customer.say("外卖骑手")
    customer.pick("平日综合意外")
    customer.say("确认")
    assert dict(stored(customer)[0].fields)["适用保单"] == "P2026000902"


@pytest.mark.parametrize(("words", "said"), [("2020年5月1日", "已经过了"), ("明年吧", "哪年哪月哪日")])
def test_validity_must_be_a_day_to_come(customer: Talk, words: str, said: str) -> None:
    customer.say("身份证换新的了，帮我更新有效期")
    prove(customer, "郑浩")
    customer.say(words)
    assert said in customer.text
    customer.say("长期")
    assert customer.requested == "person_scope"


def test_a_signature_goes_to_the_counter_and_a_child_s_data_to_a_person(customer: Talk) -> None:
    customer.say("我要改签名样式")
    assert customer.outcome == "handed_off:needs_person"
    assert "柜台" in customer.text
    parent = customer.another()
    parent.say("孩子改名了，帮我改一下保单上的名字")
    assert parent.outcome == "handed_off:needs_person"
    assert "监护人" in parent.text


def test_a_bank_account_is_a_matter_of_payment(customer: Talk) -> None:
    customer.say("我要改客户资料")
    prove(customer, "陈静")
    assert customer.requested == "person_what", customer.text
    customer.say("银行账户")
    assert customer.outcome == "ended"
    customer.pick("改扣款账户")
    assert customer.form.endswith("change_payment")
    assert customer.answers["payment_what"] == "扣款账户"


def test_a_new_policyholder_is_taken_down_and_always_goes_to_a_person(customer: Talk) -> None:
    customer.say("我要换投保人")
    prove(customer, "王建国")
    customer.say("P2023001234")
    assert "第三十四条" in customer.text
    for answer in ("刘芳", CUSTOMERS["刘芳"].id_number, CUSTOMERS["刘芳"].phone, "本人", "还没问"):
        customer.say(answer)
    check_person(customer, "王建国")
    assert CUSTOMERS["刘芳"].id_number not in customer.text
    customer.say("确认")
    (request,) = stored(customer)
    assert request.status is RequestStatus.WITH_PERSON
    assert dict(request.fields)["被保险人意见"] == "还没有征得同意"
    with customer.services.reading() as work:
        policy = work.policies.get("P2023001234")
    assert policy is not None
    assert policy.policyholder_id == "CU000003"


def test_an_insured_who_refuses_stops_it(customer: Talk) -> None:
    customer.say("我要换投保人")
    prove(customer, "王建国")
    customer.say("P2023001234")
    for answer in ("李明", OTHER_ID, "13900009102", "其他"):
        customer.say(answer)
    assert customer.requested == "holder_consents", customer.text
    customer.say("她不同意")
    assert customer.outcome == "ended"
    assert stored(customer) == ()


def test_without_a_near_relation_insurable_interest_has_to_be_shown(customer: Talk) -> None:
    customer.say("我要换投保人")
    prove(customer, "陈静")
    customer.say("P2022000551")
    for answer in ("李明", OTHER_ID, "13900009103", "其他"):
        customer.say(answer)
    assert "第三十一条" in customer.text
    assert customer.requested == "person_check"


def test_a_sold_car_asks_for_the_day_and_the_use_and_cites_both_laws(customer: Talk) -> None:
    customer.say("车卖了，帮我把保险过户")
    prove(customer, "张伟明")
    customer.say("P2026000102")
    for law in ("第四十九条", "第十八条"):
        assert law in customer.text
    for answer in ("李明", OTHER_ID, "13900009104"):
        customer.say(answer)
    assert customer.requested == "holder_moved_on"
    customer.say("昨天")
    customer.say("以后跑网约车")
    assert "第五十二条" in customer.text
    check_person(customer, "张伟明")
    customer.say("确认")
    (request,) = stored(customer)
    assert any("行驶证" in paper for paper in request.papers)
    assert dict(request.fields)["用途"] == "改为营运"


def test_a_pledged_policy_keeps_its_policyholder_until_a_person_has_looked(customer: Talk) -> None:
    customer.say("我要换投保人")
    prove(customer, "周强")
    customer.say("P2018000802")
    assert customer.outcome == "handed_off:needs_person"
    assert stored(customer) == ()


@pytest.mark.parametrize(
    "words", ["二手车买回来了，原车主的保险过户到我名下", "我要把被保险人换成我儿子", "投保人换成我自己，我是被保险人"]
)
def test_who_takes_over_or_wants_another_insured_sees_a_person_and_no_policy(customer: Talk, words: str) -> None:
    said = replace(customer.ears.hear(customer.conversation_id, words, customer.now), intent="change_policyholder")
    turn = open_journey(
        JOURNEYS[service_key("change_policyholder")].journey, Situation({}, said, customer.services, "k")
    )
    assert turn.outcome == "handed_off:needs_person", turn.replies


def test_a_relative_mentioned_by_the_way_does_not_make_it_another_s_data(customer: Talk) -> None:
    customer.say("辞职在家带娃了，帮我改职业")
    assert customer.answers["person_what"] == "职业", customer.text
