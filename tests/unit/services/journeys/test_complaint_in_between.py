"""What comes between in a complaint: its own dates, and swearing that is neither facts nor a wish."""

from __future__ import annotations

import pytest

from bot.insurance.complaint import Complaint
from bot.services.journeys.complaint_answers import only_abuse
from tests.talk import Talk

FACTS = "上周三去柜台改地址，叫号机和空调都是坏的"


@pytest.fixture
def talk(first_talk: Talk) -> Talk:
    return first_talk.another()


def the_complaint(talk: Talk) -> Complaint:
    with talk.services.reading() as work:
        (complaint,) = work.complaints.of_conversation(talk.conversation_id)
    return complaint


@pytest.mark.parametrize("words", ["要多久", "大概要几天啊", "多久能给我答复", "什么时候有结果？"])
@pytest.mark.parametrize("answers", [(), (FACTS,), (FACTS, "把地址改好"), (FACTS, "把地址改好", "没有")])
def test_how_long_is_answered_with_both_clocks_and_the_question_stays(
    talk: Talk, words: str, answers: tuple[str, ...]
) -> None:
    talk.say("我要投诉")
    for answer in answers:
        talk.say(answer)
    asked, given = talk.requested, dict(talk.answers)
    talk.say(words)
    clocks = the_complaint(talk).clocks
    for due in (clocks.acceptance_target, clocks.decide_by, clocks.decide_by_complex):
        assert f"{due.month} 月 {due.day} 日" in talk.text
    assert "公司的时限" in talk.text
    assert "法定" in talk.text
    assert talk.requested == asked
    assert talk.answers == given


@pytest.mark.parametrize(
    "words", ["等了多久都没人理，上周三一直等到下班", "我问过要多久，柜台说不知道就把我打发走了，气人"]
)
def test_a_story_with_a_long_time_in_it_is_a_story(talk: Talk, words: str) -> None:
    talk.say("我要投诉")
    talk.say(words)
    assert "公司的时限" not in talk.text


@pytest.mark.parametrize("words", ["你们他妈的", "卧槽", "什么破公司"])
def test_swearing_alone_is_no_wish(talk: Talk, words: str) -> None:
    talk.say("我要投诉")
    talk.say(FACTS)
    assert talk.requested == "complaint_request"
    talk.say(words)
    assert not talk.answers.get("complaint_request")
    assert talk.outcome or talk.requested == "complaint_request"
    assert the_complaint(talk).request == ""


def test_swearing_is_heard_and_the_question_asked_again(talk: Talk) -> None:
    talk.say("我要投诉")
    talk.say(FACTS)
    assert "我听到了" in talk.say("你们他妈的")
    talk.say("把地址改好，他妈的")
    assert talk.answers["complaint_request"].startswith("把地址改好")


@pytest.mark.parametrize("words", ["操你妈退钱", "你们他妈的把钱退给我", "查一下他妈妈的保单", "垃圾短信别发了"])
def test_a_wish_with_swearing_in_it_is_a_wish(words: str) -> None:
    assert not only_abuse(words)
