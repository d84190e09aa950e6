"""What the reader of interludes takes for one, on sentences that it was not taught; and that it leaves answers alone."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from benchmarks.leaks import skeleton
from benchmarks.sentences import read_training
from bot.errors import ConfigurationError
from bot.nlu.interlude_reader import INTERLUDE, InterludeReader
from bot.nlu.interludes import ANSWERS, LONGEST, interlude_of, read_interludes, train_interludes
from bot.settings import ROOT
from tests.orders.asides import STRANGERS

CASES = {
    said: kind
    for kind, sentences in yaml.safe_load((ROOT / "tests/interlude_cases.yml").read_text(encoding="utf-8")).items()
    for said in sentences
}
# Of the cases: how many are found, and how many answers are taken for an interlude. A lost answer is asked for once more.
FOUND, TAKEN = 0.7, 0.05
CONTEXT = ExecutionContext(GraphSchema({}))


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> InterludeReader:
    storage = LocalModelStorage.create(tmp_path_factory.mktemp("storage"))
    resource = Resource("interludes")
    examples = [Message({"text": each.text, "intent": each.intent}) for each in read_training()]
    InterludeReader.create({}, storage, resource, CONTEXT).train(TrainingData(examples))
    return InterludeReader.load({}, storage, resource, CONTEXT)


def read(reader: InterludeReader, text: str) -> str:
    return str(reader.process([Message({"text": text})])[0].get(INTERLUDE) or "")


def test_most_interludes_are_found_and_hardly_an_answer_is_taken_for_one(reader: InterludeReader) -> None:
    got = {said: read(reader, said) for said in CASES}
    interludes = {said: kind for said, kind in CASES.items() if kind != ANSWERS}
    missed = {said: (kind, got[said]) for said, kind in interludes.items() if got[said] != kind}
    taken = {said: got[said] for said, kind in CASES.items() if kind == ANSWERS and got[said]}
    assert 1 - len(missed) / len(interludes) >= FOUND, missed
    assert len(taken) / (len(CASES) - len(interludes)) <= TAKEN, taken


def test_no_sentence_is_taught_and_measured_or_of_two_kinds() -> None:
    taught: dict[str, set[str]] = {}
    for said, kind in read_interludes():
        taught.setdefault(skeleton(said), set()).add(kind)
    assert {said: kinds for said, kinds in taught.items() if len(kinds) > 1} == {}
    strangers = {skeleton(said) for kind in STRANGERS.values() for said, _ in kind}
    assert ({skeleton(said) for said in CASES} | strangers) & set(taught) == set()


def test_a_long_message_is_a_story(reader: InterludeReader) -> None:
    assert read(reader, "等一下，我去找找身份证") == "waits"
    assert read(reader, "等一下" + "，我去找找身份证" * (LONGEST // 8)) == ""
    assert read(reader, " ") == ""


def test_what_is_less_sure_is_no_interlude() -> None:
    model = train_interludes([("我要退保", "surrender_policy"), ("再说一遍", "repeat")])
    assert interlude_of(model, "门铃响了，我去看看", 0.5) == "waits"
    assert interlude_of(model, "门铃响了，我去看看", 1.0) == ""


@pytest.mark.parametrize(
    "text",
    ["kind: waits\n", "kind: waits\nsaid: 等等\n", "- 等等\n", "kind: waits\nsaid: [等等]\nmore: 1\n", "kind: [\n"],
)
def test_a_malformed_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "waits.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"waits\.yml"):
        list(read_interludes(tmp_path))


def test_misspelt_keys_are_refused_and_an_untrained_reader_reads_nothing(tmp_path: Path) -> None:
    storage, resource = LocalModelStorage.create(tmp_path), Resource("interludes")
    with pytest.raises(ConfigurationError, match="unknown component key"):
        InterludeReader.create({"sur": 0.7}, storage, resource, CONTEXT)
    with pytest.raises(ConfigurationError, match="not trained"):
        InterludeReader.create({}, storage, resource, CONTEXT).process([Message({"text": "等等"})])
    with pytest.raises(ConfigurationError, match="holds no interludes"):
        InterludeReader.load({}, storage, resource, CONTEXT)
