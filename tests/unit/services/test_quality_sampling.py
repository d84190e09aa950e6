"""The lot of quality reviews: one in so many, known to nobody without the key; and the rubric that is refused where it is wrong."""

from __future__ import annotations

import pytest

from bot.calendars.strict_yaml import DataFileError
from bot.insurance.quality import Dimension, Rubric
from bot.services.quality.draw_sample import Sampling
from bot.services.quality.load_rubric import load_rubric
from bot.settings import ROOT

KEYS = [f"conversation-{number}" for number in range(20_000)]
GOOD = """version: "1"
dimensions:
  - {id: a, zh: 甲, weight: 1, points: [坏, 中, 好]}
"""


def test_one_in_so_many_is_drawn_and_always_the_same():
    sampling = Sampling("a secret", 20, 200)
    drawn = [key for key in KEYS if sampling.draws(key, sampling.human)]
    assert 900 < len(drawn) < 1100
    assert drawn == [key for key in KEYS if sampling.draws(key, sampling.human)]


def test_another_key_draws_others():
    one, other = Sampling("a secret", 20, 0), Sampling("another", 20, 0)
    drawn = {key for key in KEYS if one.draws(key, 20)}
    both = sum(other.draws(key, 20) for key in drawn)
    assert both < len(drawn) / 10  # by chance one in twenty


def test_nothing_is_drawn_where_the_number_is_nought():
    assert not [key for key in KEYS if Sampling("a secret", 0, 0).draws(key, 0)]


def test_the_rubric_of_the_product_has_three_meanings_for_each_dimension():
    rubric = load_rubric(ROOT / "data" / "quality" / "rubric.yml")
    assert {"safety", "reliable", "professional", "empathy", "initiative"} <= {each.id for each in rubric.dimensions}
    assert rubric.score({each.id: 2 for each in rubric.dimensions}) == 100
    assert rubric.score({each.id: 0 for each in rubric.dimensions}) == 0


def test_a_score_is_weighted():
    rubric = Rubric("1", (Dimension("a", "甲", 3, ("", "", "")), Dimension("b", "乙", 1, ("", "", ""))))
    assert rubric.score({"a": 2, "b": 0}) == 75


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        (GOOD.replace("[坏, 中, 好]", "[坏, 好]"), "points"),
        (GOOD.replace("weight: 1", "weight: 0"), "weight"),
        (GOOD + "  - {id: a, zh: 乙, weight: 1, points: [坏, 中, 好]}\n", "dimensions"),
        (GOOD + "pay: 100\n", "pay"),
    ],
)
def test_a_wrong_rubric_is_refused_with_its_line(tmp_path, wrong, key):
    path = tmp_path / "rubric.yml"
    path.write_text(wrong, encoding="utf-8")
    with pytest.raises(DataFileError) as caught:
        load_rubric(path)
    assert (caught.value.data["key"], caught.value.data["line"] > 0) == (key, True)
