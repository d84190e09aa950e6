"""投诉 told to the engine: what is asked, what is kept, what is shown."""

from __future__ import annotations

import re

import pytest

from bot.insurance.complaint import ComplainantRole
from bot.insurance.complaint_handling import ComplaintChannel
from tests.integration.journeys.conftest import Customer, entity

STORY = "你们寄来的保单有一页是空白的，打开就是这样"


def test_the_first_sentence_gets_a_number_and_dates_without_leading_zeros(customer: Customer) -> None:
    customer.now = customer.now.replace(month=3, day=5, hour=9, minute=5)
    text = customer.begins("我要投诉")
    assert re.search(r"编号 T20260305\d{6}，收到时间 3 月 5 日 9:05", text)
    assert "受理情况 3 月 10 日前告诉您" in text
    assert "最晚 3 月 20 日" in text
    assert "12378" in text
    assert customer.requested == "complaint_facts"


def test_no_more_than_five_questions_and_each_may_be_skipped(customer: Customer) -> None:
    customer.begins("我要投诉")
    asked = []
    while customer.requested != "confirm":
        asked.append(customer.requested)
        assert len(asked) <= 5
        customer.says("没有")
    assert asked == ["complaint_facts", "complaint_request", "complaint_reference", "complaint_phone"]
    assert "都记进投诉" in customer.says("确认", "affirm")
    assert len(customer.complaints()) == 1


def test_the_card_masks_what_the_story_holds(customer: Customer) -> None:
    customer.begins("我要投诉")
    customer.says("账单寄到了别人家，上面印着13912345678、身份证110105198001010010、车牌京A12345")
    for answer in ("道歉，打13912345678回复我", "没有"):
        customer.says(answer)
    customer.says("13900003001", "inform")
    assert customer.requested == "confirm"
    for leak in ("13912345678", "110105198001010010", "京A12345"):
        assert leak not in customer.text


def test_a_name_told_with_the_phone_is_kept_and_shown_masked(customer: Customer) -> None:
    customer.begins("我要投诉，" + STORY)
    for answer in ("道歉", "没有"):
        customer.says(answer)
    sentence = "13900003001 李小龙"
    customer.says(
        sentence, "inform", entity("phone", "13900003001", sentence), entity("person_name", "李小龙", sentence)
    )
    assert "李*龙" in customer.text
    customer.says("确认", "affirm")
    (complaint,) = customer.complaints()
    assert (complaint.complainant_name, complaint.phone) == ("李小龙", "13900003001")


def test_who_complains_for_another_is_asked_in_what_capacity_and_told_what_to_bring(customer: Customer) -> None:
    customer.begins("我要投诉，我老婆的保单你们寄到了别人家里")
    customer.says("重新寄一份")
    assert customer.requested == "complaint_role"
    assert "授权委托书原件" in customer.picks("替别人投诉")
    for answer in ("没有", "没有"):
        customer.says(answer)
    assert "受托人" in customer.text
    customer.says("确认", "affirm")
    assert customer.complaints()[0].role is ComplainantRole.AGENT


@pytest.mark.parametrize(
    ("words", "role", "papers"),
    [
        ("我替我老婆投诉，你们把她的保单寄错了地方", ComplainantRole.AGENT, "授权委托书原件"),
        ("我是继承人，要投诉你们一直不给我办手续", ComplainantRole.HEIR, "继承关系证明"),
        ("我是孩子的监护人，投诉你们把学平险的名字写错", ComplainantRole.GUARDIAN, "监护关系证明"),
    ],
)
def test_a_capacity_told_in_the_story_is_not_asked_for(
    customer: Customer, words: str, role: ComplainantRole, papers: str
) -> None:
    assert papers in customer.begins(words)
    customer.says("尽快办好")
    assert customer.requested != "complaint_role"
    assert customer.complaints()[0].role is role


def test_whom_it_is_about_is_taken_from_the_story(customer: Customer) -> None:
    words = "我要投诉，海淀支公司的柜员刘小红一直玩手机不办事"
    customer.begins(words, entities=[entity("person_name", "刘小红", words)])
    for answer in ("道歉", "没有", "没有"):
        customer.says(answer)
    assert customer.requested == "confirm"
    customer.says("确认", "affirm")
    assert customer.complaints()[0].against == "海淀支公司柜员刘小红"


def test_whom_it_is_about_is_asked_when_staff_or_a_branch_is_spoken_of(customer: Customer) -> None:
    customer.begins("我要投诉，你们网点上周三叫号机和空调都是坏的")
    customer.says("道歉")
    assert customer.requested == "complaint_against"
    customer.says("没有")
    assert customer.requested == "complaint_reference"


def test_the_only_policy_on_file_is_not_asked_for(customer: Customer) -> None:
    customer.proves("CU000004", "13900001004")
    customer.begins("我要投诉，你们寄来的账单把我的名字印错了")
    customer.says("重新寄一份")
    assert customer.requested == "confirm"
    assert "P2023001234" in customer.text


def test_many_complainants_reach_the_desk_as_a_major_complaint(customer: Customer) -> None:
    text = customer.begins("我们二十几个人一起投诉，都被你们收了两次保费")
    assert re.search(r"T\d{14}", text)
    assert "最多 5 位" in text
    hand_off = customer.hand_off()
    assert hand_off is not None
    assert any("group_complaint_major" in rule for rule in hand_off.rules_fired)
    (complaint,) = customer.complaints()
    assert (complaint.joint_count, complaint.severity) == (20, 3)


def test_an_elderly_person_who_proved_to_be_one_reaches_a_person(customer: Customer) -> None:
    customer.proves("CU000002", "13800001002")  # born 1951
    customer.begins("我要投诉")
    assert customer.outcome == "handed_off:complaint_rule"
    assert any("elderly_customer" in rule for rule in customer.complaints()[0].rules_fired)


def test_an_individual_life_complaint_gets_its_answer_or_progress_date(customer: Customer) -> None:
    customer.begins("我要投诉，" + STORY)
    sentence = "保单号P2021000701"
    customer.says("道歉")
    customer.says(sentence, "inform", entity("policy_no", "P2021000701", sentence))
    customer.says("没有")
    assert "12 月 7 日前先答复或说明进展" in customer.says("确认", "affirm")


def test_two_messages_not_understood_are_named_as_the_rule_that_handed_over(customer: Customer) -> None:
    customer.begins("我要投诉，" + STORY)
    customer.says("道歉")
    customer.says("啊这个嘛")
    customer.says("嗯啊那什么")
    hand_off = customer.hand_off()
    assert hand_off is not None
    assert hand_off.reason == "not_understood"
    assert any("not_understood_twice" in rule for rule in hand_off.rules_fired)


def test_more_of_the_story_is_kept_with_the_facts_and_the_wish_asked_again(customer: Customer) -> None:
    customer.begins("我要投诉，寄来的保单字太淡看不清")
    assert customer.requested == "complaint_request", customer.text
    assert "记进经过" in customer.says("九月第一次说的，到现在还是老样子")
    assert customer.requested == "complaint_request"
    customer.says("把保单改对寄给我")
    assert customer.answers["complaint_request"] == "把保单改对寄给我"
    assert "九月第一次说的" in customer.answers["complaint_facts"]


@pytest.mark.parametrize(
    ("channel", "way"),
    [("web", ComplaintChannel.WEB), ("wechat", ComplaintChannel.WECHAT), ("ivr", ComplaintChannel.HOTLINE)],
)
def test_the_register_says_by_which_channel_a_complaint_came(
    customer: Customer, channel: str, way: ComplaintChannel
) -> None:
    customer.channel = channel
    customer.begins("我要投诉，你们的柜员骂人")
    (complaint,) = customer.complaints()
    assert complaint.channel is way
