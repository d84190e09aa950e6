"""The insured's consent: only clear words count, the law is checked once more, and pressure goes to a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.insurance.endorsement import BeneficiaryChange, EndorsementStatus
from bot.services.change_beneficiary import complete_change
from bot.services.errors import NotAllowedError
from bot.services.journeys.consent_words import Answer, hear_answer
from bot.store.demo_people import NAMED_CUSTOMERS
from tests.form_talk import NOW, FormTalk, Hear

Start = Callable[..., FormTalk]
PEOPLE = {person.name: person for person in NAMED_CUSTOMERS}
HUSBAND, WIFE = PEOPLE["王建国"], PEOPLE["刘芳"]


@pytest.mark.parametrize(
    "text",
    [
        "同意",
        "我同意",
        "同意。",
        "同意！",
        "是的，我同意",
        "我本人同意",
        "同意变更",
        "我同意变更受益人",
        "同意改受益人",
        "好的，同意",
        "嗯，我同意",
        "确认同意",
        "我自愿同意",
        "同意了",
        "我 同 意",
        "同意吧",
        "同意啊",
        "那就同意",
        "那我就同意吧",
        "嗯同意",
        "行吧，同意",
        "我也同意",
    ],
)
def test_clear_words_are_a_yes(hear: Hear, text: str) -> None:
    assert hear_answer(hear(text))[0] is Answer.AGREE


@pytest.mark.parametrize(
    "text",
    [
        "不同意",
        "我不同意",
        "同意不了",
        "我不能同意",
        "我不同意改受益人",
        "我没同意过",
        "不愿意",
        "不行",
        "我反对",
        "拒绝",
        "不",
        "不要",
        "别改",
        "这个我不接受",
        "同意，不，我不同意",
    ],
)
def test_refusals_are_a_no(hear: Hear, text: str) -> None:
    assert hear_answer(hear(text, intent="deny"))[0] is Answer.DECLINE


@pytest.mark.parametrize(
    "text",
    [
        "我同意才怪",
        "我同意个屁",
        "好的",
        "嗯",
        "可以",
        "行吧",
        "确认",
        "知道了",
        "我老公同意",
        "他让我回同意",
        "不是不同意",
        "他说的不对 同意",
        "同意一半",
        "如果是孩子我就同意",
        "我再想想",
        "不清楚",
        "不知道啊",
        "同意给孩子，给他爸就算了",
        "不太同意",
        "不是很同意",
        "你们同意吧",
        "同意吧，等我问问他",
        "他同意我就同意",
    ],
)
def test_everything_else_is_asked_again_whatever_the_classifier_makes_of_it(hear: Hear, text: str) -> None:
    for intent in ("affirm", "deny", "change_beneficiary"):
        assert hear_answer(hear(text, intent=intent))[0] is Answer.UNCLEAR


@pytest.mark.parametrize(
    "text",
    [
        "同意的话对我有什么影响吗？",
        "同意什么",
        "同意什么啊",
        "要我同意吧？",
        "我同意会怎么样",
        "不同意行吗",
        "同意了还能反悔吗",
        "必须同意吗",
        "同意是啥意思",
        "谁申请的",
    ],
)
def test_questions_are_no_answer(hear: Hear, text: str) -> None:
    assert hear_answer(hear(text))[0] is Answer.QUESTION


@pytest.mark.parametrize(
    "text",
    [
        "我同意个屁，他在逼我",
        "他逼我同意的",
        "我是被迫的，同意",
        "他威胁我不同意就离",
        "我害怕，同意吧",
        "他非要我同意",
        "不同意他就打我",
    ],
)
def test_words_of_pressure_are_heard_before_anything_else(hear: Hear, text: str) -> None:
    assert hear_answer(hear(text))[0] is Answer.PRESSED


@pytest.mark.parametrize("text", ["没有人逼我，我同意", "没人逼我", "不是被迫的，同意"])
def test_saying_that_there_is_no_pressure_is_none(hear: Hear, text: str) -> None:
    assert hear_answer(hear(text))[0] is not Answer.PRESSED


# -- on the store ------------------------------------------------------------------------------------------------------


def request(talk: Start, *ids: str) -> BeneficiaryChange:
    customer = talk("beneficiary_form", "husband")
    customer.say("我要改受益人", intent="change_beneficiary")
    customer.identify(HUSBAND.name, HUSBAND.id_number, HUSBAND.phone)
    customer.say("P2023001234")
    customer.say("王小宇，子女，100%")
    customer.say(*(ids or ("稍后补交",)))
    customer.code(HUSBAND.phone)
    customer.pick("确认提交")
    (change,) = customer.changes()
    return change


def asked(talk: Start, now_hours: int = 0) -> FormTalk:
    """The wife in her own session, up to 同意吗."""
    wife = talk("consent_form", "wife", NOW + timedelta(hours=now_hours))
    code = wife.newest_text(WIFE.phone).split("确认码 ")[1][:8]
    wife.say(f"确认码 {code}")
    wife.identify(WIFE.name, WIFE.id_number, WIFE.phone)
    wife.code(WIFE.phone)
    assert wife.requested == "consent_answer", wife.text
    return wife


def stored(wife: FormTalk, change: BeneficiaryChange) -> BeneficiaryChange:
    with wife.services.reading() as work:
        found = work.endorsements.get(change.endorsement_no)
    assert found is not None
    return found


def test_a_yes_accepts_and_says_when(talk: Start) -> None:
    change = request(talk, "110105201806010034")
    wife = asked(talk, 24)
    assert "王建国（配偶）第 1 顺位 50%" in wife.text
    text = wife.say("我同意")
    assert stored(wife, change).status is EndorsementStatus.ACCEPTED
    for words in ("已记录您的同意", "11 月 24 日 09:00", "12 月 1 日"):
        assert words in text


def test_a_button_is_as_clear_as_the_word(talk: Start) -> None:
    change = request(talk)
    wife = asked(talk)
    wife.pick("不同意")
    assert stored(wife, change).status is EndorsementStatus.DECLINED


def test_a_question_is_answered_and_the_consent_stays_open(talk: Start) -> None:
    change = request(talk)
    wife = asked(talk)
    for question in ("同意的话对我有什么影响吗？", "不同意会怎么样", "以后还能反悔吗"):
        text = wife.say(question, intent="affirm")
        assert wife.requested == "consent_answer"
        assert "同意吗" in text
        assert wife.misses == 0
    assert "改由新受益人领取" in wife.say("同意的话对我有什么影响吗？")
    assert stored(wife, change).status is EndorsementStatus.WAITING_FOR_CONSENT


@pytest.mark.parametrize("text", ["我同意才怪", "同意什么啊", "好的"])
def test_what_is_no_clear_yes_records_nothing(talk: Start, text: str) -> None:
    change = request(talk)
    wife = asked(talk)
    wife.say(text, intent="affirm")
    assert wife.requested == "consent_answer"
    assert stored(wife, change).status is EndorsementStatus.WAITING_FOR_CONSENT


def test_pressure_brings_a_person_and_no_consent(talk: Start) -> None:
    change = request(talk)
    wife = asked(talk)
    text = wife.say("我同意个屁，他在逼我", intent="affirm")
    waiting = wife.handed_off()
    assert waiting is not None
    assert waiting.reason == "consent_pressure"
    assert "由您自己决定" in text
    assert stored(wife, change).status is EndorsementStatus.WAITING_FOR_CONSENT


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE policies SET insured_event_on = '2026-11-23' WHERE policy_no = 'P2023001234'", "第十一条"),
        ("UPDATE policies SET pledged = 1 WHERE policy_no = 'P2023001234'", "质押"),
        ("UPDATE policies SET frozen = 1 WHERE policy_no = 'P2023001234'", "冻结"),
        ("UPDATE policies SET status = 'terminated' WHERE policy_no = 'P2023001234'", "已终止"),
        ("DELETE FROM policy_beneficiaries WHERE policy_no = 'P2023001234'", "已经变动过"),
    ],
)
def test_what_happened_between_request_and_consent_stops_the_change(
    talk: Start, write: Callable[[str], None], statement: str, reason: str
) -> None:
    change = request(talk)
    wife = asked(talk, 24)
    write(statement)
    text = wife.say("我同意")
    closed = stored(wife, change)
    assert closed.status is EndorsementStatus.REFUSED
    assert reason in closed.closed_reason
    assert reason in text
    assert "已记录您的同意" not in text
    assert wife.handed_off() is not None
    told = wife.newest_text(HUSBAND.phone)
    assert change.endorsement_no in told
    assert "停止办理" in told


def test_a_no_after_the_event_is_simply_a_no(talk: Start, write: Callable[[str], None]) -> None:
    change = request(talk)
    wife = asked(talk)
    write("UPDATE policies SET insured_event_on = '2026-11-23' WHERE policy_no = 'P2023001234'")
    wife.say("不同意")
    assert stored(wife, change).status is EndorsementStatus.DECLINED
    assert wife.handed_off() is None


def test_a_code_out_of_date_settles_the_request_and_tells_the_applicant(talk: Start) -> None:
    change = request(talk)
    wife = talk("consent_form", "wife", NOW + timedelta(hours=73))
    code = wife.newest_text(WIFE.phone).split("确认码 ")[1][:8]
    assert "72 小时" in wife.say(f"确认码 {code}")
    assert wife.outcome == "ended"
    assert stored(wife, change).status is EndorsementStatus.EXPIRED
    assert "已失效" in wife.newest_text(HUSBAND.phone)


def test_consent_given_while_the_time_runs_out_is_too_late(talk: Start) -> None:
    change = request(talk)
    wife = asked(talk, 71)
    wife.now = NOW + timedelta(hours=72, minutes=1)
    assert "72 小时" in wife.say("我同意")
    assert stored(wife, change).status is not EndorsementStatus.ACCEPTED


def test_an_issued_endorsement_completes_the_request_and_both_are_told(talk: Start) -> None:
    change = request(talk, "110105201806010034")
    wife = asked(talk)
    wife.say("我同意")
    with wife.services.unit_of_work() as work:
        complete_change(work, change.endorsement_no, NOW + timedelta(days=3), by="agent:desk")
        work.commit()
    assert stored(wife, change).status is EndorsementStatus.COMPLETED
    for phone in (HUSBAND.phone, WIFE.phone):
        assert "批单已出具" in wife.newest_text(phone)


def test_without_the_beneficiaries_papers_nothing_is_completed(talk: Start) -> None:
    change = request(talk)
    wife = asked(talk)
    wife.say("我同意")
    with wife.services.unit_of_work() as work, pytest.raises(NotAllowedError):
        complete_change(work, change.endorsement_no, NOW, by="agent:desk")
