"""Too few sentences for an intent, too few that measure it, and examples that are all made alike."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from bot.training.finding import Finding, error, warning
from bot.training.lined_corpus import LinedCorpus
from bot.training.pieces import Example

# Said in few words by everybody, so few sentences teach them.
SMALL_TALK = frozenset({
    "greet", "goodbye", "thank", "affirm", "deny", "cancel", "correct_answer", "repeat", "bot_challenge",
    "ask_capabilities", "request_human", "request_callback", "inform", "emergency", "out_of_scope",
})  # fmt: skip
LEAST_SMALL_TALK, LEAST, LEAST_CASES = 25, 60, 12
# Four characters that begin more than a third of an intent's sentences are a template, not customers.
OPENING, MOST_OPENINGS = 4, 1 / 3


def check_balance(corpus: LinedCorpus) -> Iterator[Finding]:
    """Errors for too few examples or held-out cases, warnings for a template."""
    examples: dict[str, list[Example]] = defaultdict(list)
    for example in corpus.examples:
        if example.source == "nlu":
            examples[example.intent].append(example)
    cases = Counter(case.intent for case in corpus.cases)
    for each in corpus.contract:
        least = LEAST_SMALL_TALK if each.name in SMALL_TALK else LEAST
        different = len({example.skeleton for example in examples[each.name]})
        if different < least:
            yield error(
                "balance.too_few_examples",
                each.where,
                f"意图“{each.name}”只有 {different} 句不同的例句，至少要 {least} 句",
                f"在 data/nlu 里再写 {least - different} 句，说法要不一样",
                intent=each.name,
                examples=different,
                least=least,
            )
        if cases[each.name] < LEAST_CASES:
            yield error(
                "balance.too_few_cases",
                each.where,
                f"意图“{each.name}”只有 {cases[each.name]} 句考题（tests/nlu_cases），至少要 {LEAST_CASES} 句",
                f"在 tests/nlu_cases 里再写 {LEAST_CASES - cases[each.name]} 句，不要和例句相近",
                intent=each.name,
                cases=cases[each.name],
                least=LEAST_CASES,
            )
        if different >= least:
            yield from _template(each.name, examples[each.name])


def _template(intent: str, examples: list[Example]) -> Iterator[Finding]:
    openings = Counter(example.skeleton[:OPENING] for example in examples if len(example.skeleton) > OPENING)
    opening, times = next(iter(openings.most_common(1)), ("", 0))
    if times > MOST_OPENINGS * len(examples):
        first = next(example for example in examples if example.skeleton.startswith(opening))
        yield warning(
            "balance.one_opening",
            first.where,
            f"意图“{intent}”的 {len(examples)} 句里有 {times} 句都用“{opening}”开头，像是套模板写的",
            "换人、换口气、换词另写；只换名词的句子删掉一半",
            intent=intent,
            opening=opening,
            times=times,
            examples=len(examples),
        )
