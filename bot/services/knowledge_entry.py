"""One entry of the knowledge files, and how its words stand in a question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.services.reply import Choice
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
class Hit:
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


def lines_named(said: Understood) -> set[str]:
    """The lines of business that a message names, by entity or by its words."""
    return {entity.value for entity in said.of_type("line_of_business")} | _lines_in(normalise(said.text))


def _lines_in(text: str) -> set[str]:
    return {line for line, words in _LINE_WORDS if words.search(text)}


def hits(shelf: Iterable[Entry], text: str, lines: set[str]) -> Iterable[Hit]:
    quoted = [match.span(1) for match in _QUOTED.finditer(text)]
    for entry in shelf:
        spans = _spans(entry, text)
        score = _score(entry, spans, lines, quoted) if spans else 0
        if score > 0:
            yield Hit(entry, spans, score)


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


def compared(shelf: Sequence[Entry], text: str, lines: set[str]) -> tuple[Entry, ...]:
    """The best term and a second one that stands elsewhere in the text, when the customer compares the two; else none."""
    found = sorted(hits(shelf, text, lines), key=lambda hit: (-hit.score, hit.start, hit.entry.id))
    best = next(iter(found), None)
    other = next((hit for hit in found if best and (hit.start >= best.end or hit.end <= best.start)), None)
    if best is None or other is None:
        return ()
    first, second = sorted((best, other), key=lambda hit: hit.start)
    if _COMPARES.search(text) or _JOINS.fullmatch(text[first.end : second.start]):
        return first.entry, second.entry
    return ()


def default_of(shelf: tuple[Entry, ...], text: str, lines: set[str]) -> Entry:
    """The default of the line that the customer named, else the intent's own."""
    general = [entry for entry in shelf if entry.line_default and entry.lines & lines]
    if general:
        return min(general, key=lambda entry: (-_shared_bigrams(entry.title, text), len(entry.lines), entry.id))
    return next(entry for entry in shelf if entry.is_default)
