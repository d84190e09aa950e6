"""What `make run` would do: the environment is made when the lock is newer than it, and not at any other start."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.settings import ROOT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files that `make` looks at, and an environment that was made after all of them."""
    for name in ("Makefile", "requirements/lock.txt", "scripts/install.sh"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
        os.utime(tmp_path / name, (1000, 1000))
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / ".installed").touch()
    return tmp_path


def would_do(folder: Path) -> str:
    # The suite is itself run by make, whose level and flags a second make would take over.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    command = ["make", "--no-print-directory", "-n", "run"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout


def test_a_second_start_installs_nothing(folder: Path) -> None:
    assert would_do(folder).split("\n")[0] == ".venv/bin/python -m bot.launch"


@pytest.mark.parametrize("name", ["requirements/lock.txt", "scripts/install.sh"])
def test_another_lock_is_installed_first(folder: Path, name: str) -> None:
    (folder / name).touch()
    os.utime(folder / ".venv" / ".installed", (2000, 2000))
    assert would_do(folder).split("\n")[:2] == ["scripts/install.sh .venv", ".venv/bin/python -m bot.launch"]


def test_a_first_start_makes_the_environment(folder: Path) -> None:
    shutil.rmtree(folder / ".venv")
    assert would_do(folder).startswith("scripts/install.sh .venv")
