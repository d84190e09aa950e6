"""The labelled sentences of tests/nlu_cases, which no model has seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.errors import ConfigurationError
from bot.settings import ROOT

CASES_DIR = ROOT / "tests" / "nlu_cases"


@dataclass(frozen=True)
class Case:
    """`line` counts from 1."""

    text: str
    intent: str
    file: Path
    line: int


def read_cases(folder: Path = CASES_DIR) -> list[Case]:
    """All of them. Raises ConfigurationError naming a file that is not as they are."""
    return [each for path in sorted(folder.glob("*.yml")) for each in _file(path)]


def _file(path: Path) -> Iterator[Case]:
    try:
        for group in _entries(yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)):
            intent = group["intent"].value
            for case in _entries(group["cases"]):
                yield Case(case["text"].value, intent, path, case["text"].start_mark.line + 1)
    except (yaml.YAMLError, KeyError, AttributeError, TypeError, ValueError) as error:
        raise ConfigurationError("is no list of held-out cases", file=path.name, problem=str(error)) from error


def _entries(node: yaml.Node | None) -> list[dict[str, yaml.Node]]:
    if node is None:
        raise ValueError("it is empty")
    return [{key.value: value for key, value in each.value} for each in node.value]
