"""Sentences that nobody understood, laid together by how they are written and how they sound, with what they may be."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_matrix

from bot.insurance.review_item import ReviewItem
from bot.text.normalise import normalise
from bot.text.syllables import syllable

ALIKE = 0.4  # cosine from which on two sentences are laid together
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
    vectors = _vectors([_HIDDEN.sub("", normalise(item.text)) for item in items])
    if vectors is None:
        return ()
    alike = (vectors @ vectors.T).tocsr()
    left = np.ones(len(items), dtype=bool)
    groups = []
    for first in range(len(items)):
        if not left[first]:
            continue
        row = slice(alike.indptr[first], alike.indptr[first + 1])
        near = alike.indices[row][alike.data[row] >= ALIKE]
        members = sorted({first, *(place for place in near if left[place])})
        left[members] = False
        if len(members) > 1:
            groups.append(_group([items[place] for place in members]))
    return tuple(sorted(groups, key=lambda group: -group.times))


def _vectors(texts: Sequence[str]) -> csr_matrix | None:
    """A row for each text, of length one: its pairs of characters and its pairs of sounds, the rare ones weigh more. None where there is
    no pair at all."""
    places: dict[str, int] = {}
    rows, columns = [], []
    for row, text in enumerate(texts):
        for pair in _pairs(text):
            rows.append(row)
            columns.append(places.setdefault(pair, len(places)))
    if not places:
        return None
    held = np.bincount(columns)
    values = (np.log((1 + len(texts)) / (1 + held)) + 1)[columns]
    lengths = np.sqrt(np.bincount(rows, weights=values**2, minlength=len(texts)))
    return csr_matrix((values / lengths[rows], (rows, columns)), shape=(len(texts), len(places)))


def _pairs(text: str) -> set[str]:
    written = {f"{one}{two}" for one, two in pairwise(text)}
    heard = {f"{one} {two}" for one, two in pairwise(map(syllable, text))}
    return written | heard


def _group(items: Sequence[ReviewItem]) -> Group:
    """What the customers chose themselves counts as certain."""
    summed: dict[str, float] = defaultdict(float)
    for item in items:
        for name, probability in ((item.meant, 1.0),) if item.meant else item.ranking:
            summed[name] += probability / len(items)
    (name, best), (_, second) = (*sorted(summed.items(), key=lambda pair: -pair[1]), ("", 0.0), ("", 0.0))[:2]
    sure = best >= LIKELY and best - second >= CLEAR
    return Group(tuple(items), name if sure else "", best)
