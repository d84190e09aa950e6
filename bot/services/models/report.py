"""What a comparison of two models says, in a trainer's words where it says something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from bot.services.models.intervals import change, wilson

ASKS = ""  # the outcome of a sentence to which the assistant asks back


class Verdict(str, Enum):
    BETTER = "better"
    WORSE = "worse"
    LOOK = "look"  # another answer, and nobody said which one is right

    @property
    def zh(self) -> str:
        return {"better": "变好", "worse": "变差", "look": "要看"}[self.value]


@dataclass(frozen=True)
class Changed:
    """A sentence to which the two models answer differently. `where`: file and line of a held-out one, of a customer's the
    beginning of the conversation's id; `wanted` "" where nobody has said what is right."""

    text: str
    where: str
    wanted: str
    before: str
    after: str
    verdict: Verdict


@dataclass(frozen=True)
class IntentFigures:
    """Held-out sentences of an intent: right before and after, right only after (`gained`), right only before (`lost`)."""

    intent: str
    of: int
    before: int
    after: int
    gained: int
    lost: int

    @property
    def share(self) -> float:
        return self.after / self.of if self.of else 0.0

    @property
    def sure(self) -> tuple[float, float]:
        """Within what the share afterwards is, with 95 %."""
        return wilson(self.after, self.of)

    @property
    def change(self) -> tuple[float, float]:
        """Within what the change of the share is, with 95 %."""
        both = self.after - self.gained
        return change(both, self.gained, self.lost, self.of - both - self.gained - self.lost)


@dataclass(frozen=True)
class Mixed:
    """Sentences of one intent that a model takes for another: how many the old one, how many the new one, and the first of these."""

    wanted: str
    got: str
    before: int
    after: int
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Played:
    """A dialogue that was played with the new model; `why` "" where it passed."""

    name: str
    why: str = ""


@dataclass(frozen=True)
class Customers:
    """Real sentences that were read again: how many, of how many customers."""

    sentences: int
    people: int
    changed: tuple[Changed, ...]

    def count(self, verdict: Verdict) -> int:
        """Customers of whom this is the gravest change."""
        return sum(1 for found in self._gravest().values() if found is verdict)

    @property
    def headline(self) -> str:
        """这 14 位客户的回答会变：8 个变好，6 个变差。"""
        touched = len(self._gravest())
        if not touched:
            return f"{self.people} 位客户说过的 {self.sentences} 句话，回答都不变。"
        parts = [f"{self.count(Verdict.BETTER)} 个变好", f"{self.count(Verdict.WORSE)} 个变差"]
        if look := self.count(Verdict.LOOK):
            parts.append(f"{look} 个要您看")
        return f"这 {touched} 位客户的回答会变：{'，'.join(parts)}。"

    def _gravest(self) -> dict[str, Verdict]:
        order = (Verdict.WORSE, Verdict.LOOK, Verdict.BETTER)
        found: dict[str, Verdict] = {}
        for one in self.changed:
            found[one.where] = min(found.get(one.where, one.verdict), one.verdict, key=order.index)
        return found


@dataclass(frozen=True)
class Blocked:
    """A reason for which the gate is shut, and what to do about it."""

    what: str
    remedy: str


@dataclass(frozen=True)
class Report:
    """`before`, `after`: ids of models. `asks_before` and `asks_after`: held-out sentences that are asked back."""

    before: str
    after: str
    at: datetime
    intents: tuple[IntentFigures, ...]
    asks_before: int
    asks_after: int
    mixed: tuple[Mixed, ...]
    changed: tuple[Changed, ...]
    customers: Customers
    dialogues: tuple[Played, ...]
    blocked: tuple[Blocked, ...]
    seconds: float

    @property
    def all(self) -> IntentFigures:
        """Of all intents together."""
        rows = self.intents
        return IntentFigures(
            "", *(sum(getattr(row, name) for row in rows) for name in ("of", "before", "after", "gained", "lost"))
        )

    @property
    def passed(self) -> bool:
        return not self.blocked

    @property
    def figures(self) -> Mapping[str, float]:
        """For the card, shares from 0 to 1."""
        of = max(self.all.of, 1)
        played = max(len(self.dialogues), 1)
        return {
            "accuracy": self.all.after / of,
            "accuracy_before": self.all.before / of,
            "asks_back": self.asks_after / of,
            "journeys": sum(not one.why for one in self.dialogues) / played,
        }

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "at": self.at.isoformat()}

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Report:
        """What `as_json` made. Raises KeyError, TypeError, ValueError for anything else."""
        customers = row["customers"]
        return cls(
            **{
                **row,
                "at": datetime.fromisoformat(row["at"]),
                "intents": tuple(IntentFigures(**one) for one in row["intents"]),
                "mixed": tuple(Mixed(**{**one, "sentences": tuple(one["sentences"])}) for one in row["mixed"]),
                "changed": _changed(row["changed"]),
                "customers": Customers(**{**customers, "changed": _changed(customers["changed"])}),
                "dialogues": tuple(Played(**one) for one in row["dialogues"]),
                "blocked": tuple(Blocked(**one) for one in row["blocked"]),
            }
        )


def _changed(rows: Sequence[Mapping[str, Any]]) -> tuple[Changed, ...]:
    return tuple(Changed(**{**one, "verdict": Verdict(one["verdict"])}) for one in rows)


def judge(wanted: str, before: str, after: str) -> Verdict | None:
    """Of one sentence; None where nothing changes for who said it. `wanted` "": nobody has said what is right. Then an answer
    in place of a question counts as better, and the other way round as worse."""
    if before == after:
        return None
    if not wanted:
        if ASKS in (before, after):
            return Verdict.BETTER if before == ASKS else Verdict.WORSE
        return Verdict.LOOK
    rank = {wanted: 2, ASKS: 1}
    old, new = rank.get(before, 0), rank.get(after, 0)
    if old == new:  # wrong both times
        return None
    return Verdict.BETTER if new > old else Verdict.WORSE
