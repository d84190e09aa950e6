"""What became of one message so far, and when it is the message rather than the assistant that fails."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

FAILED_TURNS_BEFORE_PERSON = 2  # business flows 0.6: system error twice
# A message that ends the assistant's process each time would end it for everybody, and for as long as we try.
BROKEN_OFF_BEFORE_PERSON = 3


class Outcome(Enum):
    """Of one try."""

    DONE = auto()
    UNAVAILABLE = auto()
    BROKEN_OFF = auto()
    FAILED = auto()
    ELSEWHERE = auto()  # another front desk is at this conversation, or has answered the message


@dataclass
class Tries:
    """What became of one message so far."""

    unavailable: int = 0  # broken off included
    broken_off: int = 0
    failed: int = 0
    told: bool = False  # the customer knows that it waits

    @property
    def failures(self) -> int:
        return self.unavailable + self.failed

    def count(self, outcome: Outcome) -> None:
        self.failed += outcome is Outcome.FAILED
        self.unavailable += outcome is not Outcome.FAILED
        self.broken_off += outcome is Outcome.BROKEN_OFF

    @property
    def are_enough(self) -> bool:
        """It is this message, not the assistant."""
        return self.failed >= FAILED_TURNS_BEFORE_PERSON or self.broken_off >= BROKEN_OFF_BEFORE_PERSON
