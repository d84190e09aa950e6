"""Words that tell of danger inside another question ("家里着火了，家财险赔吗"), whatever the question is.

They are data (`data/safety_first.yml`) in named groups. A form such as `身边 > 起火` wants words of these groups in
this order, `胸口 + 喘不上气` in either order, both with few characters between and inside one sentence. It is a net, not a
verdict: a false alarm costs a line, so what is not plainly hypothetical, past or in care counts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import chain, permutations
from pathlib import Path

from bot.calendars.strict_yaml import Row, read_row
from bot.complaints.engine import read_sentence
from bot.complaints.loader import load_fragments
from bot.complaints.rule import Sentence

_PART = re.compile(r"\s*([>+])\s*")
_GROUP = re.compile(r"\{(\w+)\}")
_CUT = re.compile(r"\s*[>+~]\s*")
_GAP = {">": "[^。!?;\n]{0,12}", "+": "[^。!?;\n]{0,14}"}
# "没着火" tells of none; "怕着火", "防着火" neither.
_DENIED = "(?<![没未防怕])(?<!没有)(?<!不会)(?<!不是)(?<!会不会)(?<!避免)"
_MOST_IN_ANY_ORDER = 3  # more would be 24 orders
_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True)
class Form:
    """One way of telling a danger. `groups`: the word groups without which it is not told."""

    groups: frozenset[str]
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class DangerKind:
    """One kind of danger. `say`: one sentence; `numbers`: whom it tells to call. `calm` counts in the clauses around the words,
    `over` in the whole message: they tell that nothing is the matter now. `blanked`: words that only look like danger."""

    id: str
    say: str
    numbers: tuple[str, ...]
    forms: tuple[Form, ...]
    calm: re.Pattern[str]
    over: re.Pattern[str]
    blanked: re.Pattern[str]
    matches: tuple[str, ...]
    rejects: tuple[str, ...]

    def is_told(self, sentence: Sentence, groups: Collection[str], now: re.Pattern[str]) -> bool:
        """`groups`: those of which the sentence has a word."""
        likely = [form for form in self.forms if form.groups <= frozenset(groups)]
        if not likely:
            return False
        shown = Sentence(_blank(self.blanked, sentence.text), sentence.breaks)
        for match in chain.from_iterable(form.pattern.finditer(shown.text) for form in likely):
            around = shown.clauses_around(match.start(), match.end())
            if not self.calm.search(around) and (now.search(around) or not self.over.search(shown.text)):
                return True
        return False

    def admits(self, sentence: Sentence, clause: str) -> bool:
        """The clause is not calm and the sentence tells of nothing that is over."""
        return not self.calm.search(clause) and not self.over.search(sentence.text)

    def is_said_in(self, text: str) -> bool:
        """The text gives one of its numbers already."""
        return any(re.search(rf"(?<!\d){number}(?!\d)", text) for number in self.numbers)


@dataclass(frozen=True)
class DangerWords:
    """All kinds, the most pressing first. `words`: the groups that forms name; `alarm`: the kind without words; `blanked`: what looks like no kind's words;
    `now`: words by which what was told as past goes on."""

    kinds: tuple[DangerKind, ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    alarm: DangerKind | None = None
    blanked: re.Pattern[str] = _NEVER
    now: re.Pattern[str] = _NEVER

    def dangers(self, text: str, alarm: str = "") -> tuple[DangerKind, ...]:
        """Every kind that the text tells of; the one without words where only the clause `alarm` sounded so. Pure; a fraction
        of a millisecond."""
        read = read_sentence(text)
        sentence = Sentence(_blank(self.blanked, read.text), read.breaks)
        # Nearly every message has words of no form: this is all that they cost.
        groups = {name for name, words in self.words.items() if any(word in sentence.text for word in words)}
        told = tuple(kind for kind in self.kinds if kind.is_told(sentence, groups, self.now))
        if told or not alarm or self.alarm is None or not self.alarm.admits(sentence, read_sentence(alarm).text):
            return told
        return (self.alarm,)


def _blank(words: re.Pattern[str], text: str) -> str:
    """The text without them, every other word at its place."""
    return words.sub(lambda found: "　" * len(found[0]), text)


def load_danger_words(path: Path, complaints_dir: Path) -> DangerWords:
    """Raises DataFileError naming file, line, kind and key. A context may also be a fragment of the complaint rules."""
    top = read_row(path)
    top.expect(("safety_words", "safety_now", "safety_blanked", "safety_kinds"), ("safety_alarm",))
    words = _words(top.child("safety_words"))
    contexts = {**load_fragments(complaints_dir), **{name: _union(group) for name, group in words.items()}}
    kinds = tuple(_kind(row, words, contexts) for row in top.rows("safety_kinds"))
    told = frozenset(chain.from_iterable(form.groups for kind in kinds for form in kind.forms))
    return DangerWords(
        kinds,
        {name: group for name, group in words.items() if name in told},
        alarm=_alarm(top.child("safety_alarm"), contexts) if "safety_alarm" in top.values else None,
        blanked=re.compile(_union(top.texts("safety_blanked"))),
        now=re.compile(_union(top.texts("safety_now"))),
    )


def _words(row: Row) -> dict[str, tuple[str, ...]]:
    """`{name}` takes the words of a group above it in."""
    groups: dict[str, tuple[str, ...]] = {}
    for name in row.values:
        found: list[str] = []
        for word in row.texts(name):
            inner = _GROUP.fullmatch(word)
            if inner and inner[1] not in groups:
                row.refuse(name, f"上面没有名为 {inner[1]} 的词组")
            found += groups[inner[1]] if inner else [word]
        groups[name] = tuple(dict.fromkeys(found))
    return groups


def _union(words: Collection[str]) -> str:
    return "|".join(map(re.escape, words)) or r"(?!)"


def _kind(row: Row, words: Mapping[str, tuple[str, ...]], contexts: Mapping[str, str]) -> DangerKind:
    row.expect(("id", "say", "numbers", "told_by", "matches", "rejects"), ("calm", "over", "not_these"))
    return DangerKind(
        id=row.text("id"),
        say=row.text("say"),
        numbers=row.texts("numbers"),
        forms=tuple(_form(row, form, words) for form in row.texts("told_by")),
        calm=_any(row, "calm", contexts),
        over=_any(row, "over", contexts),
        blanked=re.compile(_union(row.texts("not_these"))),
        matches=row.texts("matches"),
        rejects=row.texts("rejects"),
    )


def _alarm(row: Row, contexts: Mapping[str, str]) -> DangerKind:
    row.expect(("say", "numbers"), ("calm", "over"))
    return DangerKind(
        id="alarm",
        say=row.text("say"),
        numbers=row.texts("numbers"),
        forms=(),
        calm=_any(row, "calm", contexts),
        over=_any(row, "over", contexts),
        blanked=_NEVER,
        matches=(),
        rejects=(),
    )


def _form(row: Row, form: str, words: Mapping[str, tuple[str, ...]]) -> Form:
    names, marks = _PART.split(form)[::2], set(_PART.split(form)[1::2])
    if len(marks) > 1:
        row.refuse("told_by", f"一种写法里 > 和 + 只用一样：{form}")
    if len(names) > _MOST_IN_ANY_ORDER and marks == {"+"}:
        row.refuse("told_by", f"不论先后的最多 {_MOST_IN_ANY_ORDER} 组：{form}")
    groups = _CUT.split(form)
    for name in groups:
        if name not in words:
            row.refuse("told_by", f"没有名为 {name} 的词组")
    parts = ["".join(f"(?:{_union(words[each])})" for each in _CUT.split(name)) for name in names]
    orders = permutations(parts) if marks == {"+"} else [tuple(parts)]
    gap = _GAP[marks.pop()] if marks else ""
    return Form(frozenset(groups), re.compile("|".join(_DENIED + gap.join(order) for order in orders)))


def _any(row: Row, key: str, contexts: Mapping[str, str]) -> re.Pattern[str]:
    names = row.texts(key)
    for name in names:
        if name not in contexts:
            row.refuse(key, f"没有名为 {name} 的词组或片段")
    return re.compile("|".join(f"(?:{contexts[name]})" for name in names)) if names else _NEVER
