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
