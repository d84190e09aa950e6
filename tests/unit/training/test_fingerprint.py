from __future__ import annotations

from pathlib import Path

import pytest

from bot.training.fingerprint import fingerprint

FILES = (
    "config.yml", "domain.yml", "data/responses.yml", "data/nlu/claims.yml", "data/interludes/a.yml", "data/stories/a.yml", "data/rules/a.yml",
    "data/lexicon/claims.txt", "data/lexicon/entities/places.txt", "bot/nlu/tokenizer.py",
)  # fmt: skip


KNOWLEDGE = "data/knowledge/a.yml"
ANSWER = "answers:\n- {{intent: ask_term, asked: [{question}], answer: {answer}}}\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in (*FILES, "README.md", "data/complaints/a.yml", "bot/services/a.py", KNOWLEDGE):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("一")
    (tmp_path / KNOWLEDGE).write_text(ANSWER.format(question="免赔额是什么意思呢", answer="一"))
    return tmp_path


def test_nothing_changed_is_the_same_whenever_it_is_asked(root: Path) -> None:
    before = fingerprint(root)
    for name in FILES:
        (root / name).write_text("一")  # newer, and not another
    assert fingerprint(root) == before


@pytest.mark.parametrize("name", FILES)
def test_a_change_of_what_a_model_is_made_of_is_another_model(root: Path, name: str) -> None:
    before = fingerprint(root)
    (root / name).write_text("二")
    assert fingerprint(root) != before


@pytest.mark.parametrize("name", ["data/nlu/new.yml", "data/lexicon/entities/new.txt"])
def test_a_file_more_is_another_model(root: Path, name: str) -> None:
    before = fingerprint(root)
    (root / name).write_text("")
    assert fingerprint(root) != before


def test_a_file_renamed_is_another_model(root: Path) -> None:
    before = fingerprint(root)
    (root / "data/nlu/claims.yml").rename(root / "data/nlu/reports.yml")
    assert fingerprint(root) != before


@pytest.mark.parametrize("name", ["README.md", "data/complaints/a.yml", "bot/services/a.py"])
def test_what_is_read_at_start_or_in_a_turn_needs_no_training(root: Path, name: str) -> None:
    before = fingerprint(root)
    (root / name).write_text("二")
    assert fingerprint(root) == before


def test_of_the_knowledge_the_questions_are_trained_and_the_answers_are_not(root: Path) -> None:
    before = fingerprint(root)
    (root / KNOWLEDGE).write_text(ANSWER.format(question="免赔额是什么意思呢", answer="二"))
    assert fingerprint(root) == before
    (root / KNOWLEDGE).write_text(ANSWER.format(question="免赔额到底怎么算的", answer="二"))
    assert fingerprint(root) != before


def test_a_named_encoder_belongs_to_it_wherever_it_lies(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("encoder")
    (folder / "model.onnx").write_bytes(b"1")
    (root / "config.yml").write_text(f"pipeline:\n- name: a.Classifier\n  encoder_dir: {folder}\n")
    before = fingerprint(root)
    (folder / "model.onnx").write_bytes(b"2")
    assert fingerprint(root) != before
