"""Why a sentence was understood as it was: the parts add up to what the model says."""

from __future__ import annotations

import pytest

from bot.nlu.explain import explain
from bot.nlu.intent_model import IntentModel
from tests.unit.nlu.test_intent_classifier import SENTENCES


@pytest.fixture(scope="module")
def model() -> IntentModel:
    texts = [text for group in SENTENCES.values() for text in group]
    return IntentModel.train(
        texts, [intent for intent, group in SENTENCES.items() for _ in group], ridge=0.15, balance=0.5
    )


@pytest.mark.parametrize("text", ["我想退保", "车追尾了", "您好啊", "保单还有效吗"])
def test_the_shares_of_the_features_add_up_to_the_distance_of_the_two_intents(model: IntentModel, text: str) -> None:
    found = explain(model, text, most=5)
    positions, values = model.features(text)
    scores = (values @ model.weights[positions] + model.bias) * model.sharpness
    first, second = (model.intents.index(name) for name in (found.towards, found.against))
    total = sum(one.weight for one in found.told) + found.rest
    assert total == pytest.approx(float(scores[first] - scores[second]), abs=0.02)
    assert [abs(one.weight) for one in found.told] == sorted((abs(one.weight) for one in found.told), reverse=True)
    assert 1 <= len(found.told) <= 5


def test_what_decided_is_named_as_a_trainer_reads_it(model: IntentModel) -> None:
    found = explain(model, "我要退保，保单号P2023001234", most=200)
    assert (found.towards, found.seen) == ("surrender_policy", "我要退保,保单号№")
    told = {(one.kind, one.feature): one.weight for one in found.told}
    assert told["字", "退保"] > 0
    assert told["音", "tui bao"] > 0
    assert told["同现", "保…退"] > 0
    assert ("字", "〔句首〕我要") in told
