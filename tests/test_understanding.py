"""The held-out cases: what trainers must not make worse. The floors stand a little under what was measured."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from benchmarks.entities import REFERENCE_TIME, Score, label, tally
from benchmarks.entities import read_cases as read_entity_cases
from benchmarks.nlu import Result, measure, train_ours
from benchmarks.sentences import read_cases, read_training
from bot.nlu.extractors import EntityReader
from bot.nlu.fallback import FallbackSettings
from bot.nlu.lexicon import read_lexicon
from bot.nlu.segmenter import Segmenter
from bot.nlu.settings import ExtractorSettings, TokenizerSettings
from bot.nlu.vocabularies import Vocabularies

CASES = Path(__file__).parent / "nlu_cases"
ACCURACY, IN_THREE, PER_INTENT, ENTITY_F1 = 0.84, 0.94, 0.4, 0.88
# What a customer may say when a life or a complaint is at stake: never below.
MUST_PASS = {"emergency": 0.7, "file_complaint": 0.7, "request_human": 0.7, "report_claim": 0.6}


@pytest.fixture(scope="module")
def result() -> Result:
    understand, _ = train_ours(read_training())
    return measure(read_cases(), understand, FallbackSettings.parse({}))


@pytest.fixture(scope="module")
def recall(result: Result) -> dict[str, float]:
    total = Counter(case.intent for case in read_cases())
    missed = Counter(case.intent for case, _ in result.wrong)
    return {intent: 1 - missed[intent] / count for intent, count in total.items()}


def test_most_held_out_sentences_get_their_intent(result: Result) -> None:
    assert result.accuracy >= ACCURACY


def test_nearly_all_held_out_sentences_have_their_intent_among_the_three_that_are_offered(result: Result) -> None:
    assert result.in_three >= IN_THREE


def test_no_intent_is_forgotten(recall: dict[str, float]) -> None:
    assert not {intent: share for intent, share in recall.items() if share < PER_INTENT}


@pytest.mark.parametrize("intent", sorted(MUST_PASS))
def test_what_matters_most_is_heard(recall: dict[str, float], intent: str) -> None:
    assert recall[intent] >= MUST_PASS[intent]


def test_entities_are_found_with_their_normal_forms() -> None:
    settings = ExtractorSettings.parse({})
    reader = EntityReader(settings, Vocabularies.parse(read_lexicon(settings.entities_dir)))
    segmenter = Segmenter(read_lexicon(TokenizerSettings.parse({}).lexicon_dir))
    scores: dict[str, Score] = defaultdict(Score)
    for text, wanted in read_entity_cases(CASES):
        boundaries = {(start, end) for _, start, end in segmenter.cut(text)}
        tally(scores, wanted, Counter(label(e.entity, e.value) for e in reader.read(text, REFERENCE_TIME, boundaries)))
    right = sum(score.right for score in scores.values())
    f1 = 2 * right / sum(score.found + score.wanted for score in scores.values())
    assert f1 >= ENTITY_F1
    for exact in ("policy_no", "claim_no", "complaint_no", "id_number", "phone", "plate_no"):
        assert scores[exact].right == scores[exact].wanted, exact
