"""Every correction by sound in the training sentences and the held-out cases: `python -m benchmarks.heard [--sets]`.

One a line: what was written, the term, the sentence. For the eye: a correction that is none belongs into the lines of
data/lexicon/entities/heard.txt that stay. With --sets the development sets too, which are for measuring only. With --coverage how
many of the domain's own terms (data/lexicon) are found when one of their characters is another of the same sound, instead.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import groupby
from random import Random

from benchmarks.noise import characters_in_use, sound_of
from benchmarks.sentences import read_cases, read_sets, read_training, sets_folder
from bot.complaints.heard import heard_terms
from bot.nlu.lexicon import read_lexicon
from bot.nlu.settings import TokenizerSettings
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


def coverage() -> dict[int, tuple[int, int]]:
    """By their length: of how many wrongly written terms the right one was found, and how many there are. Every term once for
    each of its characters, in a question, with a seed."""
    found: dict[int, tuple[int, int]] = {}
    words = {
        word
        for file in read_lexicon(TokenizerSettings.parse({}).lexicon_dir)
        for _, line in file.lines
        for word in line.split()[:1]
    }
    for term in sorted(word for word in words if len(word) > 1 and all("\u4e00" <= char <= "\u9fff" for char in word)):
        draw = Random(term)
        for place, char in enumerate(term):
            others = [each for each in characters_in_use().get(sound_of(char), ()) if each != char]
            if not others:
                continue
            wrong = f"问一下{term[:place]}{draw.choice(others)}{term[place + 1 :]}怎么办"
            right, count = found.get(len(term), (0, 0))
            found[len(term)] = right + (heard_terms().correct(wrong) == f"问一下{term}怎么办"), count + 1
    return found


def main() -> None:
    """Print them and their number."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", action="store_true", help="the development sets too")
    parser.add_argument("--coverage", action="store_true", help="how many terms are found by their sound, instead")
    options = parser.parse_args()
    if options.coverage:
        for length, (right, count) in sorted(coverage().items()):
            print(f"{length} characters: {right} of {count} found, {right / count:.3f}")
        return
    sets = read_sets(sets_folder(None)) if options.sets else {}
    count = 0
    texts = [*sentences(), *(each.text for one in sets.values() for each in one)]
    for text in texts:
        for written, meant in corrections(text):
            count += 1
            print(f"{written} → {meant}\t{text}")
    print(f"{count} corrections in {len(texts)} sentences")


if __name__ == "__main__":
    main()
