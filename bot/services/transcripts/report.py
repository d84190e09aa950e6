"""What a batch of recorded calls shows: figures for the management and lists for whoever must do something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from bot.services.ports import UnitOfWork
from bot.services.transcript_ports import CallRow
from bot.services.transcripts.call import Outcome

REPEAT_WITHIN = timedelta(days=7)
HOLD_STEPS = ((60_000, "30–60 秒"), (120_000, "1–2 分钟"), (300_000, "2–5 分钟"))
HOLD_LONGEST = "5 分钟以上"

Bars = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class RepeatCaller:
    """Somebody who called again within seven days; `again` those about which he had called before."""

    phone: str
    calls: tuple[CallRow, ...]
    again: tuple[str, ...]


@dataclass(frozen=True)
class TranscriptReport:
    """Codes of intents and kinds; names are for whoever shows it. Lists have the longest or newest first."""

    calls: int
    utterances: int
    outcomes: Bars
    intents: Bars
    complaint_kinds: Bars
    holds: Bars
    repeat_callers: tuple[RepeatCaller, ...]
    unresolved: tuple[CallRow, ...]
    long_holds: tuple[CallRow, ...]
    emergencies: tuple[CallRow, ...]
    complaints: tuple[CallRow, ...]


def build_report(work: UnitOfWork, call_ids: Collection[str]) -> TranscriptReport:
    """Of these calls; repeat callers are looked for among all that are stored."""
    calls = work.transcripts.calls(call_ids)
    earlier = work.transcripts.of_phones({call.phone for call in calls})
    held = Counter(_hold_step(hold) for call in calls for hold in call.holds)
    steps = (*(name for _, name in HOLD_STEPS), HOLD_LONGEST)
    return TranscriptReport(
        calls=len(calls),
        utterances=sum(call.utterances for call in calls),
        outcomes=tuple((outcome.zh, sum(call.outcome is outcome for call in calls)) for outcome in Outcome),
        intents=_counted(intent for call in calls for intent in call.intents),
        complaint_kinds=_counted(call.complaint_kind for call in calls if call.complaint_kind),
        holds=tuple((step, held[step]) for step in steps),
        repeat_callers=_repeat_callers(earlier, {call.call_id for call in calls}),
        unresolved=tuple(call for call in calls if call.outcome is Outcome.OPEN),
        long_holds=tuple(sorted((call for call in calls if call.holds), key=lambda call: -sum(call.holds))),
        emergencies=tuple(call for call in calls if call.emergency),
        complaints=tuple(call for call in calls if call.complaint_kind),
    )


def _counted(names: Iterable[str]) -> Bars:
    return tuple(Counter(names).most_common())


def _hold_step(hold: int) -> str:
    return next((name for limit, name in HOLD_STEPS if hold < limit), HOLD_LONGEST)


def _repeat_callers(dated: Sequence[CallRow], batch: Collection[str]) -> tuple[RepeatCaller, ...]:
    """Those of whose calls one of the batch came within seven days after another."""
    by_phone: dict[str, list[CallRow]] = {}
    for call in dated:
        by_phone.setdefault(call.phone, []).append(call)
    found = []
    for phone, calls in by_phone.items():
        pairs = [pair for pair in pairwise(calls) if _soon(*pair)]
        again = {intent for first, second in pairs for intent in second.intents if intent in first.intents}
        if pairs and any(call.call_id in batch for pair in pairs for call in pair):
            close = tuple(dict.fromkeys(call for pair in pairs for call in pair))
            found.append(RepeatCaller(phone, close, tuple(sorted(again))))
    return tuple(sorted(found, key=lambda one: -len(one.calls)))


def _soon(first: CallRow, second: CallRow) -> bool:
    return first.began is not None and second.began is not None and second.began - first.began <= REPEAT_WITHIN
