"""Clauses as a customer on a phone parts them."""

from __future__ import annotations

import pytest

from bot.text.clauses import split_clauses


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("屋顶快撑不住了 房屋险保不保", ("屋顶快撑不住了", "房屋险保不保")),
        ("水越来越深，怎么办。我不敢动啊", ("水越来越深", "我不敢动啊")),  # too short by itself
        ("屋顶快撑不住了", ()),  # the message is that clause
        ("，屋顶快撑不住了！", ()),
        ("", ()),
    ],
)
def test_marks_and_spaces_part_clauses(text: str, clauses: tuple[str, ...]) -> None:
    assert split_clauses(text) == clauses


def test_of_a_long_story_only_the_first_clauses_are_looked_at() -> None:
    assert len(split_clauses("我说了一句话，" * 100)) == 8
