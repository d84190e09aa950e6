"""Typing what a button says, where it stands, or yes to an offer."""

from __future__ import annotations

import pytest

from bot.text.typed_choice import MEANING, OFFER, choice_typed

POLICIES = ("安康百万医疗保险 P2026000201", "乐享终身寿险 P2024000552", "转人工")
MENU = ("查理赔进度", "退保", "对理赔结果有异议", "转人工")
OFFERED = ("现在就退保", "转人工")
SWITCH = ("先开发票", "继续退保", "转人工")


@pytest.mark.parametrize(("text", "place"), [
    ("第二个", 1), ("第 2 个", 1), ("选二", 1), ("2", 1), ("那就第一个吧", 0), ("最后一个", 2), ("上面那个", 0),
    ("第四个", None), ("二十", None), ("第二个孩子", None), ("乐享", None), ("转人工 ", 2),
])  # fmt: skip
def test_a_place_counts_where_a_choice_is_asked_for(text: str, place: int | None) -> None:
    assert choice_typed(text, (*POLICIES[:2], "转人工"), slot="service_policy", kind="choice") == (
        None if text == "2" else place  # figures stand in these titles
    )


def test_a_bare_figure_is_a_place_among_titles_without_figures() -> None:
    assert choice_typed("2", MENU, slot="claim_line", kind="choice") == 1


@pytest.mark.parametrize(("text", "place"), [
    ("尾号0201那份", 0), ("尾号零五五二的", 1), ("后四位是零五五二", 1), ("0552", 1), ("五五二那张", 1), ("最后四位0201", 0),
    ("尾号是0201不对尾号0552", 1), ("不是尾号0201，是尾号0552", 1), ("尾号9999", None), ("尾号2", 1), ("三个", None),
    ("尾号0201和尾号0552", None), ("尾号0201，不对，0552", None), ("尾号是0201还是0552的", None), ("最后一个", 2), ("20260002", None),
])  # fmt: skip
def test_the_last_digits_choose_where_one_title_ends_so(text: str, place: int | None) -> None:
    assert choice_typed(text, POLICIES, slot="service_policy", kind="choice") == place
    assert choice_typed(text, POLICIES, slot="", kind="") is None


def test_the_last_digits_choose_among_masked_titles() -> None:
    assert choice_typed("尾号三四五", ("京A·1***5", "沪B·2***6", "都不是"), slot="plate", kind="choice") == 0
    assert choice_typed("尾号7788那张", ("工商银行 ****7788", "招商银行 ****7789"), slot="card", kind="choice") == 0
    assert choice_typed("尾号5", ("京A·1***5", "沪B·2***5"), slot="plate", kind="choice") is None


@pytest.mark.parametrize("text", ["第二个", "2", "退", "退保吧"])
def test_without_a_choice_only_a_whole_title_counts(text: str) -> None:
    assert choice_typed(text, MENU, slot="", kind="") is None
    assert choice_typed("退保", MENU, slot="", kind="") == 1


@pytest.mark.parametrize(("text", "place"), [
    ("进度", 0), ("查理赔进度吧", 0), ("我要退保", 1), ("那就退保吧", 1), ("异议", 2), ("理赔", None), ("不退保", None), ("都不是", None), ("其他事情想问一下你们", None),
])  # fmt: skip
def test_in_the_menu_of_meanings_a_title_may_stand_in_a_few_words(text: str, place: int | None) -> None:
    assert choice_typed(text, MENU, slot=MEANING, kind="choice") == place


@pytest.mark.parametrize("text", ["是", "是的", "要", "好的", "嗯", "现在就办", "确认", "要的，办吧", "可以"])
def test_yes_takes_an_offer(text: str) -> None:
    assert choice_typed(text, OFFERED, slot=OFFER, kind="choice") == 0
    assert choice_typed(text, OFFERED, slot="roadside_safe", kind="choice") is None


@pytest.mark.parametrize("text", ["不用了", "继续", "还是继续吧", "不是"])
def test_no_to_leaving_goes_on(text: str) -> None:
    assert choice_typed(text, SWITCH, slot=OFFER, kind="choice") == 1
    assert choice_typed(text, OFFERED, slot=OFFER, kind="choice") is None


@pytest.mark.parametrize("text", ["好像不对", "要不算了", "可以退多少", "是不是扣钱"])
def test_a_yes_inside_something_else_is_none(text: str) -> None:
    assert choice_typed(text, OFFERED, slot=OFFER, kind="choice") is None
