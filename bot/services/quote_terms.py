"""Quotes clauses word for word: covers, exclusions, waiting period and deductible (F05)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from bot.insurance.policy import Coverage, Exclusion
from bot.insurance.terms import Terms
from bot.services.speak_money import money

COVERS_QUOTED, EXCLUSIONS_QUOTED = 2, 2
_NOT_WORDS = re.compile(r"[\W_]+")
# In every clause of a kind, so that they tell none from another.
_EVERYWHERE = frozenset(
    ("保险", "责任", "我们", "合同", "约定", "被保", "险人", "给付", "赔偿", "不承", "承担", "担责", "造成", "发生", "费用", "赔付")
)  # fmt: skip
_Clause = TypeVar("_Clause", Coverage, Exclusion)


def named_covers(terms: Terms, titles: Collection[str]) -> tuple[Coverage, ...]:
    return tuple(cover for cover in terms.coverages if cover.title in titles)


def named_exclusions(terms: Terms, words: Collection[str]) -> tuple[Exclusion, ...]:
    """Those in which one of the words stands."""
    return tuple(item for item in terms.exclusions if any(word in item.text for word in words))


def nearest_covers(terms: Terms, question: str) -> tuple[Coverage, ...]:
    """For terms that nobody has read for this question: the covers whose words are most like it."""
    return _nearest(terms.coverages, question, lambda cover: cover.title + cover.text, COVERS_QUOTED)


def nearest_exclusions(terms: Terms, question: str) -> tuple[Exclusion, ...]:
    return _nearest(terms.exclusions, question, lambda item: item.text, EXCLUSIONS_QUOTED)


def quote(
    terms: Terms, covers: Sequence[Coverage], exclusions: Sequence[Exclusion], *, with_sums: bool = False
) -> list[str]:
    """Lines: these clauses with their numbers, how many exclusions there are in all, waiting period and deductible."""
    lines = [_cover_line(cover, with_sums) for cover in covers]
    lines += [f"· 【责任免除】{item.clause}：“{item.text}”" for item in exclusions]
    if exclusions and len(terms.exclusions) > len(exclusions):
        lines[-1] += f"（责任免除共 {len(terms.exclusions)} 条）"
    return [*lines, limits_line(terms)]


def list_exclusions(terms: Terms) -> list[str]:
    """Every exclusion, word for word."""
    return [f"· {item.clause}：“{item.text}”" for item in terms.exclusions]


def limits_line(terms: Terms) -> str:
    """Waiting period, word for word, and deductible; also when there is none."""
    waiting = f"等待期 {terms.waiting_days} 天" if terms.waiting_days else "没有等待期"
    if terms.waiting_days and terms.waiting:
        waiting += f"（{terms.waiting.article}：“{terms.waiting.text}”）"
    own_part = f"免赔额 {money(terms.deductible)}（由自己承担的部分）" if terms.deductible else "没有免赔额"
    return f"· {waiting}，{own_part}"


def _cover_line(cover: Coverage, with_sums: bool) -> str:
    total = f"，保额 {money(cover.sum_insured)}" if with_sums else ""
    return f"· 保险责任 {cover.clause}（{cover.title}{total}）：“{cover.text}”"


def _nearest(
    clauses: Sequence[_Clause], question: str, text_of: Callable[[_Clause], str], most: int
) -> tuple[_Clause, ...]:
    wanted = _pairs(question)
    near = sorted(clauses, key=lambda clause: -len(wanted & _pairs(text_of(clause))))[:most]
    return tuple(clause for clause in clauses if clause in near)


def _pairs(text: str) -> set[str]:
    bare = _NOT_WORDS.sub("", text)
    return {bare[at : at + 2] for at in range(len(bare) - 1)} - _EVERYWHERE
