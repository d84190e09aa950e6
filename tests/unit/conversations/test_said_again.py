"""Who gets no answer types the same words again, before one comes: one answer is the answer to both."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.conversations.messages import Reply, Sender
from bot.insurance.hand_off import Owner
from tests.conversation_desk import Desk
from tests.fakes import START, texts

EARLIER = START - timedelta(seconds=40)


def say(desk: Desk, text: str, at: datetime = EARLIER, payload: str = "") -> None:
    desk.log.open("a", channel="wechat", at=EARLIER)
    number = len(desk.log.after("a", 0))
    desk.log.receive("a", message_id=f"m{number}", text=text, choice_id="", at=at, payload=payload)


async def answers(desk: Desk) -> list[str]:
    desk.dispatcher.wake("a")
    await desk.settled("a")
    return texts(desk.log, "a", Sender.BOT)


async def test_the_same_words_before_the_answer_are_one_turn(desk: Desk) -> None:
    for text in ("报案", "报案", "报案", "家财险"):
        say(desk, text)
    assert await answers(desk) == ["收到：报案", "收到：家财险"]
    assert not desk.log.all_pending("a")


async def test_a_notice_that_it_waits_is_no_answer(desk: Desk) -> None:
    say(desk, "报案")
    desk.log.append("a", Reply("系统繁忙"), sender=Sender.SYSTEM, at=EARLIER)
    say(desk, "报案")
    assert await answers(desk) == ["收到：报案"]


async def test_after_an_answer_they_are_said_for_a_reason(desk: Desk) -> None:
    say(desk, "不对")
    await answers(desk)
    say(desk, "不对")
    assert await answers(desk) == ["收到：不对", "收到：不对"]


@pytest.mark.parametrize(
    ("first", "second"),
    [(EARLIER, START), (START - timedelta(hours=1), EARLIER)],
    ids=["at once, when nobody is impatient yet", "long after"],
)
async def test_words_at_other_times_are_words_of_their_own(desk: Desk, first: datetime, second: datetime) -> None:
    say(desk, "好的", first)
    say(desk, "好的", second)
    assert await answers(desk) == ["收到：好的", "收到：好的"]


async def test_two_files_of_one_name_are_two_files(desk: Desk) -> None:
    say(desk, "[文件] 微信照片.jpg", payload="/inform_file_1")
    say(desk, "[文件] 微信照片.jpg", payload="/inform_file_2")
    assert len(await answers(desk)) == 2


async def test_a_persons_conversation_stays_his(desk: Desk) -> None:
    say(desk, "人呢")
    say(desk, "人呢")
    desk.log.set_owner("a", Owner.HUMAN, START)
    assert await answers(desk) == []
