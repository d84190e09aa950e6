"""Texts as tf-idf vectors of their letters, and the cosine between them (Salton & Buckley 1988).

The same as sklearn's TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True), against which it is tested;
sklearn itself would cost every process that answers 40 MB and half a second.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csc_matrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_SIZES = (1, 2, 3)


@dataclass(frozen=True)
class LetterVectors:
    """`weights`: documents × letter runs, each document of length one; `rarity` of each run."""

    vocabulary: Mapping[str, int]
    rarity: Floats
    weights: csc_matrix

    @classmethod
    def build(cls, texts: Sequence[str]) -> LetterVectors:
        """At least one text."""
        counted = [_runs(text) for text in texts]
        vocabulary: dict[str, int] = {}
        rows: list[int] = []
        columns: list[int] = []
        values: list[float] = []
        for row, runs in enumerate(counted):
            for run, count in runs.items():
                rows.append(row)
                columns.append(vocabulary.setdefault(run, len(vocabulary)))
                values.append(1 + math.log(count))
        held = np.bincount(columns, minlength=len(vocabulary))
        rarity = np.log((1 + len(texts)) / (1 + held)) + 1
        weighed = np.array(values) * rarity[columns]
        lengths = np.sqrt(np.bincount(rows, weights=weighed**2, minlength=len(texts)))
        shape = (len(texts), len(vocabulary))
        return cls(vocabulary, rarity, csc_matrix((weighed / lengths[rows], (rows, columns)), shape=shape))

    def likeness(self, text: str) -> Floats:
        """The cosine of each document with `text`, 0 to 1; runs that no document holds count for nothing."""
        known = [
            (place, count) for run, count in _runs(text).items() if (place := self.vocabulary.get(run)) is not None
        ]
        if not known:
            return np.zeros(self.weights.shape[0])
        places = [place for place, _ in known]
        query = np.array([1 + math.log(count) for _, count in known]) * self.rarity[places]
        found: Floats = np.asarray(self.weights[:, places] @ (query / np.linalg.norm(query))).ravel()
        return found


def _runs(text: str) -> Counter[str]:
    folded = " ".join(text.lower().split())
    return Counter(folded[at : at + size] for size in _SIZES for at in range(len(folded) - size + 1))
