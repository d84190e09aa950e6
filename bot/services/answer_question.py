"""Answers a general question from the knowledge files: the entry most like it, with its source and date, or an honest no."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.services.cite_source import cite
from bot.services.reply import TO_HUMAN, Choice, Reply, intend
from bot.services.retrieval import Field, Index, confidence, has_matter
from bot.services.understanding import Understood
from bot.text.normalise import normalise

# What the entity extractor may miss; a wrong line only costs points, it never hides an entry.
_LINE_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "motor",
        re.compile(
            r"车险|车损|交强|商业险|三者|座位险|车上|驾乘|新能源车|我的?车|车子|撞车|保险杠|开车|追尾|驾驶|行驶证"
            r"|车主|代驾|修车|剐蹭|公司的车|对方.{0,4}车"
        ),
    ),
    ("critical_illness", re.compile(r"重疾|重大疾病|重级|重急|大病险|轻症|中症|防癌")),
    ("health", re.compile(r"医疗险|百万医疗|住院|门诊|惠民保|健康险|医疗保险|护理险|长护|特药")),
    ("accident", re.compile(r"意外|学平|旅意")),
    ("life", re.compile(r"寿险|定寿|身故|两全")),
    ("annuity", re.compile(r"年金|养老险|教育金|分红|万能|投连|生存金")),
    (
        "property",
        re.compile(r"家财|企财|财产|货运|货物|碎屏|农险|运费险|商铺|厂房|仓库|养.{0,4}猪|家里.{0,3}(?:被盗|失火|着火)"),
    ),
    ("liability", re.compile(r"责任险|雇主|公责|责任保险")),
    ("travel", re.compile(r"旅游险|旅行险|境外|出境|航班|航延|航意|行李")),
    ("group", re.compile(r"团险|团体|团意|员工福利|建工险")),
)
_COMPARES = re.compile(r"区别|不同|不一样|一样|差别|差异|差在|分别|一回事|一个意思|一个东西|对比|怎么区分|分不清|vs")
_JOINS = re.compile(r"[\s,、/\"“”'「」]*(?:和|跟|与|同|及|还有|或|or)?[\s\"“”'「」]*")
_QUOTED = re.compile(r"[“\"'「『《]([^”\"'」』》]{1,20})[”\"'」』》]")
_LINE_FITS, _LINE_DIFFERS, _IN_QUOTES = 2, -5, 3
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
class Words:
    """One item of `when`. `weight`: how many characters it spells out; `rule` is None for plain words."""

    text: str
    weight: int
    rule: re.Pattern[str] | None = None

    def find(self, text: str) -> tuple[int, int] | None:
        """Where the words first stand in a normalised text."""
        if self.rule is None:
            start = text.find(self.text)
            return None if start < 0 else (start, start + len(self.text))
        match = self.rule.search(text)
        return match.span() if match and match.group() else None


@dataclass(frozen=True)
class Quote:
    """Clauses that an answer rests on: a product's covers by title, its exclusions by words that stand in them."""

    product: str
    covers: tuple[str, ...]
    exclusions: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """One answer. Without words and lines it is its intent's default. `asked`: questions of customers that it answers.

    `line_default`: it also answers when a message names one of its `lines` but no entry's words. `asks`: it ends with a
    question, and the next short message is its answer; `options` are answers to press, each a line of business.
    """

    id: str
    intent: str
    title: str
    words: tuple[Words, ...]
    lines: frozenset[str]
    line_default: bool
    answer: str
    source: str
    as_of: date
    choices: tuple[Choice, ...]
    asks: bool = False
    options: tuple[Choice, ...] = ()
    quotes: tuple[Quote, ...] = ()
    asked: tuple[str, ...] = ()

    @property
    def is_default(self) -> bool:
        return not self.words and not self.lines


@dataclass(frozen=True)
class _Hit:
    """Where an entry's words stand in the text (weight, start, end; not overlapping) and what they are worth."""

    entry: Entry
    spans: tuple[tuple[int, int, int], ...]
    score: int

    @property
    def start(self) -> int:
        return min(span[1] for span in self.spans)

    @property
    def end(self) -> int:
        return max(span[2] for span in self.spans)


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
        return Reply(f"{NO_ANSWER}\n您要问的如果是下面的，点一下；都不是的，请人工客服看。", (*choices, TO_HUMAN))

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
        text, lines = normalise(said.text), lines_named(said)
        if said.chosen or text.startswith("/") or not has_matter(text):
            return (_fallback(shelf, text, lines),)
        compared = _compared(shelf, text, lines) if said.intent == "ask_term" else ()
        if compared:
            return compared
        near = self.nearest(said)
        best, default = _of_sure_intent(near, said), _fallback(shelf, text, lines)
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
        text, lines = normalise(said.text), lines_named(said)
        cued = {hit.entry.id for hit in _hits(self.entries, text, lines)}
        best = max(self.nearest(replace(said, ranking=())), key=lambda each: each.alike)
        fits = best.entry.id in cued and best.alike >= _ALIKE_BY_WORDS and not best.entry.is_default
        return (best.entry,) if fits else ()

    def nearest(self, said: Understood) -> list[Candidate]:
        """All entries, the likeliest first; of its intent only, where that is certain: a completed question, a repeated one."""
        text, lines = normalise(said.text), lines_named(said)
        cues = {hit.entry.id: float(hit.score) for hit in _hits(self.entries, text, lines)}
        doubtful = bool(said.ranking) and said.ranking[0][0] == said.intent
        likely = dict(said.ranking) if doubtful else {said.intent: 1.0}
        scores = self.index.scores(text).tolist()
        found = [
            Candidate(entry, alike, cues.get(entry.id, 0.0) + _of_line(entry, lines), likely.get(entry.intent, 0.0))
            for entry, alike in zip(self.entries, scores, strict=True)
            if doubtful or entry.intent == said.intent
        ]
        return sorted(found, key=lambda each: each.rank)

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


def lines_named(said: Understood) -> set[str]:
    """The lines of business that a message names, by entity or by its words."""
    return {entity.value for entity in said.of_type("line_of_business")} | _lines_in(normalise(said.text))


def _lines_in(text: str) -> set[str]:
    return {line for line, words in _LINE_WORDS if words.search(text)}


def _hits(shelf: Iterable[Entry], text: str, lines: set[str]) -> Iterable[_Hit]:
    quoted = [match.span(1) for match in _QUOTED.finditer(text)]
    for entry in shelf:
        spans = _spans(entry, text)
        score = _score(entry, spans, lines, quoted) if spans else 0
        if score > 0:
            yield _Hit(entry, spans, score)


def _spans(entry: Entry, text: str) -> tuple[tuple[int, int, int], ...]:
    """The entry's matches, the heaviest first, each later one only where nothing heavier stands."""
    found: list[tuple[int, int, int]] = []
    for words in entry.words:
        span = words.find(text)
        if span:
            found.append((words.weight, *span))
    kept: list[tuple[int, int, int]] = []
    for weight, start, end in sorted(found, key=lambda span: (-span[0], span[1])):
        if all(end <= other[1] or start >= other[2] for other in kept):
            kept.append((weight, start, end))
    return tuple(kept)


def _score(
    entry: Entry, spans: tuple[tuple[int, int, int], ...], lines: set[str], quoted: list[tuple[int, int]]
) -> int:
    """What is spelled out, the longest word twice; the line of business and quotation marks move it."""
    score = sum(span[0] for span in spans) + spans[0][0]
    if entry.lines and lines:
        score += _LINE_FITS if entry.lines & lines else _LINE_DIFFERS
    if any(begin <= start and end <= stop for _, start, end in spans for begin, stop in quoted):
        score += _IN_QUOTES
    return score


def _shared_bigrams(title: str, text: str) -> int:
    return sum(title[at : at + 2] in text for at in range(len(title) - 1))


def _compared(shelf: Sequence[Entry], text: str, lines: set[str]) -> tuple[Entry, ...]:
    """The best term and a second one that stands elsewhere in the text, when the customer compares the two; else none."""
    hits = sorted(_hits(shelf, text, lines), key=lambda hit: (-hit.score, hit.start, hit.entry.id))
    best = next(iter(hits), None)
    other = next((hit for hit in hits if best and (hit.start >= best.end or hit.end <= best.start)), None)
    if best is None or other is None:
        return ()
    first, second = sorted((best, other), key=lambda hit: hit.start)
    if _COMPARES.search(text) or _JOINS.fullmatch(text[first.end : second.start]):
        return first.entry, second.entry
    return ()


def _fallback(shelf: tuple[Entry, ...], text: str, lines: set[str]) -> Entry:
    """The default of the line that the customer named, else the intent's own."""
    general = [entry for entry in shelf if entry.line_default and entry.lines & lines]
    if general:
        return min(general, key=lambda entry: (-_shared_bigrams(entry.title, text), len(entry.lines), entry.id))
    return next(entry for entry in shelf if entry.is_default)
