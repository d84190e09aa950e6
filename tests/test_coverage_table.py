"""docs/coverage.md names, for every row of the service list that is in scope, files and tests that exist.

A cell holds names in backquotes: `file` or `file#id of an entry` from the top of the repository, and `test file::name`
from `tests/`, where a dialogue file's names are its dialogues.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
import yaml

from bot.calendars.clocks import SHANGHAI
from bot.services.answer_question import KnowledgeBase
from bot.services.knowledge_entry import Entry
from bot.services.load_knowledge import load_knowledge
from bot.services.understanding import Understood

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
TEXT = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
# The rows of the service list: what customers use, alone or with the staff, and what the staff and the managers use. Left out are those
# that the list itself has as out of scope.
OUT_OF_SCOPE = {"B11", "B12", "C08", "H22", "H23", "H24"}
LAST = {"A": 26, "B": 16, "C": 25, "D": 20, "E": 33, "F": 26, "G": 20, "H": 24}
STAFF_ROWS = 80  # of the class STAFF alone
LISTED = [
    row
    for letter, last in LAST.items()
    for number in range(1, last + 1)
    if (row := f"{letter}{number:02}") not in OUT_OF_SCOPE
]
DONE, PARTLY, NOT, NEVER = "已做", "部分", "未做", "不做"
ONLY_ANSWERS = "（知识回答"
_ROW = re.compile(r"^\| ([A-H]\d\d) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
_COUNT = re.compile(rf"^\| ((?:{DONE}|{PARTLY}|{NOT}|{NEVER})\S*) \| (\d+) \|", re.MULTILINE)
_NAME = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Row:
    """One line of the table; `files` and `tests` are the names in backquotes."""

    id: str
    files: tuple[str, ...]
    tests: tuple[str, ...]
    status: str

    @property
    def kind(self) -> str:
        """What the table at the top counts it as."""
        head = self.status.partition("：")[0]
        return head[:2] + (f"{ONLY_ANSWERS}）" if ONLY_ANSWERS in head else "")


def _read(found: tuple[str, str, str, str, str]) -> Row:
    number, _, files, tests, status = found
    return Row(number, tuple(_NAME.findall(files)), tuple(_NAME.findall(tests)), status.strip())


ROWS = tuple(_read(found) for found in _ROW.findall(TEXT))
IDS = [row.id for row in ROWS]


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def _dialogues(path: Path) -> frozenset[str]:
    return frozenset(each["dialogue"] for each in yaml.load(_text(path), Loader=yaml.CSafeLoader))


def missing_file(name: str) -> str:
    """Why a name of the second column is wrong, "" when it is right."""
    path, _, entry = name.partition("#")
    if path.startswith(("/", ".")) or not (ROOT / path).exists():
        return f"没有这个文件：{path}"
    if entry and not re.search(rf"\bid: {re.escape(entry)}(?![\w.])", _text(ROOT / path)):
        return f"{path} 里没有 {entry}"
    return ""


def missing_test(name: str) -> str:
    """Why a name of the third column is wrong, "" when it is right."""
    path, _, test = name.partition("::")
    if path.startswith(("/", ".")) or not (TESTS / path).is_file():
        return f"没有这个测试文件：{path}"
    if path.endswith(".yml"):
        found = test in _dialogues(TESTS / path)
    else:
        found = bool(re.search(rf"^(?:async )?def {re.escape(test)}\(", _text(TESTS / path), re.MULTILINE))
    return "" if found else f"{path} 里没有 {test}"


def test_every_row_of_the_list_is_there_once() -> None:
    assert LISTED == IDS
    assert len(LISTED) == 104 + STAFF_ROWS  # the others are those that customers use too


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_what_the_row_names_exists(row: Row) -> None:
    wrong = [problem for problem in (*map(missing_file, row.files), *map(missing_test, row.tests)) if problem]
    assert not wrong, "\n".join([row.id, *wrong])


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_the_row_says_how_far_it_is_and_proves_it(row: Row) -> None:
    head, _, reason = row.status.partition("：")
    assert head.startswith((DONE, PARTLY, NOT, NEVER))
    assert bool(reason) is not head.startswith(DONE), "what is not all done says what is missing, what is done does not"
    assert bool(row.files and row.tests) is not head.startswith((NOT, NEVER))
    assert bool(row.files) is bool(row.tests)


def test_the_counts_at_the_top_are_those_of_the_rows() -> None:
    counted = Counter(row.kind for row in ROWS)
    assert {kind: int(number) for kind, number in _COUNT.findall(TEXT)} == counted
    assert f"一共 {len(ROWS)} 行" in TEXT


NAMED_ANSWERS = sorted(
    {name.partition("#")[2] for row in ROWS for name in row.files if name.startswith("data/knowledge/") and "#" in name}
)


@pytest.fixture(scope="module")
def knowledge() -> KnowledgeBase:
    return load_knowledge(ROOT / "data" / "knowledge")


@pytest.mark.parametrize("entry_id", NAMED_ANSWERS)
def test_a_named_answer_is_found_by_its_title(entry_id: str, knowledge: KnowledgeBase) -> None:
    """Who asks in the words of its title gets it; a default is what a pressed button of its intent gets."""
    entry = _entry(knowledge, entry_id)
    text = f"/{entry.intent}" if entry.is_default else entry.title
    said = Understood("c", "m", datetime(2026, 11, 22, 10, tzinfo=SHANGHAI), "web", text, entry.intent, 0.9)
    assert entry_id in [found.id for found in knowledge.find(said)]
    assert entry.source


def _entry(knowledge: KnowledgeBase, entry_id: str) -> Entry:
    return next(entry for shelf in knowledge.shelves.values() for entry in shelf if entry.id == entry_id)


@pytest.mark.parametrize(
    "name", ["bot/nowhere.py", "/etc/hosts", "../README.md", "data/knowledge/complaints.yml#complaint_channel"]
)
def test_a_file_or_entry_that_is_not_there_is_noticed(name: str) -> None:
    assert missing_file(name)


@pytest.mark.parametrize(
    "name",
    [
        "test_nowhere.py::test_it",
        "test_coverage_table.py",
        "test_coverage_table.py::test_every_row",
        "dialogues/knowledge.yml::问名词",
    ],
)
def test_a_test_or_dialogue_that_is_not_there_is_noticed(name: str) -> None:
    assert missing_test(name)
