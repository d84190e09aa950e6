"""Chinese that stands in the repository beside the labelled sentences: whatever the tests say, what the benchmarks say, the
interludes, the examples of the complaint rules, the demo page. `benchmarks.leaks` compares it with the sets that measure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from benchmarks.sentences import CASES_DIR, Sentence
from bot.settings import ROOT
from bot.store.demo_people import NAMED_CUSTOMERS

_RULE_EXAMPLE = re.compile(r"^ {6}- (?!')(.+)$")
_HAN = re.compile(r"[\u3400-\u9fff]")
# A pool of wordings, a text of several lines; what is filled in is no wording of ours.
_BETWEEN, _FILLED_IN = re.compile(r"[|\n]"), re.compile(r"\{[^{}]*\}")
_TEXTS = ("*.txt", "*.csv", "*.md", "*.json", "*.xml", "*.srt", "*.vtt", "*.query")


def read_elsewhere(root: Path = ROOT) -> list[Sentence]:
    """Everything Chinese under tests, in data/interludes and benchmarks/*.py but the held-out cases, the rules' examples, the demo page."""
    tests, cases = root / "tests", root / CASES_DIR.relative_to(ROOT)
    found = [each for path in sorted((root / "data" / "complaints").glob("*.yml")) for each in _examples(path)]
    for path in sorted([*tests.rglob("*.py"), *(root / "benchmarks").glob("*.py")]):
        found += _in_code(path)
    for path in sorted([*tests.rglob("*.yml"), *(root / "data" / "interludes").glob("*.yml")]):
        if path.parent != cases:
            found += _in_yaml(path)
    for path in sorted(path for kind in _TEXTS for path in tests.rglob(kind)):
        found += _in_lines(path)
    demo = root / "bot" / "store" / "demo_people.py"
    return found + [_sentence(text, demo, 0) for one in NAMED_CUSTOMERS for text in one.try_this]


def _sentence(text: str, path: Path, line: int) -> Sentence:
    return Sentence(text, "", frozenset(), path, line)


def _examples(path: Path) -> Iterator[Sentence]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if match := _RULE_EXAMPLE.search(line):
            yield _sentence(match[1], path, number)


def _in_code(path: Path) -> Iterator[Sentence]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _wordings(node.value, path, node.lineno)


def _in_yaml(path: Path) -> Iterator[Sentence]:
    waiting = [yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.ScalarNode):
            yield from _wordings(node.value, path, node.start_mark.line + 1)
        elif isinstance(node, yaml.MappingNode):
            waiting += [each for pair in node.value for each in pair]
        elif node is not None:
            waiting += node.value


def _in_lines(path: Path) -> Iterator[Sentence]:
    # A transcript may be in another coding on purpose; what is said in it is said in the others too.
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        yield from _wordings(line, path, number)


def _wordings(text: str, path: Path, line: int) -> Iterator[Sentence]:
    for part in _BETWEEN.split(text):
        wording = _FILLED_IN.sub("", part).strip()
        if _HAN.search(wording):
            yield _sentence(wording, path, line)
