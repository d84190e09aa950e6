"""Sentences that differ by a character or two: of two intents the classifier cannot tell them apart, of one they teach it nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.training.checks.wording import place, quoted
from bot.training.finding import Finding, warning
from bot.training.likeness import SHORTEST_REWORDED, Pair, reworded
from bot.training.lined_corpus import LinedCorpus

# Pairs that teach a border on purpose (自动续费怎么关 / 会员自动续费怎么关) measured up to 0.75.
OF_TWO_INTENTS, OF_ONE = 0.8, 0.85
_DIGITS = re.compile(r"\d+")


def check_near_duplicates(corpus: LinedCorpus) -> Iterator[Finding]:
    """One warning for each pair, at the later place. Equal sentences are the duplicates' check."""
    # To the classifier one number is like another.
    texts = tuple(_DIGITS.sub("0", example.skeleton) for example in corpus.examples)
    for i, j, likeness in _pairs(texts):
        one, other = corpus.examples[i], corpus.examples[j]
        if i >= j or len(texts[i]) < SHORTEST_REWORDED or one.skeleton == other.skeleton:
            continue
        data = {
            "texts": [one.text, other.text],
            "intents": [one.intent, other.intent],
            "likeness": round(likeness, 2),
            "other": list(one.where),
        }
        if one.intent != other.intent:
            yield warning(
                "near_duplicate.across_intents",
                other.where,
                f"{quoted(other)}（{other.intent}）和{place(one.where)}的{quoted(one)}（{one.intent}）几乎一样",
                "意图写错了就改过来；两个意图确实只差这几个字，就多写几句把差别说清楚",
                **data,
            )
        elif likeness >= OF_ONE and one.source == other.source == "nlu":
            yield warning(
                "near_duplicate.within_intent",
                other.where,
                f"{quoted(other)}和{place(one.where)}的{quoted(one)}几乎一样，多写这一句教不了什么",
                "删掉一句，或者换人、换口气、换词另写",
                **data,
            )


# A draft of a story or of an answer leaves the sentences as they were.
@lru_cache(maxsize=2)
def _pairs(texts: tuple[str, ...]) -> list[Pair]:
    return reworded(texts, texts, OF_TWO_INTENTS)
