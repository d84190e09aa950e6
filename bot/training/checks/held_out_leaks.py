"""Sentences that measure must not be taught: tests/nlu_cases against data/nlu and the questions to the knowledge."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from bot.training.checks.wording import place, quoted
from bot.training.finding import Finding, error
from bot.training.likeness import Pair, taught
from bot.training.lined_corpus import LinedCorpus


def check_held_out_leaks(corpus: LinedCorpus) -> Iterator[Finding]:
    """One error for each training sentence that is a case, a light rewording of one, or one inside the other."""
    pairs = _pairs(tuple(each.skeleton for each in corpus.examples), tuple(each.skeleton for each in corpus.cases))
    told: set[int] = set()
    for i, j, likeness in sorted(pairs, key=lambda pair: (pair[0], -pair[2])):
        example, case = corpus.examples[i], corpus.cases[j]
        if i in told or not example.skeleton:
            continue
        told.add(i)
        alike = "就是" if likeness == 1 else "太像"
        yield error(
            "held_out.leak",
            example.where,
            f"{quoted(example)}{alike}{place(case.where)}的考题{quoted(case)}，考题学过就考不出真成绩",
            "例句换一种说法，或者删掉；不要改考题去迁就",
            texts=[example.text, case.text],
            likeness=round(likeness, 2),
            other=list(case.where),
        )


@lru_cache(maxsize=2)
def _pairs(training: tuple[str, ...], cases: tuple[str, ...]) -> list[Pair]:
    return taught(training, cases)
