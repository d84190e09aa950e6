"""What is looked through from time to time is data: every rule file is on the list, and a mistake is told with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from bot.calendars.strict_yaml import DataFileError
from bot.insurance.upkeep import UpkeepItem, UpkeepKind
from bot.services.load_upkeep import load_upkeep
from bot.settings import ROOT

DATA = ROOT / "data"
# What a language model is trained on, and lists of words: their tests are their review.
NOT_RULES = {
    "nlu",
    "interludes",
    "stories",
    "rules",
    "lexicon",
    "complaints",
    "knowledge",
    "calendars",
    "entities.yml",
    "intents.yml",
}
NOT_RULES |= {"responses.yml", "self_check.yml", "value_added.yml", "upkeep.yml"}


def test_every_file_of_rules_is_on_the_list() -> None:
    rows = yaml.safe_load((DATA / "upkeep.yml").read_text(encoding="utf-8"))["reviews"]
    listed = {name for row in rows for name in row["files"]}
    assert {"complaints", "calendars/deadlines.yml"} <= listed
    assert {path.name for path in DATA.iterdir()} - NOT_RULES - listed == set()


def test_a_knowledge_file_is_as_old_as_its_oldest_answer(tmp_path: Path) -> None:
    (tmp_path / "upkeep.yml").write_text("reviews: []\nfilings: []\n", encoding="utf-8")
    (tmp_path / "knowledge").mkdir()
    answers = "answers:\n- {id: a, as_of: 2026-03-01}\n- {id: b, as_of: 2026-01-15}\n"
    (tmp_path / "knowledge" / "terms.yml").write_text(answers, encoding="utf-8")
    (item,) = load_upkeep(tmp_path)
    assert (item.id, item.last, item.due_after(None)) == ("knowledge_terms", date(2026, 1, 15), date(2027, 1, 15))
    assert item.due_after(date(2026, 12, 1)) == date(2027, 12, 1)


def test_what_was_never_reported_is_due_on_its_first_day() -> None:
    people = next(one for one in load_upkeep(DATA) if one.id == "filing_people")
    assert people.kind is UpkeepKind.FILING
    assert people.due_after(None) == people.first
    assert people.due_after(date(2026, 12, 1)) == date(2027, 12, 1)


def test_the_month_end_stays_the_month_end() -> None:
    item = UpkeepItem("a", UpkeepKind.REVIEW, "a", 12, "x", last=date(2024, 2, 29))
    assert item.due_after(None) == date(2025, 2, 28)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "reviews:\n  - {id: a, zh: 甲, files: [no.yml], reviewed: 2026-01-01, months: 12}\nfilings: []\n",
            "没有这个文件",
        ),
        ("reviews: []\nfilings:\n  - {id: a, zh: 甲, months: 12, source: 甲}\n", "第一次上报"),
        ("reviews: []\nfilings:\n  - {id: a, zh: 甲, months: 0, source: 甲, first: 2026-01-01}\n", "大于零"),
        (
            "reviews: []\nfilings:\n  - {id: a, zh: 甲, months: 1, source: 甲, first: 2026-01-01}\n"
            "  - {id: a, zh: 乙, months: 1, source: 甲, first: 2026-01-01}\n",
            "编号重复",
        ),
    ],
)
def test_a_mistake_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "upkeep.yml").write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError) as refused:
        load_upkeep(tmp_path)
    assert problem in str(refused.value.data["problem"])
