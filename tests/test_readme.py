"""The tables of demo customers in the READMEs name all ten and only sentences that the demo page offers or dialogues play."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.store.demo_people import NAMED_CUSTOMERS

ROOT = Path(__file__).resolve().parent.parent
ROW = re.compile(r"^\| (\S+) \| [^|]+ \| ([^|]+) \| [^|]+ \|$", re.MULTILINE)
SAID = re.compile(r"`([^`]+)`")


@pytest.mark.parametrize("name", ["README.md", "README.en.md"])
def test_the_table_names_every_demo_customer_with_sentences_that_are_tested(name: str) -> None:
    rows = dict(ROW.findall((ROOT / name).read_text(encoding="utf-8")))
    offered = {text for person in NAMED_CUSTOMERS for text in person.try_this} | {"确认码"}
    for person in NAMED_CUSTOMERS:
        said = SAID.findall(rows[person.name])
        assert len(said) >= 2, person.name
        assert set(said) <= offered, person.name


COMPARED = {"README.md": "## 和原版 Rasa 比", "README.en.md": "## Beside stock Rasa"}
_COUNTED = re.compile(r"p\d\d|Rasa \S+|[\d,]+ ?(?:个意图|句|intents|sentences)|\d+ sentences")
NUMBER = re.compile(r"\d+(?:\.\d+)?")


@pytest.mark.parametrize("name", COMPARED)
def test_every_figure_of_the_comparison_was_measured(name: str) -> None:
    """Rounded, or as a percentage, it stands in benchmarks/results.md; what is in brackets after a figure is a figure too."""
    text = (ROOT / name).read_text(encoding="utf-8")
    section = text[text.index(COMPARED[name]) :].split("\n## ")[0]
    measured = {
        float(each) for each in NUMBER.findall((ROOT / "benchmarks" / "results.md").read_text(encoding="utf-8"))
    }
    rows = [line.split("|")[2:-1] for line in section.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 10
    told = [figure for row in rows for cell in row for figure in NUMBER.findall(_COUNTED.sub("", cell))]
    assert [figure for figure in told if not _was_measured(figure, measured)] == []


def _was_measured(figure: str, measured: set[float]) -> bool:
    places, value = len(figure.partition(".")[2]), float(figure)
    return any(value in (round(each, places), round(100 * each, places)) for each in measured)
