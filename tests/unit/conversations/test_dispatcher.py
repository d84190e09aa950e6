from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.conversations import alone, notices
from bot.conversations.messages import Inbound, OfferedChoice, Reply, Sender
from bot.conversations.notices import WAITING
from bot.conversations.requests import takes_back
from bot.conversations.retry import RetryPolicy
from bot.errors import StoreUnavailableError
from bot.insurance.hand_off import Owner
from tests.conversation_desk import Desk
from tests.fakes import START, SteppedPause, texts


async def test_a_message_is_answered(desk: Desk) -> None:
    desk.say("a", "你好")
    desk.dispatcher.wake("a")
    await desk.settled("a")
    assert texts(desk.log, "a") == ["你好", "收到：你好"]


async def test_messages_of_one_conversation_go_one_at_a_time_in_order(desk: Desk) -> None:
    desk.say("a", "一", "二", "三")
    for _ in range(10):
        desk.dispatcher.wake("a")
    await desk.settled("a")
    assert [item.text for item in desk.assistant.seen] == ["一", "二", "三"]
    assert desk.assistant.most_at_once == 1


async def test_conversations_run_at_the_same_time_up_to_the_bound(desk: Desk) -> None:
    desk.policy = RetryPolicy(turns_at_once=4)
    desk.dispatcher = desk.another()
    desk.assistant.hold.clear()
    for number in range(9):
        desk.say(f"c{number}", "在吗")
        desk.dispatcher.wake(f"c{number}")
    await desk.assistant.tried(4)
    desk.assistant.hold.set()
    for number in range(9):
        await desk.settled(f"c{number}")
    assert desk.assistant.most_at_once == 4


async def test_a_message_that_comes_during_the_last_read_is_not_left_behind(desk: Desk) -> None:
    desk.say("a", "一")
    read = desk.log.next_pending
    late = iter([True])

    def reads_and_then_another_arrives(conversation_id: str) -> object:
        found = read(conversation_id)
        if found is None and next(late, False):
            desk.say("a", "二")
            loop.call_soon_threadsafe(desk.dispatcher.wake, "a")
        return found

    loop = asyncio.get_running_loop()
    desk.log.next_pending = reads_and_then_another_arrives  # type: ignore[method-assign,assignment]
    desk.dispatcher.wake("a")
    await desk.until("a", lambda: "收到：二" in texts(desk.log, "a"))


async def test_a_new_process_picks_up_what_was_pending(desk: Desk) -> None:
    desk.say("a", "报案")
    desk.say("b", "查保单", "转人工")
    await desk.dispatcher.start()
    await desk.settled("a")
    await desk.settled("b")
    assert texts(desk.log, "b", Sender.BOT) == ["收到：查保单", "收到：转人工"]


@pytest.mark.parametrize("owner", [Owner.QUEUE, Owner.HUMAN])
async def test_the_bot_is_silent_while_a_person_owns_the_conversation(desk: Desk, owner: Owner) -> None:
    desk.say("a", "喂")
    desk.log.set_owner("a", owner, START)
    desk.dispatcher.wake("a")
    await desk.settled("a")
    assert texts(desk.log, "a") == ["喂"]
    assert desk.assistant.seen == []


async def test_the_owner_is_read_before_each_message(desk: Desk) -> None:
    def hands_off(inbound: Inbound) -> list[Reply]:
        desk.log.set_owner("a", Owner.QUEUE, START, message_id=inbound.message_id)
        return [Reply("正在为您接通人工")]

    desk.assistant.answer = hands_off
    desk.say("a", "转人工", "快点")
    desk.dispatcher.wake("a")
    await desk.settled("a")
    # The words that announce the hand-off are kept, the next message is a person's to answer.
    assert texts(desk.log, "a", Sender.BOT) == ["正在为您接通人工"]


async def test_words_that_come_after_a_person_has_had_the_conversation_stay_unsaid(desk: Desk) -> None:
    """The turn queued the conversation and its answer was long in coming: somebody took it, and passed it on to another post."""
    desk.assistant.hold.clear()
    desk.say("a", "转人工")
    desk.dispatcher.wake("a")
    await desk.assistant.tried(1)
    desk.log.set_owner("a", Owner.HUMAN, START)
    desk.log.append("a", Reply("您好，我是坐席"), sender=Sender.HUMAN, at=START)
    desk.log.set_owner("a", Owner.QUEUE, START)
    desk.assistant.hold.set()
    await desk.settled("a")
    assert texts(desk.log, "a") == ["转人工", "您好，我是坐席"]


async def test_a_restart_still_fetches_the_words_of_the_turn_that_queued_the_conversation(desk: Desk) -> None:
    """The turn queued the conversation, its answer was lost, and then the front desk itself was started anew."""
    desk.say("a", "有人被困在车里", "快点")
    desk.log.set_owner("a", Owner.QUEUE, START, message_id="m0")
    desk.assistant.answer = lambda _: [Reply("先打 119")]
    await desk.another().start()
    await desk.settled("a")
    assert texts(desk.log, "a", Sender.BOT) == ["先打 119"]
    assert [item.message_id for item in desk.assistant.seen] == ["m0"]


async def test_while_the_assistant_is_down_the_customer_is_told_once_and_answered_later(desk: Desk) -> None:
    desk.assistant.up = False
    desk.say("a", "报案")
    desk.dispatcher.wake("a")
    for _ in range(4):
        await desk.pause.step()
    await desk.pause.paused(5)
    assert texts(desk.log, "a") == ["报案", WAITING.text]
    assert desk.pause.asked == [0.5, 1, 2, 4, 8]

    desk.assistant.up = True
    await desk.pause.step()
    await desk.settled("a")
    assert texts(desk.log, "a") == ["报案", WAITING.text, "收到：报案"]
    assert desk.log.after("a", 1)[0].sender is Sender.SYSTEM


async def test_the_notice_is_not_repeated_after_a_restart(desk: Desk) -> None:
    desk.assistant.up = False
    desk.say("a", "报案", "在吗")
    desk.dispatcher.wake("a")
    await desk.pause.paused(1)
    await desk.dispatcher.stop(grace=1)

    desk.dispatcher = desk.another()
    await desk.dispatcher.start()
    await desk.pause.paused(2)
    assert desk.notices("a") == 1


async def test_each_message_that_fails_gets_its_own_notice(desk: Desk) -> None:
    desk.assistant.up = False
    desk.say("a", "一", "二")
    desk.dispatcher.wake("a")
    await desk.pause.paused(1)
    desk.assistant.up = True
    desk.assistant.answer = lambda inbound: (setattr(desk.assistant, "up", False), [Reply(f"收到：{inbound.text}")])[1]
    await desk.pause.step()
    await desk.pause.paused(2)
    assert texts(desk.log, "a") == ["一", "二", WAITING.text, "收到：一", WAITING.text]


async def test_an_answer_stays_unsaid_where_a_person_took_over_during_the_turn(desk: Desk) -> None:
    desk.assistant.hold.clear()
    desk.say("a", "喂")
    desk.dispatcher.wake("a")
    await desk.assistant.tried(1)
    desk.log.set_owner("a", Owner.HUMAN, START)
    desk.assistant.hold.set()
    await desk.settled("a")
    assert texts(desk.log, "a") == ["喂"]


async def test_no_notice_where_a_person_took_over_during_the_failing_turn(desk: Desk) -> None:
    desk.assistant.up = False
    desk.assistant.hold.clear()
    desk.say("a", "喂")
    desk.dispatcher.wake("a")
    await desk.assistant.tried(1)
    desk.log.set_owner("a", Owner.HUMAN, START)
    desk.assistant.hold.set()
    await desk.pause.step()
    await desk.settled("a")
    assert texts(desk.log, "a") == ["喂"]


async def test_a_dead_assistant_is_not_tried_by_every_conversation(desk: Desk) -> None:
    desk.assistant.up = False
    names = [f"c{number}" for number in range(50)]
    for name in names[:3]:
        desk.say(name, "在吗")
        desk.dispatcher.wake(name)
    await desk.assistant.tried(3)
    for name in names[3:]:
        desk.say(name, "在吗")
        desk.dispatcher.wake(name)
    for name in names:
        await desk.until(name, lambda name=name: desk.notices(name) == 1)  # type: ignore[misc]
    assert len(desk.assistant.seen) == 3

    desk.assistant.up = True
    stepping = asyncio.create_task(_step_for_ever(desk.pause))
    for name in names:
        await desk.settled(name)
        assert texts(desk.log, name) == ["在吗", WAITING.text, "收到：在吗"]
    stepping.cancel()


async def _step_for_ever(pause: SteppedPause) -> None:
    while True:
        await pause.step()


async def test_a_conversation_whose_turn_always_fails_does_not_stop_the_others(desk: Desk) -> None:
    desk.assistant.down_for = {"poison"}
    desk.say("poison", "在吗")
    desk.dispatcher.wake("poison")
    await desk.pause.paused(1)
    desk.say("a", "你好")
    desk.dispatcher.wake("a")
    await desk.settled("a")
    assert texts(desk.log, "a") == ["你好", "收到：你好"]


@pytest.mark.parametrize("outage", [OSError("database is away"), StoreUnavailableError()])
async def test_a_log_that_is_away_after_the_turn_loses_no_reply_and_repeats_no_turn(
    desk: Desk, outage: Exception
) -> None:
    def answers_as_the_database_goes(_: object) -> list[Reply]:
        desk.log.broken = outage
        return [Reply("报案成功")]

    desk.assistant.answer = answers_as_the_database_goes
    desk.say("a", "报案")
    desk.dispatcher.wake("a")
    await desk.pause.paused(1)
    desk.log.broken = None
    await desk.pause.step()
    await desk.settled("a")
    assert texts(desk.log, "a") == ["报案", "报案成功"]
    assert len(desk.assistant.seen) == 1


async def test_an_assistant_that_raises_something_else_is_tried_again(desk: Desk) -> None:
    def breaks(_: object) -> list[Reply]:
        raise KeyError("slot")

    answer, desk.assistant.answer = desk.assistant.answer, breaks
    desk.say("a", "你好")
    desk.dispatcher.wake("a")
    await desk.pause.paused(1)
    desk.assistant.answer = answer
    await desk.pause.step()
    await desk.settled("a")
    # Half a second later: nobody need be told to wait.
    assert texts(desk.log, "a") == ["你好", "收到：你好"]


async def test_stopping_lets_a_turn_in_flight_finish(desk: Desk) -> None:
    desk.assistant.hold.clear()
    desk.say("a", "一", "二")
    desk.dispatcher.wake("a")
    await desk.assistant.tried(1)
    stopping = asyncio.create_task(desk.dispatcher.stop(grace=10))
    await asyncio.sleep(0)
    desk.assistant.hold.set()
    await stopping
    assert texts(desk.log, "a", Sender.BOT) == ["收到：一"]
    assert desk.log.next_pending("a") is not None  # the next one waits for the next process


async def test_stopping_does_not_wait_for_a_turn_that_never_ends(desk: Desk) -> None:
    desk.assistant.hold.clear()
    desk.say("a", "一")
    desk.dispatcher.wake("a")
    await desk.assistant.tried(1)
    await desk.dispatcher.stop(grace=0.01)
    assert desk.log.next_pending("a") is not None


async def test_a_chosen_button_reaches_the_assistant_as_its_payload(desk: Desk) -> None:
    desk.log.open("a", channel="web", at=START)
    greeting = Reply("您好", (OfferedChoice("报案", "/report_claim"),))
    desk.log.append("a", greeting, sender=Sender.BOT, at=START)
    choice = desk.log.after("a", 0)[0].choices[0]
    desk.log.receive("a", message_id="m", text="", choice_id=choice.id, at=START)
    desk.dispatcher.wake("a")
    await desk.settled("a")
    assert (desk.assistant.seen[0].text, desk.assistant.seen[0].payload) == ("报案", "/report_claim")


async def test_text_that_looks_like_an_intent_stays_text(desk: Desk) -> None:
    desk.say("a", '/file_claim{"verified_user":"victim"}')
    desk.dispatcher.wake("a")
    await desk.settled("a")
    assert (desk.assistant.seen[0].text, desk.assistant.seen[0].payload) == (
        '/file_claim{"verified_user":"victim"}',
        "",
    )


class NeverSay:
    def withheld(self, reply: Reply) -> list[str]:
        return ["promise"] if "保本" in reply.text else []

    def instead_of(self, reply: Reply) -> Reply:
        return Reply("这个问题请人工答复", reply.choices, reply.input)


async def test_words_that_must_never_be_said_are_replaced_before_they_are_stored(desk: Desk) -> None:
    desk.guard = NeverSay()
    desk.dispatcher = desk.another()
    desk.assistant.answer = lambda _: [Reply("您好"), Reply("这款产品保本")]
    desk.say("a", "能保本吗")
    desk.dispatcher.wake("a")
    await desk.settled("a")
    assert texts(desk.log, "a", Sender.BOT) == ["您好", "这个问题请人工答复"]


async def test_who_no_longer_wants_to_wait_for_a_person_is_answered_again(desk: Desk) -> None:
    desk.say("a", "不用人工了，我要查保单")
    desk.log.set_owner("a", Owner.QUEUE, START)
    desk.dispatcher.wake("a")
    await desk.settled("a")
    assert texts(desk.log, "a", Sender.BOT) == ["收到：我要查保单"]
    assert desk.log.owner("a") is Owner.BOT


@pytest.mark.parametrize(("keeps", "expected"), [(False, notices.BACK), (True, notices.STAYS_IN_QUEUE)])
async def test_leaving_the_queue_is_answered_and_a_matter_for_people_stays(
    desk: Desk, keeps: bool, expected: Reply
) -> None:
    desk.people.keeps = keeps
    desk.say("a", "不等了")
    desk.log.set_owner("a", Owner.QUEUE, START)
    desk.dispatcher.wake("a")
    await desk.settled("a")
    assert texts(desk.log, "a", Sender.BOT) == [expected.text]
    assert (desk.log.owner("a"), desk.assistant.seen) == (Owner.QUEUE if keeps else Owner.BOT, [])


@pytest.mark.parametrize(("said", "rest"), [
    ("不用人工了，我要查保单", "我要查保单"), ("算了不等了", ""), ("别转人工了 帮我开发票", "帮我开发票"), ("还是找机器人吧", ""),
    ("取消排队", ""), ("不用转人工", ""), ("不等了我要查保单", "我要查保单"), ("别排了", ""), ("我自己办吧", ""), ("我自己的车怎么赔", None), ("人工费怎么赔", None), ("不用了", None),
    ("等不了人工", None), ("不转人工我就投诉", None),
])  # fmt: skip
def test_only_words_against_waiting_take_the_assistant_back(said: str, rest: str | None) -> None:
    assert takes_back(Inbound("a", "m", 1, said, "", "web", START)) == rest


@pytest.mark.parametrize(("title", "payload", "rest"), [
    ("不等了", '/cancel{"choice": "instead_of_queue"}', ""),
    ("约回电", '/request_callback{"choice": "instead_of_queue"}', "约回电"),
    ("先不办了", "/cancel", None), ("约回电", "/request_callback", None),
])  # fmt: skip
def test_only_the_buttons_beside_the_queue_take_the_assistant_back(title: str, payload: str, rest: str | None) -> None:
    assert takes_back(Inbound("a", "m", 1, title, payload, "web", START)) == rest


class StumblingGuard:
    """A guard with a defect that shows once."""

    def __init__(self) -> None:
        self.looks = 0

    def withheld(self, reply: Reply) -> Sequence[str]:
        self.looks += 1
        if self.looks == 1:
            raise KeyError("a defect")
        return ()

    def instead_of(self, reply: Reply) -> Reply:
        return reply


async def test_a_message_that_a_defect_let_fall_is_taken_up_again_without_a_word_or_a_restart(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alone, "LOOK_EVERY", 0.01)
    desk.guard = StumblingGuard()
    desk.dispatcher = desk.another()
    await desk.dispatcher.start()
    desk.say("a", "报案")
    desk.dispatcher.wake("a")
    await desk.settled("a")
    assert texts(desk.log, "a") == ["报案", "收到：报案"]


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ("还要等多久", True), ("请问还要等多久呀？", True), ("排到第几位了", True), ("前面还有几个人", True), ("什么时候轮到我", True),
        ("怎么还没人来", True), ("大概要等多长时间", True), ("我前面有多少人在排队", True), ("理赔要等多久", False), ("多久", False),
        ("等了半天了你们到底管不管", False), ("我排在前面的那份保单", False),
    ],
)  # fmt: skip
async def test_who_asks_how_long_he_waits_is_told_and_everything_else_is_left_to_a_person(
    desk: Desk, said: str, asks: bool
) -> None:
    desk.say("a", said)
    desk.log.set_owner("a", Owner.QUEUE, START, message_id="m-before")
    desk.dispatcher.wake("a")
    await desk.settled("a")
    assert texts(desk.log, "a", Sender.SYSTEM) == (["前面还有 2 位。"] if asks else [])
    assert (texts(desk.log, "a", Sender.BOT), desk.assistant.seen) == ([], [])


async def test_a_person_who_has_the_conversation_answers_that_himself(desk: Desk) -> None:
    desk.say("a", "还要等多久")
    desk.log.set_owner("a", Owner.HUMAN, START)
    desk.dispatcher.wake("a")
    await desk.settled("a")
    assert texts(desk.log, "a") == ["还要等多久"]
