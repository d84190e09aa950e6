"""Whatever a trainer breaks is found before anything is trained: by file, line, and with what to write instead."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli import main
from bot.settings import ROOT
from bot.training.lined_corpus import read_texts
from tests.unit.training.seeded_faults import FAULTS, Fault

pytestmark = pytest.mark.timeout(600)  # jieba's dictionary and spaCy are loaded once


@pytest.fixture(scope="module")
def shipped() -> dict[str, str]:
    return read_texts(ROOT)


def write(texts: dict[str, str], root: Path) -> Path:
    for name, text in texts.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def validate(root: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[dict[str, object]]]:
    """Exit code and findings of the command, as it stands for other programs."""
    code = main(["validate", "--root", str(root), "--json"])
    return code, json.loads(capsys.readouterr().out)["findings"]


def test_the_shipped_files_raise_no_alarm(
    shipped: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert validate(write(shipped, tmp_path), capsys) == (0, [])


def test_there_are_more_than_thirty_faults_of_different_kinds() -> None:
    assert len({fault.code for fault in FAULTS}) >= 30


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
def test_a_fault_is_found_where_it_is_with_its_remedy(
    fault: Fault, shipped: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edited = shipped | {name: edit(shipped[name]) for name, edit in fault.edits.items()}
    code, found = validate(write(edited, tmp_path), capsys)
    mine = [each for each in found if each["code"] == fault.code and each["file"] == fault.file]
    assert mine, found
    lines = edited[fault.file].splitlines(keepends=True)
    line = (
        fault.line if isinstance(fault.line, int) else next(n for n, text in enumerate(lines, 1) if fault.line in text)
    )
    at = [each for each in mine if each["line"] == line]
    assert at, (line, mine)
    assert any(fault.says in str(each["message"]) and fault.remedy in str(each["remedy"]) for each in at), at
    assert code == (1 if any(each["severity"] == "error" for each in found) else 0)
