"""How many people complain together."""

from __future__ import annotations

import pytest

from bot.text.complainants import count_complainants


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("我们二十几个人一起投诉", 20),
        ("我们三户联名投诉", 3),
        ("我们村五十多户被骗，要一起上门讨说法", 50),
        ("几十个人一起维权", 20),
        ("我们十几个人一起投诉你们", 11),
        ("联名签字投诉的已经有上百人", 100),
        ("30多名业主集体投诉", 30),
        ("我们二十来个老人都被骗了要投诉", 20),
        ("一百二十人联名要说法", 120),
        ("我们几个人一起投诉", 2),
    ],
)
def test_words_give_the_least_number_they_can_mean(text: str, count: int) -> None:
    assert count_complainants(text) == count


@pytest.mark.parametrize(
    "text",
    [
        "我们三个人一起受伤了",
        "我们全家三口人一起买保险有优惠吗",
        "我一个人投诉",
        "我们两个人一起来退保",
        "我们五个人一起讨论一下再买",
        "我要投诉，打了三次电话",
        "我们投诉了第三家公司",
        "如果我们五个人一起投诉会怎样",
        "我们家2022年买了三份，现在投诉",
    ],
)
def test_other_people_and_other_numbers_are_no_joint_complaint(text: str) -> None:
    assert count_complainants(text) is None


def test_a_very_long_message_is_read_in_no_time() -> None:
    assert count_complainants("我们一起投诉" + "二十" * 5000) is None
