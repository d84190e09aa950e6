"""The questions of a follow-up in the chat: who is asked, one at a time, stopped and gone on with, and what they name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.insurance.follow_up import FollowUp, FollowUpKind, FollowUpState
from bot.insurance.service_request import RequestStatus
from bot.services.advance_request import AdvanceRequest, advance_request
from bot.services.follow_ups.wish import asks_for_follow_up
from tests.follow_ups import raise_follow_up
from tests.servicing_talk import CUSTOMERS, filed, prove
from tests.talk import Talk

OWNER, POLICY = "陈静", "P2026000553"
GOOD = {
    "holder": "是本人", "bought": "是我买的", "signed": "都是本人签的", "received": "收到了", "read": "读过，看懂了",
    "cover": "清楚", "loss": "知道", "cooling_off": "知道", "payment": "清楚", "told": "介绍的是保险",
    "money": "交到保险公司", "more": "没有",
}  # fmt: skip


@pytest.fixture
def follow_up(customer: Talk) -> FollowUp:
    return raise_follow_up(
        customer.services.unit_of_work, FollowUpKind.NEW_POLICY, POLICY, CUSTOMERS[OWNER].party_id, customer.now
    )


def stored(talk: Talk, follow_up: FollowUp) -> FollowUp:
    with talk.services.reading() as work:
        found = work.follow_ups.get(follow_up.number)
    assert found is not None
    return found


def begin(talk: Talk, follow_up: FollowUp) -> None:
    talk.say(f"回访 {follow_up.number}")
    prove(talk, OWNER)
    assert talk.requested == "follow_up_no", talk.text
    talk.pick("开始")


def question(talk: Talk) -> str:
    """The id of the open one."""
    questions = talk.services.questionnaires.forms[FollowUpKind.NEW_POLICY].questions
    return questions[int(talk.requested.removeprefix("follow_up_")) - 1].id


def answer(talk: Talk, *, until: str = "", **others: str) -> None:
    """Answer well, a few seconds each, but for `others`."""
    while not talk.outcome and question(talk) != until:
        talk.now += timedelta(seconds=4)
        talk.say(others.get(question(talk), GOOD[question(talk)]))


def test_every_point_is_asked_of_the_proved_policyholder_and_the_answers_are_valid(customer: Talk, follow_up) -> None:
    customer.say(f"回访 {follow_up.number}")
    assert customer.requested == "name"
    assert "年金" not in customer.text
    prove(customer, OWNER)
    assert "犹豫期" not in customer.text
    assert {choice.title for choice in customer.replies[-1].choices} >= {"开始", "打电话给我"}
    customer.pick("开始")
    answer(customer)
    done = stored(customer, follow_up)
    assert (done.state, done.valid, done.problem_no) == (FollowUpState.DONE, True, ""), customer.text
    assert [each.question for each in done.answers] == list(GOOD)
    assert "做完了" in customer.text


def test_an_instalment_question_is_left_out_where_nothing_is_paid_in_instalments(customer: Talk) -> None:
    made = raise_follow_up(
        customer.services.unit_of_work,
        FollowUpKind.NEW_POLICY,
        "P2023001234",
        CUSTOMERS["王建国"].party_id,
        customer.now,
    )
    form = customer.services.questionnaires.of(made)
    assert "payment" not in [each.id for each in form.asked({}, frozenset())]
    assert "payment" in [each.id for each in form.asked({}, frozenset({"instalments"}))]


def test_another_person_is_told_nothing_and_answers_nothing(customer: Talk, follow_up) -> None:
    customer.say(f"回访 {follow_up.number}")
    prove(customer, "张伟明")
    assert "没有对上" in customer.text
    assert "年金" not in customer.text
    customer.pick("不用了")
    assert stored(customer, follow_up).answers == ()


def test_who_says_that_it_is_not_himself_is_asked_nothing_more(customer: Talk, follow_up) -> None:
    begin(customer, follow_up)
    customer.say("我替她填的")
    assert customer.outcome == "ended"
    assert "本人" in customer.text
    assert stored(customer, follow_up).is_open


def test_it_is_stopped_and_gone_on_with_where_it_was(customer: Talk, follow_up) -> None:
    begin(customer, follow_up)
    answer(customer, until="read")
    customer.say("先不办了")
    assert customer.outcome == "cancelled"
    assert "都留着" in customer.text
    assert len(stored(customer, follow_up).answers) == 4
    again = customer.another()
    again.now += timedelta(hours=1)
    again.say("接着做回访")
    prove(again, OWNER)
    assert "上次答到一半" in again.text
    again.pick("开始")
    assert question(again) == "read"
    answer(again)
    assert stored(again, follow_up).state is FollowUpState.DONE


def test_a_question_in_between_is_answered_and_the_same_one_asked_again(customer: Talk, follow_up) -> None:
    begin(customer, follow_up)
    answer(customer, until="loss")
    customer.say("现金价值是什么意思？")
    assert question(customer) == "loss"
    assert "接着回访" in customer.text


def test_an_earlier_answer_can_be_put_right(customer: Talk, follow_up) -> None:
    begin(customer, follow_up)
    answer(customer, until="read", received="没收到")
    assert stored(customer, follow_up).problem_no
    customer.say("上一题点错了")
    assert question(customer) == "received"
    customer.say("收到了")
    answer(customer)
    done = stored(customer, follow_up)
    assert (done.answer("received"), done.problem_no) == ("yes", "")
    with customer.services.reading() as work:
        (ticket,) = filed(work, customer.conversation_id)
    assert ticket.status is RequestStatus.WITHDRAWN


@pytest.mark.parametrize(
    ("at", "words", "problem", "mis_sold"),
    [
        ("bought", "不是我要买的，银行的人让我签的", "不是自己决定买的", True),
        ("signed", "不是我签的", "签名不是本人签的", True),
        ("signed", "业务员帮我签的", "签名不是本人签的", True),
        ("received", "我没收到保单啊", "没有收到保险合同", False),
        ("loss", "没人跟我讲过", "不知道退保可能有损失", True),
        ("told", "当时跟我说是存款，利息比银行高", "被说成存款、理财", True),
        ("money", "转给业务员了", "保费交到了个人手里", True),
    ],
)
def test_what_an_answer_names_becomes_a_request_with_both_clocks(
    customer: Talk, follow_up, at: str, words: str, problem: str, mis_sold: bool
) -> None:
    begin(customer, follow_up)
    answer(customer, **{at: words})
    done = stored(customer, follow_up)
    with customer.services.reading() as work:
        (ticket,) = filed(work, customer.conversation_id)
    assert (ticket.request_no, ticket.kind, ticket.post) == (done.problem_no, "follow_up_problem", "投诉回访")
    deadlines = customer.services.deadlines
    assert (ticket.due_on, ticket.due_rule) == (deadlines.due("D-V03", ticket.requested_at).internal_due, "D-V03")
    fields = dict(ticket.fields)
    assert problem in fields["问题"]
    assert words in fields["客户原话"]
    assert any("D-V02" in label for label in fields) is mis_sold
    assert done.problem_no in customer.text
    assert ("不做销售的人解决" in customer.text) is mis_sold
    assert ("犹豫期到" in customer.text) is mis_sold
    assert done.state is FollowUpState.DONE


def test_a_problem_told_at_another_question_is_not_asked_for_again(customer: Talk, follow_up) -> None:
    begin(customer, follow_up)
    answer(customer, until="bought")
    customer.say("我到现在都没收到保单")
    assert "记下了" in customer.text
    asked = []
    while not customer.outcome:
        asked.append(question(customer))
        customer.now += timedelta(seconds=4)
        customer.say(GOOD[question(customer)])
    assert "received" not in asked
    assert stored(customer, follow_up).answer("received") == "no"


@pytest.mark.parametrize("words", ["没人跟我说是存款，就是保险", "介绍的是保险"])
def test_what_is_denied_is_no_problem(customer: Talk, follow_up, words: str) -> None:
    begin(customer, follow_up)
    answer(customer, told=words)
    done = stored(customer, follow_up)
    assert (done.answer("told"), done.problem_no) == ("insurance", "")


def test_a_complaint_and_the_way_out_of_the_contract_are_offered_not_pushed(customer: Talk, follow_up) -> None:
    begin(customer, follow_up)
    answer(customer, signed="不是本人签的")
    titles = [choice.title for choice in customer.replies[-1].choices]
    assert {"登记投诉", "我要退保", "转人工"} <= set(titles)
    with customer.services.reading() as work:
        assert not work.complaints.of_conversation(customer.conversation_id)


def test_what_was_answered_faster_than_it_can_be_read_is_asked_again_by_a_call(customer: Talk, follow_up) -> None:
    begin(customer, follow_up)
    while not customer.outcome:
        customer.say(GOOD[question(customer)])  # a second each
    done = stored(customer, follow_up)
    assert (done.state, done.valid) == (FollowUpState.SENT, False)
    assert done.call_by
    assert "再打一次" in customer.text


def test_who_would_rather_be_called_is(customer: Talk, follow_up) -> None:
    customer.say("回访")
    prove(customer, OWNER)
    customer.pick("打电话给我")
    assert customer.outcome == "ended"
    assert stored(customer, follow_up).call_by
    assert follow_up.number in customer.text


def test_the_proof_of_identity_may_run_out_and_nothing_is_lost(customer: Talk, follow_up) -> None:
    begin(customer, follow_up)
    answer(customer, until="read")
    customer.now += timedelta(minutes=31)
    customer.say("读过，看懂了")
    assert customer.outcome == "ended"
    assert "再核对一次" in customer.text
    assert len(stored(customer, follow_up).answers) == 4


def test_who_owes_no_answer_hears_so(customer: Talk) -> None:
    customer.say("做一下回访")
    prove(customer, "赵磊")
    assert "没有要回答的回访" in customer.text


def test_the_customer_reads_what_was_done_about_it(customer: Talk, follow_up) -> None:
    begin(customer, follow_up)
    answer(customer, received="没收到")
    number = stored(customer, follow_up).problem_no
    with customer.services.unit_of_work() as work:
        step = AdvanceRequest(number, RequestStatus.DONE, "保险合同今天重新寄出，运单号短信给您", "desk", customer.now)
        advance_request(work, step, customer.services.deadlines)
        work.commit()
    talk = customer.another(customer.conversation_id)
    talk.say(f"{number} 到哪一步了")
    assert "重新寄出" in talk.text


@pytest.mark.parametrize(
    "words", ["回访", "我要做回访", "接着回访", "回访 R20261126000001", "r20261126000001", "开始回访吧"]
)
def test_words_that_ask_for_it(words: str) -> None:
    assert asks_for_follow_up(words)


@pytest.mark.parametrize(
    "words", ["回访是什么", "为什么要回访", "你们回访电话打错了", "不想再接回访电话", "C20261126000001"]
)
def test_words_that_only_speak_of_it(words: str) -> None:
    assert not asks_for_follow_up(words)
