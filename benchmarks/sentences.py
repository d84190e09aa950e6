"""Labelled sentences for the benchmarks: training data, held-out cases, and the sets outside the repository."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from bot.settings import ROOT
from bot.training import held_out
from bot.training.corpus import stands_alone, without_marks
from bot.training.held_out import CASES_DIR

TRAINING_DIR = ROOT / "data" / "nlu"
KNOWLEDGE_DIR = ROOT / "data" / "knowledge"


@dataclass(frozen=True)
class Sentence:
    """`accept` holds every intent that counts as right, `intent` among them; `line` counts from 1."""

    text: str
    intent: str
    accept: frozenset[str]
    file: Path
    line: int


def read_training(folder: Path = TRAINING_DIR) -> list[Sentence]:
    """The examples of Rasa's NLU files, without their entity annotations, and the questions to the knowledge."""
    examples = [each for path in sorted(folder.glob("*.yml")) for each in _training_file(path)]
    return examples + [each for path in sorted(KNOWLEDGE_DIR.glob("*.yml")) for each in _knowledge_file(path)]


def _knowledge_file(path: Path) -> Iterator[Sentence]:
    for answer in _entries(_mapping(yaml.compose(path.read_text(encoding="utf-8")))["answers"]):
        intent = answer["intent"].value
        for node in answer["asked"].value if "asked" in answer else ():
            if not stands_alone(node.value):
                continue
            yield Sentence(node.value, intent, frozenset({intent}), path, node.start_mark.line + 1)


def _training_file(path: Path) -> Iterator[Sentence]:
    for group in _entries(_mapping(yaml.compose(path.read_text(encoding="utf-8")))["nlu"]):
        if "intent" not in group:
            continue
        intent, block = group["intent"].value, group["examples"]
        for number, line in enumerate(block.value.splitlines(), start=block.start_mark.line + 2):
            if line.strip().startswith("- "):
                text = without_marks(line.strip()[2:]).strip()
                yield Sentence(text, intent, frozenset({intent}), path, number)


def first_of_each(sentences: Sequence[Sentence], number: int) -> list[Sentence]:
    """The first `number` of each intent, in their order."""
    seen: Counter[str] = Counter()
    kept = []
    for each in sentences:
        seen[each.intent] += 1
        if seen[each.intent] <= number:
            kept.append(each)
    return kept


def read_cases(folder: Path = CASES_DIR) -> list[Sentence]:
    """The held-out cases."""
    cases = held_out.read_cases(folder)
    return [Sentence(each.text, each.intent, frozenset({each.intent}), each.file, each.line) for each in cases]


def _mapping(node: yaml.Node) -> dict[str, yaml.Node]:
    return {key.value: value for key, value in node.value}


def _entries(node: yaml.Node) -> list[dict[str, yaml.Node]]:
    return [_mapping(each) for each in node.value]


def sets_folder(option: Path | None) -> Path | None:
    """The folder of the sets outside the repository: the option, else NLU_SETS, else ../shared/bench if it is there."""
    if option is not None:
        return option
    if named := os.environ.get("NLU_SETS"):
        return Path(named)
    usual = ROOT.parent / "shared" / "bench"
    return usual if usual.is_dir() else None


def read_sets(folder: Path | None) -> dict[str, list[Sentence]]:
    """Each `*.jsonl` of `folder` by name; a line has `text`, `intent` and maybe `accept`. Empty without a folder.

    Raises:
        FileNotFoundError: a folder was named and has no set in it.
    """
    if folder is None:
        return {}
    found = {
        path.stem: [_set_line(path, n, line) for n, line in _lines(path)] for path in sorted(folder.glob("*.jsonl"))
    }
    if not found:
        raise FileNotFoundError(f"no *.jsonl in {folder}")
    return found


def read_clean(folder: Path | None) -> list[Sentence]:
    """Of lines with `clean` (what was really said) that text, with the line's intents."""
    if folder is None:
        return []
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in _lines(path):
            clean = json.loads(line).get("clean")
            if clean:
                found.append(replace(_set_line(path, number, line), text=clean))
    return found


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    return ((n, line) for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if line.strip())


def _set_line(path: Path, number: int, line: str) -> Sentence:
    fields = json.loads(line)
    accept = frozenset([fields["intent"], *fields.get("accept", [])])
    return Sentence(fields["text"], fields["intent"], accept, path, number)
