"""The three real processes on a real PostgreSQL: a claim from the first word to its number, and a hand-off."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.insurance.hand_off import Owner
from tests.postgres import create_database, running_cluster
from tests.stack import Stack, free_ports
from tests.wire import DONE, PEOPLE, SORRY, at_the_card, claims_of, said

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_cluster() as cluster:
        create_database(cluster, "assistant")
        one = Stack(tmp_path_factory.mktemp("postgresql"), database_url=cluster.url("assistant"))
        try:
            one.start()
            yield one
        finally:
            one.stop()


def test_a_claim_is_reported_confirmed_stored_once_and_remembered(stack: Stack) -> None:
    chat = at_the_card(stack)
    answer = chat.pick("确认提交")
    (number,) = claims_of(stack, chat)
    assert number in answer.text
    assert said(chat, DONE) == 1
    assert number in chat.say("刚才报的案成功了吗").text
    assert not (stack.var_dir / "assistant.db").exists()


def test_a_policy_is_shown_to_who_proved_to_be_its_holder(stack: Stack) -> None:
    person = PEOPLE["孙丽"]
    chat = stack.chat()
    for text in ("查保单", person.name, person.id_number):
        chat.say(text)
    assert person.policy_nos[0] in chat.say(stack.newest_code(person.phone)).text


def test_a_hand_off_queues_the_conversation_and_silences_the_bot(stack: Stack) -> None:
    chat = stack.chat()
    assert "为您转接人工" in chat.pick("转人工").text
    assert chat.owner == "queue"
    assert chat.say("有人吗").messages == ()
    with stack.unit_of_work() as work:
        (hand_off,) = [one for one in work.hand_offs.open_all() if one.conversation_id == chat.id]
        assert work.ownerships.owner(chat.id) is Owner.QUEUE
    assert hand_off.reason == "customer_asked"


def test_a_claim_confirmed_while_the_action_server_is_dead_is_filed_once_when_it_is_back(stack: Stack) -> None:
    chat = at_the_card(stack)
    stack.kill("actions")
    seq = chat.send(choice=chat.choice("确认提交"))
    chat.wait_for(SORRY, after=seq)
    stack.restart("actions")
    answer = chat.wait_for(DONE, after=seq)
    (number,) = claims_of(stack, chat)
    assert number in answer.text


@pytest.fixture
def beside(stack: Stack) -> Iterator[Stack]:
    """A second front desk on the same database; Rasa and the action server are the same."""
    (port,) = free_ports(1)
    other = Stack(stack.var_dir, database_url=stack.database_url, ports={**stack.ports, "desk": port})
    other.restart("desk")
    try:
        yield other
    finally:
        other.stop()


def test_a_claim_that_is_told_to_two_front_desks_by_turns_is_filed_once(stack: Stack, beside: Stack) -> None:
    chat = at_the_card(stack)
    chat.write_to(beside)
    seq = chat.send(choice=chat.choice("确认提交"))
    chat.write_to(stack)
    answer = chat.wait_for(DONE, after=seq)
    (number,) = claims_of(stack, chat)
    assert number in answer.text
    assert number in chat.say("刚才报的案成功了吗").text


def test_what_a_front_desk_that_is_killed_had_taken_another_answers(stack: Stack, beside: Stack) -> None:
    chat = at_the_card(stack)
    chat.write_to(beside)
    stack.kill("actions")
    seq = chat.send(choice=chat.choice("确认提交"))
    chat.wait_for(SORRY, after=seq)
    beside.kill("desk")
    stack.restart("actions")
    chat.write_to(stack)
    chat.wait_for(DONE, after=seq)
    assert said(chat, DONE) == 1
    assert len(claims_of(stack, chat)) == 1
