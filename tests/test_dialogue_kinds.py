"""Every transaction is talked through in all the ways that customers take: see tests/dialogues/README.md on `shows`."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.customer import Answer, Message
from tests.dialogues.kinds import (
    ABOUT,
    ASIDE,
    CANCELLED,
    CORRECTED,
    DONE,
    FAILED,
    KINDS,
    PERSON,
    WANTED,
    Moment,
    flaw_of,
)
from tests.dialogues.reading import read_dialogues

# What cannot happen, and why.
NOT_SO = {
    ("own_matters", CORRECTED): "只看，没有填过的东西可改",
    ("own_value_added", CORRECTED): "只看，没有填过的东西可改",
    ("claim_paper", CORRECTED): "没有填的东西，只有下载或不下载",
    ("self_check", FAILED): "五道选择题，没有办不成的结果",
}
SHOWN = Counter(
    (dialogue.about, kind) for dialogue in read_dialogues() for turn in dialogue.turns for kind in turn.shows
)


@pytest.mark.parametrize("about", ABOUT)
def test_a_transaction_is_talked_through_in_every_way(about: str) -> None:
    missing = [
        f"{kind}（要 {number} 处，有 {SHOWN[about, kind]} 处）"
        for kind, number in WANTED.items()
        if SHOWN[about, kind] < number and (about, kind) not in NOT_SO
    ]
    assert not missing, f"{about} 还缺：{'、'.join(missing)}"


def test_what_is_said_not_to_happen_does_not() -> None:
    assert not [place for place in NOT_SO if SHOWN[place]]
    assert {about for about, _ in NOT_SO} <= set(ABOUT)


def _answer(slot: str, text: str = "好的。") -> Answer:
    return Answer((Message(2, "bot", text, slot=slot),), "bot")


@pytest.mark.parametrize(
    ("kind", "moment"),
    [
        (DONE, Moment(None, _answer("name"), "bot", ("surrender_policy",), True)),
        (DONE, Moment(None, _answer(""), "bot", ("policy_loan",), True)),
        (DONE, Moment(None, _answer(""), "bot", (), False)),
        (FAILED, Moment(_answer("name"), _answer("name"), "bot", (), False)),
        (FAILED, Moment(_answer("confirm"), _answer(""), "bot", ("surrender_policy",), True)),
        (ASIDE, Moment(_answer("name"), _answer("id_number"), "bot", (), True)),
        (ASIDE, Moment(_answer(""), _answer(""), "bot", (), True)),
        (ASIDE, Moment(_answer("name"), _answer("name", "抱歉，我没听明白这一句。"), "bot", (), True)),
        (CORRECTED, Moment(_answer("confirm"), _answer(""), "bot", (), True)),
        (CORRECTED, Moment(_answer("name"), _answer("id_number"), "bot", (), True)),
        (CANCELLED, Moment(_answer("name"), _answer("", "这项您不能办。"), "bot", (), True)),
        (DONE, Moment(_answer("confirm"), _answer(""), "bot", (), True)),
        (CORRECTED, Moment(_answer("confirm"), _answer("confirm"), "bot", (), False)),
        (CANCELLED, Moment(_answer("name"), _answer("name"), "bot", (), True)),
        (CANCELLED, Moment(_answer("name"), _answer(""), "queue", (), True)),
        (PERSON, Moment(_answer("name"), _answer(""), "bot", (), True)),
    ],
)
def test_a_label_that_is_not_true_is_noticed(kind: str, moment: Moment) -> None:
    assert flaw_of(kind, "surrender_policy", moment)


@pytest.mark.parametrize(
    ("kind", "moment"),
    [
        (DONE, Moment(_answer("confirm"), _answer(""), "bot", ("surrender_policy",), True)),
        (FAILED, Moment(_answer("name"), _answer(""), "queue", (), True)),
        (ASIDE, Moment(_answer("name"), _answer("name"), "bot", (), False)),
        (CORRECTED, Moment(_answer("confirm"), _answer("confirm"), "bot", (), True)),
        (CANCELLED, Moment(_answer("name"), _answer("", "好的，没有提交任何内容。"), "bot", (), True)),
        (PERSON, Moment(_answer("name"), _answer(""), "queue", (), False)),
    ],
)
def test_a_true_label_passes(kind: str, moment: Moment) -> None:
    assert flaw_of(kind, "surrender_policy", moment) == ""
    assert kind in KINDS
