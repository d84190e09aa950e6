from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from bot.calendars.clocks import SHANGHAI
from tests.talk import Ears, Talk, new_talk

NOW = datetime(2026, 11, 25, 15, 30, tzinfo=SHANGHAI)  # a Wednesday


@pytest.fixture(scope="session")
def ears() -> Ears:
    return Ears()


@pytest.fixture(scope="session")
def portfolio(ears: Ears, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo portfolio as it is delivered."""
    folder: Path = tmp_path_factory.mktemp("portfolio")
    new_talk(folder, NOW, ears)
    return folder


@pytest.fixture(scope="module")
def first_talk(ears: Ears, portfolio: Path, tmp_path_factory: pytest.TempPathFactory) -> Talk:
    """On a store of the module's own: what one module files, another must not stumble over."""
    folder = tmp_path_factory.mktemp("journeys") / "var"
    shutil.copytree(portfolio, folder)
    return new_talk(folder, NOW, ears)


@pytest.fixture
def talk(first_talk: Talk) -> Talk:
    """A new conversation; the store is shared by the tests of a module, so use phones and plates of your own."""
    return first_talk.another()


@pytest.fixture
def new(first_talk: Talk) -> Callable[[], Talk]:
    return first_talk.another
