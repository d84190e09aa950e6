"""A sentence of safety stands before the answer: once for each kind, not beside a crisis rule, not where it is said already."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.channels.ivr.speech import speech_of
from bot.conversations.messages import InputHint, Sender, StoredMessage
from bot.services.reply import Reply
from bot.services.safety_first import put_safety_first
from bot.services.understanding import Understood
from tests.talk import Talk

ANSWER = [Reply("家财险一般保火灾造成的损失，是否赔付以核定结果为准。")]


def say(talk: Talk, text: str, *, answers: list[Reply] | None = None, told: str = "", before: tuple[str, ...] = ()):  # type: ignore[no-untyped-def]
    said = Understood(talk.conversation_id, "m1", talk.now, "web", text, "ask_coverage", 0.9)
    return put_safety_first(said, ANSWER if answers is None else answers, talk.services, before=before, told=told)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("厨房插座冒烟 家电坏了赔不赔", "119"),
        ("我公公胸口像压着石头 门诊报吗", "120"),
        ("追债的堵在门口不走 受益人改成我妈", "110"),
        ("车在高架上熄火了 送油要钱吗", "122"),
    ],
)
def test_danger_inside_a_question_gets_its_number(talk: Talk, text: str, number: str) -> None:
    line = say(talk, text)
    assert line
    assert number in line.reply.text


def test_a_plain_question_gets_nothing(talk: Talk) -> None:
    assert say(talk, "家里着火赔不赔") is None


def test_a_kind_is_said_once_and_another_kind_all_the_same(talk: Talk) -> None:
    fire = say(talk, "插座冒烟 家电险赔吗")
    assert say(talk, "插座还在冒烟 赔吗", told=fire.told) is None
    road = say(talk, "车在高架上熄火了", told=fire.told)
    assert "122" in road.reply.text
    assert say(talk, "插座还在冒烟 车在高架上熄火了", told=road.told) is None


def test_half_a_day_later_it_is_said_again(talk: Talk) -> None:
    fire = say(talk, "插座冒烟 家电险赔吗")
    later = replace(talk, now=talk.now + timedelta(hours=13))
    assert say(later, "插座又冒烟了 赔吗", told=fire.told)


def test_where_a_crisis_rule_speaks_it_is_silent(talk: Talk) -> None:
    assert say(talk, "邻居家着火了烧到我家了 家财险赔不赔") is None


def test_what_the_answer_begins_with_is_not_said_twice_but_advice_on_the_claim_is_no_such_thing(talk: Talk) -> None:
    begins = [Reply("还有火情先打 119，人先撤到安全的地方。我来帮您报案。")]
    assert say(talk, "插座冒烟 家电险赔吗", answers=begins) is None
    advises = [Reply(f"{ANSWER[0].text}{ANSWER[0].text}{ANSWER[0].text}先报 119，留消防认定书。")]
    assert say(talk, "插座冒烟 家电险赔吗", answers=advises)


def test_inside_a_journey_that_gave_the_number_it_is_not_said_again(talk: Talk) -> None:
    assert say(talk, "厨房插座冒烟烧了柜子", before=("还有火情先打 119。",)) is None


def test_a_turn_without_a_reply_leaves_it_to_the_next_action(talk: Talk) -> None:
    assert say(talk, "插座冒烟 家电险赔吗", answers=[]) is None


def test_a_pressed_button_tells_of_no_danger(talk: Talk) -> None:
    assert say(talk, "") is None


def test_what_was_told_survives_the_slot(talk: Talk) -> None:
    told = say(talk, "插座冒烟 家电险赔吗").told
    name, _, moment = told.partition("=")
    assert (name, datetime.fromisoformat(moment)) == ("fire", talk.now)


def test_on_the_phone_it_is_the_first_thing_that_is_heard(talk: Talk) -> None:
    line = say(talk, "车在高架上熄火了 叫拖车")
    asks = Reply("好的，我来安排拖车。车现在停在哪里？")
    question = StoredMessage(2, Sender.BOT, asks.text, (), InputHint("roadside_place", "text"), talk.now)
    messages = [StoredMessage(1, Sender.BOT, line.reply.text, (), None, talk.now), question]
    assert speech_of(messages).said.startswith("人先到护栏外")
