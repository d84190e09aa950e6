"""Journeys that were begun and not finished, as the use cases need them kept: for their proven customer, on any channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

KEPT = timedelta(days=7)  # business flows 0.3


@dataclass(frozen=True)
class KeptDraft:
    """`run`: the idempotency key of that run of the journey, which goes with it wherever it is finished. `key`, `title`: the
    journey's key in the registry and its Chinese name. `answers`: without what proves who somebody is."""

    run: str
    key: str
    title: str
    party_id: str
    conversation_id: str
    answers: Mapping[str, str]
    at: datetime


class Drafts(Protocol):
    def keep(self, draft: KeptDraft) -> None:
        """In place of what was kept of that run."""
        ...

    def of_run(self, run: str) -> KeptDraft | None: ...
    def of_party(self, party_id: str, since: datetime) -> Sequence[KeptDraft]:
        """Touched since then, the newest first; "" is nobody."""
        ...

    def drop(self, run: str) -> None: ...
    def forget(self, before: datetime) -> int:
        """Delete those that nobody has touched since that moment; returns how many."""
        ...
