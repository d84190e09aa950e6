"""Judges one message against all complaint rules.

A verdict names every rule that fired with the words and the article; the gravest decides queue and priority.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.complaints.heard import heard_terms
from bot.complaints.rule import ComplaintRule, Facts, Post, Sentence
from bot.insurance.hand_off import Priority
from bot.text.normalise import fold

__all__ = ["Facts", "FiredRule", "Verdict", "judge", "read_sentence", "unproven"]

# customers on a phone write a space where a book has a comma
_CLAUSE_MARK = re.compile(r"[\s。!?;,…]")
_COMPLAINING = frozenset({"file_complaint", "query_complaint", "report_misconduct"})


@dataclass(frozen=True)
class FiredRule:
    """A rule that fired. `because`: the words or facts that fired it; `article`: what backs it."""

    id: str
    title: str
    because: tuple[str, ...]
    article: str


@dataclass(frozen=True)
class Verdict:
    """What the rules say of one message. `severity` 0 and `post` None when none fired; gravest rule first. `complaint`: a
    person is needed, and for something that is complained of."""

    fired: tuple[FiredRule, ...] = ()
    kind: str | None = None
    severity: int = 0
    hand_off: bool = False
    complaint: bool = False
    post: Post | None = None
    priority: Priority = Priority.NORMAL
    reasons: tuple[str, ...] = ()
    say: str = ""


def judge(rules: Sequence[ComplaintRule], facts: Facts) -> Verdict:
    """Every rule that fires on `facts`, gravest first. Pure; under a millisecond for a sentence."""
    sentence = read_sentence(facts.text)
    fired = [
        (rule, because)
        for rule in rules
        if (rule.needs is None or rule.needs(sentence.text)) and (because := rule.because(facts, sentence))
    ]
    if not fired:
        return Verdict()
    fired.sort(key=lambda pair: (not pair[0].hand_off, pair[0].priority, -pair[0].severity))
    gravest = fired[0][0]
    # a threat or a crowd says how grave it is, not what it is about
    kinds = sorted((rule for rule, _ in fired if rule.kind), key=lambda rule: (rule.kind == "other", -rule.severity))
    complaint = gravest.hand_off and any(rule.severity for rule in kinds)
    return Verdict(
        fired=tuple(FiredRule(rule.id, rule.title, because, rule.article) for rule, because in fired),
        kind=kinds[0].kind if kinds else None,
        severity=max(rule.severity for rule, _ in fired),
        hand_off=gravest.hand_off,
        complaint=complaint,
        post=_post(gravest, facts, registered=complaint),
        priority=min(rule.priority for rule, _ in fired),
        reasons=tuple(dict.fromkeys(rule.reason for rule, _ in fired)),
        say=next((rule.say for rule, _ in fired if rule.say), ""),
    )


@lru_cache(maxsize=64)  # a doubtful message is judged under several meanings
def read_sentence(text: str) -> Sentence:
    """Fold (width, traditional characters, case), put terms right that only sound right, and cut into clauses."""
    folded = heard_terms().correct(fold(text).lower())
    return Sentence(folded, tuple(mark.start() for mark in _CLAUSE_MARK.finditer(folded)))


def unproven(rule: ComplaintRule) -> tuple[str, ...]:
    """The rule's own `matches` that do not fire it and `rejects` that do; empty for a sound rule."""
    silent = [f"未触发：{facts.text}" for facts in rule.matches if not _fires(rule, facts)]
    noisy = [f"误触发：{facts.text}" for facts in rule.rejects if _fires(rule, facts)]
    return (*silent, *noisy)


def _fires(rule: ComplaintRule, facts: Facts) -> bool:
    return bool(rule.because(facts, read_sentence(facts.text)))


def _post(rule: ComplaintRule, facts: Facts, *, registered: bool) -> Post:
    # nobody handles a complaint about his own desk (投诉办法第十七条), and who handles complaints is no part of sales or
    # claims (互联网保险业务监管办法第三十二条); urgent cases go to who can act at once
    if (registered or facts.intent in _COMPLAINING) and rule.priority >= Priority.COMPLAINT:
        return Post.COMPLAINTS
    return rule.post
