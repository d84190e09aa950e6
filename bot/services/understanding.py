"""One customer message as the assistant understood it; made by the actions from Rasa's tracker."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.text.amounts import find_amounts
from bot.text.dates import SHANGHAI, find_dates
from bot.text.homophones import sound_alike
from bot.text.normalise import fold
from bot.text.repair_groups import CODES
from bot.text.repair_parts import Piece, Repair, Value, Way
from bot.text.repairs import MOST, find_repair
from bot.text.said_numbers import NumberReader
from bot.text.times import find_times

_NUMBERED = CODES | {"plate_no"}
_NUMBERS = NumberReader()
DOUBT = "nlu_fallback"  # the intent where the classifier cannot decide


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
    理赔), character for character; empty where nothing was misheard. Values and names are always `text`'s. `alarm`: the clause of the text that alone would be a call for help.
    `interlude`: the kind, where the message is surely one of those that answer nothing (waits, chats, asks_again, asks_if_done, asks_who, greets, thanks)."""

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
    alarm: str = ""
    interlude: str = ""

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

    @property
    def likeliest(self) -> str:
        """The intent, or where the classifier was in doubt its best guess."""
        if self.intent != DOUBT:
            return self.intent
        return next((name for name, _ in self.ranking if name != DOUBT), DOUBT)

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
            interlude="",
        )

    def as_answer(self) -> Understood:
        """The message as an answer to the open question: a pressed button's value, a repaired sentence as it counts."""
        if self.choice is not None:
            return replace(self, text=self.choice, entities=())
        return self._repaired(Way.DIGITS, Way.VALUE, Way.WORDS)

    def mended(self) -> Understood:
        """The whole message with the values that its speaker took back replaced: "贷五万，哦不，三万" is 贷三万."""
        return self if self.chosen else self._repaired(Way.DIGITS, Way.VALUE)

    @property
    def is_repair(self) -> bool:
        return not self.chosen and self._repair() is not None

    def _repair(self) -> Repair | None:
        return find_repair(self.text, (Value(each.type, each.start, each.end) for each in self.entities))

    def _repaired(self, *ways: Way) -> Understood:
        said = self
        for _ in range(MOST):
            repair = said._repair()
            if repair is None or repair.way not in ways or not repair.text.strip():
                break
            said = said._keeping(repair)
        return said

    def _keeping(self, repair: Repair) -> Understood:
        """Only the pieces that count, with their entities at their new places."""
        kept: list[Entity] = []
        at = 0
        for piece in repair.pieces:
            if self.text[piece.start : piece.end] != piece.text:  # its digits were mended
                kept += self._number(repair.text, piece, at)
            else:
                kept += [_moved(each, piece, at) for each in self.entities if _stands_in(each, piece, self.text)]
            at += len(piece.text)
        lead = len(repair.text) - len(repair.text.lstrip())
        moved = (replace(each, start=each.start - lead, end=each.end - lead) for each in kept)
        said = replace(self, text=repair.text.strip(), entities=tuple(moved), requests=())
        return said._with_times()._with_sums(self) if repair.way is Way.VALUE else said

    def _with_times(self) -> Understood:
        """What was said of the first is the second's too: 晚上八点四十，哦不，八点二十; 去年五月六号，不对，七号."""
        if self.received_at.tzinfo is None or not self.of_type("time", "date"):
            return self
        spans = {"time": find_times(self.text, self.received_at), "date": find_dates(self.text, self.received_at)}

        def again(entity: Entity) -> Entity:
            near = spans.get(entity.type, ())
            span = next((each for each in near if each.start < entity.end and entity.start < each.end), None)
            if span is None:
                return entity
            return replace(entity, text=span.text, value=span.value, start=span.start, end=span.end)

        return replace(self, entities=tuple(map(again, self.entities)))

    def _number(self, text: str, piece: Piece, at: int) -> list[Entity]:
        """What the mended number is that stands in `text` from `at`; where its shape tells nothing, what it was taken for."""
        end, day = at + len(piece.text), self.received_at
        today = (day.astimezone(SHANGHAI) if day.tzinfo else day).date()
        read = (each for each in _NUMBERS.read(fold(text), today) if each.start < end and at < each.end)
        taken = (each for each in self.entities if _stands_in(each, piece, self.text) and each.type in _NUMBERED)
        found = next(((each.entity, str(each.value)) for each in read if each.entity in _NUMBERED), None)
        found = found or next(((each.type, piece.text) for each in taken), None)
        return [Entity(found[0], piece.text, found[1], at, end)] if found else []

    def _with_sums(self, before: Understood) -> Understood:
        """ "五千块，不对，800": the bare number is money too."""
        if self.of_type("amount") or not before.of_type("amount"):
            return self
        sums = (Entity("amount", each.text, str(each.value), each.start, each.end) for each in find_amounts(self.text))
        new = (each for each in sums if not any(each.start < one.end and one.start < each.end for one in self.entities))
        return replace(self, entities=(*self.entities, *new))


def _stands_in(entity: Entity, piece: Piece, text: str) -> bool:
    if text[piece.start : piece.end] == piece.text:
        return piece.start <= entity.start and entity.end <= piece.end
    return entity.start < piece.end and piece.start < entity.end


def _moved(entity: Entity, piece: Piece, at: int) -> Entity:
    shift = at - piece.start
    return replace(entity, start=entity.start + shift, end=entity.end + shift)
