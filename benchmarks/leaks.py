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
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.elsewhere import read_elsewhere
from benchmarks.sentences import Sentence, read_cases, read_clean, read_sets, read_training, sets_folder
from bot.settings import ROOT
from bot.training.likeness import REWORDED, Pair, inside, reworded, skeleton, taught

WORTH_A_LOOK = 0.5
LONGEST_STOCK_PHRASE = 4


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


def find_leaks(ours: Sequence[Sentence], theirs: Sequence[Sentence], least: float) -> list[Leak]:
    """Pairs that are equal, or of which ours has at least eight characters and `least` or more in common."""
    return _leaks(ours, theirs, reworded(_skeletons(ours), _skeletons(theirs), least))


def find_inside(ours: Sequence[Sentence], theirs: Sequence[Sentence]) -> list[Leak]:
    """Pairs of which one is the other with words before or after it; `similarity` is the shorter one's share."""
    return _leaks(ours, theirs, inside(_skeletons(ours), _skeletons(theirs)))


def find_taught(training: Sequence[Sentence], cases: Sequence[Sentence]) -> list[Leak]:
    """Training sentences that are a held-out case, a light rewording of one, or one inside the other."""
    return _leaks(training, cases, taught(_skeletons(training), _skeletons(cases)))


def _skeletons(sentences: Sequence[Sentence]) -> list[str]:
    return [skeleton(each.text) for each in sentences]


def _leaks(ours: Sequence[Sentence], theirs: Sequence[Sentence], pairs: Iterable[Pair]) -> list[Leak]:
    return [Leak(ours[i], theirs[j], similarity) for i, j, similarity in pairs]


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
