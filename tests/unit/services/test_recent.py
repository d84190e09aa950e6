""" "那第二份呢", "还是刚才那份": which policy, and when it is the last question once more."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace

import pytest

from bot.calendars.clocks import SHANGHAI
from bot.services.recent import Recent, asks_the_same_of_another, once_more, policy_pointed_to, read_recent
from bot.services.understanding import Entity, Understood

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
POLICIES = [SimpleNamespace(policy_no=f"P{number}") for number in (1, 2, 3)]
RECENT = Recent("query_policy", "我的保单什么时候到期", "P1")


def said(text: str, *entities: Entity, intent: str = "inform") -> Understood:
    return Understood("c", "m", NOW, "web", text, intent, 0.5, entities=entities)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("第二份", "P2"), ("第3张吧", "P3"), ("最后一份", "P3"), ("还是刚才那个保单", "P1"), ("上面那份", "P1"),
        ("同一份", "P1"), ("第四份", None), ("家财险", None), ("另一份", None),
    ],
)  # fmt: skip
def test_words_point_to_a_place_in_the_list_or_to_the_policy_of_just_now(text: str, found: str | None) -> None:
    pointed = policy_pointed_to(text, POLICIES, "P1")  # type: ignore[arg-type]
    assert (pointed.policy_no if pointed else None) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("查尾号0201的保单", "P2026000201"), ("尾号零五五二那份", "P2024000552"), ("保单最后四位是0552", "P2024000552"), ("尾号9999的", None),
        ("手机尾号0201收不到验证码", None), ("银行卡尾号0552", None),
    ],
)  # fmt: skip
def test_last_digits_point_to_the_only_policy_that_ends_so(text: str, found: str | None) -> None:
    policies = [SimpleNamespace(policy_no=number) for number in ("P2026000201", "P2024000552", "P2026000203")]
    pointed = policy_pointed_to(text, policies, "")  # type: ignore[arg-type]
    assert (pointed.policy_no if pointed else None) == found


def test_the_other_one_is_meant_only_where_there_are_two() -> None:
    pointed = policy_pointed_to("那另一份呢", POLICIES[:2], "P1")  # type: ignore[arg-type]
    assert pointed is POLICIES[1]
    assert policy_pointed_to("那这张呢", POLICIES[:2], "P2") is POLICIES[0]  # type: ignore[arg-type]
    assert policy_pointed_to("那这张呢", POLICIES[:2], "") is None  # type: ignore[arg-type]


LINE = Entity("line_of_business", "车险", "motor")


@pytest.mark.parametrize("text", ["那第二份呢", "第二个", "那这张呢", "另一份呢？", "还有刚才那份呢"])
def test_it_is_asked_once_more(text: str) -> None:
    assert asks_the_same_of_another(RECENT, said(text))


def test_a_line_of_business_is_another_one_too() -> None:
    assert asks_the_same_of_another(RECENT, said("那车险呢", LINE))


@pytest.mark.parametrize("text", ["那怎么办呢", "你是谁呢", "我要报案", "第二次投诉了", "这份保单怎么退保呢", "那好吧"])
def test_an_own_question_is_not(text: str) -> None:
    assert not asks_the_same_of_another(RECENT, said(text, intent="surrender_policy"))


def test_the_question_is_repeated_with_the_new_words() -> None:
    again = once_more(RECENT, said("那车险呢", Entity("line_of_business", "车险", "motor", 1, 3)))
    assert (again.intent, again.text) == ("query_policy", "我的保单什么时候到期 那车险呢")
    entity = again.entities[0]
    assert again.text[entity.start : entity.end] == "车险"
    assert read_recent(RECENT.as_slot()) == RECENT
