"""Who may read what of a policy: every role against every topic, and what is said of the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bot.insurance.beneficiary import Beneficiary
from bot.insurance.party import Party
from bot.insurance.policy import (
    ContractForm,
    Coverage,
    Exclusion,
    Instalment,
    InsurancePolicy,
    LineOfBusiness,
    PolicyStatus,
    Servicer,
)
from bot.services.show_policy import (
    EXCLUSIONS_SHOWN,
    Topic,
    View,
    answer_topic,
    describe_policy,
    is_shortened,
    topics_asked,
)

TODAY = date(2026, 11, 23)
HOLDER, INSURED, BENEFICIARY = "HOLDER", "INSURED", "BENEFICIARY"
POLICY = InsurancePolicy(
    policy_no="P2022000001",
    product_code="WLF",
    product_name="传承终身寿险",
    terms_version="2022-05",
    line=LineOfBusiness.LIFE,
    status=PolicyStatus.IN_FORCE,
    policyholder_id=HOLDER,
    insured_ids=(INSURED,),
    effective_on=date(2026, 11, 20),
    expires_on=None,
    sum_insured=Decimal(500000),
    premium=Decimal(14000),
    pay_mode="年缴",
    channel="银行代理",
    coverages=(Coverage("身故保险金", Decimal(500000), "第三条", "身故的给付"),),
    exclusions=tuple(Exclusion(f"第{n}条", f"不保的第{n}项") for n in "四五六七八"),
    waiting_days=90,
    deductible=Decimal(0),
    beneficiaries=(
        Beneficiary("林小雨", "孙子女", 1, Decimal(40), party_id=BENEFICIARY),
        Beneficiary("林国栋", "子女", 1, Decimal(60)),
    ),
    instalments=(
        Instalment(date(2026, 11, 20), Decimal(14000), date(2026, 11, 20)),
        Instalment(date(2027, 11, 20), Decimal(14000), None),
    ),
    servicer=Servicer("徐浩", "020001101058002000000001", "13700090001"),
    cooling_off_until=date(2026, 12, 5),
    cash_value=Decimal(2800),
    loan_balance=Decimal(1400),
    pledged=True,
)
SAYS = {
    Topic.STATUS: "· 状态：有效",
    Topic.PERIOD: "· 期间：11 月 20 日生效，至终身",
    Topic.COOLING_OFF: "· 犹豫期：到12 月 5 日",
    Topic.SUM: "· 保额：50 万元",
    Topic.VEHICLE: "· 车辆：京A12345 家用轿车",
    Topic.PREMIUM: "· 保费：14,000 元，年缴，已交 1/2 期",
    Topic.NEXT_DUE: "· 下次交费：2027 年 11 月 20 日，14,000 元",
    Topic.CASH_VALUE: "· 现金价值：2,800 元",
    Topic.LOAN: "· 保单贷款余额：1,400 元",
    Topic.OWN_SHARE: "· 您的受益：第 1 顺位 40%",
    Topic.BENEFICIARIES: "林*雨（孙子女）第1顺位 40%、林*栋（子女）第1顺位 60%",
    Topic.COVERS: "· 保障责任：身故保险金",
    Topic.EXCLUSIONS: "· 责任免除：共 5 条",
    Topic.LIMITS: "· 等待期和免赔额：等待期 90 天，没有免赔额",
    Topic.SERVICER: "· 服务人员：徐浩（执业登记号 020001101058002000000001）",
    Topic.CHANNEL: "· 销售渠道：银行代理",
    Topic.PHONE: "· 查询电话：010-60000000",
}
HIDDEN = {
    HOLDER: {Topic.OWN_SHARE},
    INSURED: {Topic.OWN_SHARE, Topic.COOLING_OFF, Topic.CASH_VALUE, Topic.LOAN},
    BENEFICIARY: {
        Topic.COOLING_OFF, Topic.SUM, Topic.VEHICLE, Topic.PREMIUM, Topic.NEXT_DUE, Topic.CASH_VALUE, Topic.LOAN,
        Topic.BENEFICIARIES, Topic.SERVICER, Topic.CHANNEL,
    },
}  # fmt: skip


def view(party_id: str, policy: InsurancePolicy = POLICY) -> View:
    return View(policy, Party(party_id, "某人", "", None, "", ""), TODAY, "010-60000000")


@pytest.mark.parametrize("reader", [HOLDER, INSURED, BENEFICIARY])
@pytest.mark.parametrize("topic", list(Topic), ids=lambda topic: topic.name)
def test_each_role_reads_its_topics_and_no_others(reader: str, topic: Topic) -> None:
    told = describe_policy(view(reader, replace(POLICY, plate_no="京A12345", vehicle="家用轿车")))
    if topic in HIDDEN[reader]:
        assert SAYS[topic] not in told
        assert f"· {topic.value}：" not in told
    else:
        assert SAYS[topic] in told


@pytest.mark.parametrize("reader", [INSURED, BENEFICIARY])
def test_a_loan_is_not_betrayed_by_the_state(reader: str) -> None:
    assert "质押" in describe_policy(view(HOLDER))
    assert "质押" not in describe_policy(view(reader))


def test_a_beneficiary_reads_nothing_of_the_others_and_no_sum() -> None:
    told = describe_policy(view(BENEFICIARY))
    assert "60%" not in told
    assert "林" not in told
    assert "万元" not in told


def test_name_version_number_and_role_head_the_policy() -> None:
    first = describe_policy(view(HOLDER)).splitlines()[0]
    assert first == "传承终身寿险（条款版本 2022-05），保单号 P2022000001，您是投保人。"


def test_two_roles_read_what_either_may() -> None:
    told = describe_policy(view(HOLDER, replace(POLICY, insured_ids=(HOLDER,))))
    assert "您是投保人、被保险人" in told
    assert SAYS[Topic.CASH_VALUE] in told


def test_every_exclusion_is_shown_with_its_clause() -> None:
    told = describe_policy(view(INSURED))
    assert all(item.text in told and item.clause in told for item in POLICY.exclusions)
    assert not is_shortened(POLICY)


def test_a_long_list_of_exclusions_says_how_many_there_are_and_where() -> None:
    many = replace(POLICY, exclusions=tuple(Exclusion("第九条", f"第{n}项不保") for n in range(EXCLUSIONS_SHOWN + 3)))
    told = describe_policy(view(INSURED, many))
    assert is_shortened(many)
    assert f"全部 {EXCLUSIONS_SHOWN + 3} 条，点“看全部责任免除”" in told
    assert f"第{EXCLUSIONS_SHOWN}项不保" not in told


def test_a_cooling_off_period_that_is_over_is_not_shown_and_answered_when_asked() -> None:
    over = replace(POLICY, cooling_off_until=date(2026, 11, 22))
    assert "犹豫期" not in describe_policy(view(HOLDER, over))
    assert "已经过了" in answer_topic(view(HOLDER, over), Topic.COOLING_OFF)


def test_a_question_about_one_thing_is_answered_with_it() -> None:
    assert answer_topic(view(HOLDER), Topic.LOAN) == "保单贷款余额：1,400 元"
    without = replace(POLICY, loan_balance=Decimal(0), pledged=False)
    assert answer_topic(view(HOLDER, without), Topic.LOAN) == "保单贷款余额：没有未还的贷款"


@pytest.mark.parametrize(
    ("reader", "topic", "who"),
    [
        (INSURED, Topic.LOAN, "要投保人本人"),
        (BENEFICIARY, Topic.SUM, "要投保人或被保险人本人"),
        (HOLDER, Topic.OWN_SHARE, "要受益人本人"),
    ],
)
def test_what_is_not_the_readers_is_refused_without_saying_whether_there_is_any(
    reader: str, topic: Topic, who: str
) -> None:
    for policy in (POLICY, replace(POLICY, loan_balance=Decimal(0))):
        assert who in answer_topic(view(reader, policy), topic)
        assert "元" not in answer_topic(view(reader, policy), topic)


def test_what_an_employer_pays_is_not_its_employees_to_read() -> None:
    told = describe_policy(view(INSURED, replace(POLICY, group=True)))
    assert "14,000" not in told
    assert SAYS[Topic.SUM] in told


def test_heirs_by_law_are_said_where_nobody_is_named() -> None:
    assert "由法定继承人" in describe_policy(view(HOLDER, replace(POLICY, beneficiaries=())))
    motor = replace(POLICY, beneficiaries=(), line=LineOfBusiness.MOTOR)
    assert "继承人" not in describe_policy(view(HOLDER, motor))


def test_without_a_number_of_ours_the_policy_says_where_to_find_it() -> None:
    assert "查询电话：保单首页印的客服热线" in describe_policy(replace(view(HOLDER), service_phone=""))


def suspended_since(day: date) -> str:
    missed = (Instalment(day.replace(month=1, day=5), Decimal(14000), None),)
    policy = replace(POLICY, status=PolicyStatus.SUSPENDED, suspended_on=day, instalments=missed)
    return describe_policy(view(INSURED, policy))


def test_a_suspended_policy_says_why_and_until_when_it_can_be_revived() -> None:
    told = suspended_since(date(2026, 3, 7))
    assert "效力中止，3 月 7 日起；2028 年 3 月 7 日前可以申请复效" in told
    assert "1 月 5 日应交的保费没有交" in told


def test_after_two_years_a_person_looks_at_a_suspended_policy() -> None:
    told = suspended_since(date(2024, 2, 29))
    assert "2 月 28 日已满 2 年，能不能恢复请转人工核实" in told


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("我的终身寿险贷款还剩多少没还", [Topic.LOAN]),
        ("那份年金过犹豫期了没", [Topic.COOLING_OFF]),
        ("受益人现在写的谁", [Topic.BENEFICIARIES]),
        ("查一下我的保单", []),
    ],
)
def test_what_a_question_is_about(text: str, topics: list[Topic]) -> None:
    assert list(topics_asked(text)) == topics


def test_a_contract_on_a_card_says_so() -> None:
    assert "卡式保单，已激活" in describe_policy(view(HOLDER, replace(POLICY, form=ContractForm.CARD)))
    assert "卡式" not in describe_policy(view(HOLDER))
