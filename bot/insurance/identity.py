"""Identity levels L0-L3 (business flows 0.2) and the limits of one-time codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

CODE_LIFETIME = timedelta(minutes=5)
CODE_TRIES = 3
LOCK_AFTER_FAILURES = 3
LOCK_TIME = timedelta(minutes=30)
VERIFIED_FOR = timedelta(minutes=30)


class IdentityLevel(IntEnum):
    """L0 nobody, L1 holds a phone, L2 name + id + code to the registered phone, L3 L2 + real-person check."""

    L0 = 0
    L1 = 1
    L2 = 2
    L3 = 3


@dataclass(frozen=True)
class Verification:
    """Who a conversation has proved to be, until `valid_until`. For L1 only `phone` is known."""

    conversation_id: str
    party_id: str
    phone: str
    level: IdentityLevel
    valid_until: datetime


@dataclass(frozen=True)
class OneTimeCode:
    """A code in flight, bound to conversation and purpose; `code_hash` is empty when it was sent to nobody."""

    conversation_id: str
    purpose: str  # "L1" | "L2" | "L3"
    subject: str  # lock subject, see services.verify_identity
    party_id: str  # "" when no party matched: then no code can ever be right
    phone: str
    code_hash: str
    sent_at: datetime
    expires_at: datetime
    tries: int = 0
    used: bool = False
