"""Candidate entities, and which survive where they overlap."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Value = str | int | float

# What a number is is checked in the order of how much proves it: a check digit, a shape, a cue word, a length.
# Among words, the more specific kind wins; equals are settled by length, then by position.
_RANKS = {
    "email": 0,
    "id_number": 1,
    "plate_no": 2,
    "claim_no": 3,
    "complaint_no": 3,
    "bank_card": 4,
    "phone": 5,
    "policy_no": 6,
    "percentage": 7,
    "date": 8,
    "time": 8,
    "amount": 9,
    "hospital": 10,
    "roadside_service": 11,
    "line_of_business": 11,
    "document": 11,
    "illness": 11,
    "relationship": 11,
    "complaint_kind": 12,
    "person_name": 13,
    "location": 13,
}


@dataclass(frozen=True)
class Candidate:
    """An entity that may be there: offsets in characters of the message, `value` its normal form."""

    entity: str
    start: int
    end: int
    value: Value

    def overlaps(self, other: Candidate) -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end


def resolve(candidates: Iterable[Candidate]) -> list[Candidate]:
    """No two of the result overlap: by rank, then the longer, then the earlier. In reading order."""
    kept: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda each: (_RANKS[each.entity], each.start - each.end, each.start)):
        if not any(candidate.overlaps(other) for other in kept):
            kept.append(candidate)
    return sorted(kept, key=lambda each: each.start)
