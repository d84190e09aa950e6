"""How the benchmark says numbers aloud."""

from __future__ import annotations

import pytest

from benchmarks.spoken import say


@pytest.mark.parametrize(
    ("typed", "spoken"),
    [
        ("手机13800000000", "手机幺三八零零零零零零零零"),
        ("赔了3500元", "赔了三千五百元"),
        ("2023年5月10日", "二零二三年五月十日"),
        ("下午14:30", "下午十四点三十分"),
        ("京A88K19", "京A八八K幺九"),
        ("1.2万", "一点二万"),
        ("1005块", "一千零五块"),
        ("020-1", "零二零-一"),
        ("没有数", "没有数"),
    ],
)
def test_numbers_are_read_as_people_read_them(typed: str, spoken: str) -> None:
    assert say(typed) == spoken
