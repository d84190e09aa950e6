"""How alike sentences are, by the pairs of characters that they share: duplicates, rewordings, one inside the other.

Tens of thousands are compared in a second: two that have a share `least` of their pairs in common have in common one of the
rarest of each, so only those are joined (Bayardo, Ma, Srikant: Scaling Up All Pairs Similarity Search, WWW 2007).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from scipy.sparse import csr_matrix

from bot.text.normalise import normalise

# A rewording that kept its content words measured 0.60; unrelated sentences on one subject stay below 0.5.
REWORDED = 0.6
SHORTEST_REWORDED = 8
SHORTEST_INSIDE = 7
# The shorter of two of which one is inside the other has at least half of the longer one's characters.
_LEAST_INSIDE = 0.4
_NOT_WORDS = re.compile(r"[\W_]+")
Pair = tuple[int, int, float]  # place in the first, place in the second, likeness (1: equal)
Shared = tuple[int, int, int, int, int]  # the places, how many pairs of characters both have, and each


def skeleton(text: str) -> str:
    """What is compared: normalised, without punctuation and spaces."""
    return _NOT_WORDS.sub("", normalise(text))


def reworded(ours: Sequence[str], theirs: Sequence[str], least: float = REWORDED) -> list[Pair]:
    """Pairs of skeletons that are equal, or of which ours has at least eight characters and the Jaccard index of whose pairs of
    characters is `least` or more; in the order of ours."""
    return _reworded(ours, theirs, _shared(ours, theirs, least), least)


def inside(ours: Sequence[str], theirs: Sequence[str]) -> list[Pair]:
    """Pairs of skeletons of which one is the other with words before or after it; the likeness is the shorter one's share."""
    return _inside(ours, theirs, _shared(ours, theirs, _LEAST_INSIDE))


def taught(training: Sequence[str], cases: Sequence[str]) -> list[Pair]:
    """Of skeletons of training sentences and held-out cases the pairs that are equal, lightly reworded, or one inside the other."""
    shared = list(_shared(training, cases, _LEAST_INSIDE))
    return _reworded(training, cases, shared, REWORDED) + _inside(training, cases, shared)


def _reworded(ours: Sequence[str], theirs: Sequence[str], shared: Iterable[Shared], least: float) -> list[Pair]:
    found = {(i, j): 1.0 for i, j in _equal(ours, theirs)}
    for i, j, common, left, right in shared:
        likeness = common / (left + right - common)
        if likeness >= least and len(ours[i]) >= SHORTEST_REWORDED:
            found.setdefault((i, j), likeness)
    return [(i, j, likeness) for (i, j), likeness in sorted(found.items())]


def _inside(ours: Sequence[str], theirs: Sequence[str], shared: Iterable[Shared]) -> list[Pair]:
    found = []
    for i, j, common, left, right in shared:
        if common < min(left, right) or 2 * min(left, right) + 1 < max(left, right):
            continue  # not all pairs of characters of the shorter one, or less than half of the longer one
        short, long = sorted((ours[i], theirs[j]), key=len)
        if len(short) >= SHORTEST_INSIDE and short != long and short in long:
            found.append((i, j, len(short) / len(long)))
    return found


def alike(ours: Sequence[str], theirs: Sequence[str], least: float) -> Iterator[Pair]:
    """Pairs of skeletons that are equal, or at least `least` like each other however short they are; in no order."""
    yield from ((i, j, 1.0) for i, j in _equal(ours, theirs))
    for i, j, common, left, right in _shared(ours, theirs, least):
        if common >= least * (left + right - common):
            yield i, j, common / (left + right - common)


def _equal(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[int, int]]:
    places: dict[str, list[int]] = {}
    for j, text in enumerate(theirs):
        places.setdefault(text, []).append(j)
    for i, text in enumerate(ours):
        yield from ((i, j) for j in places.get(text, []))


def _shared(ours: Sequence[str], theirs: Sequence[str], least: float) -> Iterator[Shared]:
    """Places of two whose Jaccard index may be `least`: how many pairs of characters they share, and how many each has."""
    left, right, width = _ranked(ours, theirs)
    first = _incidence([_rarest(row, least) for row in left], width)
    joined = (first @ _incidence([_rarest(row, least) for row in right], width).T).tocoo()
    sizes = np.array([len(row) for row in left]), np.array([len(row) for row in right])
    rows, columns = joined.row, joined.col
    less = np.minimum(sizes[0][rows], sizes[1][columns])
    near = less >= least * np.maximum(sizes[0][rows], sizes[1][columns])
    rows, columns = rows[near], columns[near]
    both = _incidence(left, width)[rows].multiply(_incidence(right, width)[columns]).sum(axis=1)
    common = np.asarray(both).ravel().tolist()
    for i, j, shared in zip(rows.tolist(), columns.tolist(), common, strict=True):
        yield i, j, shared, len(left[i]), len(right[j])


def _ranked(ours: Sequence[str], theirs: Sequence[str]) -> tuple[list[list[int]], list[list[int]], int]:
    """The pairs of characters of each as numbers, the rarest of all the lowest and first."""
    left = [_pairs_of(text) for text in ours]
    right = left if theirs is ours else [_pairs_of(text) for text in theirs]
    seen = Counter(pair for rows in (left, right) for row in rows for pair in row)
    numbers = {pair: number for number, pair in enumerate(sorted(seen, key=lambda each: (seen[each], each)))}
    first = [sorted(map(numbers.__getitem__, row)) for row in left]
    second = first if theirs is ours else [sorted(map(numbers.__getitem__, row)) for row in right]
    return first, second, len(numbers)


def _pairs_of(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def _rarest(row: list[int], least: float) -> list[int]:
    return row[: len(row) - math.ceil(least * len(row) - 1e-9) + 1]


def _incidence(rows: list[list[int]], width: int) -> csr_matrix:
    columns = np.array([column for row in rows for column in row], dtype=np.int64)
    starts = np.cumsum([0, *(len(row) for row in rows)])
    return csr_matrix((np.ones(len(columns), dtype=np.int32), columns, starts), shape=(len(rows), width))
