"""When the assistant asks back instead of guessing."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message

from bot.errors import ConfigurationError
from bot.nlu.doubt import FallbackSettings, is_doubtful, looks_like_code
from bot.nlu.fallback import AmbiguityFallback

SETTINGS = FallbackSettings(threshold=0.4, margin=0.1, foreign=0.1, ours=0.05)


def fallback(config: dict[str, Any]) -> AmbiguityFallback:
    return AmbiguityFallback.create(config, None, Resource("fallback"), ExecutionContext(GraphSchema({})))  # type: ignore[arg-type]


def message(*confidences: float) -> Message:
    ranking = [{"name": f"intent_{place}", "confidence": value} for place, value in enumerate(confidences)]
    return Message({"text": "退", "intent": ranking[0], "intent_ranking": ranking})


@pytest.mark.parametrize(
    ("probabilities", "doubtful"),
    [
        ([0.9, 0.05], False),
        ([0.5, 0.45], True),
        ([0.39, 0.1], True),
        ([0.4, 0.2], False),
        ([1.0], False),
        ([0.2], True),
        ([], False),
    ],
)
def test_doubt_is_a_weak_or_a_close_guess(probabilities: list[float], doubtful: bool) -> None:
    assert is_doubtful([(f"intent_{place}", each) for place, each in enumerate(probabilities)], SETTINGS) is doubtful


@pytest.mark.parametrize(
    ("ranking", "doubtful"),
    [
        ([("policy_loan", 0.85), ("out_of_scope", 0.12)], True),
        ([("policy_loan", 0.85), ("affirm", 0.05), ("out_of_scope", 0.09)], False),
        ([("out_of_scope", 0.85), ("policy_loan", 0.12)], False),
    ],
)
def test_a_guess_that_may_be_none_of_our_business_is_doubted(ranking: list[tuple[str, float]], doubtful: bool) -> None:
    assert is_doubtful(ranking, SETTINGS) is doubtful


@pytest.mark.parametrize(
    ("text", "second", "doubtful"),
    [
        ("社保局说这个你们不赔就算了？", 0.06, True),
        ("房管局要看保单", 0.06, True),
        ("车管所要我的交强险单子", 0.06, True),
        ("车管所要我的交强险单子", 0.04, False),  # nothing of ours is likely enough to be offered
        ("医保局在几楼办报销", 0.06, False),
        ("保险柜打不开了", 0.06, False),
    ],
)
def test_what_speaks_of_us_is_asked_about_before_it_is_refused(text: str, second: float, doubtful: bool) -> None:
    ranking = [("out_of_scope", 0.9), ("ask_coverage", second)]
    assert is_doubtful(ranking, SETTINGS, text) is doubtful


@pytest.mark.parametrize("text", ["为什么", "为啥呀？", "那为什么呢", "。咋回事啊"])
def test_a_question_word_alone_is_asked_about(text: str) -> None:
    assert is_doubtful([("dispute_claim", 0.9), ("repeat", 0.05)], SETTINGS, text)


def test_why_with_its_matter_is_a_question_like_others() -> None:
    assert not is_doubtful([("dispute_claim", 0.9), ("repeat", 0.05)], SETTINGS, "为什么不赔")


def test_a_close_guess_becomes_the_fallback_and_keeps_the_meanings() -> None:
    [asked] = fallback({}).process([message(0.46, 0.44, 0.1)])
    assert asked.get("intent")["name"] == "nlu_fallback"
    assert asked.get("intent")["confidence"] == pytest.approx(0.54)
    assert [each["name"] for each in asked.get("intent_ranking")] == [
        "nlu_fallback",
        "intent_0",
        "intent_1",
        "intent_2",
    ]


def test_a_sure_guess_stays() -> None:
    [sure] = fallback({}).process([message(0.8, 0.1)])
    assert sure.get("intent")["name"] == "intent_0"
    assert len(sure.get("intent_ranking")) == 2


def test_a_message_whose_intent_came_from_elsewhere_stays() -> None:
    pressed = Message({"text": "/affirm", "intent": {"name": "affirm", "confidence": 1.0}})
    fallback({}).process([pressed])
    assert pressed.get("intent")["name"] == "affirm"


@pytest.mark.parametrize("config", [{"treshold": 0.4}, {"threshold": 1.5}, {"margin": -0.1}, {"margin": None}])
def test_an_unknown_key_or_a_value_out_of_range_is_refused(config: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        fallback(config)


@pytest.mark.parametrize("text", ["/report_claim", "／restart", '{"a": 1}', "<script>", "a_b"])
def test_what_looks_like_code_is_no_sentence(text: str) -> None:
    assert looks_like_code(text)


@pytest.mark.parametrize("text", ["hello", "报案/理赔", "a_b@example.com", "P2023001234", "保单_丢了"])
def test_words_and_numbers_are_no_code(text: str) -> None:
    assert not looks_like_code(text)
