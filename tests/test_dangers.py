"""Danger told inside other questions is heard, and few are pestered without one. The floors stand a little under what was measured."""

from __future__ import annotations

import pytest

from benchmarks.dangers import CASES_DIR, Emergency, learn_emergency, listen, read_danger_cases, share
from benchmarks.sentences import TRAINING_DIR, read_cases, read_training

TOLD, ALIKE = ("told", "told_2"), ("alike", "alike_2")
# `told` was known when the words were broadened, the sets named _2 were not: those are the honest figures.
RECALL = {"told": 0.93, "told_2": 0.70}
FALSE_LINES, FALSE_PERSONS = 0.13, 0.02


@pytest.fixture(scope="module")
def emergency() -> Emergency:
    return learn_emergency()


@pytest.mark.parametrize("name", TOLD)
def test_most_dangers_go_to_a_person_or_get_a_word_of_safety(name: str, emergency: Emergency) -> None:
    assert share(read_danger_cases(name), lambda heard: heard.either, emergency) >= RECALL[name]


@pytest.mark.parametrize("name", ALIKE)
def test_few_look_alikes_are_pestered_and_hardly_one_goes_to_a_person(name: str, emergency: Emergency) -> None:
    assert share(read_danger_cases(name), lambda heard: heard.line, emergency) <= FALSE_LINES
    assert share(read_danger_cases(name), lambda heard: heard.person, emergency) <= FALSE_PERSONS


def test_of_the_training_questions_on_cover_hardly_one_gets_a_word_of_safety() -> None:
    asked = [each for each in read_training() if each.file.parent == TRAINING_DIR and each.intent.startswith("ask_")]
    assert sum(listen(each.text, each.intent).line for each in asked) <= 0.01 * len(asked)


def test_no_case_stands_twice_or_in_the_training_or_rules() -> None:
    cases = [case.text for path in CASES_DIR.glob("*.yml") for case in read_danger_cases(path.stem)]
    assert len(set(cases)) == len(cases)
    assert not set(cases) & {each.text for each in (*read_training(), *read_cases())}
