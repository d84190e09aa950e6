"""The card of a trained model: what it was made from, how good it is, who made, approved and released it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any

SYSTEM = "system"  # who made the model that a start trained by itself


class CardState(str, Enum):
    CANDIDATE = "candidate"
    APPROVED = "approved"
    CANARY = "canary"  # some of the new conversations have it
    CURRENT = "current"
    PREVIOUS = "previous"
    WITHDRAWN = "withdrawn"

    @property
    def zh(self) -> str:
        return _ZH[self]


_ZH = {
    CardState.CANDIDATE: "候选", CardState.APPROVED: "已批准", CardState.CANARY: "灰度中", CardState.CURRENT: "在用",
    CardState.PREVIOUS: "以前用过", CardState.WITHDRAWN: "已撤回",
}  # fmt: skip


@dataclass(frozen=True)
class ModelCard:
    """`seconds` of training. `figures`: shares from 0 to 1 by name, of the last comparison; `compared_with` is the model that
    was current then, and `gate_passed` None before there was one. Accounts are names of the desk, `SYSTEM` or `cli:NAME`."""

    model_id: str
    data_hash: str
    made_by: str
    made_at: datetime
    seconds: float
    state: CardState = CardState.CANDIDATE
    sentences: int = 0
    intents: int = 0
    compared_with: str = ""
    compared_at: datetime | None = None
    gate_passed: bool | None = None
    figures: Mapping[str, float] = field(default_factory=dict)
    approved_by: str = ""
    approved_at: datetime | None = None
    released_by: str = ""
    released_at: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        row = asdict(replace(self, figures=dict(self.figures)))
        moments = {name: value.isoformat() for name, value in row.items() if isinstance(value, datetime)}
        return {**row, **moments, "state": self.state.value}

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> ModelCard:
        """What `as_json` made. Raises ValueError, TypeError for anything else."""
        moments = {
            name: datetime.fromisoformat(row[name])
            for name in ("made_at", "compared_at", "approved_at", "released_at")
            if row.get(name)
        }
        return cls(**{**row, **moments, "state": CardState(row["state"])})
