"""What the benchmarks count and what their customers say."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from pypinyin import lazy_pinyin

from benchmarks.certainty import FOLDS, Understand, border_of, calibration_error, learn, to_the_power, wilson
from benchmarks.entities import Values
from benchmarks.noise import (
    accuracy,
    damages,
    garbled,
    in_words,
    mixed_up,
    near_sounds,
    with_fillers,
    without_punctuation,
)
from benchmarks.said import CLAIM, CLAIM_AT, CLAIM_EVERY, REPORTS, SMALL_TALK, claim_conversation, long_talk
from benchmarks.sentences import Sentence, first_of_each
from benchmarks.turns import CHANNEL, CHAT, CROWDS, LONG, STOCK, Measured, as_table, long_turns


def _sentence(intent: str) -> Sentence:
    return Sentence("话", intent, frozenset({intent}), Path("x"), 1)


def test_two_customers_seldom_say_the_same() -> None:
    draw = Random(1)
    said = Counter(text for _ in range(200) for text in claim_conversation(draw)[4:8])
    assert sum(count for count in said.values() if count > 1) < 20


def test_both_systems_are_told_the_same_when_the_draw_is_the_same() -> None:
    assert claim_conversation(Random("a")) == claim_conversation(Random("a"))
    assert claim_conversation(Random("a")) != claim_conversation(Random("b"))


def test_every_pool_of_the_claim_has_a_dozen_wordings() -> None:
    assert all(len(set(pool)) >= 12 for pool in (*CLAIM, *SMALL_TALK))


def test_a_long_conversation_holds_a_claim_in_every_hundred_away_from_the_turns_shown() -> None:
    talk = long_talk(1000, Random(1))
    at = [place + 1 for place, text in enumerate(talk) if text in REPORTS]
    assert len(talk) == 1000
    assert at == [hundred + CLAIM_AT + 1 for hundred in range(0, 1000, CLAIM_EVERY)]


@pytest.mark.parametrize("turns", [60, 150, 160, LONG])
def test_a_long_conversation_may_have_any_length_that_leaves_its_claims_whole(turns: int) -> None:
    talk = long_talk(long_turns(str(turns)), Random(1))
    last = max(place for place, text in enumerate(talk) if text in REPORTS)
    assert last + len(CLAIM) - 1 <= len(talk)


@pytest.mark.parametrize(
    ("turns", "why"), [(10, "at least 60"), (59, "at least 60"), (155, "claim of turns 151 to 160")]
)
def test_a_long_conversation_that_would_lack_or_cut_a_claim_is_refused(turns: int, why: str) -> None:
    with pytest.raises(ArgumentTypeError, match=why):
        long_turns(str(turns))


def test_an_invented_value_counts_against_its_message() -> None:
    right, invented = ("phone", "13800000000"), ("amount", "3500")
    found = {"a": Counter([right]), "b": Counter([right, invented]), "c": Counter([invented]), "d": Counter()}
    labelled = [("a", Counter([right])), ("b", Counter([right])), ("c", Counter()), ("d", Counter())]
    values = Values.of(labelled, lambda text: found[text])
    assert (values.right, values.wanted, values.found) == (2, 2, 4)
    assert (values.clean, values.messages) == (1, 3)


def test_the_interval_of_a_share_is_wilsons() -> None:
    low, high = wilson(30, 34)
    assert (round(low, 3), round(high, 3)) == (0.734, 0.953)
    assert wilson(34, 34)[1] == pytest.approx(1)


def test_of_no_sentence_at_all_nothing_is_known() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


def test_a_garbled_sentence_sounds_as_it_did_and_is_garbled_alike_each_time() -> None:
    text = "我要查一下理赔进度P2024005678"
    assert garbled(text, 0.0, Random(1)) == text
    wrong = garbled(text, 0.5, Random(1))
    assert wrong == garbled(text, 0.5, Random(1))
    assert wrong != text
    assert lazy_pinyin(wrong) == lazy_pinyin(text)


def test_more_wrong_characters_are_not_understood_better_by_one_who_reads_letter_by_letter() -> None:
    said = Sentence("理赔进度", "query_claim", frozenset({"query_claim"}), Path("x"), 1)
    verbatim = lambda text: [("query_claim" if text == said.text else "greet", 1.0)]  # noqa: E731
    assert accuracy([said], verbatim, "none", lambda text, draw: garbled(text, 0.0, draw)) == 1
    assert accuracy([said], verbatim, "most", lambda text, draw: garbled(text, 0.9, draw)) < 1


def test_a_sound_is_mixed_up_with_its_neighbours_only() -> None:
    assert near_sounds("zhang") == ("zan", "zang", "zhan")
    assert set(near_sounds("fei")) == {"hei"}
    assert set(near_sounds("lin")) == {"nin", "ling", "ning"}
    text = "我要查一下理赔进度"
    wrong = mixed_up(text, 1.0, Random(2))
    pairs = [*zip(lazy_pinyin(text), lazy_pinyin(wrong), strict=True)]
    assert any(one != other for one, other in pairs)
    assert all(one == other or other in near_sounds(one) for one, other in pairs)


def test_each_damage_is_done_alike_each_time_and_keeps_the_words() -> None:
    text = "你好，我要查P2024005678，大概3500元。"
    for damage in damages().values():
        assert damage(text, Random(3)) == damage(text, Random(3))
    assert without_punctuation(text, Random(3)) == "你好我要查P2024005678大概3500元"
    assert in_words("3500元", Random(3)) == "三千五百元"
    said = with_fillers(text, Random(3))
    left = iter(said)
    assert len(said) > len(text)
    assert all(char in left for char in text)


def test_folds_are_drawn_and_the_same_each_time() -> None:
    sentences = [replace(_sentence("greet"), text=str(place)) for place in range(20)]
    seen: list[list[str]] = []

    def train(part: Sequence[Sentence]) -> Understand:
        seen.append([each.text for each in part])
        return lambda text: [("greet", 0.9), ("out_of_scope", 0.1)]

    learn(sentences, train)
    learn(sentences, train)
    assert seen[:FOLDS] == seen[FOLDS:]
    left_out = set(map(str, range(20))) - set(seen[0])
    assert len(left_out) == 4
    assert left_out != {"0", "5", "10", "15"}


def test_the_border_refuses_two_in_a_hundred_of_what_is_in_scope() -> None:
    pairs = [
        (_sentence("greet"), [("greet", 1 - place / 1000), ("out_of_scope", place / 1000)]) for place in range(100)
    ]
    foreign = [(_sentence("out_of_scope"), [("out_of_scope", 1.0)])]
    border = border_of(pairs + foreign)
    assert sum(dict(ranking)["out_of_scope"] > border for _, ranking in pairs) == 2


def test_who_is_right_as_often_as_said_has_no_calibration_error() -> None:
    right, wrong = _sentence("greet"), _sentence("thank")
    ranking = [("greet", 0.75), ("thank", 0.25)]
    assert calibration_error([(right, ranking)] * 3 + [(wrong, ranking)]) == pytest.approx(0)
    assert calibration_error([(wrong, ranking)]) == pytest.approx(0.75)
    assert to_the_power(ranking, 2.0)[0][1] == pytest.approx(0.9)


def test_a_slice_keeps_the_first_of_each_intent() -> None:
    sentences = [_sentence(intent) for intent in "aabab"]
    assert [each.intent for each in first_of_each(sentences, 1)] == ["a", "b"]
    assert Counter(each.intent for each in first_of_each(sentences, 2)) == {"a": 2, "b": 2}


def test_the_table_of_turns_shows_both_of_our_doors_as_a_share_of_stock_rasa() -> None:
    results = {}
    for name, seconds in ((CHANNEL, 0.01), (CHAT, 0.02), (STOCK, 0.04)):
        results[name] = Measured(starts=[2.0, 1.0], cpu=seconds, memory={"rasa": 100.0}, turns=[seconds] * 210)
        for number in CROWDS:
            results[name].crowds[number].each, results[name].crowds[number].elapsed = [seconds] * 10, 1.0
    rows = {line[:36].strip(): line[36:].split() for line in as_table(results).splitlines()}
    assert rows["1 at once: p50, ms"] == ["10.0", "20.0", "40.0", "0.25", "0.50"]
    assert (rows["first start to answer, s"][0], rows["next start to answer, s"][0]) == ("2.00", "1.00")
    assert rows["a turn of the last claim, of 2, ms"][-2:] == ["0.25", "0.50"]


def test_the_table_of_turns_says_how_the_memory_of_a_worker_is_counted() -> None:
    results = {}
    for name in (CHANNEL, CHAT):
        results[name] = Measured(cpu=1.0, memory={"rasa": 100.0}, workers=2, turns=[0.01] * 60)
        for number in CROWDS:
            results[name].crowds[number].each, results[name].crowds[number].elapsed = [0.01] * 10, 1.0
    table = as_table(results)
    assert "memory of a Rasa worker, MiB" in table
    assert "divided by their number, ours 2 forked from one" in table
