"""Which model a conversation has while there are two: computed from when it was opened, never remembered (docs/adr/0019)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

ALL = 100


@dataclass(frozen=True)
class Step:
    """From `since` on, so many of a hundred new conversations have the other model."""

    since: datetime
    share: int


@dataclass(frozen=True)
class Split:
    """`other` is "" where everybody has `base`. `until`: the other one has been released to all, and the base serves what it has
    begun until then. Steps are in the order of time."""

    base: str
    other: str = ""
    steps: tuple[Step, ...] = ()
    until: datetime | None = None

    def model_of(self, conversation_id: str, opened_at: datetime | None) -> str:
        """A conversation of which nobody knows when it was opened is an old one."""
        if not self.other or opened_at is None:
            return self.base
        share = next((step.share for step in reversed(self.steps) if step.since <= opened_at), 0)
        return self.other if place_of(conversation_id) < share else self.base

    @property
    def share(self) -> int:
        """Of new conversations, now."""
        return self.steps[-1].share if self.other and self.steps else 0

    @property
    def models(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.base, self.other)))

    def as_json(self) -> dict[str, Any]:
        return {
            "base": self.base,
            "other": self.other,
            "steps": [[step.since.isoformat(), step.share] for step in self.steps],
            "until": self.until.isoformat() if self.until else None,
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Split:
        """What `as_json` made. Raises ValueError, KeyError, TypeError for anything else."""
        steps = tuple(Step(datetime.fromisoformat(since), int(share)) for since, share in row["steps"])
        until = datetime.fromisoformat(row["until"]) if row["until"] else None
        return cls(str(row["base"]), str(row["other"]), steps, until)


def place_of(conversation_id: str) -> int:
    """From 0 to 99, as good as drawn, and the same for every process. Not the checksum that picks a worker: all of a small
    share would be one worker's."""
    return int.from_bytes(hashlib.blake2b(conversation_id.encode(), digest_size=8).digest(), "big") % ALL
