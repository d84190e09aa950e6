"""Single answers that the readers of fields refuse with a reason."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import pytest

from bot.services.journeys.fields import LUNAR, read_event_time, read_name, read_phone
from bot.services.journeys.journey import Accepted, Rejected, Situation
from bot.services.servicing.accounts import read_own_card
from bot.services.understanding import Understood
from tests.journey_run import read_entities

NOW = datetime.fromisoformat("2026-11-23T09:00:00+08:00")


@pytest.mark.parametrize("text", ["犹豫期几天", "宽限期多久", "要等几个月"])
def test_a_short_question_is_no_name(text: str) -> None:
    said = Understood("c", "m", NOW, "web", text, "ask_term", 0.9)
    assert isinstance(read_name(said, cast(Situation, None)), Rejected)


def test_a_lunar_day_is_asked_again_with_its_reason() -> None:
    said = Understood("c", "m", NOW, "ivr", "我农历八月十五出的险", "inform", 0.5)
    assert read_event_time(said, cast(Situation, None)) == Rejected(LUNAR)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("我的电话是幺三九二八三三零零四六六", "您给的是 12 位，多了 1 位"),
        ("1392833004", "您给的是 10 位，少了 1 位"),
        ("139 2833 0046 6", "您给的是 12 位，多了 1 位"),
    ],
)
def test_a_phone_with_a_digit_too_many_or_too_few_is_refused_with_the_count(said: str, why: str) -> None:
    reading = read_phone(_said(said), cast(Situation, None))
    assert isinstance(reading, Rejected)
    assert why in reading.reason


def test_groups_said_as_counts_answer_the_question_for_a_phone() -> None:
    reading = read_phone(_said("一百三十九 两千八百三十三 零零四六"), cast(Situation, None))
    assert reading == Accepted("13928330046")


@pytest.mark.parametrize(
    "said", ["卡号六二二二零二 然后是 一二零零 三四五六 七八九零 一二三", "卡号622202120034567890123"]
)
def test_a_card_with_too_many_digits_is_refused_whole(said: str) -> None:
    assert isinstance(read_own_card(_said(said), Situation({}, _said(said), None, "k")), Rejected)  # type: ignore[arg-type]


def _said(text: str) -> Understood:
    return Understood("c", "m", NOW, "web", text, "inform", 0.9, (), tuple(read_entities(text, NOW)))
