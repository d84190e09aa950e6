"""The optional sentence encoder, on a tiny transformer made here: it is read, it counts, and another one is not taken for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.errors import ConfigurationError
from bot.nlu.intent_classifier import ClassifierSettings, LexicalIntentClassifier
from bot.nlu.intent_model import IntentModel
from bot.nlu.sentence_encoder import SentenceEncoder, encoder_digest
from tests.tiny_encoder import WIDTH, write_encoder

ALIKE = ("退撤", "保约", "报告", "案故", "查看", "单据", "你您", "好早")
SENTENCES = {
    "surrender_policy": ["我要退保", "退保", "想退保", "退保吧", "把它退保", "今天退保"],
    "report_claim": ["我要报案", "报案", "想报案", "报案吧", "现在报案", "今天报案"],
    "query_policy": ["我要查单", "查单", "想查单", "查单吧", "把它查单", "今天查单"],
}
PAIRS = [(text, intent) for intent, texts in SENTENCES.items() for text in texts]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_encoder(tmp_path / "encoder", ALIKE)


def train(encoder: SentenceEncoder | None) -> IntentModel:
    texts, intents = [text for text, _ in PAIRS], [intent for _, intent in PAIRS]
    return IntentModel.train(texts, intents, ridge=0.15, balance=0.5, encoder=encoder)


def best(model: IntentModel, text: str) -> tuple[str, float]:
    probabilities = model.probabilities(text)
    return model.intents[int(probabilities.argmax())], float(probabilities.max())


@pytest.mark.parametrize(
    ("text", "intent"), [("撤约", "surrender_policy"), ("告故", "report_claim"), ("看据", "query_policy")]
)
def test_words_that_no_sentence_has_count_by_their_meaning(folder: Path, text: str, intent: str) -> None:
    plain, knowing = train(None), train(SentenceEncoder.open(folder))
    assert best(plain, text)[1] < 0.5
    assert best(knowing, text)[0] == intent
    assert best(knowing, text)[1] > best(plain, text)[1] + 0.2


def test_a_saved_model_says_the_same_with_its_own_encoder_and_is_refused_with_none_or_another(
    folder: Path, tmp_path: Path
) -> None:
    encoder, saved = SentenceEncoder.open(folder), tmp_path / "model"
    saved.mkdir()
    model = train(encoder)
    model.save(saved)
    again = IntentModel.load(saved, SentenceEncoder.open(folder))
    np.testing.assert_allclose(again.probabilities("我要撤约"), model.probabilities("我要撤约"), atol=1e-3)
    other = SentenceEncoder.open(write_encoder(tmp_path / "other", ALIKE, seed=1))
    for wrong in (None, other):
        with pytest.raises(ConfigurationError):
            IntentModel.load(saved, wrong)


def test_a_row_for_each_text_of_length_one_whatever_stands_beside_it(folder: Path) -> None:
    encoder = SentenceEncoder.open(folder)
    texts = ["退保", "我要报案" * 20, ""] * 12  # more than are read at once
    rows = encoder.encode(texts)
    assert rows.shape == (36, WIDTH)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(rows[0], encoder.encode(["退保"])[0], atol=1e-5)


def test_a_letter_longer_than_it_reads_is_cut(folder: Path) -> None:
    assert SentenceEncoder.open(folder).encode(["退保" * 2000]).shape == (1, WIDTH)


def test_the_first_token_stands_for_the_sentence_where_the_model_says_so(folder: Path, tmp_path: Path) -> None:
    by_mean = SentenceEncoder.open(folder)
    by_first = SentenceEncoder.open(write_encoder(tmp_path / "first", ALIKE, first_token=True))
    assert by_first.first_token
    assert not np.allclose(by_mean.encode(["退保"]), by_first.encode(["退保"]), atol=1e-3)
    assert by_mean.digest != by_first.digest


@pytest.mark.parametrize("broken", ["model.onnx", "tokenizer.json"])
@pytest.mark.parametrize("how", ["missing", "rubbish"])
def test_files_that_are_missing_or_rubbish_are_a_coded_error(folder: Path, broken: str, how: str) -> None:
    (folder / broken).unlink()
    if how == "rubbish":
        (folder / broken).write_bytes(b"no such thing")
    with pytest.raises(ConfigurationError) as refused:
        SentenceEncoder.open(folder)
    assert refused.value.data["folder"] == str(folder)


def test_a_model_of_something_else_is_refused(folder: Path) -> None:
    pixels = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["batch", 3])
    same = helper.make_tensor_value_info("same", TensorProto.FLOAT, ["batch", 3])
    graph = helper.make_graph([helper.make_node("Identity", ["pixels"], ["same"])], "image", [pixels], [same])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(made, str(folder / "model.onnx"))
    with pytest.raises(ConfigurationError):
        SentenceEncoder.open(folder)


def test_the_component_trains_and_loads_with_the_folder_its_configuration_names(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "storage").mkdir()
    storage, context = LocalModelStorage.create(tmp_path / "storage"), ExecutionContext(GraphSchema({}))
    config = {"encoder_dir": str(folder)}
    component = LexicalIntentClassifier.create(config, storage, Resource("intents"), context)
    component.train(TrainingData([Message({"text": text, "intent": intent}) for text, intent in PAIRS]))
    loaded = LexicalIntentClassifier.load(config, storage, Resource("intents"), context)
    (message,) = loaded.process([Message({"text": "撤约"})])
    assert message.get("intent")["name"] == "surrender_policy"
    with pytest.raises(ConfigurationError):
        LexicalIntentClassifier.load({}, storage, Resource("intents"), context)


def test_another_encoder_trains_the_component_anew(folder: Path, tmp_path: Path) -> None:
    before = LexicalIntentClassifier.fingerprint_addon({"encoder_dir": str(folder)})
    other = write_encoder(tmp_path / "other", ALIKE, seed=1)
    assert LexicalIntentClassifier.fingerprint_addon({"encoder_dir": str(other)}) != before
    assert LexicalIntentClassifier.fingerprint_addon({}) != before
    assert encoder_digest(folder) != encoder_digest(other)


@pytest.mark.parametrize("config", [{"encoder_dir": 3}, {"encoder_share": 0}, {"encoder_share": "much"}])
def test_values_that_make_no_sense_are_refused(config: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError):
        ClassifierSettings.parse(config)
