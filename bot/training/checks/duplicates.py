"""The same sentence twice, spaces, punctuation, width and traditional characters aside."""

from __future__ import annotations

from collections.abc import Iterator

from bot.training.checks.wording import place, quoted
from bot.training.finding import Finding, error, warning
from bot.training.lined_corpus import LinedCorpus
from bot.training.pieces import Example


def check_duplicates(corpus: LinedCorpus) -> Iterator[Finding]:
    """Of two intents an error, of one a warning; each at the later place."""
    first: dict[str, Example] = {}
    for example in corpus.examples:
        if not example.skeleton:
            continue  # emoji and punctuation alone
        before = first.setdefault(example.skeleton, example)
        if before is example:
            continue
        if before.intent != example.intent:
            yield error(
                "duplicate.across_intents",
                example.where,
                f"{quoted(example)}写在“{example.intent}”下，{place(before.where)}又写在“{before.intent}”下",
                "一句话只能属于一个意图：按 data/intents.yml 的边界留一处，删掉另一处；两边都说得通就都删",
                text=example.text,
                intents=[before.intent, example.intent],
                other=list(before.where),
            )
        elif example.source == before.source == "nlu":
            yield warning(
                "duplicate.within_intent",
                example.where,
                f"{quoted(example)}在“{example.intent}”下写了两遍，{place(before.where)}已经有了",
                "删掉一处，或者换一种说法",
                text=example.text,
                intent=example.intent,
                other=list(before.where),
            )
