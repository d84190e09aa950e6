"""An answer of the action server lost on its way, in every journey that writes: nothing is written or sent twice."""

from __future__ import annotations

import pytest

from tests.stack import Answer, Chat, Stack
from tests.wire import PEOPLE, Wire

pytest_plugins = ["tests.stack", "tests.wire"]
pytestmark = pytest.mark.timeout(600)  # the first test also trains, where the model is not the data's


def test_a_lost_answer_registers_one_complaint(whole: Stack, wire: Wire) -> None:
    chat = whole.chat()
    lost = wire.lose_next_answer_of("validate_complaint_form")
    answer = chat.say("我要投诉，上周你们寄来的保单有一页是空白的")
    assert lost.written.is_set()
    with whole.unit_of_work() as work:
        (complaint,) = work.complaints.of_conversation(chat.id)
    assert complaint.complaint_no in answer.text


def test_a_lost_answer_makes_one_hand_off(whole: Stack, wire: Wire) -> None:
    chat = whole.chat()
    lost = wire.lose_next_answer_of("action_hand_off")
    answer = chat.pick("转人工")
    assert lost.written.is_set()
    # Who owns the conversation is written with the hand-off; the words may be lost, the customer must not be.
    assert answer.messages
    assert chat.owner == "queue"
    with whole.unit_of_work() as work:
        assert len([one for one in work.hand_offs.open_all() if one.conversation_id == chat.id]) == 1


def test_a_lost_answer_to_a_right_code_does_not_ask_for_another_one(whole: Stack, wire: Wire) -> None:
    person = PEOPLE["孙丽"]
    chat = whole.chat()
    for text in ("查保单", person.name, person.id_number):
        chat.say(text)
    code = whole.newest_code(person.phone)
    sent = len(whole.texts(person.phone))
    lost = wire.lose_next_answer_of("validate_policy_form")
    answer = chat.say(code)
    assert lost.written.is_set()
    assert "过期" not in answer.text
    assert person.policy_nos[0] in answer.text
    assert len(whole.texts(person.phone)) == sent


def test_a_lost_answer_makes_one_beneficiary_change_and_one_invitation(whole: Stack, wire: Wire) -> None:
    applicant, insured = PEOPLE["王建国"], PEOPLE["刘芳"]
    chat, answer = _beneficiary_card(whole)
    invited = len(whole.texts(insured.phone))
    lost = wire.lose_next_answer_of("action_submit_beneficiary")
    answer = chat.pick("确认提交")
    assert lost.written.is_set()
    with whole.unit_of_work() as work:
        (change,) = work.endorsements.of_conversation(chat.id)
    assert change.applicant_id == applicant.party_id
    assert change.endorsement_no in answer.text
    assert len(whole.texts(insured.phone)) == invited + 1


def test_a_lost_answer_to_the_insureds_consent_still_says_that_it_was_recorded(whole: Stack, wire: Wire) -> None:
    insured = PEOPLE["刘芳"]
    chat, _ = _beneficiary_card(whole)
    chat.pick("确认提交")
    wife = whole.chat()
    for text in (f"确认码 {whole.newest_consent_code(insured.phone)}", insured.name, insured.id_number):
        wife.say(text)
    wife.say(whole.newest_code(insured.phone))
    assert "同意吗" in wife.say(whole.newest_code(insured.phone)).text
    lost = wire.lose_next_answer_of("action_submit_consent")
    answer = wife.pick("同意")
    assert lost.written.is_set()
    assert "已记录您的同意" in answer.text


def _beneficiary_card(stack: Stack) -> tuple[Chat, Answer]:
    applicant = PEOPLE["王建国"]
    stack.issue_endorsements()
    chat = stack.chat()
    for text in ("变更受益人", applicant.name, applicant.id_number):
        chat.say(text)
    chat.say(stack.newest_code(applicant.phone))
    for text in ("P2023001234", "王小宇，子女，100%", "稍后补交"):
        chat.say(text)
    answer = chat.say(stack.newest_code(applicant.phone))
    assert answer.slot == "confirm", answer.text
    return chat, answer
