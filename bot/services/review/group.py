"""Sentences that nobody understood, laid together by how they are written and how they sound, with what they may be."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.insurance.review_item import ReviewItem
from bot.services.letter_vectors import LetterVectors
from bot.text.normalise import normalise
from bot.text.syllables import all_syllables, first_of, syllable

ALIKE = 0.42  # cosine from which on two sentences are laid together
_HIDDEN = re.compile(r"[*\d]+")  # what is different in each sentence and says nothing of what it means
LIKELY, CLEAR = 0.35, 0.15  # of the likeliest intent over a whole group: its mean probability, its lead over the next


@dataclass(frozen=True)
class Group:
    """Sentences that are alike, the most heard first. `intent`: what they may be examples of, "" where they rather are a new intent."""

    items: tuple[ReviewItem, ...]
    intent: str
    likelihood: float

    @property
    def times(self) -> int:
        return sum(item.times for item in self.items)


def group_alike(items: Sequence[ReviewItem]) -> tuple[Group, ...]:
    """Groups of two and more, the most heard first. Each sentence is laid to the most heard one that it is like."""
    if len(items) < 2:
        return ()
    texts = [_HIDDEN.sub("", normalise(item.text)) for item in items]
    written, heard = (
        LetterVectors.build(texts).weights.tocsr(),
        LetterVectors.build([*map(_sounds, texts)]).weights.tocsr(),
    )
    alike = ((written @ written.T + heard @ heard.T) * 0.5).tocsr()
    left = np.ones(len(items), dtype=bool)
    groups = []
    for first in range(len(items)):
        if not left[first]:
            continue
        row = slice(alike.indptr[first], alike.indptr[first + 1])
        near = alike.indices[row][alike.data[row] >= ALIKE]
        members = sorted(place for place in near if left[place])
        left[first] = False
        left[members] = False
        if len(members) > 1:
            groups.append(_group([items[place] for place in members]))
    return tuple(sorted(groups, key=lambda group: -group.times))


def _group(items: Sequence[ReviewItem]) -> Group:
    """What the customers chose themselves counts as certain."""
    summed: dict[str, float] = defaultdict(float)
    for item in items:
        for name, probability in ((item.meant, 1.0),) if item.meant else item.ranking:
            summed[name] += probability / len(items)
    (name, best), (_, second) = (*sorted(summed.items(), key=lambda pair: -pair[1]), ("", 0.0), ("", 0.0))[:2]
    sure = best >= LIKELY and best - second >= CLEAR
    return Group(tuple(items), name if sure else "", best)


def _sounds(text: str) -> str:
    """One character for all that sound the same: 报案 and 抱案 are one."""
    return "".join(first_of(sound) if (sound := syllable(each)) in all_syllables() else each for each in text)
