"""A journey spoken in plain Python: the shipped entity readers, the engine and a real SQLite store, without Rasa.

The intent of each message is given, so that a test says what the classifier made of it.
"""

from __future__ import annotations

import shutil
import tempfile
import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from bot.bootstrap import build_assistant_services, prepare_store
from bot.insurance.claim import Claim
from bot.insurance.hand_off import HandOff
from bot.services.assistant import AssistantServices
from bot.services.understanding import Understood
from bot.settings import read_settings
from bot.store.engine import build_engine, read_only
from bot.store.text_messages import TextOutbox
from bot.store.unit_of_work import SqlUnitOfWork
from tests.journey_run import JourneyRun, newest_code, pressed, read_entities


@dataclass
class JourneyTalk(JourneyRun):
    """One conversation inside one journey; `slot` is what is asked for."""

    outbox: TextOutbox
    now: datetime
    conversation: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def slot(self) -> str:
        return self.requested

    def say(self, text: str, intent: str = "") -> str:
        intent = intent or ("affirm" if text == "确认" else "inform")
        return self._hear(self.message(text, intent))

    def all(self, *texts: str) -> str:
        """One message after the other; what was answered to the last."""
        return [self.say(text) for text in texts][-1]

    def pick(self, title: str) -> str:
        intent, entities = pressed(self.button(title))
        return self._hear(replace(self.message("", intent, 1.0), entities=entities, chosen=True))

    def code(self, phone: str) -> str:
        return self.say(newest_code(self.outbox, phone))

    def another(self, form: str = "", *, same_conversation: bool = False) -> JourneyTalk:
        """Somebody else's conversation, or the next journey of this one."""
        conversation = self.conversation if same_conversation else uuid.uuid4().hex
        return JourneyTalk(self.outbox, self.now, conversation, services=self.services, form=form or self.form)

    @property
    def claims(self) -> list[Claim]:
        with self.services.reading() as work:
            return list(work.claims.of_conversation(self.conversation))

    @property
    def hand_off(self) -> HandOff:
        with self.services.reading() as work:
            found = work.hand_offs.open_for(self.conversation)
        assert found is not None
        return found

    def message(self, text: str, intent: str, confidence: float = 0.9) -> Understood:
        """A message of this conversation."""
        return Understood(
            self.conversation, uuid.uuid4().hex, self.now, "web", text, intent, confidence,
            ((intent, confidence),), tuple(read_entities(text, self.now)),
        )  # fmt: skip

    def _hear(self, said: Understood) -> str:
        return self.go_on(said) if self.key else self.begin(self.form, said)


def start_talk(folder: Path, form: str, now: datetime) -> JourneyTalk:
    """A conversation on a store of its own in this folder, with the demo portfolio."""
    template, usual = _portfolio(now)
    shutil.copytree(template.name, folder, dirs_exist_ok=True)
    settings = read_settings({"BOT_VAR_DIR": str(folder)})
    engine = build_engine(settings.database_url, settings.secrets.data_key)
    reading = read_only(engine)
    services = replace(usual, unit_of_work=lambda: SqlUnitOfWork(engine), reading=lambda: SqlUnitOfWork(reading))
    return JourneyTalk(TextOutbox(engine), now, services=services, form=form)


@lru_cache(maxsize=1)
def _portfolio(now: datetime) -> tuple[tempfile.TemporaryDirectory[str], AssistantServices]:
    """Filled once, with rules and answers read once: every conversation gets a copy of the folder."""
    folder = tempfile.TemporaryDirectory()
    settings = read_settings({"BOT_VAR_DIR": folder.name})
    prepare_store(settings, now.date())
    return folder, build_assistant_services(settings)
