"""`python -m bot validate` as a trainer sees it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import main
from bot.settings import ROOT
from tests.unit.training.small_corpus import TEXTS, nlu, stories


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in {**TEXTS, **nlu(greet=["你好[深圳](place)"]), **stories("甲: affirm action_hands_off")}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_each_finding_is_told_by_file_and_line_with_its_remedy(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "--root", str(root)]) == 1
    told = capsys.readouterr().out
    assert "data/nlu/a.yml\n  第 5 行  错误：实体“place”在 data/entities.yml 里没有" in told
    assert "      改法：" in told
    assert "看了 5 个文件、1 句例句" in told


def test_only_the_named_files_are_told_and_counted(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "--root", str(root), "--json", "data/entities.yml"]) == 0
    assert json.loads(capsys.readouterr().out)["findings"] == []
    assert main(["validate", "--root", str(root), "--json", str(root / "data/nlu/a.yml")]) == 1
    report = json.loads(capsys.readouterr().out)
    assert {each["file"] for each in report["findings"]} == {"data/nlu/a.yml"}
    assert report["errors"] == 1


def test_a_file_that_is_none_of_the_trainers_is_refused(root: Path) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["validate", "--root", str(root), "README.md"])
    with pytest.raises(SystemExit, match="2"):
        main(["validate", "--root", str(root / "nowhere")])


def test_validating_imports_neither_rasa_nor_tensorflow() -> None:
    script = (
        "import sys; from bot.cli import main; main(['validate', '--json']); "
        "print({'rasa', 'tensorflow'} & set(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr.strip().splitlines()[-1] == "set()"
