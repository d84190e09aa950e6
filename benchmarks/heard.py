"""Every correction by sound in the training sentences and the held-out cases: `python -m benchmarks.heard [--sets]`.

One a line: what was written, the term, the sentence. For the eye: a correction that is none belongs into the lines of
data/lexicon/entities/heard.txt that stay. With --sets the development sets too, which are for measuring only.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import groupby

from benchmarks.sentences import read_cases, read_sets, read_training, sets_folder
from bot.complaints.heard import heard_terms
from bot.text.normalise import fold


def corrections(text: str) -> list[tuple[str, str]]:
    """(written, meant) of each stretch of characters that changes, with what is common to both around it."""
    written = fold(text)
    meant = heard_terms().correct(written)
    changed = [at for at in range(len(written)) if written[at] != meant[at]]
    runs = [[at for _, at in run] for _, run in groupby(enumerate(changed), lambda pair: pair[1] - pair[0])]
    return [(_around(written, run), _around(meant, run)) for run in runs]


def _around(text: str, run: list[int]) -> str:
    return text[max(0, run[0] - 2) : run[-1] + 3]


def sentences() -> Iterator[str]:
    """All that trainers wrote and all that is held out."""
    yield from (each.text for each in read_training())
    yield from (each.text for each in read_cases())


def main() -> None:
    """Print them and their number."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", action="store_true", help="the development sets too")
    sets = read_sets(sets_folder(None)) if parser.parse_args().sets else {}
    count = 0
    texts = [*sentences(), *(each.text for one in sets.values() for each in one)]
    for text in texts:
        for written, meant in corrections(text):
            count += 1
            print(f"{written} → {meant}\t{text}")
    print(f"{count} corrections in {len(texts)} sentences")


if __name__ == "__main__":
    main()
