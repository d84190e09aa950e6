"""A piece of text with the normal form it stands for, and how overlapping pieces are thinned out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True)
class Span(Generic[Value]):
    """`text` is `source[start:end]`, offsets in characters of the original message; `value` is the normal form."""

    start: int
    end: int
    text: str
    value: Value

    def overlaps(self, other: Span[Value]) -> bool:
        """Whether the two share at least one character."""
        return self.start < other.end and other.start < self.end


def without_overlaps(spans: Iterable[Span[Value]]) -> list[Span[Value]]:
    """Keep the longest span of each overlapping group, in reading order; the earlier candidate wins a tie."""
    kept: list[Span[Value]] = []
    for span in sorted(spans, key=lambda each: each.start - each.end):
        if not any(span.overlaps(other) for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda each: each.start)
