"""Ratings in words, and when one is offered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.insurance.service_request import RequestStatus
from bot.services.rate_service import RATE, say_goodbye
from bot.services.reply import Reply, choose
from tests.servicing_talk import filed
from tests.talk import Talk


@pytest.fixture
def customer(first_talk: Talk) -> Talk:
    first_talk.now += timedelta(days=1)
    return first_talk.another()


def open_it(talk: Talk) -> None:
    talk.replies = [Reply("", (choose("评价", "@switch:rate_service"),))]
    talk.pick("评价")


@pytest.mark.parametrize(
    ("words", "score"),
    [
        ("非常满意", 5), ("很好，没得说", 5), ("五星", 5), ("5", 5), ("4分", 4), ("满意", 4), ("挺好的", 4), ("还行吧", 3),
        ("一般般", 3), ("三分", 3), ("不太满意", 2), ("差", 2), ("太差了", 1), ("垃圾", 1), ("1星", 1),
    ],
)  # fmt: skip
def test_words_and_numbers_are_scores(customer: Talk, words: str, score: int) -> None:
    open_it(customer)
    customer.say(words)
    if score <= 2:
        assert customer.requested == "rating_reason"
        customer.say("没有")
    assert customer.outcome == "confirmed", customer.text
    with customer.services.reading() as work:
        (rating,) = work.ratings.of_conversation(customer.conversation_id)
    assert (rating.score, rating.reason, rating.matter_no) == (score, "", "")


def test_the_reason_of_a_bad_one_is_kept_and_no_complaint_is_made_of_it(customer: Talk) -> None:
    open_it(customer)
    customer.say("不满意")
    customer.say("排队四十分钟，态度还差")
    assert "对不起" in customer.text
    with customer.services.reading() as work:
        (rating,) = work.ratings.of_conversation(customer.conversation_id)
        (request,) = filed(work, customer.conversation_id)
        assert (request.kind, request.post, request.due_rule) == ("bad_rating", "投诉回访", "D-V03")
        assert dict(request.fields)["客户原话"] == "排队四十分钟，态度还差"
        assert "答复您" not in customer.text  # nobody is known who could be answered
        assert rating.reason == "排队四十分钟，态度还差"
        assert not work.complaints.of_conversation(customer.conversation_id)


def test_it_is_offered_after_something_was_filed_and_not_again_once_it_was_rated(customer: Talk) -> None:
    def offered() -> bool:
        said = customer.ears.hear(customer.conversation_id, "再见", customer.now)
        return RATE in say_goodbye(said, customer.services).choices

    assert not offered()
    customer.say("别再给我打推销电话了")
    customer.say("13900003883")
    customer.pick("确认提交")
    assert offered()
    open_it(customer)
    customer.say("满意")
    assert not offered()


def test_a_later_rating_of_the_same_matter_counts_and_no_second_request_is_made(customer: Talk) -> None:
    for words in ("不满意", "非常不满意"):
        open_it(customer)
        customer.say(words)
        customer.say("没有")
    with customer.services.reading() as work:
        (request,) = filed(work, customer.conversation_id)
    assert dict(request.fields)["评价"] == "非常不满意"
    open_it(customer)
    customer.say("满意")
    with customer.services.reading() as work:
        (request,) = filed(work, customer.conversation_id)
        assert len(work.ratings.of_conversation(customer.conversation_id)) == 3
    assert request.status is RequestStatus.WITHDRAWN
