"""Which of the company's institutions a matter belongs to: that of the policy which it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from bot.insurance.institution import HEAD_OFFICE
from bot.services.ports import UnitOfWork


class _Matter(Protocol):
    @property
    def institution(self) -> str: ...


def institution_of(work: UnitOfWork, number: str) -> str:
    """By the number of a policy, claim, complaint, request or endorsement; the head office's for any that we do not have."""
    registers: Mapping[str, Callable[[str], _Matter | None]] = {
        "C": work.claims.get,
        "T": work.complaints.get,
        "S": work.requests.get,
        "E": work.endorsements.get,
    }
    found = registers.get(number[:1], work.policies.get)(number) if number else None
    return found.institution if found else HEAD_OFFICE
