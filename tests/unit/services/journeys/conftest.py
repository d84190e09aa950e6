"""Messages understood by the real entity reader, so that a journey can be talked to without Rasa."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.bootstrap import build_assistant_services, prepare_store
from bot.calendars.clocks import SHANGHAI
from bot.insurance.endorsement import BeneficiaryChange
from bot.insurance.hand_off import HandOff
from bot.nlu.lexicon import read_lexicon
from bot.nlu.reading import EntityReader
from bot.nlu.segmenter import Segmenter
from bot.nlu.settings import DEFAULT_ENTITIES_DIR, DEFAULT_LEXICON_DIR, ExtractorSettings
from bot.nlu.vocabularies import Vocabularies
from bot.services.assistant import AssistantServices
from bot.services.journeys.engine import open_journey, take_turn
from bot.services.journeys.finish import hand_off_journey
from bot.services.journeys.journey import Situation
from bot.services.registry import JOURNEYS
from bot.services.reply import Reply
from bot.services.understanding import Entity, Understood
from bot.settings import read_settings
from bot.store.engine import build_engine
from bot.store.text_messages import TextOutbox

ROOT = Path(__file__).parents[4]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
Hear = Callable[..., Understood]


@pytest.fixture(scope="session")
def hear() -> Hear:
    """hear(text, intent=…, confidence=…, chosen=…, conversation=…, message=…, at=…) → Understood."""
    vocabularies = Vocabularies.parse(read_lexicon(ROOT / DEFAULT_ENTITIES_DIR))
    reader = EntityReader(ExtractorSettings.parse(ExtractorSettings.DEFAULTS), vocabularies)
    segmenter = Segmenter(read_lexicon(ROOT / DEFAULT_LEXICON_DIR))

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
        boundaries = {(start, end) for _, start, end in segmenter.cut(text)}
        entities = tuple(
            Entity(one.entity, text[one.start : one.end], str(one.value), one.start, one.end)
            for one in reader.read(text, at, boundaries)
        )
        if chosen:
            entities = (Entity("choice", text, text),)
        return Understood(conversation, message, at, "web", text, intent, confidence, entities=entities, chosen=chosen)

    return understand


@dataclass
class Talk:
    """One conversation with a journey, carried as the form action carries it: slots in, slots out, no Rasa."""

    form: str
    services: AssistantServices
    hear: Hear
    outbox: TextOutbox
    conversation: str
    now: datetime = NOW
    answers: dict[str, str] = field(default_factory=dict)
    requested: str = ""
    misses: int = 0
    outcome: str = ""
    key: str = ""
    replies: tuple[Reply, ...] = ()
    count: int = 0

    @property
    def text(self) -> str:
        return "\n".join(reply.text for reply in self.replies)

    def say(self, text: str, **how: object) -> str:
        return self._take(self.hear(text, **self._envelope(), **how))

    def pick(self, title: str) -> str:
        """Press the first offered button whose title begins so."""
        choice = next(one for reply in self.replies for one in reply.choices if one.title.startswith(title))
        intent, _, value = choice.payload.partition("{")
        answer = json.loads("{" + value)["choice"] if value else title
        return self._take(self.hear(answer, intent=intent.lstrip("/"), chosen=bool(value), **self._envelope()))

    def identify(self, name: str, id_number: str, phone: str) -> str:
        self.say(name)
        self.say(id_number)
        return self.code(phone)

    def code(self, phone: str) -> str:
        found = re.search(r"\d{6}", self.newest_text(phone))
        assert found
        return self.say(found.group())

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

    def _take(self, said: Understood) -> str:
        entry = JOURNEYS[self.form]
        if not self.requested:
            self.answers, self.misses, self.key = {}, 0, f"{said.conversation_id}:{said.message_id}:{self.form}"
            turn = open_journey(entry.journey, Situation({}, said, self.services, self.key))
        else:
            situation = Situation(self.answers, said, self.services, self.key)
            turn = take_turn(entry.journey, self.requested, self.misses, situation)
        self.answers = {slot: value for slot, value in turn.answers.items() if value}
        self.misses, self.outcome = turn.misses, turn.outcome
        self.requested = "" if turn.outcome else turn.requested
        situation = Situation(self.answers, said, self.services, self.key)
        replies = list(turn.replies)
        if turn.outcome.startswith("handed_off:"):
            replies += hand_off_journey(entry.journey, situation, turn.outcome.split(":", 1)[1])
        if turn.outcome == "confirmed":
            replies += entry.submit(situation)
        self.replies = tuple(replies)
        return self.text


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
def talk(services: AssistantServices, hear: Hear, outbox: TextOutbox) -> Callable[..., Talk]:
    """talk(form, conversation) → Talk."""

    def start(form: str, conversation: str = "conversation", now: datetime = NOW) -> Talk:
        return Talk(form, services, hear, outbox, conversation, now)

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
