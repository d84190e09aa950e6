"""Reads the knowledge files and refuses what it does not know, naming file, line and entry."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from types import MappingProxyType

from bot.calendars.strict_yaml import DataFileError, Row, parse_row, read_row
from bot.services.answer_question import KnowledgeBase
from bot.services.knowledge_entry import Entry, Quote, Words
from bot.services.reply import Choice, intend

_LINES = frozenset(
    ("motor", "health", "critical_illness", "accident", "life", "annuity", "property", "liability", "travel", "group")
)
# A product's name says which shelf, not which question ("三者险 酒驾"): it weighs one character outside `ask_term`.
_PRODUCT = re.compile(
    r"(?:三者|交强|商业|座位|驾乘|车损|意外|医疗|重疾|家财|企财|雇主|团|旅游|旅行|学平|寿|年金|宠物|货运|盗抢|护理)险"
    r"|车险|三者|交强|医疗保险"
)
_SYNTAX = re.compile(r"[\\^$.|?*+()\[\]{}]")
_GROUP = re.compile(r"\((?:\?:)?([^()]*)\)(\??)")
_WILD = re.compile(r"\.?(?:\{[^}]*\}|[*+])|\[[^\]]*\]|\\.|[\^$]|.\?|\.")


class KnowledgeError(DataFileError):
    """A knowledge file is malformed. `data`: file, line, entry (its id), key, problem."""

    code = "knowledge_invalid"


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
        for row in _rows(read_row(path, KnowledgeError)):
            entry = _entry(row, intents)
            if entry.id in seen:
                row.refuse("id", f"编号重复，已在 {seen[entry.id]} 用过")
            seen[entry.id] = path.name
            entries.append(entry)
    if not entries:
        raise KnowledgeError(file=str(folder), line=0, entry="", key="", problem="没有任何知识条目")
    return KnowledgeBase.build(MappingProxyType(_shelves(folder, entries)))


def check_answers_text(text: str, file: str, intents: frozenset[str]) -> None:
    """Whether a text reads as a knowledge file by itself. Raises KnowledgeError at its first flaw."""
    for row in _rows(parse_row(text, file, KnowledgeError)):
        _entry(row, intents)


def _rows(top: Row) -> tuple[Row, ...]:
    top.expect(("answers",))
    return top.rows("answers")


def _entry(row: Row, intents: frozenset[str]) -> Entry:
    row.expect(
        ("id", "intent", "title", "when", "answer", "source", "as_of"),
        ("asked", "lines", "line_default", "next", "asks", "options", "quotes"),
    )
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
        asks=row.flag("asks"),
        options=_options(row, intent),
        quotes=tuple(_quote(item) for item in row.rows("quotes")),
        asked=row.texts("asked"),
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


def _options(row: Row, intent: str) -> tuple[Choice, ...]:
    """Buttons that ask the same again about one line of business."""
    options = []
    for item in row.rows("options"):
        item.expect(("title", "line"))
        if item.text("line") not in _LINES:
            item.refuse("line", f"不认识的险种 {item.text('line')}")
        options.append(Choice(item.text("title"), f"/{intent}" + json.dumps({"line_of_business": item.text("line")})))
    if options and not row.flag("asks"):
        row.refuse("options", "要先写 asks: true，才有选项可答")
    return tuple(options)


def _quote(item: Row) -> Quote:
    item.expect(("product", "covers"), ("exclusions",))
    return Quote(item.text("product"), item.texts("covers"), item.texts("exclusions"))


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
