"""Who is hurt, from words that take something back, name a part of the body, or speak of two people at once."""

from __future__ import annotations

import pytest

from bot.services.assistant import AssistantServices
from bot.services.journeys.claim_injuries import read_injured
from bot.services.journeys.claim_slots import INJURED_COUNT, NOBODY
from bot.services.journeys.journey import Accepted, Ended, NotAnAnswer, Reading, Situation
from tests.form_talk import Hear

DENIED, SAID = "deny", "inform"


def _read(hear: Hear, services: AssistantServices, text: str, intent: str) -> Reading:
    said = hear(text, intent=intent)
    return read_injured(said, Situation({}, said, services, "key"))


@pytest.mark.parametrize(
    ("text", "intent", "count"),
    [
        ("没人 不对 有一个 我妈", DENIED, "1"),
        ("没有 哦不对 后座我妈头磕了", DENIED, "1"),
        ("不是没有 有一个人", DENIED, "1"),
        ("我没事 对面骑车的腿破了", DENIED, "1"),
        ("没有 就我老婆脖子疼", DENIED, "1"),
        ("没有吧 就孩子吓着了 头有点晕", DENIED, "1"),
        ("没有大事 就是头磕了个包流血", DENIED, ""),
        ("膝盖肿了", SAID, ""),
        ("有人受伤了不严重", SAID, ""),
        ("没人受伤，不对，副驾手断了", DENIED, ""),
        ("有两个，等等，是三个", SAID, "3"),
        ("有人受伤，刚才说错了", SAID, ""),
    ],
)
def test_who_is_hurt_after_all_is_hurt(
    hear: Hear, services: AssistantServices, text: str, intent: str, count: str
) -> None:
    reading = _read(hear, services, text, intent)
    if count == "3":  # a person's case
        assert isinstance(reading, Ended)
        assert reading.also[INJURED_COUNT] == count
        return
    assert isinstance(reading, Accepted)
    assert reading.value != NOBODY
    assert "120" in reading.remark
    if count:
        assert reading.also[INJURED_COUNT] == count


@pytest.mark.parametrize(
    "text",
    [
        "没有", "没人受伤", "人都没事", "有一个，不对，没人受伤", "没有，就车头撞瘪了", "没有 前脸碰坏了", "没有，手机摔坏了", "没有不对劲的",
        "没有，后背箱变形", "人没事，方向盘有点歪",
    ],
)  # fmt: skip
def test_nobody_is_hurt_where_only_things_are_broken(hear: Hear, services: AssistantServices, text: str) -> None:
    reading = _read(hear, services, text, DENIED)
    assert isinstance(reading, Accepted)
    assert reading.value == NOBODY


@pytest.mark.parametrize("text", ["没有，对方骑手不知道", "不是没有，我也说不好", "有人受伤吗我不知道"])
def test_a_denial_with_somebody_beside_it_is_asked_again(hear: Hear, services: AssistantServices, text: str) -> None:
    assert isinstance(_read(hear, services, text, DENIED), NotAnAnswer)


def test_the_other_side_keeps_its_first_character(hear: Hear, services: AssistantServices) -> None:
    reading = _read(hear, services, "对面孕妇肚子疼", SAID)
    assert isinstance(reading, Accepted)
    assert reading.value == "对面孕妇肚子疼"
