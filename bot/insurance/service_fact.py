"""Things that happened in a conversation, to be counted: codes alone, never a word of a customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum


class Fact(str, Enum):
    TOPIC = "topic"  # what was asked on a day: an intent
    HANDED = "handed"  # to a person on that day: the reason's code
    BEGAN = "began"  # a journey: its key
    ASKED = "asked"  # a question of the journey was put: its slot
    ENDED = "ended"  # the journey: how


@dataclass(frozen=True)
class ServiceFact:
    """`run`: of a journey its run, of what is counted by the day the conversation with that day. The same fact of the same run is
    one, however often it is told."""

    run: str
    fact: Fact
    value: str
    conversation_id: str
    day: date


def day_of(conversation_id: str, day: date) -> str:
    """The run of what is counted by the day."""
    return f"{conversation_id}:{day.isoformat()}"
