"""A candidate beside the current model: held-out sentences, what real customers said, the dialogues that must pass."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.nlu.sentence_reader import SentenceReader
from bot.services.mask_said import mask_said
from bot.services.models.gate import Gate
from bot.services.models.ports import SaidOnce
from bot.services.models.report import ASKS, Changed, Customers, IntentFigures, Mixed, Played, Report, Verdict, judge
from bot.text.normalise import normalise
from bot.training.corpus import without_marks
from bot.training.held_out import Case

SHOWN_SENTENCES = 10  # of each confusion
LONGEST = 200  # characters: a letter is no sentence to compare intents by
_SHORT_ID = 6
Progress = Callable[[float], None]  # a share from 0 to 1


@dataclass(frozen=True)
class Pair:
    """The two models, read once. `labels`: the intent of sentences that a person has labelled, normalised."""

    before: SentenceReader
    after: SentenceReader
    labels: Mapping[str, str]

    def wanted(self, text: str) -> str:
        return self.labels.get(normalise(text), "")


def labels_of(corpus: Iterable[tuple[str, str]], cases: Iterable[Case]) -> dict[str, str]:
    """What trainers said of a sentence: in the training data (`read_corpus`) or in the held-out cases."""
    known = {normalise(without_marks(text)): intent for intent, text in corpus}
    return known | {normalise(case.text): case.intent for case in cases}


@dataclass(frozen=True)
class HeldOut:
    intents: tuple[IntentFigures, ...]
    asks_before: int
    asks_after: int
    mixed: tuple[Mixed, ...]
    changed: tuple[Changed, ...]


def compare_held_out(pair: Pair, cases: Sequence[Case], tell: Progress) -> HeldOut:
    """Right is the first guess, as in benchmarks/nlu.py; whether the assistant asks back is counted beside it."""
    rows: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    mixed: dict[tuple[str, str], list[str]] = defaultdict(list)
    mixed_before: dict[tuple[str, str], int] = defaultdict(int)
    changed, asks_before, asks_after = [], 0, 0
    for number, case in enumerate(cases):
        before, after = pair.before.read_intent(case.text), pair.after.read_intent(case.text)
        asks_before, asks_after = asks_before + before.doubtful, asks_after + after.doubtful
        rows[case.intent].append((before.intent == case.intent, after.intent == case.intent))
        if before.intent != case.intent:
            mixed_before[case.intent, before.intent] += 1
        if after.intent != case.intent:
            mixed[case.intent, after.intent].append(case.text)
        if before.intent != after.intent:
            verdict = judge(case.intent, before.intent, after.intent) or Verdict.LOOK
            where = f"{case.file.name}:{case.line}"
            changed.append(Changed(case.text, where, case.intent, before.intent, after.intent, verdict))
        tell((number + 1) / len(cases))
    order = sorted(mixed, key=lambda pair: (-len(mixed[pair]), pair))
    return HeldOut(
        tuple(_figures(intent, rows[intent]) for intent in sorted(rows)),
        asks_before,
        asks_after,
        tuple(Mixed(*key, mixed_before[key], len(mixed[key]), tuple(mixed[key][:SHOWN_SENTENCES])) for key in order),
        tuple(changed),
    )


def _figures(intent: str, hits: Sequence[tuple[bool, bool]]) -> IntentFigures:
    before, after = sum(old for old, _ in hits), sum(new for _, new in hits)
    gained, lost = sum(new and not old for old, new in hits), sum(old and not new for old, new in hits)
    return IntentFigures(intent, len(hits), before, after, gained, lost)


def compare_customers(pair: Pair, said: Sequence[SaidOnce], at: datetime, tell: Progress) -> Customers:
    """What the assistant would make of each sentence: an intent that it goes by, or a question. Only what changes is kept, and
    that masked."""
    read = [one for one in said if one.text.strip() and len(one.text) <= LONGEST]
    changed = []
    for number, one in enumerate(read):
        before, after = pair.before.read_intent(one.text), pair.after.read_intent(one.text)
        old, new = (ASKS if each.doubtful else each.intent for each in (before, after))
        wanted = pair.wanted(one.text)
        verdict = judge(wanted, old, new)
        if verdict is not None:
            masked = mask_said(one.text, pair.after(one.text, at))
            changed.append(Changed(masked, one.conversation_id[:_SHORT_ID], wanted, old, new, verdict))
        tell((number + 1) / len(read))
    return Customers(len(read), len({one.conversation_id for one in read}), tuple(changed))


@dataclass(frozen=True)
class Ids:
    before: str
    after: str


def write_report(
    ids: Ids,
    held_out: HeldOut,
    customers: Customers,
    dialogues: Sequence[Played],
    gate: Gate,
    names: Mapping[str, str],
    *,
    at: datetime,
    began: float,
) -> Report:
    """With the gate's answer. `names`: intents in Chinese; `began`: of `time.monotonic`."""
    report = Report(
        before=ids.before,
        after=ids.after,
        at=at,
        intents=held_out.intents,
        asks_before=held_out.asks_before,
        asks_after=held_out.asks_after,
        mixed=held_out.mixed,
        changed=held_out.changed,
        customers=customers,
        dialogues=tuple(dialogues),
        blocked=(),
        seconds=round(time.monotonic() - began, 1),
    )
    return replace(report, blocked=gate.reasons(report, names))
