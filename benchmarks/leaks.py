"""Does a sentence that measures stand among those that teach? `python -m benchmarks.leaks` exits 1 and says where.

- data/nlu and tests/nlu_cases against the sets outside the repository: equal after normalisation, or lightly reworded.
  Stock phrases of up to six characters (你好, 转人工, 退保) cannot be avoided; they are only counted.
- data/nlu against tests/nlu_cases: equal, or nearly so.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

from benchmarks.sentences import Sentence, read_cases, read_sets, read_training, sets_folder
from bot.settings import ROOT
from bot.text.normalise import normalise

REWORDED = 0.8
NEARLY_EQUAL = 0.9
SHORTEST_REWORDED = 8
LONGEST_STOCK_PHRASE = 6
_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Leak:
    """`ours` stands in the repository; `similarity` is the Jaccard index of character bigrams, 1 when equal."""

    ours: Sentence
    theirs: Sentence
    similarity: float

    def __str__(self) -> str:
        where = f"{_shown(self.ours.file)}:{self.ours.line}"
        return f"{where}  {self.ours.text}\n    {self.similarity:.2f}  {_shown(self.theirs.file)}:{self.theirs.line}"


def _shown(path: Path) -> Path:
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else Path(path.name)


def skeleton(text: str) -> str:
    """What is compared: normalised, without punctuation and spaces."""
    return _NOT_WORDS.sub("", normalise(text))


def find_leaks(ours: Sequence[Sentence], theirs: Sequence[Sentence], reworded: float) -> list[Leak]:
    """Pairs that are equal, or of which ours has at least eight characters and `reworded` or more in common."""
    found = {(i, j): 1.0 for i, j in _equal_pairs(ours, theirs)}
    for i, j, similarity in _alike_pairs(ours, theirs, reworded):
        if len(skeleton(ours[i].text)) >= SHORTEST_REWORDED:
            found.setdefault((i, j), similarity)
    return [Leak(ours[i], theirs[j], similarity) for (i, j), similarity in sorted(found.items())]


def _equal_pairs(ours: Sequence[Sentence], theirs: Sequence[Sentence]) -> Iterator[tuple[int, int]]:
    places: dict[str, list[int]] = {}
    for j, sentence in enumerate(theirs):
        places.setdefault(skeleton(sentence.text), []).append(j)
    for i, sentence in enumerate(ours):
        yield from ((i, j) for j in places.get(skeleton(sentence.text), []))


def _alike_pairs(
    ours: Sequence[Sentence], theirs: Sequence[Sentence], least: float
) -> Iterator[tuple[int, int, float]]:
    numbers: dict[str, int] = {}
    left, right = _bigrams(ours, numbers), _bigrams(theirs, numbers)
    shared = (_incidence(left, len(numbers)) @ _incidence(right, len(numbers)).T).tocoo()
    for i, j, common in zip(shared.row, shared.col, shared.data, strict=True):
        similarity = common / (len(left[i]) + len(right[j]) - common)
        if similarity >= least:
            yield int(i), int(j), float(similarity)


def _bigrams(sentences: Sequence[Sentence], numbers: dict[str, int]) -> list[list[int]]:
    texts = [skeleton(each.text) for each in sentences]
    return [
        [numbers.setdefault(pair, len(numbers)) for pair in sorted({text[k : k + 2] for k in range(len(text) - 1)})]
        for text in texts
    ]


def _incidence(rows: list[list[int]], width: int) -> csr_matrix:
    columns = np.array([column for row in rows for column in row], dtype=np.int64)
    starts = np.cumsum([0, *(len(row) for row in rows)])
    return csr_matrix((np.ones(len(columns), dtype=np.int32), columns, starts), shape=(len(rows), width))


def main() -> int:
    """Print the leaks; 1 if there is any beyond stock phrases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, help="folder of *.jsonl (default: NLU_SETS, else ../shared/bench)")
    options = parser.parse_args()
    training, cases = read_training(), read_cases()
    outside = [each for group in read_sets(sets_folder(options.sets)).values() for each in group]
    against_sets = find_leaks([*training, *cases], outside, REWORDED)
    stock = [leak for leak in against_sets if len(skeleton(leak.ours.text)) <= LONGEST_STOCK_PHRASE]
    leaks = [leak for leak in against_sets if leak not in stock] + find_leaks(training, cases, NEARLY_EQUAL)
    for leak in leaks:
        print(leak)
    print(f"{len(training)} training sentences, {len(cases)} cases, {len(outside)} sentences of sets")
    print(f"{len(leaks)} leaks; {len({leak.ours for leak in stock})} stock phrases in common with the sets")
    return 1 if leaks else 0


if __name__ == "__main__":
    sys.exit(main())
