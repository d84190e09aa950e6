"""The ports for what customers think and are asked afterwards; `bot.services.ports` has the others and the promises of all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.insurance.follow_up import FollowUp, FollowUpKind, FollowUpVisit
from bot.insurance.rating import Rating


class Ratings(Protocol):
    def add(self, rating: Rating) -> None:
        """Again with the same key it changes nothing."""
        ...

    def of_conversation(self, conversation_id: str) -> Sequence[Rating]: ...
    def since(self, moment: datetime) -> Sequence[Rating]:
        """From that moment on, oldest first."""
        ...


class FollowUps(Protocol):
    def add(self, follow_up: FollowUp) -> bool:
        """False when that subject has one of its kind; then nothing is written."""
        ...

    def save(self, follow_up: FollowUp) -> None: ...
    def get(self, number: str) -> FollowUp | None: ...
    def add_visit(self, number: str, visit: FollowUpVisit) -> None: ...
    def visits(self, number: str) -> Sequence[FollowUpVisit]:
        """The oldest first."""
        ...

    def of_subject(self, kind: FollowUpKind, subject: str) -> FollowUp | None: ...
    def of_party(self, party_id: str) -> Sequence[FollowUp]: ...
    def open(self) -> Sequence[FollowUp]:
        """The first due first."""
        ...

    def first_due(self, limit: int) -> tuple[Sequence[FollowUp], int]:
        """Those open ones that somebody is to work on first, and how many there are."""
        ...

    def ended_last(self, limit: int) -> Sequence[FollowUp]: ...
    def since(self, moment: datetime) -> Sequence[FollowUp]:
        """Raised from that moment on."""
        ...
