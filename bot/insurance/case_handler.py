"""Who sees to a case, and how that changed: somebody took it, gave it to a colleague, or left it to the post again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class HandlerChange:
    """`handler`: the account from then on, "" for nobody in particular of the post; `by`: as the audit log has it; `why`: where it is
    more than somebody's wish."""

    handler: str
    by: str
    at: datetime
    why: str = ""
