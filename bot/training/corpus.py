"""The sentences that the classifier learns from: data/nlu, and the questions to the answers of data/knowledge.

The questions are there already, written by whoever wrote the answer, and say what is asked under which intent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from bot.errors import ConfigurationError

LEAST_LETTERS = 9
_MARK = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


def read_corpus(root: Path) -> Iterator[tuple[str, str]]:
    """(intent, sentence with its entity marks) of data/nlu, then of data/knowledge, in the order of the files."""
    for path in sorted((root / "data" / "nlu").glob("*.yml")):
        yield from examples_of(path)
    yield from knowledge_questions(root)


def without_marks(sentence: str) -> str:
    """As a customer writes it: [深圳](location)的朋友 is 深圳的朋友."""
    return _MARK.sub(r"\1", sentence)


def knowledge_questions(root: Path) -> Iterator[tuple[str, str]]:
    """(intent, question) of data/knowledge, those that stand alone. Raises ConfigurationError."""
    for path in sorted((root / "data" / "knowledge").glob("*.yml")):
        for answer in _read(path)["answers"]:
            yield from ((answer["intent"], question) for question in answer.get("asked", ()) if stands_alone(question))


def stands_alone(question: str) -> bool:
    """Whether a question to an answer tells by itself what it is about; "要什么材料" lives from the answer it stands beside."""
    return len(question) >= LEAST_LETTERS


def examples_of(path: Path) -> Iterator[tuple[str, str]]:
    """(intent, sentence with its entity marks) of one file of data/nlu. Raises ConfigurationError."""
    for group in _read(path)["nlu"]:
        if set(group) != {"intent", "examples"}:
            raise ConfigurationError("only intents with examples are read", file=path.name, keys=sorted(group))
        for line in group["examples"].splitlines():
            if line.startswith("- "):
                yield group["intent"], line[2:].strip()
            elif line.strip():
                raise ConfigurationError("a line of examples begins with '- '", file=path.name, text=line.strip())


def _read(path: Path) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise ConfigurationError("is not YAML", file=path.name, problem=str(error)) from error
