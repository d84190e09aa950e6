"""What a complaint rule is: words, conditions, consequences, and the sentences that prove it.

A rule answers house.md's question "why did it fire?" by its id, the words that fired it and its article.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from bot.insurance.hand_off import Priority

KIND_NAMES = {
    "sales": "销售", "underwriting": "承保", "claims": "理赔", "policy_servicing": "保全", "premium": "续期收付费",
    "surrender": "退保", "attitude": "服务态度", "salesperson_misconduct": "业务员违规", "privacy": "信息泄露",
    "other": "其他",
}  # fmt: skip
KINDS = frozenset(KIND_NAMES)
"""The normal forms of the entity complaint_kind (entities.yml)."""


class Post(str, Enum):
    """The desk queue a case goes to."""

    COMPLAINTS = "投诉回访"
    CLAIMS = "理赔"
    SERVICING = "保全"
    PAYMENTS = "收付费"
    NEW_BUSINESS = "新单"
    COMPLIANCE = "合规监察"


@dataclass(frozen=True)
class Facts:
    """What is known when a message arrives. None: not known, which never satisfies a condition.

    `text` is what the customer wrote; `intent` a name of data/intents.yml; `age` in years; `joint_count` the
    number of complainants acting together; `amount` the largest sum named, in yuan; `prior_open`: the same customer has
    an open complaint; `failed_understandings` in a row.
    """

    text: str
    intent: str | None = None
    age: int | None = None
    joint_count: int | None = None
    prior_open: bool = False
    failed_understandings: int = 0
    amount: float | None = None


@dataclass(frozen=True)
class Sentence:
    """Folded text cut into clauses; `breaks` are the positions of its clause marks."""

    text: str
    breaks: tuple[int, ...]

    def clauses_around(self, start: int, end: int) -> str:
        """The clauses that the span touches: as far as a negation or a question is taken to reach."""
        left = bisect_left(self.breaks, start)
        right = bisect_left(self.breaks, end)
        first = self.breaks[left - 1] + 1 if left else 0
        last = self.breaks[right] + 1 if right < len(self.breaks) else len(self.text)
        # without the closing comma or space, so that "吗$" sees the end of its clause
        return self.text[first:last].rstrip(" ,;。")


@dataclass(frozen=True)
class Words:
    """Compiled patterns on folded text.

    `any_of`: one must be found, outside of clauses that hold a `none_of`. `all_of`: each somewhere in the
    sentence. `never_with`: nowhere in the sentence.
    """

    any_of: re.Pattern[str] | None = None
    all_of: tuple[re.Pattern[str], ...] = ()
    none_of: re.Pattern[str] | None = None
    never_with: re.Pattern[str] | None = None

    def because(self, sentence: Sentence) -> tuple[str, ...]:
        """The words that fire, or () when they do not."""
        hit = self._unvetoed(sentence)
        if hit is None or (self.never_with and self.never_with.search(sentence.text)):
            return ()
        found = [hit]
        for pattern in self.all_of:
            match = pattern.search(sentence.text)
            if match is None:
                return ()
            found.append(match.group())
        return tuple(dict.fromkeys(word.strip() for word in found))

    def _unvetoed(self, sentence: Sentence) -> str | None:
        if self.any_of is None:
            return None
        for match in self.any_of.finditer(sentence.text):
            clauses = sentence.clauses_around(match.start(), match.end())
            if self.none_of is None or not self.none_of.search(clauses):
                return match.group()
        return None


@dataclass(frozen=True)
class Conditions:
    """Conditions on facts. The intents must hold whatever else does; the rest are the measured conditions.

    `intents`: one of these, if any are given. `not_intents`: none of these.
    """

    intents: frozenset[str] = frozenset()
    not_intents: frozenset[str] = frozenset()
    min_age: int | None = None
    joint_count_at_least: int | None = None
    prior_open: bool = False
    failed_understandings_at_least: int | None = None
    amount_at_least: int | None = None

    @cached_property  # asked of every rule for every message
    def measured(self) -> bool:
        """Whether any condition besides the intent is set."""
        numbers = (
            self.min_age,
            self.joint_count_at_least,
            self.failed_understandings_at_least,
            self.amount_at_least,
        )
        return self.prior_open or any(number is not None for number in numbers)

    def admits(self, intent: str | None) -> bool:
        """Whether the rule may fire on a message of this intent."""
        return (not self.intents or intent in self.intents) and intent not in self.not_intents

    def because(self, facts: Facts) -> tuple[str, ...] | None:
        """What the facts say, in the officer's words; None when a measured condition fails."""
        checks = (
            (self.min_age, facts.age, "年龄 {} 岁"),
            (self.joint_count_at_least, facts.joint_count, "共同投诉 {} 人"),
            (self.failed_understandings_at_least, facts.failed_understandings, "连续 {} 次未听懂"),
            (self.amount_at_least, facts.amount, "涉及金额 {:g} 元"),
        )
        found = []
        for wanted, known, label in checks:
            if wanted is None:
                continue
            if known is None or known < wanted:
                return None
            found.append(label.format(known))
        if self.prior_open:
            if not facts.prior_open:
                return None
            found.append("已有未结投诉")
        return tuple(found)


@dataclass(frozen=True)
class ComplaintRule:
    """One rule. `words_or_facts`: either suffices; otherwise words and measured facts must both hold.

    `kind` is a member of KINDS or None; `severity` 1 (mild) to 3 (grave), 0 where it only says what a complaint is about;
    `reason` is read by the officer; `say`, when not empty, is what the customer hears first; `matches` and `rejects` are
    facts on which the rule must and must not fire.
    """

    id: str
    title: str
    kind: str | None
    severity: int
    priority: Priority
    post: Post
    hand_off: bool
    reason: str
    say: str
    article: str
    words: Words
    conditions: Conditions
    words_or_facts: bool
    matches: tuple[Facts, ...]
    rejects: tuple[Facts, ...]

    @cached_property  # asked of every rule for every message: one call into C where nearly all end
    def needs(self) -> Callable[[str], object] | None:
        """A search for the words without which the rule never fires; None where facts may do without words."""
        if self.words.any_of is None or (self.conditions.measured and self.words_or_facts):
            return None
        return self.words.any_of.search

    def because(self, facts: Facts, sentence: Sentence) -> tuple[str, ...]:
        """Why the rule fires on `facts`, whose folded text is `sentence`; () when it does not."""
        if not self.conditions.admits(facts.intent):
            return ()
        measured = self.conditions.because(facts) if self.conditions.measured else None
        if self.words.any_of is None:
            return (measured or ()) if self.conditions.measured else (f"意图 {facts.intent}",)
        spoken = self.words.because(sentence)
        if not self.conditions.measured:
            return spoken
        if self.words_or_facts:
            return (*spoken, *(measured or ()))
        return (*spoken, *measured) if spoken and measured else ()


def citing(rules: Sequence[ComplaintRule]) -> Callable[[str], str]:
    """A complaint rule by its id, as an officer reads it: title and article. A rule of the past keeps its id."""
    told = {rule.id: f"{rule.title}（{rule.article}）" for rule in rules}
    return lambda rule_id: told.get(rule_id, rule_id)
