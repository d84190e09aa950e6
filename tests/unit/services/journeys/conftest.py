"""Messages understood by the real entity reader, so that a journey can be talked to without Rasa."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from bot.bootstrap import build_assistant_services, prepare_store
from bot.services.assistant import AssistantServices
from bot.settings import read_settings
from bot.store.engine import build_engine
from bot.store.text_messages import TextOutbox
from tests.form_talk import NOW, FormTalk, Hear, understand


@pytest.fixture(scope="session")
def hear() -> Hear:
    """hear(text, intent=…, confidence=…, chosen=…, conversation=…, message=…, at=…) → Understood."""
    return understand


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo portfolio, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("seeded")
    prepare_store(read_settings({"BOT_VAR_DIR": str(folder)}), NOW.date())
    return folder


@pytest.fixture
def var_dir(seeded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(seeded, tmp_path / "var"))


@pytest.fixture
def services(var_dir: Path) -> AssistantServices:
    return build_assistant_services(read_settings({"BOT_VAR_DIR": str(var_dir)}))


@pytest.fixture
def outbox(var_dir: Path) -> TextOutbox:
    settings = read_settings({"BOT_VAR_DIR": str(var_dir)})
    return TextOutbox(build_engine(settings.database_url, settings.secrets.data_key))


@pytest.fixture
def talk(services: AssistantServices, outbox: TextOutbox) -> Callable[..., FormTalk]:
    """talk(form, conversation) → FormTalk."""

    def start(form: str, conversation: str = "conversation", now: datetime = NOW) -> FormTalk:
        return FormTalk(outbox, conversation, now, services=services, form=form)

    return start


@pytest.fixture
def write(var_dir: Path) -> Callable[[str], None]:
    """Change the portfolio as the core system would, by a statement of SQL."""
    settings = read_settings({"BOT_VAR_DIR": str(var_dir)})
    engine = build_engine(settings.database_url, settings.secrets.data_key)

    def run(statement: str) -> None:
        with engine.begin() as connection:
            connection.exec_driver_sql(statement)

    return run
