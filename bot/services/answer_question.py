"""Answers a general question from the knowledge files: the entry most like it, with its source and date, or an honest no."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.services.cite_source import cite
from bot.services.knowledge_entry import Entry, compared, default_of, hits, lines_named
from bot.services.reply import TO_HUMAN, Choice, Reply, intend
from bot.services.retrieval import Field, Index, confidence, has_matter
from bot.services.understanding import Understood
from bot.text.normalise import normalise

_TITLE, _CUES, _ASKED, _ANSWER = 3.0, 3.0, 2.0, 0.5  # what a word counts by where it stands in an entry
_CUE, _LIKELY, _UNLIKELY = 2.5, 4.0, 3e-4  # words of `when`, and the intent's probability, against likeness
_ALIKE_BY_WORDS = 70  # of what few words name; "犹豫期几天" is 76 like its entry
_ALIKE_ENOUGH_TO_OFFER, _OFFERED = 20.0, 3
_TIE, _OWN_WORDS, _SURELY = 5.0, 4.0, 0.6
_SURE_INTENT, _NOT_MEANT = 0.9, 0.02
_SURE, _AHEAD = 1.0, 8.0  # where the intent is in doubt, the answer may not be
_PATTERN = re.compile(r"[\\^$.|?*+()\[\]{}]|\d+,\d+")
_ENTRY, _OUTSIDE = "entry:", "out_of_scope"

NO_ANSWER = "这个问题我手上没有现成的答案，不想猜给您听。"
GENERAL = Reply(
    f"{NO_ANSWER}\n可以请人工客服看您的问题，您说过的内容会一起转过去，不用重说。",
    (TO_HUMAN, intend("能办什么", "ask_capabilities")),
)


@dataclass(frozen=True)
class Candidate:
    """An entry with why it may answer: likeness of letters and sounds, its own words in the text, its intent's probability."""

    entry: Entry
    alike: float
    cue: float
    probability: float

    @property
    def is_plain(self) -> bool:
        """Words of `when` stand in the message, and it surely has that intent."""
        return self.cue >= _OWN_WORDS and self.probability >= _SURELY

    @property
    def rank(self) -> tuple[float, str]:
        likely = math.log(max(self.probability, _UNLIKELY))
        return (-(self.alike + _CUE * self.cue + _LIKELY * likely), self.entry.id)


@dataclass(frozen=True)
class KnowledgeBase:
    """All entries, in file order, by intent."""

    shelves: Mapping[str, tuple[Entry, ...]]
    entries: tuple[Entry, ...]
    index: Index

    @classmethod
    def build(cls, shelves: Mapping[str, tuple[Entry, ...]]) -> KnowledgeBase:
        """With the index of all entries; a second for six hundred."""
        entries = tuple(entry for shelf in shelves.values() for entry in shelf)
        return cls(shelves, entries, Index.build([_fields(entry) for entry in entries]))

    def answer(self, said: Understood) -> Reply:
        """The best answer; two when two terms are compared; an honest no with the nearest questions where none fits."""
        found = self.find(said)
        return tell(found) if found else self.decline(said)

    def decline(self, said: Understood) -> Reply:
        """That there is no answer, with the nearest questions that have one."""
        near = self.nearest(said) if said.intent in self.shelves else []
        near = [each for each in near[:_OFFERED] if each.alike >= _ALIKE_ENOUGH_TO_OFFER]
        if not near:
            return GENERAL
        choices = tuple(_entry_button(each.entry) for each in near)
        return Reply(f"{NO_ANSWER}\n您要问的如果是下面的，选一个；都不是的，请人工客服看。", (*choices, TO_HUMAN))

    def find(self, said: Understood) -> tuple[Entry, ...]:
        """The entries that answer `said`, two when two terms are compared; none when nothing is likely to.

        An intent without entries has none. A message that says little more than its intent and a line of business gets
        their default; so does one that no entry fits and that names nothing unheard of, or one such thing where the default
        asks back.
        """
        shelf = self.shelves.get(said.intent, ())
        pressed = self._pressed(said)
        if pressed or not shelf:
            return pressed
        text, lines = normalise(said.words), lines_named(said)
        if said.chosen or text.startswith("/") or not has_matter(text):
            return (default_of(shelf, text, lines),)
        two = compared(shelf, text, lines) if said.intent == "ask_term" else ()
        if two:
            return two
        near = self.nearest(said)
        best, default = _of_sure_intent(near, said), default_of(shelf, text, lines)
        if best.cue == 0 and any(each.entry is default and each.rank[0] - best.rank[0] < _TIE for each in near):
            return (default,)
        # That something is not ours is no claim to know: it needs no certainty.
        if best.is_plain or best.entry.intent == _OUTSIDE or self.odds(best, said) >= 0:
            return (best.entry,)
        return (default,) if default.asks and self.index.unknown_words(text)[0] <= 1 else ()

    def find_sure(self, said: Understood) -> tuple[Entry, ...]:
        """The one entry that answers a message whose intent is in doubt, where it is far ahead of all others."""
        best, second = self.nearest(said)[:2]
        sure = self.odds(best, said) >= _SURE and second.rank[0] - best.rank[0] >= _AHEAD
        return (best.entry,) if sure and not best.entry.is_default else ()

    def find_by_words(self, said: Understood) -> tuple[Entry, ...]:
        """The entry that a few words name by a cue of its own and are much like, whatever their intent."""
        text, lines = normalise(said.words), lines_named(said)
        cued = {hit.entry.id for hit in hits(self.entries, text, lines)}
        best = max(self.nearest(replace(said, ranking=())), key=lambda each: each.alike)
        fits = best.entry.id in cued and best.alike >= _ALIKE_BY_WORDS and not best.entry.is_default
        return (best.entry,) if fits else ()

    def nearest(self, said: Understood) -> list[Candidate]:
        """All entries, the likeliest first; of its intent only, where that is certain: a completed question, a repeated one."""
        text, lines = normalise(said.words), lines_named(said)
        cues = {hit.entry.id: float(hit.score) for hit in hits(self.entries, text, lines)}
        doubtful = bool(said.ranking) and said.ranking[0][0] == said.intent
        likely = dict(said.ranking) if doubtful else {said.intent: 1.0}
        scores = self.index.scores(text).tolist()
        found = [
            Candidate(entry, alike, cues.get(entry.id, 0.0) + _of_line(entry, lines), likely.get(entry.intent, 0.0))
            for entry, alike in zip(self.entries, scores, strict=True)
            if doubtful or entry.intent == said.intent
        ]
        return sorted(found, key=lambda each: each.rank)

    def suggest(self, text: str, at: datetime, most: int) -> tuple[Entry, ...]:
        """The entries most like a message, for a person who answers it: by its words alone, whatever its intent."""
        said = Understood("", "", at, "", text, "", 1.0, ranking=(("", 1.0),))
        near = [each for each in self.nearest(said) if each.alike >= _ALIKE_ENOUGH_TO_OFFER]
        return tuple(each.entry for each in near[:most])

    def odds(self, best: Candidate, said: Understood) -> float:
        """Log odds that the knowledge holds the answer; surely not where hardly a letter of the question stands in it."""
        if best.cue == 0 and best.alike < _ALIKE_ENOUGH_TO_OFFER:
            return -math.inf
        outside = dict(said.ranking).get(_OUTSIDE, 0.0)
        return confidence(alike=best.alike, probability=best.probability, out_of_scope=outside)

    def _pressed(self, said: Understood) -> tuple[Entry, ...]:
        document = said.first("document") if said.chosen else None
        wanted = document.value.removeprefix(_ENTRY) if document and document.value.startswith(_ENTRY) else ""
        return tuple(entry for entry in self.entries if entry.id == wanted)


def _of_sure_intent(near: Sequence[Candidate], said: Understood) -> Candidate:
    """The likeliest entry; where the intent is sure and an entry of it is named by its own words, no other intent's entry
    that is merely more alike ("理赔款多久到账" is written much like how soon a policy loan is paid)."""
    best = near[0]
    if said.confidence < _SURE_INTENT or best.probability >= _NOT_MEANT:
        return best
    return next((each for each in near if each.entry.intent == said.intent and each.cue >= _OWN_WORDS), best)


def _entry_button(entry: Entry) -> Choice:
    """Shows an entry. The intent only leads to the action that answers."""
    intent = entry.intent if entry.intent == "ask_coverage" else "ask_term"
    return Choice(entry.title, f"/{intent}" + json.dumps({"document": _ENTRY + entry.id}))


def _fields(entry: Entry) -> tuple[Field, ...]:
    cues = " ".join(_PATTERN.sub(" ", words.text) for words in entry.words)
    return (
        Field(entry.title, _TITLE), Field(cues, _CUES), Field(" ".join(entry.asked), _ASKED), Field(entry.answer, _ANSWER)
    )  # fmt: skip


def _of_line(entry: Entry, lines: set[str]) -> float:
    """What is written for another line of business than the one named is seldom meant."""
    if not entry.lines or not lines:
        return 0.0
    return 0.7 if entry.lines & lines else -0.7


def tell(found: tuple[Entry, ...]) -> Reply:
    """These entries as one message, with what they rest on."""
    if not found:
        return GENERAL
    text = "\n".join(entry.answer for entry in found)
    told = cite(text, [entry.source for entry in found], min(entry.as_of for entry in found), found[0].intent)
    choices = dict.fromkeys(choice for entry in found for choice in entry.choices)
    options = tuple(choice for entry in found for choice in entry.options)
    return Reply(f"{text}\n{told}" if told else text, options + tuple(choices)[:3])
