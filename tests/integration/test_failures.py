"""What customers hear, and what is stored, when a process dies or an answer is lost: nothing twice, nothing untrue."""

from __future__ import annotations

import http.client
import json
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

import pytest

from bot.store.demo_people import NAMED_CUSTOMERS
from tests.stack import Answer, Chat, Stack, wait_until

pytest_plugins = ["tests.stack"]
pytestmark = pytest.mark.timeout(600)  # the first test also trains, where the model is not the data's
SORRY = "系统繁忙"
DONE = "报案成功"
PEOPLE = {person.name: person for person in NAMED_CUSTOMERS}
_EVENTS = count(1)


@dataclass
class Interruption:
    """One answer of the action server on its way to Rasa. `written`: the action has run and its answer is in our hands."""

    action: str
    written: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)


class Wire:
    """Between Rasa and the action server: passes everything on, and loses the answer it was told to lose, once."""

    def __init__(self, action_port: int) -> None:
        self._plans: list[Interruption] = []
        self._lock = threading.Lock()
        wire = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                connection = http.client.HTTPConnection("127.0.0.1", action_port, timeout=30)
                try:
                    wanted = {name: self.headers[name] for name in ("Authorization", "Content-Type")}
                    connection.request("POST", self.path, body, wanted)
                    response = connection.getresponse()
                    status, answer = response.status, response.read()
                except (OSError, http.client.HTTPException):
                    self.close_connection = True  # what Rasa would see: the other side is gone
                    return
                finally:
                    connection.close()
                plan = wire._take(json.loads(body).get("next_action", ""))
                if plan is not None:
                    plan.written.set()
                    plan.released.wait(30)
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def lose_next_answer_of(self, action: str) -> Interruption:
        """At once."""
        plan = self.hold_next_answer_of(action)
        plan.released.set()
        return plan

    def hold_next_answer_of(self, action: str) -> Interruption:
        """Not before `released` is set."""
        plan = Interruption(action)
        with self._lock:
            self._plans.append(plan)
        return plan

    def _take(self, action: str) -> Interruption | None:
        with self._lock:
            for plan in self._plans:
                if plan.action == action:
                    self._plans.remove(plan)
                    return plan
        return None

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def wire(stack: Stack) -> Iterator[Wire]:
    """Rasa reaches the action server through a wire that we hold."""
    stack.heal()
    wire = Wire(stack.ports["actions"])
    stack.restart("rasa", {"BOT_ACTION_PORT": str(wire.port)})
    yield wire
    stack.restart("rasa")
    wire.close()


@pytest.fixture
def whole(stack: Stack, wire: Wire) -> Iterator[Stack]:
    """The stack with everything running before the test, and after it."""
    stack.let_time_pass(minutes=31)
    yield stack
    if "rasa" not in stack.running:
        stack.restart("rasa", {"BOT_ACTION_PORT": str(wire.port)})
    stack.heal()


def at_the_card(stack: Stack) -> Chat:
    """A customer who has told all about an accident of his own and sees the card."""
    number = next(_EVENTS)
    chat = stack.chat()
    answers = {
        "claim_line": "车险", "claim_injured": "没人受伤", "claim_event_at": "昨天晚上九点", "claim_place": "安定路",
        "claim_cause": "倒车时撞了护栏", "claim_plate": f"京N9{number:04d}", "claim_other_party": "没有",
        "claim_drivable": "能行驶", "claim_phone": f"1390000{7000 + number}",
    }  # fmt: skip
    answer = chat.say("我要报案")
    while answer.slot != "confirm":
        answer = chat.say(answers[answer.slot])
    return chat


def claims_of(stack: Stack, chat: Chat) -> list[str]:
    with stack.unit_of_work() as work:
        return [claim.claim_no for claim in work.claims.of_conversation(chat.id)]


def said(chat: Chat, words: str) -> int:
    """How many messages hold these words."""
    return sum(words in message.text for message in chat.history() if message.sender != "customer")


def failed_tries(stack: Stack) -> int:
    return stack.log_of("desk").count('"turn.failed"')


def wait_for_failed_tries(stack: Stack, more: int, before: int) -> None:
    wait_until(lambda: failed_tries(stack) >= before + more, f"{more} tries that fail")


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


def test_no_log_holds_what_a_customer_wrote_not_even_when_turns_fail(whole: Stack) -> None:
    words = f"金丝雀{uuid.uuid4().hex}"
    id_number, phone, plate = "110105199003078813", "13912345670", "京Q8C777"
    chat = whole.chat()
    chat.say(f"我要报案，{plate}昨天晚上九点在安定路撞了护栏，没人受伤，{words}")
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
