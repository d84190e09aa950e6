"""Reinstatement, loans and benefits: eligibility, money to the fen, who must sign, what a person must see."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.calendars.months import add_months
from bot.insurance.amounts import loan_limit, loan_owed, pro_rata_refund, simple_interest
from bot.insurance.identity import IdentityLevel
from bot.insurance.party import Party
from bot.insurance.policy import Benefit, BenefitKind, InsurancePolicy, PolicyStatus, Role
from bot.insurance.service_request import RequestStatus, ServiceRequest
from bot.services.journeys.journey import Situation
from bot.services.servicing.make_request import person_reason
from bot.services.servicing.transaction import Case
from bot.services.servicing.transactions import collect_benefit, policy_loan, reinstate, surrender
from bot.services.speak_money import money
from bot.store.demo_people import NAMED_CUSTOMERS
from tests.servicing_talk import close_requests_on_value, filed
from tests.talk import Talk
from tests.unit.services.conftest import NOW

CUSTOMERS = {each.name: each for each in NAMED_CUSTOMERS}


@pytest.fixture
def customer(first_talk: Talk) -> Talk:
    """A new conversation, an hour after the last: codes to one phone are limited within half an hour."""
    first_talk.now += timedelta(hours=1)
    close_requests_on_value(first_talk.services.unit_of_work)
    return first_talk.another()


def prove(talk: Talk, name: str) -> None:
    person = CUSTOMERS[name]
    talk.say(name)
    talk.say(person.id_number)
    talk.say(talk.code_of(person.phone))


def check_person(talk: Talk, name: str) -> None:
    assert talk.requested == "person_check", talk.text
    talk.say(talk.code_of(CUSTOMERS[name].phone))


def say_all(talk: Talk, *lines: str) -> None:
    for line in lines:
        talk.say(line)


def stored(talk: Talk) -> ServiceRequest:
    with talk.services.reading() as work:
        (request,) = filed(work, talk.conversation_id)
    return request


def case_about(talk: Talk, policy_no: str, name: str, change: dict[str, object], **answers: str) -> Case:
    """A case with a policy that the demo does not have."""
    with talk.services.reading() as work:
        policy = work.policies.get(policy_no)
        party = work.parties.find(name, CUSTOMERS[name].id_number)
    assert policy is not None
    said = talk.ears.hear(talk.conversation_id, "你好", talk.now)
    return Case(Situation(answers, said, talk.services, "k"), party, replace(policy, **change))  # type: ignore[arg-type]


def owed_on(talk: Talk) -> Decimal:
    """The loan of 周强 on the conversation's day: it began 75 days before the store's first one."""
    days = 75 + (talk.now.date() - NOW.date()).days
    return loan_owed(Decimal(52920), Decimal("0.05"), days)


# -- 复效 ------------------------------------------------------------------------------------------------------------------


def test_reinstatement_shows_the_money_and_what_starts_over_then_waits_thirty_days(customer: Talk) -> None:
    customer.say("我要复效")
    prove(customer, "孙丽")
    customer.say("P2021000701")
    today = customer.now.date()
    late = 150 + (today - NOW.date()).days
    interest = simple_interest(Decimal(6600), Decimal("0.05"), late)
    total = money(6600 + interest)
    for words in (
        "欠交保费 6,600 元（1 期）",
        f"利息 {money(interest)}",
        f"一共 {total}",
        "第四十四条",
        "等待期 180 天",
    ):
        assert words in customer.text
    assert customer.requested == "service_consent"
    say_all(customer, "同意", "没有", "没变", "原缴费账户扣款")
    check_person(customer, "孙丽")
    assert customer.requested == "confirm", customer.text
    customer.say("确认")
    request = stored(customer)
    assert (request.status, request.due_rule) == (RequestStatus.WAITING_FOR_PAPERS, "D-P10")
    assert request.due_on == today + timedelta(days=30)
    assert request.alert_on == today + timedelta(days=20)
    assert "视为同意" in customer.text
    with customer.services.reading() as work:
        assert work.consents.granted(customer.conversation_id, "C2")
        assert request not in work.requests.to_chase(today + timedelta(days=19))[0]
        assert request in work.requests.to_chase(today + timedelta(days=20))[0]


@pytest.mark.parametrize("words", ["有", "查出来有结节", "住过院", "说不清"])
def test_a_change_of_health_is_a_persons_to_judge(customer: Talk, words: str) -> None:
    customer.say("帮我办复效")
    prove(customer, "孙丽")
    say_all(customer, "P2021000701", "同意", words, "没有", "官方缴费链接")
    check_person(customer, "孙丽")
    customer.say("确认")
    assert stored(customer).status is RequestStatus.WITH_PERSON
    with customer.services.reading() as work:
        waiting = work.hand_offs.open_for(customer.conversation_id)
    assert waiting is not None
    assert waiting.reference_no == stored(customer).request_no
    assert "核保" in waiting.reason_zh


@pytest.mark.parametrize("words", ["没有", "没有住院也没有吃药", "没变", "都没有", "跟以前一样"])
def test_plain_noes_are_noes(customer: Talk, words: str) -> None:
    customer.say("帮我办复效")
    prove(customer, "孙丽")
    say_all(customer, "P2021000701", "同意", words)
    assert customer.answers["reinstate_health"] == "没有", customer.text


def test_without_the_health_consent_no_health_is_asked(customer: Talk) -> None:
    customer.say("帮我办复效")
    prove(customer, "孙丽")
    say_all(customer, "P2021000701", "不同意")
    assert customer.outcome == "ended"
    assert "柜台" in customer.text


def test_after_two_years_a_person_decides(customer: Talk) -> None:
    today = customer.now.date()
    last = {"suspended_on": date(today.year - 2, today.month, today.day)}
    assert reinstate.TRANSACTION.refuses(case_about(customer, "P2021000701", "孙丽", last)) is None
    over = {"suspended_on": date(today.year - 2, today.month, today.day) - timedelta(days=1)}
    refusal = reinstate.TRANSACTION.refuses(case_about(customer, "P2021000701", "孙丽", over))
    assert refusal is not None
    assert refusal.hand_off
    assert "第三十七条" in refusal.reason


def test_another_insured_must_sign(customer: Talk) -> None:
    case = case_about(customer, "P2021000701", "孙丽", {"insured_ids": ("CU000020",)})
    assert "本人签名" in person_reason(case, reinstate.TRANSACTION)
    own = case_about(customer, "P2021000701", "孙丽", {})
    assert person_reason(own, reinstate.TRANSACTION) == ""


# -- 保单贷款 ---------------------------------------------------------------------------------------------------------------


def test_a_loan_is_bounded_and_priced_before_it_is_confirmed(customer: Talk) -> None:
    customer.say("我要用保单贷款")
    prove(customer, "周强")
    assert customer.answers["loan_what"] == "借款"
    customer.say("P2018000802")
    most = loan_limit(Decimal(105840), owed_on(customer), Decimal("0.8"))
    assert f"今天最多还能借 {money(most)}" in customer.text
    assert "效力中止" in customer.text
    customer.say("20万")
    assert f"最多能借 {money(most)}" in customer.text
    customer.say("500")
    assert "最低借 1,000 元" in customer.text
    say_all(customer, "1万", "炒股")
    assert "不能用来买股票" in customer.text
    say_all(customer, "看病", "同意", "打到我儿子卡上")
    assert "本人名下" in customer.text
    customer.say("原缴费账户")
    check_person(customer, "周强")
    days = (add_months(customer.now.date(), 6) - customer.now.date()).days
    interest = simple_interest(Decimal(10000), Decimal("0.05"), days)
    assert f"到期利息 {money(interest)}" in customer.text
    assert f"到期一共还 {money(10000 + interest)}" in customer.text
    customer.say("确认")
    request = stored(customer)
    assert request.status is RequestStatus.WAITING_FOR_PAPERS
    assert dict(request.fields)["年利率"].startswith("5%")


def test_repaying_says_what_is_owed_today_and_asks_for_no_account(customer: Talk) -> None:
    customer.say("我要还保单贷款")
    prove(customer, "周强")
    customer.say("P2018000802")
    assert f"利息 {money(owed_on(customer) - 52920)}" in customer.text
    assert f"一共 {money(owed_on(customer))}" in customer.text
    customer.say("6万")
    assert "不用多还" in customer.text
    say_all(customer, "全部还清", "官方缴费链接")
    check_person(customer, "周强")
    customer.say("确认")
    assert stored(customer).status is RequestStatus.ACCEPTED
    assert stored(customer).papers == ()


@pytest.mark.parametrize("story", ["我想用保单贷款去投一个养老项目", "我要保单贷款买理财产品"])
def test_a_fraud_story_stops_the_loan_and_brings_a_person(customer: Talk, story: str) -> None:
    customer.say(story)
    assert customer.outcome == "handed_off:fraud_suspected", customer.text
    assert "96110" in customer.text
    with customer.services.reading() as work:
        waiting = work.hand_offs.open_for(customer.conversation_id)
    assert waiting is not None
    assert waiting.priority.name == "FUND_SAFETY"


def test_a_fraud_story_told_as_the_purpose_stops_it_too(customer: Talk) -> None:
    customer.say("我要用保单贷款")
    prove(customer, "周强")
    say_all(customer, "P2018000802", "1万", "有人带我做高收益项目")
    assert customer.outcome == "handed_off:fraud_suspected"
    with customer.services.reading() as work:
        assert filed(work, customer.conversation_id) == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"status": PolicyStatus.LOST}, "挂失"),
        ({"status": PolicyStatus.GRACE}, "交清"),
        ({"group": True}, "团体"),
        ({"insured_event_on": date(2026, 11, 1)}, "人工核对"),
        ({"pledged": True, "loan_balance": Decimal(0)}, "质押在别处"),
        ({"product_name": "某投资连结保险"}, "投资连结"),
        ({"cooling_off_until": date(2026, 12, 31)}, "犹豫期"),
        ({"effective_on": date(2026, 3, 1)}, "2027 年 3 月 1 日"),
        ({"loan_since": date(2026, 5, 1)}, "到期没有还清"),
        ({"cash_value": Decimal(1200), "loan_balance": Decimal(0), "pledged": False}, "不到最低"),
    ],
)
def test_what_rules_a_loan_out(customer: Talk, change: dict[str, object], words: str) -> None:
    refusal = policy_loan.TRANSACTION.refuses(case_about(customer, "P2018000802", "周强", change, loan_what="借款"))
    assert refusal is not None
    assert words in refusal.reason


@pytest.mark.parametrize(
    ("born", "amount", "purpose", "words"),
    [
        (date(1976, 3, 18), "100000.00", "看病", ""),
        (date(1976, 3, 18), "100000.01", "看病", "10 万元"),
        (date(1960, 3, 18), "5000", "看病", "66 岁"),
        (date(1976, 3, 18), "5000", "借给朋友", "核实用途"),
    ],
)
def test_when_a_person_calls_before_the_money_goes(
    customer: Talk, born: date, amount: str, purpose: str, words: str
) -> None:
    answers = {"loan_what": "借款", "loan_amount": amount, "loan_purpose": purpose}
    case = case_about(customer, "P2018000802", "周强", {}, **answers)
    assert case.party is not None
    reason = person_reason(replace(case, party=replace(case.party, birth_date=born)), policy_loan.TRANSACTION)
    assert words in reason
    assert bool(reason) is bool(words)


def test_the_insureds_signature_is_for_borrowing_not_for_paying_back(customer: Talk) -> None:
    other = {"insured_ids": ("CU000020",)}
    borrowing = case_about(customer, "P2018000802", "周强", other, loan_what="借款", loan_amount="1000")
    assert "本人签名" in person_reason(borrowing, policy_loan.TRANSACTION)
    repaying = case_about(customer, "P2018000802", "周强", other, loan_what="还款")
    assert person_reason(repaying, policy_loan.TRANSACTION) == ""


def test_only_the_policyholder_borrows(customer: Talk) -> None:
    assert policy_loan.TRANSACTION.level is IdentityLevel.L3
    best = customer.services.who_may.best
    assert best("policy_loan", (Role.INSURED,)).value == "no"


# -- 领取 ------------------------------------------------------------------------------------------------------------------


def test_an_annuity_goes_to_the_insureds_own_card_once(customer: Talk) -> None:
    customer.say("我要领今年的年金")
    prove(customer, "郑浩")
    assert "年金 6,000 元" in customer.text
    say_all(customer, "领到银行卡", "同意", "打到我老婆的卡")
    assert "本人名下" in customer.text
    customer.say("6222021234567890128")
    check_person(customer, "郑浩")
    assert "实领 6,000 元" in customer.text
    customer.say("确认")
    request = stored(customer)
    assert request.due_rule == "D-L08"
    again = customer.another()
    again.now = customer.now + timedelta(hours=1)
    again.say("我要领今年的年金")
    prove(again, "郑浩")
    assert request.request_no in again.text
    assert again.outcome == "handed_off:needs_person"


def _with_benefits(customer: Talk, *benefits: Benefit, **change: object) -> Case:
    return case_about(customer, "P2018000802", "周强", {"benefits": benefits, **change})


def test_a_loan_and_arrears_are_set_off_first(customer: Talk) -> None:
    due = Benefit(BenefitKind.MATURITY, customer.now.date(), Decimal(100000), Role.INSURED)
    facts = dict(collect_benefit.TRANSACTION.facts(_with_benefits(customer, due)))
    owed = owed_on(customer)
    assert facts == {"应领": "10 万元", "先抵扣": money(owed), "实领": money(100000 - owed)}


def test_what_is_the_insureds_is_not_the_policyholders(customer: Talk) -> None:
    due = Benefit(BenefitKind.ANNUITY, customer.now.date(), Decimal(6000), Role.INSURED)
    refusal = collect_benefit.TRANSACTION.refuses(_with_benefits(customer, due, insured_ids=("CU000020",)))
    assert refusal is not None
    assert "由被保险人本人申请领取" in refusal.reason


def test_before_its_day_the_date_and_the_sum_are_said(customer: Talk) -> None:
    later = Benefit(BenefitKind.DIVIDEND, date(2027, 3, 1), Decimal("114.5"), Role.POLICYHOLDER)
    refusal = collect_benefit.TRANSACTION.refuses(_with_benefits(customer, later))
    assert refusal is not None
    assert "红利 114.5 元，2027 年 3 月 1 日" in refusal.reason


def test_after_a_death_it_is_a_claim(customer: Talk) -> None:
    customer.say("我爸去世了，他的年金我要领")
    assert customer.outcome == "ended" or customer.outcome.startswith("handed_off")
    assert "受益人" in customer.text


def test_a_minor_and_a_large_sum_need_a_person(customer: Talk) -> None:
    large = Benefit(BenefitKind.MATURITY, customer.now.date(), Decimal(200000), Role.INSURED)
    case = _with_benefits(customer, large, loan_balance=Decimal(0))
    assert "电话确认" in collect_benefit.TRANSACTION.person(case)
    assert case.party is not None
    minor: Party = replace(case.party, birth_date=date(2015, 1, 1))
    assert "监护人" in collect_benefit.TRANSACTION.person(replace(case, party=minor))


def test_the_demo_has_each_benefit_in_each_time(customer: Talk) -> None:
    with customer.services.reading() as work:
        policies: list[InsurancePolicy] = [
            policy for number in range(1, 60) for policy in work.policies.naming(f"CU{number:06d}")
        ]
    today = customer.now.date()
    due = {benefit.kind for policy in policies for benefit in policy.benefits_due(today)}
    assert {BenefitKind.ANNUITY, BenefitKind.DIVIDEND} <= due


@pytest.mark.parametrize(
    ("said", "goes_on"), [("没有变化", True), ("这是问什么？", True), ("不同意", False), ("不想告诉你们，拒绝", False)]
)
def test_only_a_refusal_of_the_consent_refuses_it(customer: Talk, said: str, goes_on: bool) -> None:
    customer.say("我那个保险停了，想恢复")
    prove(customer, "孙丽")
    if customer.requested == "service_policy":
        customer.say("重疾险")
    assert customer.requested == "service_consent", customer.text
    customer.say(said)
    assert (customer.requested == "service_consent") is goes_on, customer.text


def open_request(talk: Talk, kind: str, policy_no: str, name: str, *fields: tuple[str, str]) -> ServiceRequest:
    with talk.services.unit_of_work() as work:
        party = work.parties.find(name, CUSTOMERS[name].id_number)
        assert party is not None
        number = work.numbers.next("S", talk.now.date())
        made = ServiceRequest(
            number, kind, RequestStatus.ACCEPTED, policy_no, party.party_id, fields, (), talk.now, None, "", "保全",
            "c-other", number,
        )  # fmt: skip
        work.requests.add(made)
        work.commit()
    return made


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("policy_loan", (("办理", "借款"), ("借款金额", "20000.00"))),
        ("surrender_policy", ()),
        ("change_contract", (("变更项目", "减保"),)),
    ],
)
def test_no_second_loan_on_a_value_that_is_being_taken_already(
    customer: Talk, kind: str, fields: tuple[tuple[str, str], ...]
) -> None:
    pending = open_request(customer, kind, "P2022000551", "陈静", *fields)
    refusal = policy_loan.TRANSACTION.refuses(case_about(customer, "P2022000551", "陈静", {}, loan_what="借款"))
    assert refusal is not None
    assert pending.request_no in refusal.reason
    assert refusal.hand_off


def test_a_repayment_takes_nothing_and_rules_nothing_out(customer: Talk) -> None:
    open_request(customer, "policy_loan", "P2022000551", "陈静", ("办理", "还款"))
    assert policy_loan.TRANSACTION.refuses(case_about(customer, "P2022000551", "陈静", {}, loan_what="借款")) is None


def test_a_surrender_beside_a_loan_that_is_being_paid_out_quotes_no_sum_and_is_looked_at(customer: Talk) -> None:
    pending = open_request(customer, "policy_loan", "P2022000551", "陈静", ("办理", "借款"))
    case = case_about(customer, "P2022000551", "陈静", {})
    assert surrender.TRANSACTION.refuses(case) is None
    told = surrender.TRANSACTION.terms(case)
    assert pending.request_no in told
    assert "36,400" not in told
    assert "先核对" in person_reason(case, surrender.TRANSACTION)


def test_a_policy_is_surrendered_once(customer: Talk) -> None:
    pending = open_request(customer, "surrender_policy", "P2022000551", "陈静")
    refusal = surrender.TRANSACTION.refuses(case_about(customer, "P2022000551", "陈静", {}))
    assert refusal is not None
    assert pending.request_no in refusal.reason


def test_compulsory_motor_is_surrendered_in_three_cases_only_by_its_full_name_too(customer: Talk) -> None:
    refusal = surrender.TRANSACTION.refuses(case_about(customer, "P2026000102", "张伟明", {}))
    assert refusal is not None
    assert "三种情形" in refusal.reason


def test_without_cash_value_no_loan_is_offered_instead(customer: Talk) -> None:
    told = surrender.TRANSACTION.terms(case_about(customer, "P2022000551", "陈静", {"cash_value": Decimal(0)}))
    assert "保单贷款" not in told


def test_a_year_has_365_days_of_cover_and_the_last_is_one_of_them() -> None:
    begins, ends = date(2026, 5, 11), date(2027, 5, 10)
    assert pro_rata_refund(Decimal(365), begins, ends, begins) == Decimal(364)
    assert pro_rata_refund(Decimal(365), begins, ends, ends) == Decimal(0)
    assert pro_rata_refund(Decimal(950), begins, ends, date(2026, 11, 27)) == Decimal("426.85")
