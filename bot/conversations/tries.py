"""What became of one message so far, and when it is the message rather than the assistant that fails."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from bot.conversations.errors import AssistantUnavailableError, TurnBrokenOffError

FAILED_TURNS_BEFORE_PERSON = 2  # business flows 0.6: system error twice
# A message that ends the assistant's process each time would end it for everybody, and for as long as we try.
BROKEN_OFF_BEFORE_PERSON = 3
# The same for one that takes longer than we wait, or needs what does not answer, while others are answered.
OVERDUE_BEFORE_PERSON = 3
_OVERDUE = frozenset(("timeout", "http_503"))  # reasons of who is there and did not do the turn


class Outcome(Enum):
    """Of one try."""

    DONE = auto()
    UNAVAILABLE = auto()
    OVERDUE = auto()  # the server is there, but the turn took too long or something that it needs is away
    BROKEN_OFF = auto()
    FAILED = auto()
    ELSEWHERE = auto()  # another front desk is at this conversation, or has answered the message


def outcome_of(error: AssistantUnavailableError) -> Outcome:
    """Of a turn that was not done."""
    if isinstance(error, TurnBrokenOffError):
        return Outcome.BROKEN_OFF
    return Outcome.OVERDUE if error.data.get("reason") in _OVERDUE else Outcome.UNAVAILABLE


@dataclass
class Tries:
    """What became of one message so far."""

    unavailable: int = 0  # broken off and overdue included
    broken_off: int = 0
    overdue: int = 0  # while others were answered
    failed: int = 0
    told: bool = False  # the customer knows that it waits

    @property
    def failures(self) -> int:
        return self.unavailable + self.failed

    def count(self, outcome: Outcome, *, others_answered: bool) -> None:
        """`others_answered`: the same server did the turn of another conversation since the try before."""
        self.failed += outcome is Outcome.FAILED
        self.unavailable += outcome is not Outcome.FAILED
        self.broken_off += outcome is Outcome.BROKEN_OFF
        self.overdue += outcome is Outcome.OVERDUE and others_answered

    @property
    def are_enough(self) -> bool:
        """It is this message, not the assistant."""
        return (
            self.failed >= FAILED_TURNS_BEFORE_PERSON
            or self.broken_off >= BROKEN_OFF_BEFORE_PERSON
            or self.overdue >= OVERDUE_BEFORE_PERSON
        )
