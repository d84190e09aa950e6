"""One customer message as the assistant understood it; made by the actions from Rasa's tracker."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from bot.text.homophones import sound_alike

# A speaker's own repair: what counts is what follows ("八点四十左右 不对 八点二十").
_REPAIR = re.compile(
    r"(?:不对|不是不是|说错了?|讲错了?|输错了?|写错了?|错了|更正一下|应该是|改成|改为|不是[^，,。；;是]{1,12}[，,\s]*而?是)"
    r"[，,。.、\s啊哦呀]*(?:是|应该是|改成)?"
)


@dataclass(frozen=True)
class Entity:
    """`text` as typed, `value` the normal form of `data/entities.yml`."""

    type: str
    text: str
    value: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Request:
    """A part of a message, from `start` to `end`, and what the classifier makes of it alone."""

    text: str
    start: int
    end: int
    intent: str
    confidence: float


@dataclass(frozen=True)
class Understood:
    """`requests` are its parts when it has more than one. `chosen` is True when the message is a button that we offered; then the intent is certain. `aside` is True while
    the message is read for what it tells besides the open question. `heard`: the text with misheard terms put right (礼赔 is
    理赔), character for character; empty where nothing was misheard. Values and names are always `text`'s."""

    conversation_id: str
    message_id: str
    received_at: datetime
    channel: str
    text: str
    intent: str
    confidence: float
    ranking: tuple[tuple[str, float], ...] = ()
    entities: tuple[Entity, ...] = ()
    chosen: bool = False
    aside: bool = False
    requests: tuple[Request, ...] = ()
    heard: str = ""

    @property
    def words(self) -> str:
        """What rules and searches match words in: `heard`, unless `text` has become another one since."""
        return self.heard if sound_alike(self.text, self.heard) else self.text

    def of_type(self, *types: str) -> tuple[Entity, ...]:
        return tuple(entity for entity in self.entities if entity.type in types)

    def first(self, *types: str) -> Entity | None:
        return next(iter(self.of_type(*types)), None)

    @property
    def choice(self) -> str | None:
        """The value of the button that was pressed, when it answers a question."""
        entity = self.first("choice")
        return entity.value if self.chosen and entity else None

    def means(self, *intents: str, at_least: float = 0.5) -> bool:
        """The message most likely has one of these intents, by at least that probability."""
        return self.intent in intents and (self.chosen or self.confidence >= at_least)

    def part(self, request: Request) -> Understood:
        """That part as a message of its own."""
        inside = (each for each in self.entities if request.start <= each.start and each.end <= request.end)
        moved = tuple(replace(each, start=each.start - request.start, end=each.end - request.start) for each in inside)
        return replace(
            self,
            text=request.text,
            heard=self.words[request.start : request.end] if self.heard else "",
            intent=request.intent,
            confidence=request.confidence,
            ranking=((request.intent, request.confidence),),
            entities=moved,
            requests=(),
        )

    def as_answer(self) -> Understood:
        """The message as an answer to the open question: a pressed button's value, a repaired sentence's last part."""
        if self.choice is not None:
            return replace(self, text=self.choice, entities=())
        *_, last = _REPAIR.split(self.text)
        if last.strip() and last != self.text:
            cut = len(self.text) - len(last)
            kept = tuple(entity for entity in self.entities if entity.start >= cut)
            return replace(self, text=last.strip(), entities=kept)
        return self

    @property
    def is_repair(self) -> bool:
        return bool(_REPAIR.search(self.text))
