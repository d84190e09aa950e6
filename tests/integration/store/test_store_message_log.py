"""The message log: numbered without gaps, each message once, each turn finished once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from store_samples import NOW, together

from bot.conversations.errors import ConversationNotFoundError, MessageConflictError, UnknownChoiceError
from bot.conversations.messages import Inbound, InputHint, OfferedChoice, Reply, Sender
from bot.insurance.hand_off import Owner
from bot.store.message_log import SqlMessageLog

MOTOR = OfferedChoice("车险", '/inform{"line_of_business": "motor"}')
HEALTH = OfferedChoice("医疗险", '/inform{"line_of_business": "health"}')


@pytest.fixture
def log(message_log: SqlMessageLog) -> SqlMessageLog:
    message_log.open("one", channel="web", at=NOW)
    message_log.open("two", channel="wechat", at=NOW)
    return message_log


def _say(log, message_id, text="你好", *, conversation_id="one", choice_id="", at=NOW):
    return log.receive(conversation_id, message_id=message_id, text=text, choice_id=choice_id, at=at)


def test_opening_twice_keeps_what_was_said(log):
    _say(log, "m1")
    log.open("one", channel="ivr", at=NOW)
    assert log.next_pending("one") == Inbound("one", "m1", 1, "你好", "", "web", NOW)
    assert log.exists("one")
    assert not log.exists("three")


def test_a_message_that_waits_for_no_turn_is_kept_once_with_the_notice_about_it(log):
    for _ in range(2):
        log.keep("one", message_id="m1", text="[语音]", notice=Reply("没有听清。"), at=NOW)
    assert [(each.sender, each.text) for each in log.after("one", 0)] == [
        (Sender.CUSTOMER, "[语音]"),
        (Sender.SYSTEM, "没有听清。"),
    ]
    assert log.next_pending("one") is None
    assert log.seq_of("one", "m1") == 1
    with pytest.raises(ConversationNotFoundError):
        log.keep("three", message_id="m1", text="[语音]", notice=None, at=NOW)


@pytest.mark.parametrize("owner", [Owner.QUEUE, Owner.HUMAN])
def test_nothing_is_said_of_it_where_a_person_answers(log, owner):
    log.set_owner("one", owner, NOW)
    log.keep("one", message_id="m1", text="[语音]", notice=Reply("没有听清。"), at=NOW)
    assert [each.text for each in log.after("one", 0)] == ["[语音]"]


def test_same_message_again_has_the_same_number_and_is_not_new(log):
    assert _say(log, "m1") == (1, True)
    assert _say(log, "m2", "在吗") == (2, True)
    assert _say(log, "m1", at=NOW + timedelta(minutes=1)) == (1, False)
    assert [message.text for message in log.after("one", 0)] == ["你好", "在吗"]


def test_same_id_in_another_conversation_is_another_message(log):
    assert _say(log, "m1", "甲") == (1, True)
    assert _say(log, "m1", "乙", conversation_id="two") == (1, True)


def test_same_id_with_other_words_is_refused(log):
    _say(log, "m1")
    with pytest.raises(MessageConflictError):
        _say(log, "m1", "别的")
    with pytest.raises(MessageConflictError):
        _say(log, "m1", choice_id="some")


def test_unknown_conversation_is_refused(log):
    with pytest.raises(ConversationNotFoundError):
        _say(log, "m1", conversation_id="three")
    with pytest.raises(ConversationNotFoundError):
        log.append("three", Reply("x"), sender=Sender.HUMAN, at=NOW)
    with pytest.raises(ConversationNotFoundError):
        log.finish(Inbound("one", "never said", 1, "x", "", "web", NOW), [], sender=Sender.BOT, at=NOW)


def test_replies_are_stored_in_order_and_shown_without_their_payloads(log):
    _say(log, "m1")
    replies = [Reply("哪类保险？", (MOTOR, HEALTH), InputHint("line_of_business", "choice")), Reply("可以点按钮")]
    log.finish(log.next_pending("one"), replies, sender=Sender.BOT, at=NOW + timedelta(seconds=2))
    said, asked, hinted = log.after("one", 0)
    assert (said.seq, said.sender, said.at) == (1, Sender.CUSTOMER, NOW)
    assert (asked.seq, asked.text, asked.input) == (2, "哪类保险？", InputHint("line_of_business", "choice"))
    assert [choice.title for choice in asked.choices] == ["车险", "医疗险"]
    assert "inform" not in repr(asked)
    assert (hinted.seq, hinted.choices, hinted.input) == (3, (), None)
    assert log.after("one", 2) == (hinted,)
    assert log.after("two", 0) == ()


def test_finishing_again_changes_nothing(log):
    _say(log, "m1")
    inbound = log.next_pending("one")
    log.finish(inbound, [Reply("好")], sender=Sender.BOT, at=NOW)
    log.finish(inbound, [Reply("好"), Reply("又来")], sender=Sender.BOT, at=NOW)
    assert [message.text for message in log.after("one", 0)] == ["你好", "好"]
    assert log.next_pending("one") is None


def test_messages_wait_in_the_order_they_came_even_when_the_clock_steps_back(log):
    _say(log, "m1", "一", at=NOW)
    _say(log, "m2", "二", at=NOW - timedelta(hours=1))
    assert log.next_pending("one").text == "一"
    log.finish(log.next_pending("one"), [], sender=Sender.BOT, at=NOW)
    assert log.next_pending("one").text == "二"


def test_replies_stay_unsaid_where_a_person_has_taken_over(log):
    _say(log, "m1")
    inbound = log.next_pending("one")
    log.set_owner("one", Owner.HUMAN, NOW)
    assert log.finish(inbound, [Reply("好的")], sender=Sender.BOT, at=NOW) is False
    assert log.next_pending("one") is None
    assert [message.text for message in log.after("one", 0)] == ["你好"]


@pytest.mark.parametrize(("queued_by", "said"), [("m1", True), ("", False)])
def test_replies_stay_unsaid_where_it_waits_again_after_a_person_and_not_where_it_waits_for_the_first(
    log, queued_by, said
):
    _say(log, "m1")
    inbound = log.next_pending("one")
    log.set_owner("one", Owner.QUEUE, NOW, message_id=queued_by)  # a person who passes it on names no message
    assert log.finish(inbound, [Reply("好的")], sender=Sender.BOT, at=NOW) is said
    _say(log, "m2", "二")
    assert log.finish(log.next_pending("one"), [Reply("排第一位")], sender=Sender.SYSTEM, at=NOW, notice=True)


def test_what_a_customer_has_looked_at_grows_and_never_beyond_what_there_is(log):
    _say(log, "m1")
    assert log.seen_up_to("one") == 0
    assert [log.saw("one", seq, NOW) for seq in (9, 1, 1)] == [True, False, False]
    assert log.seen_up_to("one") == 1
    with pytest.raises(ConversationNotFoundError):
        log.saw("nowhere", 1, NOW)


def test_conversations_with_pending_messages_are_those_not_finished(log):
    assert log.conversations_with_pending() == ()
    _say(log, "m1", conversation_id="two", at=NOW)
    _say(log, "m1", at=NOW - timedelta(minutes=1))
    _say(log, "m2", at=NOW + timedelta(minutes=1))
    assert log.conversations_with_pending() == ("one", "two")
    log.finish(log.next_pending("two"), [], sender=Sender.BOT, at=NOW)
    log.append("two", Reply("坐席来了"), sender=Sender.HUMAN, at=NOW)
    assert log.conversations_with_pending() == ("one",)


def _offer(log, conversation_id="one"):
    seq = log.append(conversation_id, Reply("哪类？", (MOTOR, HEALTH)), sender=Sender.BOT, at=NOW)
    return log.after(conversation_id, seq - 1)[0].choices


def test_choice_becomes_its_payload_and_the_title_the_customer_saw(log):
    health = _offer(log)[1]
    assert _say(log, "m1", "", choice_id=health.id) == (2, True)
    assert log.next_pending("one") == Inbound("one", "m1", 2, "医疗险", HEALTH.payload, "web", NOW)
    assert _say(log, "m1", "anything", choice_id=health.id) == (2, False)


def test_choice_of_another_conversation_is_as_unknown_as_an_invented_one(log):
    theirs = _offer(log, "two")[0]
    for choice_id in (theirs.id, "invented", MOTOR.payload):
        with pytest.raises(UnknownChoiceError):
            _say(log, "m1", "", choice_id=choice_id)
    assert log.after("one", 0) == ()


def test_text_that_looks_like_a_payload_stays_text(log):
    _say(log, "m1", '/inform{"line_of_business": "motor"}')
    assert log.next_pending("one").payload == ""


def test_choice_ids_are_different_each_time_and_long_enough(log):
    ids = {choice.id for _ in range(20) for choice in _offer(log)}
    assert len(ids) == 40
    assert min(map(len, ids)) >= 16


def test_parallel_messages_get_every_number_once_and_stay_in_that_order(log):
    numbers = together(20, lambda n: _say(log, f"m{n}", f"第{n}条"))
    assert sorted(seq for seq, _ in numbers) == list(range(1, 21))
    assert all(new for _, new in numbers)
    by_seq = {seq: f"第{n}条" for n, (seq, _) in enumerate(numbers)}
    for seq in range(1, 21):
        inbound = log.next_pending("one")
        assert (inbound.seq, inbound.text) == (seq, by_seq[seq])
        log.finish(inbound, [], sender=Sender.BOT, at=NOW)


def test_one_message_delivered_ten_times_at_once_is_stored_once(log):
    results = together(10, lambda _: _say(log, "m1"))
    assert sorted(new for _, new in results) == [False] * 9 + [True]
    assert {seq for seq, _ in results} == {1}
    assert len(log.after("one", 0)) == 1


def test_turn_finished_ten_times_at_once_is_answered_once(log):
    _say(log, "m1")
    inbound = log.next_pending("one")
    together(10, lambda n: log.finish(inbound, [Reply(f"答{n}", (MOTOR,))], sender=Sender.BOT, at=NOW))
    assert len(log.after("one", 0)) == 2


def test_customer_person_and_assistant_write_at_once_without_losing_a_number(log):
    _say(log, "m0")
    inbound = log.next_pending("one")

    def write(n):
        if n % 3 == 0:
            _say(log, f"m{n + 1}")
        elif n % 3 == 1:
            log.append("one", Reply(f"坐席{n}"), sender=Sender.HUMAN, at=NOW)
        else:
            log.finish(inbound, [Reply("答"), Reply("再答")], sender=Sender.BOT, at=NOW)

    together(12, write)
    messages = log.after("one", 0)
    assert [message.seq for message in messages] == list(range(1, 12))
    answers = [message.seq for message in messages if message.sender is Sender.BOT]
    assert answers[1] == answers[0] + 1


def _last(log: SqlMessageLog) -> Inbound:
    return log.all_pending("one")[-1]


def test_all_pending_are_in_order_and_only_of_the_conversation(log):
    for number in (1, 2, 3):
        _say(log, f"m{number}", f"第{number}句")
    _say(log, "m4", conversation_id="two")
    log.finish(log.all_pending("one")[1], (), sender=Sender.BOT, at=NOW)
    assert [inbound.message_id for inbound in log.all_pending("one")] == ["m1", "m3"]


def test_a_typed_title_of_the_last_answer_is_that_choice_and_stays_as_typed(log):
    log.append("one", Reply("哪种？", (MOTOR, HEALTH)), sender=Sender.BOT, at=NOW)
    _say(log, "m1", " 医疗险\n")
    assert (_last(log).text, _last(log).payload) == (" 医疗险\n", HEALTH.payload)
    assert log.after("one", 1)[0].text == " 医疗险\n"


def test_a_typed_title_keeps_what_a_message_id_promises(log):
    log.append("one", Reply("哪种？", (MOTOR, HEALTH)), sender=Sender.BOT, at=NOW)
    choice = log.after("one", 0)[0].choices[0]
    assert _say(log, "m1", "车险") == (2, True)
    assert _say(log, "m1", "车险") == (2, False)
    with pytest.raises(MessageConflictError):
        _say(log, "m1", "医疗险")
    with pytest.raises(MessageConflictError):
        _say(log, "m1", choice_id=choice.id)


@pytest.mark.parametrize("typed", ["医疗", "医疗险吧", "我要医疗险", "/inform"])
def test_text_that_only_resembles_a_title_stays_text(log, typed):
    log.append("one", Reply("哪种？", (MOTOR, HEALTH)), sender=Sender.BOT, at=NOW)
    _say(log, "m1", typed)
    assert (_last(log).text, _last(log).payload) == (typed, "")


def test_a_title_of_an_earlier_answer_or_of_another_conversation_stays_text(log):
    log.append("one", Reply("哪种？", (MOTOR,)), sender=Sender.BOT, at=NOW)
    log.append("one", Reply("好的，请说说经过。"), sender=Sender.BOT, at=NOW)
    log.append("two", Reply("哪种？", (MOTOR,)), sender=Sender.BOT, at=NOW)
    _say(log, "m1", "车险")
    assert _last(log).payload == ""


def test_a_notice_of_the_system_withdraws_no_button_and_a_persons_words_do(log):
    log.append("one", Reply("哪种？", (MOTOR,)), sender=Sender.BOT, at=NOW)
    log.append("one", Reply("系统繁忙"), sender=Sender.SYSTEM, at=NOW)
    _say(log, "m1", "车险")
    assert _last(log).payload == MOTOR.payload
    log.append("one", Reply("您好，我是坐席"), sender=Sender.HUMAN, at=NOW)
    _say(log, "m2", "车险")
    assert _last(log).payload == ""


def test_a_note_is_on_record_once_and_nobody_answers_it(log):
    log.append(
        "one", Reply("几点？", (OfferedChoice("九点", "/nine"),), InputHint("at", "choice")), sender=Sender.BOT, at=NOW
    )
    for text in ("没有听到您的声音。几点？", "别的"):
        log.note("one", note_id="said e1", text=text, sender=Sender.SYSTEM, at=NOW)
    log.note("one", note_id="heard e2", text="再说一遍", sender=Sender.CUSTOMER, at=NOW)
    assert log.next_pending("one") is None
    assert _say(log, "e1", "九点") == (4, True)
    assert log.next_pending("one").payload == "/nine"
    assert [(each.seq, each.text, each.noted) for each in log.after("one", 0)] == [
        (1, "几点？", False),
        (2, "没有听到您的声音。几点？", True),
        (3, "再说一遍", True),
        (4, "九点", False),
    ]
    with pytest.raises(ConversationNotFoundError):
        log.note("three", note_id="e", text="好", sender=Sender.SYSTEM, at=NOW)
