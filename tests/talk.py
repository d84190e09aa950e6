"""Journeys in plain Python: the shipped classifier and entity readers, the engine and a real SQLite store, without Rasa.

What the three processes add (rules, ownership, retries) is proved by tests/dialogues and tests/integration.
"""

from __future__ import annotations

import json
import tarfile
import tempfile
import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.sentences import read_training
from bot.bootstrap import build_assistant_services, prepare_store
from bot.documents.inspect_image import inspect_file
from bot.insurance.matter_file import MatterFile
from bot.nlu.doubt import FallbackSettings, is_doubtful
from bot.nlu.intent_classifier import ClassifierSettings
from bot.nlu.intent_model import IntentModel
from bot.services.journeys.give_consent import find_code
from bot.services.registry import SWITCH, key_to_open
from bot.services.reply import Choice
from bot.services.take_file import Upload, as_choice, inspect_upload, take_file
from bot.services.understanding import Understood
from bot.settings import ROOT, read_settings
from bot.store.engine import build_engine
from bot.store.text_messages import TextOutbox
from bot.training.fingerprint import fingerprint
from tests.journey_run import JourneyRun, component_keys, hear_terms, newest_code, pressed, read_entities


class Ears:
    """Text to `Understood`, as the pipeline of config.yml does it."""

    def __init__(self) -> None:
        self._model = _intent_model(ClassifierSettings.parse(component_keys()["LexicalIntentClassifier"]))
        self._doubt = FallbackSettings.parse(component_keys()["AmbiguityFallback"])

    def hear(self, conversation_id: str, text: str, at: datetime, channel: str = "web") -> Understood:
        heard = hear_terms(text)
        probabilities = self._model.probabilities(heard or text)
        places = (-probabilities).argsort(kind="stable")[:10]
        ranking = tuple((self._model.intents[place], float(probabilities[place])) for place in places)
        best = ranking[0]
        if is_doubtful(ranking, self._doubt, text):
            best = ("nlu_fallback", 1 - best[1])
            ranking = (best, *ranking)
        entities = read_entities(text, at)
        message_id = uuid.uuid4().hex
        return Understood(conversation_id, message_id, at, channel, text, *best, ranking, entities, heard=heard)


def press(conversation_id: str, choice: Choice, at: datetime, channel: str = "web") -> Understood:
    """A pressed button."""
    intent, entities = pressed(choice)
    message_id = uuid.uuid4().hex
    return Understood(
        conversation_id, message_id, at, channel, "", intent, 1.0, ((intent, 1.0),), entities, chosen=True
    )


def _intent_model(settings: ClassifierSettings) -> IntentModel:
    """The trained one where it is the present data's, else one trained here (ten seconds)."""
    archive, current = ROOT / "models" / "current.tar.gz", ROOT / "models" / "current.json"
    if archive.exists() and json.loads(current.read_text()).get("fingerprint") == fingerprint():
        with tempfile.TemporaryDirectory() as folder, tarfile.open(archive) as model:
            wanted = [each for each in model.getmembers() if "LexicalIntentClassifier" in each.name]
            model.extractall(folder, members=wanted)
            return IntentModel.load(next(Path(folder).rglob("*LexicalIntentClassifier*")))
    training = read_training()
    texts, intents = [each.text for each in training], [each.intent for each in training]
    return IntentModel.train(
        texts,
        intents,
        ridge=settings.ridge,
        balance=settings.balance,
        encoder=settings.encoder(),
        encoder_share=settings.encoder_share,
    )


@dataclass
class Talk(JourneyRun):
    """One conversation inside one journey after the other; `slot` is what channels see as asked for."""

    outbox: TextOutbox
    ears: Ears
    now: datetime
    conversation_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    channel: str = "web"

    @property
    def slot(self) -> str:
        return self.replies[-1].slot if self.replies else ""

    def say(self, text: str) -> str:
        """Say something; opens the journey of its intent when none runs. Returns what was answered."""
        return self._hear(self.ears.hear(self.conversation_id, text, self._tick(), self.channel))

    def pick(self, title: str) -> str:
        """Press the offered button that begins so."""
        return self._hear(press(self.conversation_id, self.button(title), self._tick(), self.channel))

    def hand_in(self, content: bytes, name: str = "材料.png") -> str:
        """Send a file to the open question, as the page does."""
        return self.take(self.send_file(content, name))

    def send_file(self, content: bytes, name: str = "材料.png") -> MatterFile:
        """What the chat API does with it."""
        upload = Upload(self.conversation_id, name, content, self._tick())
        with self.services.unit_of_work() as work:
            file = take_file(work, inspect_upload(upload, inspect_file), self.services.limits)
            work.commit()
        return file

    def take(self, file: MatterFile) -> str:
        """The message that carries a file."""
        return self._hear(press(self.conversation_id, as_choice(file), self._tick()))

    def code_of(self, phone: str) -> str:
        """The newest six digits sent to the phone."""
        return newest_code(self.outbox, phone)

    def another(self, conversation_id: str = "") -> Talk:
        """Somebody else, or the same customer in a new conversation."""
        return Talk(self.outbox, self.ears, self.now, conversation_id or uuid.uuid4().hex, services=self.services)

    def _tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def _hear(self, said: Understood) -> str:
        answer = self.go_on(said) if self.requested else self._open(said)
        self.form = "" if self.outcome else self.form
        return answer

    def _open(self, said: Understood) -> str:
        # A consent code opens its own form, whatever the sentence means (bot.dialogue.escalation_policy).
        form = "consent_form" if find_code(said.text) else key_to_open(said)
        if said.choice and said.choice.startswith(SWITCH):
            said = replace(said, text="", entities=(), chosen=False)
        return self.begin(form, said)


def new_talk(folder: Path, now: datetime, ears: Ears) -> Talk:
    """A conversation on a store of its own with the demo portfolio."""
    settings = read_settings({"BOT_VAR_DIR": str(folder)})
    prepare_store(settings, now.date())
    outbox = TextOutbox(build_engine(settings.database_url, settings.secrets.data_key))
    return Talk(outbox, ears, now, services=build_assistant_services(settings))
