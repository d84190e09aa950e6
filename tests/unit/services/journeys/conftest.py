"""Messages understood by the real entity reader, so that a journey can be talked to without Rasa."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.bootstrap import build_assistant_services, prepare_store
from bot.calendars.clocks import SHANGHAI
from bot.insurance.endorsement import BeneficiaryChange
from bot.insurance.hand_off import HandOff
from bot.services.assistant import AssistantServices
from bot.services.understanding import Entity, Understood
from bot.settings import read_settings
from bot.store.engine import build_engine
from bot.store.text_messages import TextOutbox
from tests.journey_run import JourneyRun, newest_code, pressed, read_entities

ROOT = Path(__file__).parents[4]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
Hear = Callable[..., Understood]


@dataclass
class Talk(JourneyRun):
    """One conversation with one journey after the other, all of one form."""

    outbox: TextOutbox
    conversation: str
    now: datetime = NOW
    count: int = 0

    def say(self, text: str, **how: object) -> str:
        """`how`: intent, confidence, chosen."""
        return self._hear(understand(text, **self._envelope(), **how))  # type: ignore[arg-type]

    def pick(self, title: str) -> str:
        """Press the first offered button whose title begins so."""
        intent, entities = pressed(self.button(title))
        answer = entities[0].value if entities else title
        return self._hear(understand(answer, intent=intent, chosen=bool(entities), **self._envelope()))  # type: ignore[arg-type]

    def identify(self, name: str, id_number: str, phone: str) -> str:
        self.say(name)
        self.say(id_number)
        return self.code(phone)

    def code(self, phone: str) -> str:
        return self.say(newest_code(self.outbox, phone))

    def newest_text(self, phone: str) -> str:
        return self.outbox.texts_for(phone, 1)[0].text

    def handed_off(self) -> HandOff | None:
        with self.services.reading() as work:
            return work.hand_offs.open_for(self.conversation)

    def changes(self) -> Sequence[BeneficiaryChange]:
        with self.services.reading() as work:
            return work.endorsements.of_conversation(self.conversation)

    def _envelope(self) -> dict[str, object]:
        self.count += 1
        return {
            "conversation": self.conversation,
            "message": f"m{self.count}",
            "at": self.now + timedelta(seconds=self.count),
        }

    def _hear(self, said: Understood) -> str:
        return self.go_on(said) if self.requested else self.begin(self.form, said)


def understand(
    text: str,
    *,
    intent: str = "inform",
    confidence: float = 0.9,
    chosen: bool = False,
    conversation: str = "conversation",
    message: str = "message",
    at: datetime = NOW,
) -> Understood:
    """The message with what the shipped extractors find in it."""
    entities = (Entity("choice", text, text),) if chosen else tuple(read_entities(text, at))
    return Understood(conversation, message, at, "web", text, intent, confidence, entities=entities, chosen=chosen)


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
def talk(services: AssistantServices, outbox: TextOutbox) -> Callable[..., Talk]:
    """talk(form, conversation) → Talk."""

    def start(form: str, conversation: str = "conversation", now: datetime = NOW) -> Talk:
        return Talk(outbox, conversation, now, services=services, form=form)

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
