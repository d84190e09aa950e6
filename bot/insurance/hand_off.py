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
    reason: str  # enum code, e.g. customer_asked, complaint_rule, crisis, not_understood, journey_needs_human
    reason_zh: str  # a sentence for the agent
    post: str  # 投诉 / 理赔 / 保全 / 收付费 / 新单 / 综合 / 合规监察
    priority: Priority
    slots: tuple[tuple[str, str], ...]  # what was collected: (label 中文, value)
    rules_fired: tuple[str, ...]
    reference_no: str  # claim, complaint or endorsement number, if one exists
    requested_at: datetime
    idempotency_key: str
    taken_by: str = ""
    taken_at: datetime | None = None
    closed_at: datetime | None = None
