"""A turn that the real action server fails every time goes to a person, and nothing of it gets into a log."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from tests.raising_actions import POISON
from tests.stack import Stack
from tests.wire import SORRY, failed_tries, wait_for_failed_tries

pytest_plugins = ["tests.stack", "tests.wire"]
pytestmark = pytest.mark.timeout(600)  # the first test also trains, where the model is not the data's


@pytest.fixture
def raising(whole: Stack) -> Iterator[Stack]:
    """The action server with an action that raises on one message."""
    whole.restart("actions", module="tests.raising_actions")
    yield whole
    whole.restart("actions")


def test_a_turn_that_raises_twice_goes_to_a_person_who_gets_what_comes_next(raising: Stack) -> None:
    chat = raising.chat()
    seq = chat.send(text=f"什么是免赔额 {POISON}")
    later = chat.send(text="还在吗")
    answer = chat.everything_since(seq)
    assert "系统连续出错" in answer.text
    assert "没有提交任何内容" in answer.text
    assert "为您转接人工" in answer.text
    assert answer.owner == "queue"
    assert SORRY not in "".join(message.text for message in chat.history())
    with raising.unit_of_work() as work:
        (hand_off,) = [one for one in work.hand_offs.open_all() if one.conversation_id == chat.id]
    assert (hand_off.reason, hand_off.reason_zh) == ("system_error", "系统两次出错")
    assert later > seq
    assert raising.has_nothing_pending(chat.id)


def test_a_turn_that_raises_stops_nobody_else(raising: Stack) -> None:
    chat, other = raising.chat(), raising.chat()
    seq = chat.send(text=f"什么是免赔额 {POISON}")
    assert "免赔额" in other.say("什么是免赔额").text
    assert chat.everything_since(seq).owner == "queue"


def test_a_person_asked_for_while_the_action_server_is_dead_comes_without_it(whole: Stack) -> None:
    chat = whole.chat()
    whole.kill("actions")
    seq = chat.send(text="什么是免赔额")
    chat.wait_for(SORRY, after=seq)
    asked = chat.send(text="人工")
    assert "为您转接人工" in chat.wait_for("为您转接人工", after=asked).text
    chat.history()
    assert chat.owner == "queue"
    with whole.unit_of_work() as work:
        assert len([one for one in work.hand_offs.open_all() if one.conversation_id == chat.id]) == 1


def test_an_action_that_raises_with_the_customers_words_leaves_none_of_them_in_a_log(raising: Stack) -> None:
    chat = raising.chat()
    words = f"金丝雀{uuid.uuid4().hex}"
    chat.everything_since(chat.send(text=f"什么是免赔额 {POISON}{words}"))
    for name in ("desk", "rasa", "actions"):
        assert words not in raising.log_of(name), name
    assert "action.failed" in raising.log_of("actions")


def test_no_log_holds_what_a_customer_wrote_not_even_when_turns_fail(whole: Stack) -> None:
    words = f"金丝雀{uuid.uuid4().hex}"
    id_number, phone, plate = "110105199003078813", "13912345670", "京Q8C777"
    chat = whole.chat()
    chat.say(f"我要报案，{plate}昨天晚上九点在安定路跟人剐蹭了，没人受伤，{words}")
    before = failed_tries(whole)
    whole.kill("actions")
    seq = chat.send(text=f"{words} 我的电话{phone} 身份证{id_number}")
    chat.wait_for(SORRY, after=seq)
    wait_for_failed_tries(whole, 2, before)
    whole.restart("actions")
    chat.answer_to(seq)
    other = whole.chat()
    for text in ("查保单", "张金雀", id_number, "000000", f"/{words}{{", f"{words}'\"; DROP TABLE x; --"):
        other.say(text)
    third = whole.chat()
    for text in (f"我要投诉，{words}，我叫张金雀，电话{phone}", f"{words}{id_number}"):
        third.say(text)
    logs = {name: whole.log_of(name) for name in ("desk", "rasa", "actions")}
    assert logs["desk"].count('"turn.done"') > 3  # the logs are the ones that these turns went to
    for name, log in logs.items():
        found = [one for one in (words, words[3:], id_number, phone, plate, "张金雀", chat.id) if one in log]
        assert found == [], f"{name}.log"
