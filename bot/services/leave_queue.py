"""A customer who no longer wants to wait for a person gets the assistant back, unless a person must see the matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.insurance.hand_off import Owner
from bot.services.hand_off import stays_with_a_person
from bot.services.night_call_back import end_call_back
from bot.services.ports import UnitOfWork
from bot.services.their_agents import THEIR_AGENTS


def leave_queue(work: UnitOfWork, conversation_id: str, at: datetime) -> bool:
    """Close the open hand-off and let the assistant speak; False, and nothing changed, where nobody may or a person has it.

    What was registered stays with its post: a complaint or a request has its own number and date.
    """
    if work.ownerships.owner(conversation_id) is not Owner.QUEUE:
        return False
    waiting = work.hand_offs.open_for(conversation_id)
    if waiting is not None:
        # In the queue of a channel's own desk he still waits.
        if waiting.taken_by not in ("", THEIR_AGENTS) or stays_with_a_person(waiting.reason, waiting.priority):
            return False
        work.hand_offs.save(replace(waiting, closed_at=at))
        end_call_back(work, waiting, at, by="customer", served=False)
    work.audit.append(
        "conversation.left_queue", subject=conversation_id, actor="customer", at=at,
        detail={"reason": waiting.reason if waiting else ""},
    )  # fmt: skip
    work.ownerships.set_owner(conversation_id, Owner.BOT, at)
    return True
