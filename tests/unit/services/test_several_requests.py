"""Which messages hold several requests, and what is kept for later."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot.calendars.clocks import SHANGHAI
from bot.services.registry import JOURNEYS, KEY_OF_INTENT
from bot.services.several_requests import from_slot, plan_requests, set_aside, tell_untaken, to_slot, waiting
from bot.services.understanding import Entity, Request, Understood

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)


def said(*parts: tuple[str, str, float], intent: str = "", entities: tuple[Entity, ...] = ()) -> Understood:
    """A message of these parts (text, intent, probability), joined by a comma."""
    requests, at = [], 0
    for text, name, confidence in parts:
        requests.append(Request(text, at, at + len(text), name, confidence))
        at += len(text) + 1
    whole = "，".join(text for text, _, _ in parts)
    return Understood(
        "c", "m", NOW, "web", whole, intent or parts[0][1], 0.8, entities=entities, requests=tuple(requests)
    )


def test_questions_are_answered_first_and_journeys_wait_in_order() -> None:
    message = said(
        ("我要退保", "surrender_policy", 0.95), ("开张发票", "request_invoice", 0.95), ("网点在哪", "ask_branch", 0.95)
    )
    plan = plan_requests(message)
    assert plan is not None
    assert [each.intent for each in plan.questions] == ["ask_branch"]
    assert [(each.intent, each.zh) for each in plan.journeys] == [
        ("surrender_policy", "退保"),
        ("request_invoice", "开发票"),
    ]


@pytest.mark.parametrize(
    "message",
    [
        said(("我要退保", "surrender_policy", 0.95)),
        said(("我要退保", "surrender_policy", 0.95), ("能退多少", "surrender_policy", 0.95)),
        said(("我要退保", "surrender_policy", 0.95), ("开发票", "request_invoice", 0.3)),
        said(("追尾了", "report_claim", 0.95), ("他走了", "inform", 0.95)),
        said(("退保", "surrender_policy", 0.95), ("网点", "ask_branch", 0.95), intent="file_complaint"),
    ],
    ids=["one part", "one wish twice", "unclear part", "a part of a story", "the whole is something else"],
)
def test_a_message_without_two_clear_requests_is_left_to_its_intent(message: Understood) -> None:
    assert plan_requests(message) is None


def test_what_was_asked_and_not_understood_is_told_and_not_dropped() -> None:
    message = said(
        ("我要退保", "surrender_policy", 0.95), ("能打多少钱", "ask_product", 0.6), ("开发票", "request_invoice", 0.95)
    )
    plan = plan_requests(message)
    assert plan is not None
    assert [each.intent for each in plan.journeys] == ["surrender_policy", "request_invoice"]
    assert plan.untaken == ("能打多少钱",)
    assert "“能打多少钱”" in tell_untaken(plan.untaken)


def test_one_clear_wish_beside_an_unclear_one_is_served_and_the_other_told() -> None:
    plan = plan_requests(said(("我要退保", "surrender_policy", 0.95), ("帮我看下那个", "query_policy", 0.4)))
    assert plan is not None
    assert [each.intent for each in plan.journeys] == ["surrender_policy"]
    assert plan.untaken == ("帮我看下那个",)


def test_two_questions_of_one_kind_beside_a_journey_are_both_answered() -> None:
    message = said(
        ("犹豫期几天", "ask_term", 0.95), ("宽限期多久", "ask_term", 0.95), ("我要复效", "reinstate_policy", 0.95)
    )
    plan = plan_requests(message)
    assert plan is not None
    assert [each.text for each in plan.questions] == ["犹豫期几天", "宽限期多久"]
    assert [each.intent for each in plan.journeys] == ["reinstate_policy"]


def test_three_clear_parts_are_a_list_whatever_the_whole_reads_like() -> None:
    message = said(
        ("查保单", "query_policy", 0.95), ("改地址", "change_contact", 0.95), ("退保", "surrender_policy", 0.95),
        intent="pay_premium",
    )  # fmt: skip
    plan = plan_requests(message)
    assert plan is not None
    assert len(plan.journeys) == 3


def test_who_says_that_he_did_not_mean_that_is_served_what_he_meant() -> None:
    first, last = (
        Request("我说的不是退保 是", 0, 9, "surrender_policy", 0.8),
        Request("查理赔", 9, 12, "query_claim", 0.97),
    )
    message = Understood(
        "c", "m", NOW, "web", "我说的不是退保 是查理赔", "surrender_policy", 0.8, requests=(first, last)
    )
    plan = plan_requests(message)
    assert plan is not None
    assert [each.intent for each in plan.journeys] == ["query_claim"]


def test_a_request_beside_an_answer_is_set_aside_with_its_entities() -> None:
    number = Entity("phone", "13900001001", "13900001001", 0, 11)
    line = Entity("line_of_business", "车险", "motor", 15, 17)
    message = said(
        ("13900001001", "inform", 0.95),
        ("再查下车险理赔", "query_claim", 0.95),
        intent="inform",
        entities=(number, line),
    )
    answer, (aside,) = set_aside(message, JOURNEYS[KEY_OF_INTENT["change_contact"]].journey)
    assert (answer.text, answer.entities) == ("13900001001", (number,))
    assert aside.intent == "query_claim"
    assert [(each.text, aside.text[each.start : each.end]) for each in aside.entities] == [("车险", "车险")]


def test_two_requests_behind_an_answer_are_both_set_aside() -> None:
    message = said(
        ("13900001001", "inform", 0.95), ("查下理赔", "query_claim", 0.95), ("开张发票", "request_invoice", 0.95),
        intent="inform",
    )  # fmt: skip
    answer, others = set_aside(message, JOURNEYS[KEY_OF_INTENT["change_contact"]].journey)
    assert answer.text == "13900001001"
    assert [each.intent for each in others] == ["query_claim", "request_invoice"]


def test_what_a_complainant_says_is_all_complaint() -> None:
    message = said(("你们态度太差", "file_complaint", 0.95), ("再不解决我就退保", "surrender_policy", 0.95))
    assert set_aside(message, JOURNEYS[KEY_OF_INTENT["file_complaint"]].journey) == (message, ())


def test_waiting_requests_survive_the_slot() -> None:
    message = replace(
        said(("查车险理赔", "query_claim", 0.95)), entities=(Entity("line_of_business", "车险", "motor", 1, 3),)
    )
    stored = to_slot([waiting(message)])
    assert from_slot(stored) == (waiting(message),)
    assert from_slot(None) == ()
    assert to_slot([]) is None
