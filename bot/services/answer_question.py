"""Answers a general question from the knowledge files: the entry whose words fit best, with its source and date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

from bot.calendars.strict_yaml import DataFileError, Row, read_row
from bot.services.reply import TO_HUMAN, Choice, Reply, intend
from bot.services.understanding import Understood
from bot.text.normalise import normalise

_LINES = frozenset(
    ("motor", "health", "critical_illness", "accident", "life", "annuity", "property", "liability", "travel", "group")
)
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
# Practice is ours to explain, and the customer's own clauses were not read; everything else is a paper to look up.
_UNCITED = frozenset(("公司服务规则", "行业通行做法", "公共服务信息", "您的保单条款"))
# A product's name says which shelf, not which question ("三者险 酒驾"): it weighs one character outside `ask_term`.
_PRODUCT = re.compile(
    r"(?:三者|交强|商业|座位|驾乘|车损|意外|医疗|重疾|家财|企财|雇主|团|旅游|旅行|学平|寿|年金|宠物|货运|盗抢|护理)险"
    r"|车险|三者|交强|医疗保险"
)
_SYNTAX = re.compile(r"[\\^$.|?*+()\[\]{}]")
_GROUP = re.compile(r"\((?:\?:)?([^()]*)\)(\??)")
_WILD = re.compile(r"\.?(?:\{[^}]*\}|[*+])|\[[^\]]*\]|\\.|[\^$]|.\?|\.")

_LINE_FITS, _LINE_DIFFERS, _IN_QUOTES = 2, -5, 3
_WORTH = 2  # two or three letters about another line of business are no answer

GENERAL = Reply(
    "这个问题我手上没有现成的答案，不想猜给您听。\n可以请人工客服看您的问题，您说过的内容会一起转过去，不用重说。",
    (TO_HUMAN, intend("能办什么", "ask_capabilities")),
)


class KnowledgeError(DataFileError):
    """A knowledge file is malformed. `data`: file, line, entry (its id), key, problem."""

    code = "knowledge_invalid"


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
class Entry:
    """One answer. Without words and lines it is its intent's default.

    `line_default`: it also answers when a message names one of its `lines` but no entry's words.
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

    @property
    def is_default(self) -> bool:
        return not self.words and not self.lines


@dataclass(frozen=True)
class _Hit:
    """Where an entry's words stand in the text (weight, start, end; not overlapping) and what they are worth."""

    entry: Entry
    spans: tuple[tuple[int, int, int], ...]
    score: int
    overlap: int

    @property
    def start(self) -> int:
        return min(span[1] for span in self.spans)

    @property
    def end(self) -> int:
        return max(span[2] for span in self.spans)


@dataclass(frozen=True)
class KnowledgeBase:
    """All entries, in file order, by intent."""

    shelves: Mapping[str, tuple[Entry, ...]]

    def answer(self, said: Understood) -> Reply:
        """The best answer of the message's intent; two answers when two terms are compared; never an exception."""
        found = self.find(said)
        if not found:
            return GENERAL
        sources = dict.fromkeys(entry.source for entry in found if entry.source not in _UNCITED)
        text = "\n".join(entry.answer for entry in found)
        if sources:
            text += f"\n依据：{'；'.join(sources)}（{min(entry.as_of for entry in found).isoformat()}）"
        choices = dict.fromkeys(choice for entry in found for choice in entry.choices)
        return Reply(text, tuple(choices)[:3])

    def find(self, said: Understood) -> tuple[Entry, ...]:
        """The entries that answer `said`: none when its intent has no entry, two when `ask_term` names two terms."""
        shelf = self.shelves.get(said.intent, ())
        if not shelf:
            return ()
        text = normalise(said.text)
        lines = {entity.value for entity in said.of_type("line_of_business")} | _lines_in(text)
        hits = sorted(_hits(shelf, text, lines), key=_rank)
        if hits and said.intent == "ask_term":
            return _terms(hits, text)
        if hits:
            return (hits[0].entry,)
        return (_fallback(shelf, text, lines),)


def load_knowledge(folder: Path) -> KnowledgeBase:
    """Reads every `*.yml` of `folder`; the intents come from `intents.yml` beside the folder.

    Raises `KnowledgeError` (file, line, id of the entry) for unknown keys, intents or lines, repeated ids, a pattern
    that is no regular expression, a missing source, and an intent without exactly one default.
    """
    contract = read_row(folder.parent / "intents.yml", KnowledgeError)
    intents = frozenset(contract.child("intents").values)
    entries: list[Entry] = []
    seen: dict[str, str] = {}
    for path in sorted(folder.glob("*.yml")):
        top = read_row(path, KnowledgeError)
        top.expect(("answers",))
        for row in top.rows("answers"):
            entry = _entry(row, intents)
            if entry.id in seen:
                row.refuse("id", f"编号重复，已在 {seen[entry.id]} 用过")
            seen[entry.id] = path.name
            entries.append(entry)
    if not entries:
        raise KnowledgeError(file=str(folder), line=0, entry="", key="", problem="没有任何知识条目")
    return KnowledgeBase(MappingProxyType(_shelves(folder, entries)))


def _entry(row: Row, intents: frozenset[str]) -> Entry:
    row.expect(("id", "intent", "title", "when", "answer", "source", "as_of"), ("lines", "line_default", "next"))
    intent = row.text("intent")
    if intent not in intents:
        row.refuse("intent", f"不认识的意图 {intent}")
    lines = frozenset(row.texts("lines"))
    if lines - _LINES:
        row.refuse("lines", f"不认识的险种 {'、'.join(sorted(lines - _LINES))}")
    if row.flag("line_default") and not lines:
        row.refuse("line_default", "要先写 lines 才能作险种的默认答案")
    return Entry(
        id=row.text("id"),
        intent=intent,
        title=row.text("title"),
        words=tuple(_words(row, text, intent) for text in row.texts("when")),
        lines=lines,
        line_default=row.flag("line_default") or bool(lines and not row.texts("when")),
        answer=row.text("answer"),
        source=row.text("source"),
        as_of=row.day("as_of"),
        choices=_choices(row, intents),
    )


def _words(row: Row, text: str, intent: str) -> Words:
    text = text.lower()
    if not _SYNTAX.search(text):
        return Words(text, 1 if intent != "ask_term" and _PRODUCT.fullmatch(text) else len(text))
    try:
        return Words(text, _spelled_out(text), re.compile(text))
    except re.error as failure:
        row.refuse("when", f"不是正确的表达式 {text}：{failure}")


def _spelled_out(rule: str) -> int:
    """Characters that any match of `rule` must contain: no wildcards, the longest branch, nothing optional."""
    while _GROUP.search(rule):
        rule = _GROUP.sub(lambda group: "" if group[2] else max(group[1].split("|"), key=len), rule)
    return max(len(_WILD.sub("", branch)) for branch in rule.split("|"))


def _choices(row: Row, intents: frozenset[str]) -> tuple[Choice, ...]:
    choices = []
    for item in row.rows("next"):
        item.expect(("title", "intent"))
        if item.text("intent") not in intents:
            item.refuse("intent", f"不认识的意图 {item.text('intent')}")
        choices.append(intend(item.text("title"), item.text("intent")))
    if len(choices) > 3:
        row.refuse("next", "最多三个选项")
    return tuple(choices)


def _shelves(folder: Path, entries: Iterable[Entry]) -> dict[str, tuple[Entry, ...]]:
    shelves: dict[str, tuple[Entry, ...]] = {}
    for entry in entries:
        shelves[entry.intent] = (*shelves.get(entry.intent, ()), entry)
    for intent, shelf in shelves.items():
        defaults = [entry.id for entry in shelf if entry.is_default]
        if len(defaults) != 1:
            problem = f"意图 {intent} 应有且只有一个默认答案，现有 {len(defaults)} 个"
            raise KnowledgeError(file=str(folder), line=0, entry="、".join(defaults), key="when", problem=problem)
    return shelves


def _lines_in(text: str) -> set[str]:
    return {line for line, words in _LINE_WORDS if words.search(text)}


def _hits(shelf: Iterable[Entry], text: str, lines: set[str]) -> Iterable[_Hit]:
    quoted = [match.span(1) for match in _QUOTED.finditer(text)]
    for entry in shelf:
        spans = _spans(entry, text)
        score = _score(entry, spans, lines, quoted) if spans else 0
        if score >= _WORTH:
            yield _Hit(entry, spans, score, _shared_bigrams(entry.title, text))


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


def _rank(hit: _Hit) -> tuple[int, int, int, str]:
    return (-hit.score, -hit.overlap, hit.start, hit.entry.id)


def _terms(hits: list[_Hit], text: str) -> tuple[Entry, ...]:
    """The best term, and a second one that stands elsewhere in the text when the customer compares the two."""
    best = hits[0]
    for other in hits[1:]:
        if other.start >= best.end or other.end <= best.start:
            first, second = sorted((best, other), key=lambda hit: hit.start)
            if _COMPARES.search(text) or _JOINS.fullmatch(text[first.end : second.start]):
                return first.entry, second.entry
            break
    return (best.entry,)


def _fallback(shelf: tuple[Entry, ...], text: str, lines: set[str]) -> Entry:
    """The default of the line that the customer named, else the intent's own."""
    general = [entry for entry in shelf if entry.line_default and entry.lines & lines]
    if general:
        return min(general, key=lambda entry: (-_shared_bigrams(entry.title, text), len(entry.lines), entry.id))
    return next(entry for entry in shelf if entry.is_default)
