"""What the classifier learns from: every example and every question that stands alone, and a file that is none is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.settings import ROOT
from bot.training.corpus import read_corpus
from bot.training.importer import CorpusImporter

NLU = 'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - 你好\n    - [深圳](location)的朋友好\n'
KNOWLEDGE = "answers:\n- {intent: ask_term, asked: [免赔额是什么意思呢, 要什么材料], answer: 一}\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in (("nlu/a.yml", NLU), ("knowledge/a.yml", KNOWLEDGE)):
        (tmp_path / "data" / name).parent.mkdir(parents=True)
        (tmp_path / "data" / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_examples_and_questions_are_read_and_a_question_that_needs_its_answer_is_not(root: Path) -> None:
    assert list(read_corpus(root)) == [
        ("greet", "你好"),
        ("greet", "[深圳](location)的朋友好"),
        ("ask_term", "免赔额是什么意思呢"),
    ]


@pytest.mark.parametrize(
    "broken",
    [
        NLU + "    再见\n",
        NLU.replace("examples", "exampels"),
        NLU + "- synonym: 车\n  examples: |\n    - 汽车\n",
        "nlu: [\n",
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_named(root: Path, broken: str) -> None:
    (root / "data/nlu/b.yml").write_text(broken, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"b\.yml"):
        list(read_corpus(root))


def test_rasa_gets_every_sentence_with_its_entities_once_and_the_responses() -> None:
    importer = CorpusImporter(str(ROOT / "config.yml"), str(ROOT / "domain.yml"), [str(ROOT / "data/responses.yml")])
    data = importer.get_nlu_data()
    assert len(data.training_examples) == len({one.fingerprint() for one in data.training_examples})
    assert {one.get("intent") for one in data.training_examples} == {intent for intent, _ in read_corpus(ROOT)}
    assert any(one.get("entities") for one in data.training_examples)
    assert data.responses
    assert importer.get_nlu_data() is data
