"""The held-out questions of tests/knowledge_cases, end to end from the classified intent: floors a little under what was measured."""

from __future__ import annotations

import pytest

from benchmarks.nlu import Understand, train_ours
from benchmarks.retrieval import Scores, measure, ours, read_cases
from benchmarks.sentences import read_training
from bot.services.answer_question import KnowledgeBase
from bot.services.load_knowledge import load_knowledge
from bot.settings import ROOT
from bot.training.likeness import REWORDED, skeleton

CASES = read_cases()
FIRST, THREE, DECLINED, LOST, WRONG = 0.74, 0.89, 0.64, 0.175, 0.22


@pytest.fixture(scope="module")
def knowledge() -> KnowledgeBase:
    return load_knowledge(ROOT / "data" / "knowledge")


@pytest.fixture(scope="module")
def scores(knowledge: KnowledgeBase) -> Scores:
    understand: Understand = train_ours(read_training())[0]
    return measure([case for case in CASES if not case.dev], ours(knowledge, understand))


def test_the_right_entry_is_found(scores: Scores) -> None:
    assert scores.first >= FIRST
    assert scores.three >= THREE


def test_what_nothing_answers_is_mostly_declined_and_what_something_answers_seldom(scores: Scores) -> None:
    assert scores.declined >= DECLINED
    assert scores.lost <= LOST
    assert scores.wrong <= WRONG


def test_cases_name_entries_and_are_many(knowledge: KnowledgeBase) -> None:
    known = {entry.id for entry in knowledge.entries}
    assert {wanted for case in CASES for wanted in case.answers} <= known
    assert sum(bool(case.answers) for case in CASES) >= 300
    assert sum(not case.answers for case in CASES) >= 60
    assert len({case.text for case in CASES}) == len(CASES)


def test_no_case_is_a_question_that_an_entry_was_written_with(knowledge: KnowledgeBase) -> None:
    def pairs(text: str) -> set[str]:
        bare = skeleton(text)
        return {bare[at : at + 2] for at in range(len(bare) - 1)}

    asked = [(question, pairs(question)) for entry in knowledge.entries for question in entry.asked]
    copied = [
        (case.text, question)
        for case in CASES
        for question, theirs in asked
        if (own := pairs(case.text)) and len(own & theirs) / len(own | theirs) >= REWORDED
    ]
    assert copied == []
