"""What a sentence takes back and what it wants: the last word counts, and a word about something else takes nothing back."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.services.journeys.fields import read_name
from bot.services.journeys.journey import Accepted, Ended, Situation
from bot.services.servicing.for_another import THEIRS, whose_step
from bot.services.servicing.opening import takes_back
from bot.services.servicing.transactions import request_roadside_service
from bot.services.servicing.transactions.policy_loan import BORROW, REPAY, TRANSACTION
from bot.services.servicing.who_may import load_who_may
from bot.services.understanding import Understood
from bot.services.wish_to_complain import denies_complaining
from bot.settings import ROOT
from bot.text.complainants import count_complainants
from bot.text.requests import split_requests
from tests.fakes import START


def say(text: str) -> tuple[Understood, Situation]:
    """The words, and a conversation in which nothing was said before them."""
    said = Understood("c", "m", START, "web", text, "", 0.0)
    services = SimpleNamespace(who_may=load_who_may(ROOT / "data" / "servicing" / "who_may.yml"))
    return said, Situation({}, said, cast(Any, services), "key")


@pytest.mark.parametrize(
    ("text", "taken_back"),
    [
        ("发票先别开了", True), ("贷款不用了", True), ("算了 发票别开了", True), ("复效先别办了", True),
        ("手机号不用改了", True), ("卡先别换了", True), ("银行卡不用换了", True), ("电子发票不用开了", True), ("换卡先不用了", True),
        ("我换手机号，旧的不用了", False), ("以前的手机号不用了", False), ("扣款的卡换一张，原来的不用了", False),
        ("补发保单，电子的不用了", False), ("开发票，纸质的不用了", False), ("我搬家了，老地址不用了", False),
    ],
)  # fmt: skip
def test_the_old_one_that_is_no_longer_needed_takes_nothing_back(text: str, taken_back: bool) -> None:
    assert takes_back(text) is taken_back


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("我要还贷 先还一万", REPAY), ("把保单借的钱还一万", REPAY), ("怎么还", REPAY), ("提前还款", REPAY),
        ("还能贷多少", BORROW), ("我想用保单借一万，用来还房贷", BORROW), ("借钱来还房贷", BORROW),
        ("我不想还，想再借", BORROW), ("上次借的都还完了，再借一万", BORROW), ("借两万还信用卡", BORROW),
    ],
)  # fmt: skip
def test_repaying_is_told_from_borrowing_for_another_debt(text: str, what: str) -> None:
    step = TRANSACTION.before[0]
    reading = step.read(*say(text))
    assert isinstance(reading, Accepted)
    assert reading.value == what


@pytest.mark.parametrize(
    ("text", "denies"),
    [
        ("我不想投诉 就想把多扣的钱拿回来", True), ("我没说要投诉 我就问问", True), ("我不是来投诉的，我爸去世了怎么理赔", True),
        ("我本来不想投诉，可是你们太过分了我要投诉", False), ("你们客服说不用投诉，我偏要投诉", False),
        ("之前一直没投诉，这次忍不了了，你们乱扣我钱", False), ("我不想投诉的，但你们逼我，必须投诉", False),
        ("不想投诉也得投诉了", False), ("我不是一定要投诉，就是问问", True),
    ],
)  # fmt: skip
def test_who_complains_of_nothing_says_so_of_now(text: str, denies: bool) -> None:
    assert denies_complaining(text) is denies


@pytest.mark.parametrize(
    "name", ["阿不都热西提", "阿不都热西提·买买提", "哈斯木·阿不力孜", "白先勇", "马先进", "季交通"]
)
def test_every_name_is_a_name(name: str) -> None:
    reading = read_name(*say(name))
    assert isinstance(reading, Accepted)
    assert reading.value == name


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("我要退保 哦不 我要贷款", ["我要退保", "我要贷款"]), ("我要退保 发票也要开", ["我要退保", "发票也要开"]), ("我要退保，发票也给开", ["我要退保", "发票也给开"]),
        ("改地址 顺便退保", ["改地址", "退保"]), ("第一 改地址 第二 退保 第三 开发票", ["改地址", "退保", "开发票"]),
        ("业务员填错了，我要投诉他", ["业务员填错了，我要投诉他"]), ("理赔金额算错了，我要投诉", ["理赔金额算错了，我要投诉"]),
    ],
)  # fmt: skip
def test_a_mistake_that_is_told_of_parts_nothing(text: str, parts: list[str]) -> None:
    assert [part.text for part in split_requests(text)] == parts


@pytest.mark.parametrize(
    "text", ["是我自己的", "投保人是我，被保险人是我妈", "我妈不在身边，保单是我的名字", "我是投保人", "保单是我名下的"]
)
def test_whose_policy_it_is_is_heard_from_the_holder(text: str) -> None:
    reading = whose_step("surrender_policy", "退保").read(*say(text))
    assert isinstance(reading, Accepted)


def test_a_policy_of_somebody_else_is_left_to_him() -> None:
    reading = whose_step("surrender_policy", "退保").read(*say(THEIRS))
    assert isinstance(reading, Ended)
    assert "授权委托书" in reading.replies[0].text


@pytest.mark.parametrize(
    "text",
    [
        "我没事，后座的人起不来了",
        "我没事，后座的人一直流血",
        "我安全，孩子骨折了",
        "没事，就是老婆骨折了",
        "人没事，有一个晕过去了",
    ],
)
def test_who_is_safe_himself_does_not_make_the_others_safe(text: str) -> None:
    """F20: whoever is hurt is helped first, as the answer to "人都安全吗" and in the wish."""
    step = request_roadside_service.TRANSACTION.before[0]
    said, situation = say(text)
    for heard in (said, replace(said, aside=True)):
        reading = step.read(heard, situation)
        assert isinstance(reading, Ended)
        assert reading.hand_off == "crisis"


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("三十个人在你们营业厅门口等着", 30),
        ("有两个人在营业厅骂我，我要投诉", None),
        ("工地塌方死伤好几个人，我们要投诉", None),
    ],
)
def test_only_who_complains_is_counted(text: str, people: int | None) -> None:
    assert count_complainants(text) == people
