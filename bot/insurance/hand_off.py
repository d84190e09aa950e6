"""Handing a conversation to a person (F18)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, IntEnum


class Owner(str, Enum):
    """Who speaks in a conversation. Anything but BOT silences the assistant."""

    BOT = "bot"
    QUEUE = "queue"
    HUMAN = "human"


class Priority(IntEnum):
    """Order of the desk queue, most urgent first."""

    INJURY_OR_DEATH = 0
    FUND_SAFETY = 1
    COMPLAINT = 2
    ELDERLY = 3
    VIP = 4
    NORMAL = 5


@dataclass(frozen=True)
class HandOff:
    """Everything the person taking over must know, so that the customer never repeats it."""

    conversation_id: str
    reason: str  # a key of bot.services.hand_off.REASONS, such as customer_asked or system_error
    reason_zh: str  # a sentence for the agent
    post: str  # the desk queue: a value of bot.complaints.rule.Post, or 综合 where none of them is meant
    priority: Priority
    slots: tuple[tuple[str, str], ...]  # what was collected: (label 中文, value)
    rules_fired: tuple[str, ...]
    reference_no: str  # claim, complaint or endorsement number, if one exists
    requested_at: datetime
    idempotency_key: str
    taken_by: str = ""
    taken_at: datetime | None = None
    closed_at: datetime | None = None
    offered_to: str = ""  # whom of the desk it is offered just now, or was offered before it was taken
    offered_at: datetime | None = None
    passed: tuple[str, ...] = ()  # who let it pass, the first first
    told_ahead: int | None = None  # how many the customer was told are before him, and when
    told_at: datetime | None = None
