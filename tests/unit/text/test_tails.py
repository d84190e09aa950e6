"""Last digits said for a whole number."""

from __future__ import annotations

import pytest

from bot.text.tails import find_tails


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("尾号七七八八那张", ["7788"]), ("尾号7788", ["7788"]), ("末四位是三零幺幺", ["3011"]), ("最后四位一二三四", ["1234"]), ("后四位 0201", ["0201"]),
        ("后六位是零零幺二三四", ["001234"]), ("尾号三个八", ["888"]), ("身份证后四位002叉", ["002X"]), ("尾号７７８８", ["7788"]),
        ("尾号是7788不对尾号7789", ["7789"]), ("不是尾号7788，是尾号7789", ["7789"]), ("尾号7788和尾号7789", ["7788", "7789"]),
    ],
)  # fmt: skip
def test_tails_are_read_typed_and_spoken(text: str, digits: list[str]) -> None:
    assert [tail.value for tail in find_tails(text)] == digits


@pytest.mark.parametrize(
    "text", ["最后三个月", "后四位同事", "尾号是多少", "7788", "后天两点", "末尾两千块", "最后一个"]
)
def test_what_only_looks_like_a_tail_is_none(text: str) -> None:
    assert find_tails(text) == []
