"""Servicers, reports of wrongdoing, personal data, callbacks, accounts, own matters: from the wish to the stored row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.calendars.clocks import SHANGHAI
from bot.insurance.hand_off import HandOff, Priority
from bot.insurance.service_request import RequestStatus, ServiceRequest
from bot.services.list_matters import inquiry_code
from bot.services.recall import recall
from bot.store.demo_people import NAMED_CUSTOMERS
from tests.servicing_talk import filed, prove
from tests.talk import Ears, Talk, new_talk


@pytest.fixture
def customer(first_talk: Talk) -> Talk:
    """A new conversation, a day after the last: codes are limited within half an hour, the hours of callbacks are not."""
    first_talk.now += timedelta(days=1)
    return first_talk.another()


def prove_phone(talk: Talk, phone: str) -> None:
    assert talk.requested == "phone", talk.text
    talk.say(phone)
    talk.say(talk.code_of(phone))


def rows(talk: Talk) -> Sequence[ServiceRequest]:
    with talk.services.reading() as work:
        return filed(work, talk.conversation_id)


def queued(talk: Talk) -> HandOff | None:
    with talk.services.reading() as work:
        return work.hand_offs.open_for(talk.conversation_id)


def complaints(talk: Talk) -> int:
    with talk.services.reading() as work:
        return len(work.complaints.of_conversation(talk.conversation_id))


def asked(talk: Talk, text: str) -> str:
    """What is recalled for a message that opens no journey."""
    told = recall(talk.ears.hear(talk.conversation_id, text, talk.now), talk.services)
    return told.text if told else ""


# -- servicers -----------------------------------------------------------------------------------------------------------


def test_an_orphan_policy_is_not_affected_and_gets_somebody_by_a_date(customer: Talk) -> None:
    customer.say("我是孤儿保单，没人管我")
    prove(customer, "孙丽")
    customer.say("P2021000701")
    assert "保单不受影响" in customer.text
    assert customer.requested == "servicer_wishes", customer.text
    customer.say("最好是朝阳区的女业务员")
    assert "离职了" in customer.text
    customer.say("确认")
    (request,) = rows(customer)
    assert (request.kind, request.due_rule) == ("change_servicer", "D-P15-TARGET")
    assert ("希望", "最好是朝阳区的女业务员") in request.fields


def test_who_serves_is_shown_with_a_masked_phone_and_nothing_is_written(customer: Talk) -> None:
    customer.say("我的业务员是谁")
    prove(customer, "张伟明")
    customer.say("P2026000101")
    assert "执业登记号 0200" in customer.text
    assert "137****0001" in customer.text
    customer.say("不用了")
    assert customer.outcome == "ended"
    assert rows(customer) == ()


def test_misconduct_as_the_reason_becomes_a_complaint_and_a_restricted_report(customer: Talk) -> None:
    customer.say("我要换个业务员")
    prove(customer, "周强")
    customer.say("P2018000802")
    customer.say("他违规收钱")
    customer.say("他上个月收了我两万现金没给收据")
    customer.say("没有")
    customer.say("确认")
    change, report = sorted(rows(customer), key=lambda each: each.restricted)
    assert change.kind == "change_servicer"
    assert "两万现金" not in str(change.fields)
    assert (report.kind, report.restricted, report.applicant_id) == ("report_misconduct", True, "")
    assert complaints(customer) == 1
    waiting = queued(customer)
    assert waiting is not None
    assert (waiting.post, waiting.priority) == ("合规监察", Priority.FUND_SAFETY)


@pytest.mark.parametrize(
    ("known", "says", "never"), [(True, "是我们登记的销售人员", "没有查到"), (False, "没有查到", "是我们登记的")]
)
def test_a_salesperson_is_ours_or_not_and_no_customer_is_named(
    customer: Talk, known: bool, says: str, never: str
) -> None:
    with customer.services.reading() as work:
        policy = work.policies.get("P2026000101")
    assert policy is not None
    assert policy.servicer is not None
    number = policy.servicer.registration_no
    customer.say("帮我查下这个业务员是不是你们公司的")
    assert "先别付钱" in customer.text
    customer.say(f"他叫{policy.servicer.name}")
    customer.say(number if known else number[:-2] + "99")
    assert customer.outcome == "confirmed"
    assert says in customer.text
    assert never not in customer.text
    assert not any(person.name in customer.text for person in NAMED_CUSTOMERS)
    assert rows(customer) == ()


def test_without_a_registration_number_nobody_is_confirmed(customer: Talk) -> None:
    customer.say("核实业务员")
    customer.say("他叫徐浩")
    customer.say("没有")
    assert "没法核实" in customer.text


# -- reports of wrongdoing -----------------------------------------------------------------------------------------------


def report(talk: Talk, opening: str, *, contact: str, own_money: str) -> None:
    talk.say(opening)
    answers = {
        "report_facts": "修理厂故意把好件砸坏再找保险公司报损",
        "report_accused": "金盛汽修厂",
        "report_when": "上个月在南四环",
        "report_amount": "不清楚",
        "report_evidence": "有一段录音",
        "report_own_money": own_money,
        "report_contact": contact,
        "report_feedback": "要",
    }
    while talk.requested != "confirm":
        talk.say(answers[talk.requested])
    talk.say("确认")


def test_an_anonymous_report_keeps_a_code_and_nothing_of_who_told(customer: Talk) -> None:
    report(customer, "匿名举报，有家汽修店砸坏好件骗保险公司的钱", contact="匿名", own_money="没有")
    (row,) = rows(customer)
    assert row.restricted
    assert row.post == "合规监察"
    assert row.applicant_id == ""
    assert ("联系方式", "匿名") in row.fields
    code = inquiry_code(row.request_no, customer.services.pepper)
    assert f"{code[:4]} {code[4:]}" in customer.text
    assert complaints(customer) == 0
    assert "12378" in customer.text
    assert "15 个" not in customer.text  # the regulator's days are not ours


@pytest.mark.parametrize("words", ["没证据", "手上没证据", "没有证据，是听人说的"])
def test_no_evidence_is_an_answer_and_neither_ends_the_report_nor_makes_it_anonymous(
    customer: Talk, words: str
) -> None:
    customer.say("我要举报")
    told = ("修理厂把好件砸坏再报损", "金盛汽修厂", "上个月", "不清楚")
    for answer in told:
        customer.say(answer)
    assert customer.requested == "report_evidence"
    customer.say(words)
    assert customer.requested == "report_own_money"
    customer.say("没有")
    customer.say("没证据")  # once more, at the question for a contact
    assert customer.requested == "report_contact"
    assert not customer.answers.get("report_contact")
    customer.say("13900061071")
    assert customer.requested == "report_feedback"


def test_an_anonymous_report_is_asked_after_with_its_code_alone(customer: Talk) -> None:
    report(customer, "匿名举报，有家汽修店砸坏好件骗保险公司的钱", contact="匿名", own_money="没有")
    (row,) = rows(customer)
    code = inquiry_code(row.request_no, customer.services.pepper)
    other = customer.another()
    assert "举报" in asked(other, f"{row.request_no} 查询码 {code} 到哪一步了")
    stranger = customer.another()
    assert asked(stranger, f"{row.request_no} 到哪一步了") == asked(stranger, f"{row.request_no} 查询码 11112222")
    for _ in range(3):
        asked(stranger, f"{row.request_no} 查询码 11112222")
    assert "核对" in asked(other, f"{row.request_no} 查询码 {code}"), "wrong codes must lock the number"


def test_money_in_danger_is_stopped_first_and_becomes_a_complaint_as_well(customer: Talk) -> None:
    customer.say("业务员收了我两万现金，公司查不到")
    assert customer.text.startswith("先保住钱")
    assert "110" in customer.text
    report(customer, "徐浩，朝阳营业部", contact="13900007711", own_money="有")
    (row,) = rows(customer)
    assert ("金额", "20000 元") in row.fields
    assert complaints(customer) == 1
    waiting = queued(customer)
    assert waiting is not None
    assert (waiting.post, waiting.priority, waiting.reference_no) == ("合规监察", Priority.FUND_SAFETY, row.request_no)
    passed = dict(waiting.slots)
    assert passed["联系方式"] == "139****7711"


# -- personal data -------------------------------------------------------------------------------------------------------


def test_marketing_stops_at_once_without_any_proof(customer: Talk) -> None:
    customer.say("别再给我打推销电话了")
    customer.say("13900007712")
    assert "139****7712" in customer.text
    customer.say("确认")
    (row,) = rows(customer)
    assert (row.kind, row.status) == ("stop_marketing", RequestStatus.DONE)
    with customer.services.reading() as work:
        assert not work.consents.granted(customer.conversation_id, "C7")


def test_personal_data_is_asked_for_by_the_proved_person_in_fifteen_working_days(customer: Talk) -> None:
    customer.say("我要查阅你们保存的我的个人信息")
    prove(customer, "陈静")
    assert customer.requested == "privacy_which", customer.text
    customer.say("全部保单资料")
    customer.say("确认")
    (row,) = rows(customer)
    assert (row.kind, row.due_rule) == ("privacy_request", "D-I01")


def test_a_wish_to_delete_hears_what_has_to_be_kept(customer: Talk) -> None:
    customer.say("我要求删除我的资料")
    prove(customer, "郑浩")
    assert "停止使用、只保存" in customer.text


def test_the_data_of_the_dead_is_for_a_person(customer: Talk) -> None:
    customer.say("我父亲过世了，我想删掉他在你们这儿的个人信息")
    assert customer.outcome.startswith("handed_off"), customer.text


# -- feedback, callbacks, accounts ---------------------------------------------------------------------------------------


def test_praise_is_registered_and_goes_to_the_superior(customer: Talk) -> None:
    customer.say("我要表扬小王，上门帮我母亲办理赔特别耐心")
    customer.say("没有")
    customer.say("确认")
    (row,) = rows(customer)
    assert row.kind == "give_feedback"
    assert "主管" in customer.text
    assert complaints(customer) == 0


def test_a_complaint_inside_a_praise_is_a_complaint(customer: Talk) -> None:
    customer.say("小王服务很好，就是理赔拖了三个月一分钱没给")
    assert "投诉" in customer.text
    customer.say("没有")
    customer.say("确认")
    assert complaints(customer) == 1
    assert rows(customer)[0].kind == "give_feedback"


@pytest.mark.parametrize(
    ("words", "hour", "slot"),
    [
        ("明天上午十点给我回电", 15, "11 月 27 日（周五）10:00 到 11:00"),
        ("晚上八点给我打电话", 15, "11 月 27 日（周五）09:00 到 10:00"),
        ("给我回个电话，越快越好，现在就打", 11, "11 月 26 日（周四）12:00 到 13:00"),
        ("周六上午给我来电", 15, "11 月 30 日（周一）09:00 到 10:00"),
        ("两个小时后给我打电话", 10, "11 月 26 日（周四）12:30 到 13:30"),
    ],
)
def test_a_callback_is_promised_for_when_somebody_is_there(first_talk: Talk, words: str, hour: int, slot: str) -> None:
    talk = first_talk.another()
    talk.now = datetime(2026, 11, 26, hour, 30, tzinfo=first_talk.now.tzinfo)  # a Thursday
    talk.say(words)
    phone = f"139000078{hour}" if "现在" in words else f"1390000{sum(map(ord, words)) % 9000 + 1000}"
    prove_phone(talk, phone)
    if talk.requested == "callback_slot":
        talk.say("越早越好")
    talk.say("理赔的事")
    assert slot in talk.text
    talk.say("确认")
    (row,) = rows(talk)
    assert row.due_on is not None
    assert f"{row.due_on.month} 月 {row.due_on.day} 日" in slot
    assert ("联系电话", phone) in row.fields
    assert slot in talk.outbox.texts_for(phone, 1)[0].text


def test_an_account_problem_is_first_mended_alone_and_secrets_are_not_kept(customer: Talk) -> None:
    customer.say("APP登不上去了")
    assert customer.outcome == "ended"
    assert "新版本" in customer.text
    customer.pick("还不行")
    prove_phone(customer, "13900007713")
    customer.say("密码是abc12345登不进去，提示系统繁忙")
    customer.say("华为手机")
    customer.say("确认")
    (row,) = rows(customer)
    assert "abc12345" not in str(row.fields)
    assert "系统繁忙" in str(row.fields)


# -- own matters ---------------------------------------------------------------------------------------------------


def test_own_matters_are_listed_together_with_stage_and_date(tmp_path: Path, ears: Ears) -> None:
    # A store of its own: only so many are listed, and other tests file for the same person.
    customer = new_talk(tmp_path, datetime(2026, 11, 25, 15, 30, tzinfo=SHANGHAI), ears)
    customer.say("我要查阅你们保存的我的个人信息")
    prove(customer, "郑浩")
    customer.say("全部保单资料")
    customer.say("确认")
    told = asked(customer, "我办的事到哪了")
    assert "理赔 C" in told
    assert "个人信息的请求 S" in told
    assert "最晚" in told


def test_nothing_of_another_is_listed_and_a_number_alone_shows_nothing(customer: Talk) -> None:
    customer.say("我要表扬小王，上门帮我母亲办理赔特别耐心")
    customer.say("没有")
    customer.say("确认")
    (row,) = rows(customer)
    stranger = customer.another()
    assert "还没有提交过业务" in asked(stranger, "查一下我办的业务进度")
    refused = asked(stranger, f"{row.request_no} 到哪一步了")
    assert refused.replace(row.request_no, "") == asked(stranger, "S20991231000001 到哪一步了").replace(
        "S20991231000001", ""
    )
    assert "已受理" in asked(customer, f"{row.request_no} 到哪一步了")
    assert asked(customer, "我的理赔办到哪了") == ""


def test_a_complaint_whose_facts_put_money_in_danger_is_also_a_report_for_compliance_alone(customer: Talk) -> None:
    customer.say("我要投诉")
    assert customer.requested == "complaint_facts", customer.text
    customer.say("业务员上个月让我把保费转到他个人账户，钱到现在没有入账")
    (report,) = rows(customer)
    assert (report.kind, report.restricted, report.applicant_id) == ("report_misconduct", True, "")
    assert dict(report.fields)["同时登记的投诉"].startswith("T")
    assert report.request_no in customer.text
    with customer.services.reading() as work:
        waiting = work.hand_offs.open_for(customer.conversation_id)
    assert waiting is not None
    assert (waiting.post, waiting.priority) == ("合规监察", Priority.FUND_SAFETY)
