"""The gate of data/training/gate.yml: what a new model must not do worse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.calendars.strict_yaml import read_row
from bot.services.models.report import Blocked, IntentFigures, Report

_NUMBERS = ("overall", "per_intent", "few", "lost", "conversations", "keep", "drain_minutes")
SHOWN = 3  # sentences that a reason quotes


@dataclass(frozen=True)
class Gate:
    """`overall`, `per_intent`, `intents`: per cent of held-out sentences understood at the first guess; intents with fewer
    sentences than `few` have no floor. `lost`: net so many sentences of an intent are too many. The rest is of the release:
    `conversations` to replay, models to `keep`, `drain_minutes` for what was begun on the old model."""

    overall: int
    per_intent: int
    few: int
    lost: int
    intents: Mapping[str, int]
    must_pass: tuple[str, ...]
    conversations: int
    keep: int
    drain_minutes: int

    def reasons(self, report: Report, names: Mapping[str, str]) -> tuple[Blocked, ...]:
        """Why the model of this report must not be released; none: it may be. `names`: intents in Chinese."""
        return tuple((*self._overall(report), *self._per_intent(report, names), *self._journeys(report)))

    def floor(self, row: IntentFigures) -> int | None:
        """Per cent; None where there are too few sentences for one."""
        return self.intents.get(row.intent, self.per_intent) if row.of >= self.few else None

    def _overall(self, report: Report) -> Iterator[Blocked]:
        if not report.all.of:
            yield Blocked("没有留出的句子可以测", "检查 tests/nlu_cases 在不在")
        elif 100 * report.all.share < self.overall:
            yield Blocked(
                f"全部 {report.all.of} 句只听懂 {100 * report.all.share:.1f}%，低于 {self.overall}%",
                "看下面的混淆，给最多的几对各补几句，再训练",
            )

    def _per_intent(self, report: Report, names: Mapping[str, str]) -> Iterator[Blocked]:
        for row in report.intents:
            name, floor = names.get(row.intent, row.intent), self.floor(row)
            lost = [one.text for one in report.changed if one.wanted == row.intent and one.before == row.intent]
            quoted = "、".join(f"“{text}”" for text in lost[:SHOWN])
            if floor is not None and 100 * row.share < floor:
                yield Blocked(
                    f"“{name}”{row.of} 句里只听懂 {row.after} 句，低于 {floor}%",
                    f"给“{name}”补几句像这样的：{quoted}" if quoted else f"给“{name}”补几句，或看它被当成了什么",
                )
            elif row.lost - row.gained >= self.lost and (row.of < self.few or row.change[1] < 0):
                yield Blocked(f"“{name}”净少听懂 {row.lost - row.gained} 句", f"以前听得懂、现在听不懂的：{quoted}")

    def _journeys(self, report: Report) -> Iterator[Blocked]:
        played = {one.name: one for one in report.dialogues}
        for name in self.must_pass:
            one = played.get(name)
            if one is None:
                yield Blocked(f"没有跑“{name}”", "看 tests/dialogues 里有没有这段对话，名字对不对")
            elif one.why:
                yield Blocked(f"必须通过的业务“{name}”没有通过", one.why)


def load_gate(path: Path) -> Gate:
    """Raises DataFileError: a key is missing or unknown, or a value is none."""
    top = read_row(path)
    top.expect((*_NUMBERS, "intents", "must_pass"))
    numbers = {name: top.integer(name) for name in _NUMBERS}
    for name, value in numbers.items():
        if value < (1 if name == "keep" else 0):
            top.refuse(name, "应为不小于零的整数")
    own = top.child("intents")
    intents = {name: own.integer(name) for name in own.values}
    return Gate(intents=intents, must_pass=top.texts("must_pass"), **numbers)
