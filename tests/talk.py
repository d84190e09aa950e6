"""Journeys in plain Python: the shipped classifier and entity readers, the engine and a real SQLite store, without Rasa.

What the three processes add (rules, ownership, retries) is proved by tests/dialogues and tests/integration.
"""

from __future__ import annotations

import json
import re
import tarfile
import tempfile
import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import yaml

from benchmarks.sentences import read_training
from bot.bootstrap import build_assistant_services, prepare_store
from bot.documents.inspect_image import inspect_file
from bot.insurance.claim_file import ClaimFile
from bot.nlu.fallback import FallbackSettings, is_doubtful
from bot.nlu.intent_classifier import ClassifierSettings
from bot.nlu.intent_model import IntentModel
from bot.nlu.lexicon import read_lexicon
from bot.nlu.reading import EntityReader
from bot.nlu.segmenter import Segmenter
from bot.nlu.settings import ExtractorSettings, TokenizerSettings
from bot.nlu.vocabularies import Vocabularies
from bot.services.assistant import AssistantServices
from bot.services.journeys.engine import open_journey, take_turn
from bot.services.journeys.finish import hand_off_journey
from bot.services.journeys.give_consent import find_code
from bot.services.journeys.journey import Situation
from bot.services.journeys.turn import Turn
from bot.services.registry import JOURNEYS, SWITCH, key_to_open
from bot.services.reply import Choice, Reply
from bot.services.take_file import Upload, as_choice, inspect_upload, take_file
from bot.services.understanding import Entity, Understood
from bot.settings import ROOT, read_settings
from bot.store.engine import build_engine
from bot.store.text_messages import TextOutbox
from bot.training.fingerprint import fingerprint


class Ears:
    """Text to `Understood`, as the pipeline of config.yml does it."""

    def __init__(self) -> None:
        pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
        keys = {each["name"].rpartition(".")[2]: {k: v for k, v in each.items() if k != "name"} for each in pipeline}
        self._model = _intent_model(ClassifierSettings.parse(keys["LexicalIntentClassifier"]))
        self._doubt = FallbackSettings.parse(keys["AmbiguityFallback"])
        settings = ExtractorSettings.parse(keys["InsuranceEntityExtractor"])
        self._reader = EntityReader(settings, Vocabularies.parse(read_lexicon(settings.entities_dir)))
        lexicon = read_lexicon(TokenizerSettings.parse(keys["LexiconJiebaTokenizer"]).lexicon_dir)
        self._segmenter = Segmenter(lexicon)

    def hear(self, conversation_id: str, text: str, at: datetime) -> Understood:
        probabilities = self._model.probabilities(text)
        places = (-probabilities).argsort(kind="stable")[:10]
        ranking = tuple((self._model.intents[place], float(probabilities[place])) for place in places)
        best = ranking[0]
        if is_doubtful([probability for _, probability in ranking], self._doubt):
            best = ("nlu_fallback", 1 - best[1])
            ranking = (best, *ranking)
        boundaries = {(start, end) for _, start, end in self._segmenter.cut(text)}
        entities = tuple(
            Entity(each.entity, text[each.start : each.end], str(each.value), each.start, each.end)
            for each in self._reader.read(text, at, boundaries)
        )
        return Understood(conversation_id, uuid.uuid4().hex, at, "web", text, *best, ranking, entities)


def press(conversation_id: str, choice: Choice, at: datetime) -> Understood:
    """A pressed button."""
    intent, _, rest = choice.payload.removeprefix("/").partition("{")
    values = json.loads("{" + rest) if rest else {}
    entities = tuple(Entity(name, "", value) for name, value in values.items())
    message_id = uuid.uuid4().hex
    return Understood(conversation_id, message_id, at, "web", "", intent, 1.0, ((intent, 1.0),), entities, chosen=True)


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
    return IntentModel.train(texts, intents, ridge=settings.ridge, balance=settings.balance)


@dataclass
class Talk:
    """One conversation inside one journey after the other. `replies` are the last turn's; `slot` is what is asked for."""

    services: AssistantServices
    outbox: TextOutbox
    ears: Ears
    now: datetime
    conversation_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    form: str = ""
    requested: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    replies: list[Reply] = field(default_factory=list)
    outcome: str = ""
    _misses: int = 0
    _asked: tuple[str, ...] = ()
    _key: str = ""

    @property
    def text(self) -> str:
        return "\n".join(reply.text for reply in self.replies)

    @property
    def slot(self) -> str:
        return self.replies[-1].slot if self.replies else ""

    def say(self, text: str) -> str:
        """Say something; opens the journey of its intent when none runs. Returns what was answered."""
        return self._hear(self.ears.hear(self.conversation_id, text, self._tick()))

    def pick(self, title: str) -> str:
        """Press the offered button that begins so."""
        offered = [choice for reply in self.replies for choice in reply.choices]
        choice = next(each for each in offered if each.title.startswith(title))
        return self._hear(press(self.conversation_id, choice, self._tick()))

    def hand_in(self, content: bytes, name: str = "材料.png") -> str:
        """Send a file to the open question, as the page does."""
        return self.take(self.send_file(content, name))

    def send_file(self, content: bytes, name: str = "材料.png") -> ClaimFile:
        """What the chat API does with it."""
        upload = Upload(self.conversation_id, name, content, self._tick())
        with self.services.unit_of_work() as work:
            file = take_file(work, inspect_upload(upload, inspect_file), self.services.limits)
            work.commit()
        return file

    def take(self, file: ClaimFile) -> str:
        """The message that carries a file."""
        return self._hear(press(self.conversation_id, as_choice(file), self._tick()))

    def code_of(self, phone: str) -> str:
        """The newest six digits sent to the phone."""
        found = re.search(r"(?<!\d)\d{6}(?!\d)", self.outbox.texts_for(phone, 1)[0].text)
        assert found
        return found.group()

    def another(self, conversation_id: str = "") -> Talk:
        """Somebody else, or the same customer in a new conversation."""
        return Talk(self.services, self.outbox, self.ears, self.now, conversation_id or uuid.uuid4().hex)

    def _tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def _hear(self, said: Understood) -> str:
        if self.form:
            given = {k: v for k, v in self.answers.items() if v}
            situation = Situation(given, said, self.services, self._key, asked=self._asked)
            turn = take_turn(JOURNEYS[self.form].journey, self.requested, self._misses, situation)
        else:
            # A consent code opens its own form, whatever the sentence means (bot.dialogue.escalation_policy).
            self.form = "consent_form" if find_code(said.text) else key_to_open(said)
            if said.choice and said.choice.startswith(SWITCH):
                said = replace(said, text="", entities=(), chosen=False)
            self._key = f"{self.conversation_id}:{said.message_id}:{self.form}"
            situation = Situation({}, said, self.services, self._key)
            turn = open_journey(JOURNEYS[self.form].journey, situation)
        return self._after(turn, situation)

    def _after(self, turn: Turn, situation: Situation) -> str:
        entry = JOURNEYS[self.form]
        self.answers, self.requested, self._misses = dict(turn.answers), turn.requested, turn.misses
        self._asked = turn.asked
        self.replies, self.outcome = list(turn.replies), turn.outcome
        finished = replace(situation, answers={k: v for k, v in turn.answers.items() if v})
        if turn.outcome.startswith("handed_off:"):
            self.replies += hand_off_journey(entry.journey, finished, turn.outcome.partition(":")[2])
        elif turn.outcome == "confirmed":
            self.replies += entry.submit(finished)
        if turn.outcome:
            self.form = ""
        return self.text


def new_talk(folder: Path, now: datetime, ears: Ears) -> Talk:
    """A conversation on a store of its own with the demo portfolio."""
    settings = read_settings({"BOT_VAR_DIR": str(folder)})
    prepare_store(settings, now.date())
    outbox = TextOutbox(build_engine(settings.database_url, settings.secrets.data_key))
    return Talk(build_assistant_services(settings), outbox, ears, now)
