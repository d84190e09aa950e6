"""How a customer judged a service (H10): five steps, a reason where it was bad."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

SCORES = {5: "非常满意", 4: "满意", 3: "一般", 2: "不满意", 1: "非常不满意"}
BAD, GOOD = 2, 4  # up to, and from


@dataclass(frozen=True)
class Rating:
    """`matter_no`: what was filed last in the conversation, "" when nothing was (a person had helped). All are kept; of one
    matter the latest counts."""

    conversation_id: str
    matter_no: str
    score: int
    reason: str
    channel: str
    at: datetime
    idempotency_key: str

    @property
    def is_bad(self) -> bool:
        return self.score <= BAD
