"""Words that must never reach a customer (business flows 0.7): the last look at every reply before it is stored.

A bot's reply that says one is replaced; a person who is about to is warned and decides. The rules are data and prove
themselves, like the complaint rules.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.calendars.strict_yaml import Row, read_row
from bot.text.normalise import fold

_SENTENCE = re.compile(r"[。！!？?；;\n]")
_CLAUSE = re.compile(r"[,:]")
_SPACED = re.compile(r"(?<=[一-龥]) +(?=[一-龥])")  # "肯 定 能 赔" says the same
# Said instead: true whatever the reply was about, and a way on.
SAFE = "这个问题要由人工给您准确答复，以免我说得不对。点“转人工”，前面说过的不用重说。"


@dataclass(frozen=True)
class GuardRule:
    """`why` is told to the person who is about to say it; `matches` and `rejects` prove the rule."""

    id: str
    why: str
    any_of: re.Pattern[str]
    none_of: re.Pattern[str] | None
    never_with: re.Pattern[str] | None
    matches: tuple[str, ...]
    rejects: tuple[str, ...]

    def finds(self, sentence: str) -> bool:
        """`never_with` counts anywhere in the sentence, `none_of` in the clauses that the words stand in: "肯定能赔，如果材料齐的话" is said all the same."""
        if self.never_with and self.never_with.search(sentence):
            return False
        for match in self.any_of.finditer(sentence):
            if self.none_of is None or not self.none_of.search(_around(sentence, match.start(), match.end())):
                return True
        return False


def _around(sentence: str, start: int, end: int) -> str:
    """The clauses that the span touches."""
    breaks = [found.start() for found in _CLAUSE.finditer(sentence)]
    first = max((place + 1 for place in breaks if place < start), default=0)
    last = min((place for place in breaks if place >= end), default=len(sentence))
    return sentence[first:last]


@dataclass(frozen=True)
class ReplyGuard:
    """All rules over a text, sentence by sentence."""

    rules: Sequence[GuardRule]

    def broken(self, text: str) -> tuple[GuardRule, ...]:
        """The rules that a text breaks, in file order."""
        sentences = [_SPACED.sub("", each) for each in _SENTENCE.split(fold(text)) if each.strip()]
        return tuple(rule for rule in self.rules if any(rule.finds(sentence) for sentence in sentences))


def load_guard(path: Path) -> ReplyGuard:
    """Raises DataFileError naming file, line, rule and key; also for a pattern that is none."""
    top = read_row(path)
    top.expect(("never_say",))
    return ReplyGuard(tuple(_rule(row) for row in top.rows("never_say")))


def _rule(row: Row) -> GuardRule:
    row.expect(("id", "why", "any_of", "matches", "rejects"), ("none_of", "never_with"))
    return GuardRule(
        id=row.text("id"),
        why=row.text("why"),
        any_of=_pattern(row, "any_of"),
        none_of=_pattern(row, "none_of") if "none_of" in row.values else None,
        never_with=_pattern(row, "never_with") if "never_with" in row.values else None,
        matches=row.texts("matches"),
        rejects=row.texts("rejects"),
    )


def _pattern(row: Row, key: str) -> re.Pattern[str]:
    try:
        return re.compile(row.text(key))
    except re.error as failure:
        row.refuse(key, f"不是正确的表达式：{failure}")
