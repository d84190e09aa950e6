"""What customers hear, and what is stored, when a process dies or an answer is lost: one claim, and nothing untrue."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.stack import Stack
from tests.wire import DONE, SORRY, Wire, at_the_card, claims_of, failed_tries, said, wait_for_failed_tries

pytest_plugins = ["tests.stack", "tests.wire"]
pytestmark = pytest.mark.timeout(600)  # the first test also trains, where the model is not the data's


def test_confirming_while_the_action_server_is_dead_claims_no_success_and_files_once_when_it_is_back(
    whole: Stack,
) -> None:
    chat = at_the_card(whole)
    before = failed_tries(whole)
    whole.kill("actions")
    seq = chat.send(choice=chat.choice("确认提交"))
    chat.wait_for(SORRY, after=seq)
    wait_for_failed_tries(whole, 3, before)
    assert said(chat, DONE) == 0
    assert claims_of(whole, chat) == []
    whole.restart("actions")
    answer = chat.wait_for(DONE, after=seq)
    (number,) = claims_of(whole, chat)
    assert number in answer.text
    assert (said(chat, DONE), said(chat, SORRY)) == (1, 1)


def test_rasa_killed_after_the_claim_was_written_gives_the_same_claim_when_it_is_back(whole: Stack, wire: Wire) -> None:
    chat = at_the_card(whole)
    held = wire.hold_next_answer_of("action_submit_claim")
    seq = chat.send(choice=chat.choice("确认提交"))
    assert held.written.wait(30)
    whole.kill("rasa")
    held.released.set()
    chat.wait_for(SORRY, after=seq)
    (number,) = claims_of(whole, chat)
    assert said(chat, DONE) == 0
    whole.restart("rasa", {"BOT_ACTION_PORT": str(wire.port)})
    assert number in chat.wait_for(DONE, after=seq).text
    assert claims_of(whole, chat) == [number]
    assert (said(chat, DONE), said(chat, SORRY)) == (1, 1)


def test_the_action_server_killed_between_writing_and_answering_files_one_claim(whole: Stack, wire: Wire) -> None:
    chat = at_the_card(whole)
    held = wire.hold_next_answer_of("action_submit_claim")
    seq = chat.send(choice=chat.choice("确认提交"))
    assert held.written.wait(30)
    whole.kill("actions")
    held.released.set()
    chat.wait_for(SORRY, after=seq)
    (number,) = claims_of(whole, chat)
    whole.restart("actions")
    assert number in chat.wait_for(DONE, after=seq).text
    assert claims_of(whole, chat) == [number]
    assert said(chat, DONE) == 1


def test_the_front_desk_killed_while_a_claim_is_being_filed_answers_once_when_it_is_back(
    whole: Stack, wire: Wire
) -> None:
    chat = at_the_card(whole)
    held = wire.hold_next_answer_of("action_submit_claim")
    seq = chat.send(choice=chat.choice("确认提交"))
    assert held.written.wait(30)
    whole.kill("desk")
    held.released.set()
    whole.restart("desk")
    (number,) = claims_of(whole, chat)
    assert number in chat.wait_for(DONE, after=seq).text
    assert claims_of(whole, chat) == [number]
    assert said(chat, DONE) == 1


def test_an_answer_lost_between_action_server_and_rasa_files_one_claim(whole: Stack, wire: Wire) -> None:
    chat = at_the_card(whole)
    lost = wire.lose_next_answer_of("action_submit_claim")
    answer = chat.pick("确认提交")
    assert lost.written.is_set()
    (number,) = claims_of(whole, chat)
    assert number in answer.text
    assert said(chat, DONE) == 1


def test_a_message_delivered_three_times_at_once_files_one_claim(whole: Stack) -> None:
    chat = at_the_card(whole)
    choice, message_id = chat.choice("确认提交"), str(uuid.uuid4())
    with ThreadPoolExecutor(3) as pool:
        seqs = set(pool.map(lambda _: chat.send(choice=choice, message_id=message_id), range(3)))
    assert len(seqs) == 1
    answer = chat.everything_since(seqs.pop())
    (number,) = claims_of(whole, chat)
    assert number in answer.text
    assert said(chat, DONE) == 1


def test_what_was_filed_before_everything_died_is_remembered_afterwards(whole: Stack, wire: Wire) -> None:
    chat = at_the_card(whole)
    chat.pick("确认提交")
    (number,) = claims_of(whole, chat)
    for name in ("actions", "desk"):
        whole.kill(name)
    whole.restart("rasa", {"BOT_ACTION_PORT": str(wire.port)})
    whole.heal()
    assert number in chat.say("刚才报的案成功了吗").text
