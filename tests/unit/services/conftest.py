from __future__ import annotations

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
def first_talk(ears: Ears, tmp_path_factory: pytest.TempPathFactory) -> Talk:
    folder: Path = tmp_path_factory.mktemp("journeys")
    return new_talk(folder, NOW, ears)


@pytest.fixture
def talk(first_talk: Talk) -> Talk:
    """A new conversation; the store is shared by the tests of a run, so use phones and plates of your own."""
    return first_talk.another()


@pytest.fixture
def new(first_talk: Talk) -> Callable[[], Talk]:
    return first_talk.another
