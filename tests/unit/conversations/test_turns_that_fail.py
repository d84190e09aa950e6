"""A turn that fails for good, and a customer who asks for a person while the assistant cannot hear it."""

from __future__ import annotations

import pytest

from bot.conversations.messages import Inbound, OfferedChoice, Reply, Sender
from bot.conversations.notices import WAITING
from bot.conversations.ports import Why
from bot.conversations.requests import asks_for_a_person
from bot.insurance.hand_off import Owner
from tests.conversation_desk import Desk
from tests.fakes import START, TO_A_PERSON, texts

ERROR, ASKED = TO_A_PERSON[Why.SYSTEM_ERROR], TO_A_PERSON[Why.CUSTOMER_ASKED]


async def test_a_turn_that_fails_twice_goes_to_a_person_and_later_messages_go_on(desk: Desk) -> None:
    desk.assistant.raises = {"坏"}
    desk.say("a", "坏", "还在吗")
    desk.dispatcher.wake("a")
    await desk.pause.step()
    await desk.settled("a")
    assert texts(desk.log, "a") == ["坏", "还在吗", ERROR]
    assert [inbound.text for inbound in desk.assistant.seen] == ["坏", "坏"]
    assert (desk.log.owner("a"), desk.log.queued_by("a")) == (Owner.QUEUE, "m0")
    assert desk.people.taken == [("坏", Why.SYSTEM_ERROR)]


async def test_a_turn_that_fails_once_is_answered_and_nobody_is_disturbed(desk: Desk) -> None:
    desk.assistant.raises = {"坏"}
    desk.say("a", "坏")
    desk.dispatcher.wake("a")
    await desk.pause.paused(1)
    desk.assistant.raises = set()
    await desk.pause.step()
    await desk.settled("a")
    assert texts(desk.log, "a") == ["坏", "收到：坏"]
    assert desk.people.taken == []


async def test_a_server_that_is_down_is_waited_for_however_often_it_is_tried(desk: Desk) -> None:
    desk.assistant.up = False
    desk.say("a", "报案")
    desk.dispatcher.wake("a")
    for _ in range(8):
        await desk.pause.step()
    await desk.pause.paused(9)
    assert desk.people.taken == []
    assert desk.log.owner("a") is Owner.BOT


async def test_the_outage_between_two_failures_of_a_turn_does_not_count_and_does_not_clear_them(desk: Desk) -> None:
    desk.assistant.raises = {"坏"}
    desk.say("a", "坏")
    desk.dispatcher.wake("a")
    await desk.pause.paused(1)
    desk.assistant.up = False
    await desk.pause.step()
    await desk.pause.paused(2)
    assert desk.people.taken == []
    desk.assistant.up = True
    await desk.pause.step()
    await desk.settled("a")
    assert texts(desk.log, "a") == ["坏", WAITING.text, ERROR]


async def test_a_message_that_ends_the_assistant_each_time_is_not_tried_for_ever(desk: Desk) -> None:
    desk.assistant.ends_it = {"毒"}
    desk.say("a", "毒", "还在吗")
    desk.dispatcher.wake("a")
    for _ in range(2):
        await desk.pause.step()
    await desk.settled("a")
    assert texts(desk.log, "a") == ["毒", "还在吗", WAITING.text, ERROR]
    assert len(desk.assistant.seen) == 3


async def test_a_turn_that_takes_too_long_while_others_are_answered_goes_to_a_person(desk: Desk) -> None:
    desk.assistant.too_long = {"慢"}
    desk.say("slow", "慢", "还在吗")
    desk.dispatcher.wake("slow")
    for number in range(3):
        await desk.pause.paused(number + 1)
        desk.say(f"other{number}", "你好")
        desk.dispatcher.wake(f"other{number}")
        await desk.settled(f"other{number}")
        await desk.pause.step()
    await desk.settled("slow")
    assert desk.people.taken == [("慢", Why.SYSTEM_ERROR)]
    assert desk.log.owner("slow") is Owner.QUEUE


async def test_a_turn_that_takes_too_long_while_nobody_is_answered_waits_for_the_assistant(desk: Desk) -> None:
    desk.assistant.too_long = {"慢"}
    desk.say("slow", "慢")
    desk.dispatcher.wake("slow")
    for _ in range(8):
        await desk.pause.step()
    await desk.pause.paused(9)
    assert desk.people.taken == []
    desk.assistant.too_long = set()
    await desk.pause.step()
    await desk.settled("slow")
    assert texts(desk.log, "slow")[-1] == "收到：慢"


async def test_an_assistant_that_was_restarted_in_the_middle_of_a_turn_answers_it(desk: Desk) -> None:
    desk.assistant.ends_it = {"报案"}
    desk.say("a", "报案")
    desk.dispatcher.wake("a")
    await desk.pause.step()
    await desk.pause.paused(2)
    desk.assistant.ends_it = set()
    await desk.pause.step()
    await desk.settled("a")
    assert texts(desk.log, "a") == ["报案", WAITING.text, "收到：报案"]


async def test_turns_that_fail_do_not_make_the_assistant_look_dead(desk: Desk) -> None:
    desk.assistant.raises = {"坏"}
    for name in ("a", "b", "c", "d"):
        desk.say(name, "坏")
        desk.dispatcher.wake(name)
    await desk.pause.paused(4)
    desk.say("e", "你好")
    desk.dispatcher.wake("e")
    await desk.settled("e")
    assert texts(desk.log, "e") == ["你好", "收到：你好"]


async def test_a_crash_between_queueing_and_answering_queues_once_and_says_it_once(desk: Desk) -> None:
    desk.assistant.raises = {"坏"}
    desk.say("a", "坏")
    desk.log.set_owner("a", Owner.QUEUE, START, message_id="m0")  # as far as the process before us came
    await desk.dispatcher.start()
    await desk.pause.step()
    await desk.settled("a")
    assert texts(desk.log, "a") == ["坏", ERROR]


async def test_a_person_who_took_over_meanwhile_keeps_the_conversation(desk: Desk) -> None:
    desk.assistant.raises = {"坏"}
    desk.assistant.hold.clear()
    desk.say("a", "坏")
    desk.dispatcher.wake("a")
    await desk.assistant.tried(1)
    desk.assistant.hold.set()
    await desk.pause.paused(1)
    desk.log.set_owner("a", Owner.HUMAN, START)
    await desk.pause.step()
    await desk.settled("a")
    assert texts(desk.log, "a") == ["坏"]
    assert desk.log.owner("a") is Owner.HUMAN


async def test_a_person_asked_for_behind_a_message_that_waits_comes_at_once(desk: Desk) -> None:
    desk.assistant.up = False
    desk.say("a", "报案")
    desk.dispatcher.wake("a")
    await desk.pause.paused(1)
    desk.say("a", "人工")
    desk.dispatcher.wake("a")  # the worker sleeps on: nobody steps the pause
    await desk.until("a", lambda: ASKED in texts(desk.log, "a"))
    assert desk.log.owner("a") is Owner.QUEUE
    await desk.pause.step()
    await desk.settled("a")
    assert texts(desk.log, "a") == ["报案", WAITING.text, "人工", ASKED]
    assert len(desk.assistant.seen) == 1


async def test_a_person_asked_for_before_the_first_try_failed_is_found_after_it(desk: Desk) -> None:
    desk.assistant.up = False
    desk.say("a", "报案", "转人工！")
    desk.dispatcher.wake("a")
    await desk.pause.step()
    await desk.settled("a")
    assert texts(desk.log, "a") == ["报案", "转人工！", ASKED]


async def test_asking_for_a_person_needs_no_assistant(desk: Desk) -> None:
    desk.assistant.up = False
    desk.say("a", "人工")
    desk.dispatcher.wake("a")
    await desk.pause.step()
    await desk.settled("a")
    assert texts(desk.log, "a") == ["人工", ASKED]


async def test_asking_for_a_person_by_button_counts_too(desk: Desk) -> None:
    desk.assistant.up = False
    desk.say("a", "报案")
    desk.log.append(
        "a", Reply("还需要别的吗", (OfferedChoice("转人工", "/request_human"),)), sender=Sender.BOT, at=START
    )
    choice = desk.log.after("a", 1)[0].choices[0]
    desk.log.receive("a", message_id="pressed", text="", choice_id=choice.id, at=START)
    desk.dispatcher.wake("a")
    await desk.pause.step()
    await desk.settled("a")
    assert texts(desk.log, "a", Sender.BOT)[-1] == ASKED


async def test_while_the_whole_assistant_is_down_a_person_is_reached_without_queueing_for_a_try(desk: Desk) -> None:
    desk.assistant.up = False
    for name in ("a", "b", "c"):
        desk.say(name, "报案")
        desk.dispatcher.wake(name)
        await desk.until(name, lambda name=name: desk.notices(name) == 1)  # type: ignore[misc]
    desk.say("late", "人工")
    desk.dispatcher.wake("late")
    await desk.until("late", lambda: ASKED in texts(desk.log, "late"))
    assert "人工" not in [inbound.text for inbound in desk.assistant.seen]


@pytest.mark.parametrize("text", ["人工", "转人工！", "我要人工客服", "请帮我转接人工", "找个真人", "轉人工"])
def test_whole_sentences_that_ask_for_a_person(text: str) -> None:
    assert asks_for_a_person(Inbound("c", "m", 1, text, "", "web", START))


@pytest.mark.parametrize(
    "text", ["人工费怎么赔", "不要人工", "人工智能险", "你是人工吗", "我要报案", "人工耳蜗能报销吗"]
)
def test_sentences_about_something_else_wait_for_the_assistant(text: str) -> None:
    assert not asks_for_a_person(Inbound("c", "m", 1, text, "", "web", START))


def test_another_button_does_not_ask_for_a_person() -> None:
    assert not asks_for_a_person(Inbound("c", "m", 1, "人工", "/report_claim", "web", START))
