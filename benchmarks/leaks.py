"""Does a sentence that measures stand among those that teach? `python -m benchmarks.leaks` exits 1 and says where.

- Every sentence of ours (data/nlu, the questions to the knowledge, tests/nlu_cases, and what `benchmarks.elsewhere` reads: all of
  tests, benchmarks/*.py, the complaint rules' examples, the demo page) against the sets outside the repository, as they were heard
  and as they were really said (`clean`): equal after normalisation, lightly reworded, or one inside the other.
  Stock phrases of up to four characters (你好, 投诉) cannot be avoided; they are only counted.
- What is less alike is listed for a person to look at, and does not fail.
- What teaches (data/nlu, the questions) against tests/nlu_cases, by the same measure.
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

from benchmarks.elsewhere import read_elsewhere
from benchmarks.sentences import Sentence, read_cases, read_clean, read_sets, read_training, sets_folder
from bot.settings import ROOT
from bot.text.normalise import normalise

# A rewording that kept its content words measured 0.60; unrelated sentences on one subject stay below 0.5.
REWORDED = 0.6
WORTH_A_LOOK = 0.5
SHORTEST_REWORDED = 8
SHORTEST_INSIDE = 7
LONGEST_STOCK_PHRASE = 4
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


def find_inside(ours: Sequence[Sentence], theirs: Sequence[Sentence]) -> list[Leak]:
    """Pairs of which one is the other with words before or after it; `similarity` is the shorter one's share."""
    found = []
    for i, j, common, left, right in _shared_pairs(ours, theirs):
        if common < min(left, right) or 2 * min(left, right) + 1 < max(left, right):
            continue  # not all pairs of characters of the shorter one, or less than half of the longer one
        short, long = sorted((skeleton(ours[i].text), skeleton(theirs[j].text)), key=len)
        if len(short) >= SHORTEST_INSIDE and short != long and short in long:
            found.append(Leak(ours[i], theirs[j], len(short) / len(long)))
    return found


def find_taught(training: Sequence[Sentence], cases: Sequence[Sentence]) -> list[Leak]:
    """Training sentences that are a held-out case, a light rewording of one, or one inside the other."""
    return find_leaks(training, cases, REWORDED) + find_inside(training, cases)


def _equal_pairs(ours: Sequence[Sentence], theirs: Sequence[Sentence]) -> Iterator[tuple[int, int]]:
    places: dict[str, list[int]] = {}
    for j, sentence in enumerate(theirs):
        places.setdefault(skeleton(sentence.text), []).append(j)
    for i, sentence in enumerate(ours):
        yield from ((i, j) for j in places.get(skeleton(sentence.text), []))


def _alike_pairs(
    ours: Sequence[Sentence], theirs: Sequence[Sentence], least: float
) -> Iterator[tuple[int, int, float]]:
    for i, j, common, left, right in _shared_pairs(ours, theirs):
        similarity = common / (left + right - common)
        if similarity >= least:
            yield i, j, similarity


def _shared_pairs(ours: Sequence[Sentence], theirs: Sequence[Sentence]) -> Iterator[tuple[int, int, int, int, int]]:
    """Places of two sentences that share bigrams, how many, and how many each has."""
    numbers: dict[str, int] = {}
    left, right = _bigrams(ours, numbers), _bigrams(theirs, numbers)
    shared = (_incidence(left, len(numbers)) @ _incidence(right, len(numbers)).T).tocoo()
    for i, j, common in zip(shared.row.tolist(), shared.col.tolist(), shared.data.tolist(), strict=True):
        yield i, j, common, len(left[i]), len(right[j])


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
    ours = [*training, *cases, *read_elsewhere()]
    folder = sets_folder(options.sets)
    outside = [each for group in read_sets(folder).values() for each in group] + read_clean(folder)
    alike = find_leaks(ours, outside, WORTH_A_LOOK)
    stock = [leak for leak in alike if len(skeleton(leak.ours.text)) <= LONGEST_STOCK_PHRASE]
    look = [leak for leak in alike if leak not in stock and leak.similarity < REWORDED]
    leaks = [leak for leak in alike if leak not in stock and leak not in look]
    leaks += find_inside(ours, outside) + find_taught(training, cases)
    for leak in look:
        print(f"look: {leak}")
    for leak in leaks:
        print(f"LEAK: {leak}")
    if not outside:
        print("no development sets were found (--sets, NLU_SETS): only our own cases were looked for")
    print(f"{len(ours)} sentences of ours, {len(cases)} of them cases; {len(outside)} sentences of sets")
    print(f"{len(leaks)} leaks, {len(look)} to look at; {len({leak.ours for leak in stock})} stock phrases in common")
    return 1 if leaks else 0


if __name__ == "__main__":
    sys.exit(main())
