"""A running journey in plain Python, as the form action carries it: answers in, answers out, no Rasa.

The talks of the tests differ in who understands the messages; what then happens to a journey is here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache

import yaml

from bot.nlu.lexicon import read_lexicon
from bot.nlu.reading import EntityReader
from bot.nlu.segmenter import Segmenter
from bot.nlu.settings import ExtractorSettings, TokenizerSettings
from bot.nlu.vocabularies import Vocabularies
from bot.services.assistant import AssistantServices
from bot.services.journeys.drafts import forget_draft, keep_draft
from bot.services.journeys.engine import open_journey, take_turn
from bot.services.journeys.finish import hand_off_journey
from bot.services.journeys.journey import Situation
from bot.services.journeys.turn import Turn
from bot.services.registry import JOURNEYS
from bot.services.reply import Choice, Reply
from bot.services.understanding import Entity, Understood
from bot.settings import ROOT
from bot.store.text_messages import TextOutbox


@dataclass(kw_only=True)
class JourneyRun:
    """`replies` are the last turn's, `requested` the open question ("" when none is), `outcome` how the journey ended."""

    services: AssistantServices
    form: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    requested: str = ""
    replies: list[Reply] = field(default_factory=list)
    outcome: str = ""
    misses: int = 0
    key: str = ""
    asked: tuple[str, ...] = ()  # the counted questions put so far

    @property
    def text(self) -> str:
        return "\n".join(reply.text for reply in self.replies)

    @property
    def titles(self) -> list[str]:
        return [choice.title for choice in self.offered]

    @property
    def offered(self) -> list[Choice]:
        return [choice for reply in self.replies for choice in reply.choices]

    def button(self, title: str) -> Choice:
        """The offered button that begins so."""
        return next(choice for choice in self.offered if choice.title.startswith(title))

    def begin(self, form: str, said: Understood) -> str:
        """The first message of a journey."""
        self.form, self.key = form, f"{said.conversation_id}:{said.message_id}:{form}"
        self.answers, self.requested, self.misses, self.outcome, self.asked = {}, "", 0, "", ()
        situation = Situation({}, said, self.services, self.key)
        return self._after(open_journey(JOURNEYS[form].journey, situation), situation)

    def go_on(self, said: Understood) -> str:
        """A message while a question is open."""
        situation = Situation(dict(self.answers), said, self.services, self.key, asked=self.asked)
        return self._after(take_turn(JOURNEYS[self.form].journey, self.requested, self.misses, situation), situation)

    def _after(self, turn: Turn, situation: Situation) -> str:
        entry = JOURNEYS[self.form]
        self.answers = {slot: value for slot, value in turn.answers.items() if value}
        self.misses, self.outcome, self.replies = turn.misses, turn.outcome, list(turn.replies)
        self.asked = turn.asked
        keep_draft(entry.journey, self.form, turn, situation)
        self.requested = "" if turn.outcome else turn.requested
        finished = replace(situation, answers=self.answers)
        if turn.outcome.startswith("handed_off:"):
            self.replies += hand_off_journey(entry.journey, finished, turn.outcome.partition(":")[2])
        elif turn.outcome == "confirmed":
            self.replies += entry.submit(finished)
            forget_draft(self.key, self.services)
        return self.text


def newest_code(outbox: TextOutbox, phone: str) -> str:
    """The newest six digits sent to the phone."""
    found = re.search(r"(?<!\d)\d{6}(?!\d)", outbox.texts_for(phone, 1)[0].text)
    assert found
    return found.group()


def pressed(choice: Choice) -> tuple[str, tuple[Entity, ...]]:
    """The intent and the values of a button."""
    intent, _, rest = choice.payload.removeprefix("/").partition("{")
    values = json.loads("{" + rest) if rest else {}
    return intent, tuple(Entity(name, "", value) for name, value in values.items())


@lru_cache(maxsize=1)
def component_keys() -> dict[str, dict[str, object]]:
    """The keys of each component of config.yml, by the name of its class."""
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    return {each["name"].rpartition(".")[2]: {k: v for k, v in each.items() if k != "name"} for each in pipeline}


@lru_cache(maxsize=1)
def _readers() -> tuple[EntityReader, Segmenter]:
    settings = ExtractorSettings.parse(component_keys()["InsuranceEntityExtractor"])
    lexicon = read_lexicon(TokenizerSettings.parse(component_keys()["LexiconJiebaTokenizer"]).lexicon_dir)
    return EntityReader(settings, Vocabularies.parse(read_lexicon(settings.entities_dir))), Segmenter(lexicon)


def hear_terms(text: str) -> str:
    """The text with its misheard terms put right, as the shipped extractor hears it; empty where nothing was."""
    return _readers()[0].hear(text)


def read_entities(text: str, at: datetime) -> Sequence[Entity]:
    """What the shipped extractors find."""
    reader, segmenter = _readers()
    boundaries = {(start, end) for _, start, end in segmenter.cut(text)}
    return tuple(
        Entity(each.entity, text[each.start : each.end], str(each.value), each.start, each.end)
        for each in reader.read(text, at, boundaries)
    )
