"""The intent classifier, really trained on a small set."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.errors import ConfigurationError
from bot.nlu.features import mask_numbers, read_features, sound_table
from bot.nlu.intent_classifier import LexicalIntentClassifier, find_alarm
from bot.nlu.intent_model import IntentModel

SENTENCES = {
    "surrender_policy": [
        "我要退保",
        "退保怎么办理",
        "现在退保能退多少钱",
        "想把保险退掉",
        "退保要什么手续",
        "保险不想要了能退吗",
    ],
    "report_claim": ["我要报案", "车被撞了要报案", "出险了怎么报案", "我的车追尾了", "刚才撞车了", "摔伤住院要理赔"],
    "greet": ["你好", "你好呀", "您好", "在吗", "早上好", "你好在吗"],
    "query_policy": ["查一下保单", "我的保单还有效吗", "保单什么时候到期", "帮我查保单", "名下有几张保单", "查查保额"],
}


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    return LocalModelStorage.create(tmp_path)


@pytest.fixture
def context() -> ExecutionContext:
    return ExecutionContext(GraphSchema({}))


@pytest.fixture
def classifier(storage: LocalModelStorage, context: ExecutionContext) -> LexicalIntentClassifier:
    component = LexicalIntentClassifier.create({}, storage, Resource("intents"), context)
    component.train(training_data())
    return component


def training_data() -> TrainingData:
    return TrainingData(
        [Message({"text": text, "intent": intent}) for intent, texts in SENTENCES.items() for text in texts]
    )


def model() -> IntentModel:
    pairs = [(text, intent) for intent, texts in SENTENCES.items() for text in texts]
    return IntentModel.train([text for text, _ in pairs], [intent for _, intent in pairs], ridge=0.15, balance=0.5)


def parse(classifier: LexicalIntentClassifier, text: str) -> dict[str, Any]:
    return classifier.process([Message({"text": text})])[0].as_dict(only_output_properties=True)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("你们这儿退保怎么弄", "surrender_policy"),
        ("腿保能退多少", "surrender_policy"),
        ("我要報案", "report_claim"),
        ("您好您好", "greet"),
        ("查下我的保单P2023001234", "query_policy"),
    ],
)
def test_new_wording_homophones_and_variants_are_understood(
    classifier: LexicalIntentClassifier, text: str, intent: str
) -> None:
    assert parse(classifier, text)["intent"]["name"] == intent


def test_ranking_is_sorted_sums_to_one_and_starts_with_the_intent(classifier: LexicalIntentClassifier) -> None:
    parsed = parse(classifier, "我想退保")
    confidences = [each["confidence"] for each in parsed["intent_ranking"]]
    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) == pytest.approx(1.0)
    assert parsed["intent"] == parsed["intent_ranking"][0]


def test_a_loaded_classifier_gives_the_same_probabilities(
    classifier: LexicalIntentClassifier, storage: LocalModelStorage, context: ExecutionContext
) -> None:
    loaded = LexicalIntentClassifier.load({}, storage, Resource("intents"), context)
    for text in ("我想退保", "车撞了", "早", "没见过的话", "😀", ""):
        assert parse(loaded, text) == parse(classifier, text)


def test_training_twice_gives_the_same_model() -> None:
    first, second = model(), model()
    assert np.array_equal(first.weights, second.weights)
    assert first.sharpness == second.sharpness


def test_a_message_with_an_intent_is_left_as_it_is(classifier: LexicalIntentClassifier) -> None:
    pressed = Message({"text": "退保", "intent": {"name": "greet", "confidence": 1.0}})
    classifier.process([pressed])
    assert pressed.get("intent") == {"name": "greet", "confidence": 1.0}
    assert pressed.get("intent_ranking") is None


def test_what_an_extractor_heard_is_classified_whole_and_in_parts(classifier: LexicalIntentClassifier) -> None:
    text, heard = "查一下宝丹，顺便我要腿饱", "查一下保单，顺便我要退保"
    message, meant = Message({"text": text, "heard": heard}), Message({"text": heard})
    classifier.process([message, meant])
    assert message.get("intent_ranking") == meant.get("intent_ranking")
    parts, right = message.get("requests"), meant.get("requests")
    assert [(each["intent"], each["confidence"]) for each in parts] == [(e["intent"], e["confidence"]) for e in right]
    assert [each["text"] for each in parts] == ["查一下宝丹", "我要腿饱"]


@pytest.mark.parametrize("text", ["", "   ", "😀😀", "\U00020000\U0002a700", "？？？", "x" * 5000])
def test_odd_messages_get_some_intent(classifier: LexicalIntentClassifier, text: str) -> None:
    assert parse(classifier, text)["intent"]["name"] in SENTENCES


@pytest.mark.parametrize(
    "config",
    [{"rigde": 0.1}, {"ridge": 0}, {"ridge": "much"}, {"balance": 2}, {"ranking_length": 1}, {"ranking_length": True}],
)
def test_an_unknown_key_or_a_value_out_of_range_is_refused(
    config: dict[str, Any], storage: LocalModelStorage, context: ExecutionContext
) -> None:
    with pytest.raises(ConfigurationError):
        LexicalIntentClassifier.create(config, storage, Resource("intents"), context)


def test_a_single_intent_is_refused(storage: LocalModelStorage, context: ExecutionContext) -> None:
    component = LexicalIntentClassifier.create({}, storage, Resource("intents"), context)
    with pytest.raises(ConfigurationError):
        component.train(TrainingData([Message({"text": "你好", "intent": "greet"})]))


def test_a_model_without_intents_is_refused(storage: LocalModelStorage, context: ExecutionContext) -> None:
    with pytest.raises(ConfigurationError):
        LexicalIntentClassifier.load({}, storage, Resource("nothing"), context)


def test_a_model_of_another_format_is_refused(tmp_path: Path) -> None:
    model().save(tmp_path)
    header = json.loads((tmp_path / "intents.json").read_text())
    (tmp_path / "intents.json").write_text(json.dumps({**header, "format": 0}))
    with pytest.raises(ConfigurationError):
        IntentModel.load(tmp_path)


def test_a_model_file_with_pickled_objects_is_refused(tmp_path: Path) -> None:
    model().save(tmp_path)
    np.savez(tmp_path / "intents.npz", codes=np.array([{"run": "me"}], dtype=object))
    with pytest.raises(ConfigurationError):
        IntentModel.load(tmp_path)


def test_emoji_alone_are_told_apart() -> None:
    pairs = [
        ("👌", "affirm"),
        ("👌👌", "affirm"),
        ("🙏", "thank"),
        ("🙏🙏", "thank"),
        ("好的", "affirm"),
        ("谢谢", "thank"),
    ]
    trained = IntentModel.train([text for text, _ in pairs], [intent for _, intent in pairs], ridge=0.15, balance=0.5)
    affirm, thank = trained.probabilities("👌")
    assert affirm > 0.5 > thank
    assert trained.probabilities("🙏")[1] > 0.5
    assert trained.probabilities("")[0] == pytest.approx(0.5, abs=0.1)


def test_in_a_long_letter_the_characters_that_tell_its_intent_are_kept() -> None:
    """Letters before and behind 退 and 保 in the order of code points, none of which the model knows."""
    trained = model()
    before, behind = ("".join(map(chr, range(first, first + 160))) for first in (0x1200, 0xAC00))
    likely = trained.probabilities(f"我要退保{before}")
    assert likely == pytest.approx(trained.probabilities(f"我要退保{behind}"), abs=0.01)
    assert trained.intents[int(likely.argmax())] == "surrender_policy"


def test_homophones_share_their_sounds() -> None:
    written, misheard = (set(read_features(text, sound_table()).codes.tolist()) for text in ("退保", "腿宝"))
    sounds = {code for code in written if code >> 48 == 1}
    assert sounds <= misheard


def test_sounds_that_speakers_mix_up_count_as_one_in_a_group_of_their_own() -> None:
    written, misheard = (read_features(text, sound_table()).codes for text in ("理赔住院", "尼陪组怨"))
    mixed = {code for code in written.tolist() if code >> 48 == 3}
    assert mixed
    assert mixed <= set(misheard.tolist())
    assert not {code for code in written.tolist() if code >> 48 == 1} <= set(misheard.tolist())


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("保单号p2023001234查一下", "保单号№查一下"),
        ("幺三八零零一二三四五六", "№"),
        ("我交了3000.5块", "我交了0块"),
        ("发到a.b@example.com", "发到@"),
        ("车牌浙a12345追尾了", "车牌№追尾了"),
        ("一二线城市", "一二线城市"),
    ],
)
def test_numbers_are_masked(text: str, masked: str) -> None:
    assert mask_numbers(text) == masked


@pytest.mark.parametrize(
    ("text", "alarm"),
    [
        ("屋顶快撑不住了 房屋险保不保", "屋顶快撑不住了"),
        ("房屋险保不保，屋顶的瓦片旧了", ""),  # no clause is likely enough
        ("屋顶快撑不住了", ""),  # then the intent says so
    ],
)
def test_the_clause_that_alone_would_be_a_call_for_help_is_the_alarm(text: str, alarm: str) -> None:
    assert find_alarm(text, lambda clause: 0.8 if "撑不住" in clause else 0.05) == alarm


def test_a_model_without_calls_for_help_raises_no_alarm(classifier: LexicalIntentClassifier) -> None:
    message = Message({"text": "屋顶快撑不住了 我要报案"})
    classifier.process([message])
    assert message.get("alarm") is None
