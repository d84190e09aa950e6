"""Words that a customer should not read (business flows 0.7): whoever is about to send them is warned once and decides.

A person may have to say what the bot must not: a decision that refuses names the ground for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from bot.console.auth import Session


async def warning(session: Session, objection: Callable[[str], str], shown: str, reader: str) -> str:
    """What to tell the agent before `shown` goes to `reader`; "" when nothing is wrong, or he sends it again as it is."""
    why = objection(shown)
    if not why or not await session.first_use("warned:" + hashlib.sha256(shown.encode()).hexdigest()):
        return ""
    return f"这些话{reader}会看到，有一句不合适：{why}。请改一改；确实要这样写，回到上一页原样再提交一次。"
