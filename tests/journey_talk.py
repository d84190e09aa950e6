"""A journey spoken in plain Python: the shipped entity readers, the engine and a real SQLite store, without Rasa.

The intent of each message is given, so that a test says what the classifier made of it.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import yaml

from bot.bootstrap import build_assistant_services, prepare_store
from bot.insurance.claim import Claim
from bot.insurance.hand_off import HandOff
from bot.nlu.lexicon import read_lexicon
from bot.nlu.reading import EntityReader
from bot.nlu.segmenter import Segmenter
from bot.nlu.settings import ExtractorSettings, TokenizerSettings
from bot.nlu.vocabularies import Vocabularies
from bot.services.assistant import AssistantServices
from bot.services.journeys.engine import open_journey, take_turn
from bot.services.journeys.finish import hand_off_journey
from bot.services.journeys.journey import Situation
from bot.services.registry import JOURNEYS
from bot.services.reply import Reply
from bot.services.understanding import Entity, Understood
from bot.settings import ROOT, read_settings
from bot.store.engine import build_engine, read_only
from bot.store.text_messages import TextOutbox
from bot.store.unit_of_work import SqlUnitOfWork


@lru_cache(maxsize=1)
def _readers() -> tuple[EntityReader, Segmenter]:
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    keys = {each["name"].rpartition(".")[2]: {k: v for k, v in each.items() if k != "name"} for each in pipeline}
    settings = ExtractorSettings.parse(keys["InsuranceEntityExtractor"])
    lexicon = read_lexicon(TokenizerSettings.parse(keys["LexiconJiebaTokenizer"]).lexicon_dir)
    return EntityReader(settings, Vocabularies.parse(read_lexicon(settings.entities_dir))), Segmenter(lexicon)


def understand(conversation: str, text: str, intent: str, at: datetime) -> Understood:
    reader, segmenter = _readers()
    boundaries = {(start, end) for _, start, end in segmenter.cut(text)}
    entities = tuple(
        Entity(each.entity, text[each.start : each.end], str(each.value), each.start, each.end)
        for each in reader.read(text, at, boundaries)
    )
    return Understood(conversation, uuid.uuid4().hex, at, "web", text, intent, 0.9, ((intent, 0.9),), entities)


@dataclass
class JourneyTalk:
    """One conversation inside one journey. `replies` are the last turn's, `slot` is what is asked for."""

    services: AssistantServices
    outbox: TextOutbox
    form: str
    now: datetime
    conversation: str = field(default_factory=lambda: uuid.uuid4().hex)
    requested: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    replies: list[Reply] = field(default_factory=list)
    outcome: str = ""
    misses: int = 0
    asked: tuple[str, ...] = ()
    key: str = ""

    @property
    def text(self) -> str:
        return "\n".join(reply.text for reply in self.replies)

    @property
    def slot(self) -> str:
        return "" if self.outcome else self.requested

    def say(self, text: str, intent: str = "") -> str:
        intent = intent or ("affirm" if text == "确认" else "inform")
        return self._hear(understand(self.conversation, text, intent, self.now))

    def all(self, *texts: str) -> str:
        """One message after the other; what was answered to the last."""
        return [self.say(text) for text in texts][-1]

    def pick(self, title: str) -> str:
        offered = [choice for reply in self.replies for choice in reply.choices]
        choice = next(each for each in offered if each.title.startswith(title))
        intent, _, rest = choice.payload.removeprefix("/").partition("{")
        values = json.loads("{" + rest) if rest else {}
        entities = tuple(Entity(name, "", value) for name, value in values.items())
        message_id = uuid.uuid4().hex
        return self._hear(
            Understood(self.conversation, message_id, self.now, "web", "", intent, 1.0, (), entities, chosen=True)
        )

    def code(self, phone: str) -> str:
        found = re.search(r"(?<!\d)\d{6}(?!\d)", self.outbox.texts_for(phone, 1)[0].text)
        assert found
        return self.say(found.group())

    def another(self, form: str = "", *, same_conversation: bool = False) -> JourneyTalk:
        """Somebody else's conversation, or the next journey of this one."""
        conversation = self.conversation if same_conversation else uuid.uuid4().hex
        return JourneyTalk(self.services, self.outbox, form or self.form, self.now, conversation)

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

    def _hear(self, said: Understood) -> str:
        entry = JOURNEYS[self.form]
        if self.key:
            given = {k: v for k, v in self.answers.items() if v}
            situation = Situation(given, said, self.services, self.key, asked=self.asked)
            turn = take_turn(entry.journey, self.requested, self.misses, situation)
        else:
            self.key = f"{self.conversation}:{said.message_id}:{self.form}"
            situation = Situation({}, said, self.services, self.key)
            turn = open_journey(entry.journey, situation)
        self.answers, self.requested, self.misses = dict(turn.answers), turn.requested, turn.misses
        self.asked = turn.asked
        self.replies, self.outcome = list(turn.replies), turn.outcome
        finished = replace(situation, answers={k: v for k, v in turn.answers.items() if v})
        if turn.outcome.startswith("handed_off:"):
            self.replies += hand_off_journey(entry.journey, finished, turn.outcome.partition(":")[2])
        elif turn.outcome == "confirmed":
            self.replies += entry.submit(finished)
        return self.text


def start_talk(folder: Path, form: str, now: datetime) -> JourneyTalk:
    """A conversation on a store of its own in this folder, with the demo portfolio."""
    template, usual = _portfolio(now)
    shutil.copytree(template.name, folder, dirs_exist_ok=True)
    settings = read_settings({"BOT_VAR_DIR": str(folder)})
    engine = build_engine(settings.database_url, settings.secrets.data_key)
    reading = read_only(engine)
    services = replace(usual, unit_of_work=lambda: SqlUnitOfWork(engine), reading=lambda: SqlUnitOfWork(reading))
    return JourneyTalk(services, TextOutbox(engine), form, now)


@lru_cache(maxsize=1)
def _portfolio(now: datetime) -> tuple[tempfile.TemporaryDirectory[str], AssistantServices]:
    """Filled once, with rules and answers read once: every conversation gets a copy of the folder."""
    folder = tempfile.TemporaryDirectory()
    settings = read_settings({"BOT_VAR_DIR": folder.name})
    prepare_store(settings, now.date())
    return folder, build_assistant_services(settings)
