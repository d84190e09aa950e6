"""Conversations that a channel's own agents have, in a desk that is not ours (微信客服): taken there and given back.

While they have one, its hand-off is in their hands at our desk too, so that nobody answers it twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum, auto

from bot.complaints.rule import Post
from bot.insurance.hand_off import HandOff, Owner, Priority
from bot.services.hand_off import stays_with_a_person
from bot.services.ports import UnitOfWork

THEIR_AGENTS = "微信客服"  # in place of an agent's name
LASTS = timedelta(minutes=30)  # then WeChat sends us the customer's messages again, closed or not


class Ended(Enum):
    """How their time ended."""

    SERVED = auto()  # one of them had the customer
    NOT_REACHED = auto()  # none of them came; the assistant goes on
    OURS = auto()  # none of them came, and it must be a person: our own desk sees it again


def give_to_them(work: UnitOfWork, conversation_id: str, at: datetime, *, wanted: bool) -> bool:
    """Whether their desk has the conversation. `wanted`: one that waits for a person goes there; what is reported to
    compliance does not, nor what somebody at our own desk has. The caller commits."""
    owner, hand_off = work.ownerships.owner(conversation_id), work.hand_offs.open_for(conversation_id)
    if hand_off is not None and hand_off.taken_by:
        return hand_off.taken_by == THEIR_AGENTS
    if owner is not Owner.QUEUE or not wanted:
        return False
    if hand_off is not None and hand_off.post == Post.COMPLIANCE.value:
        return False
    if hand_off is None:  # queued by a turn whose hand-off was closed before: its time must be counted too
        work.hand_offs.add(_unasked(conversation_id, f"given {at.isoformat()}", at))
    else:
        work.hand_offs.save(replace(hand_off, taken_by=THEIR_AGENTS, taken_at=at))
    _record(work, "conversation.transferred", conversation_id, at)
    return True


def they_joined(work: UnitOfWork, conversation_id: str, event_id: str, at: datetime) -> bool:
    """One of them has the customer now; False where somebody at our own desk has, or compliance is to. The caller commits."""
    hand_off = work.hand_offs.open_for(conversation_id)
    if hand_off is not None and (hand_off.taken_by not in ("", THEIR_AGENTS) or hand_off.post == Post.COMPLIANCE.value):
        return False
    if not work.once.claim(f"their_agents:{conversation_id}:{event_id}", at):
        return False  # an old event that was delivered once more
    if hand_off is None:
        work.hand_offs.add(_unasked(conversation_id, event_id, at))
    else:
        work.hand_offs.save(replace(hand_off, taken_by=THEIR_AGENTS, taken_at=at))
    work.ownerships.set_owner(conversation_id, Owner.HUMAN, at)
    _record(work, "conversation.joined", conversation_id, at)
    return True


def they_left(work: UnitOfWork, conversation_id: str, at: datetime) -> bool:
    """The assistant goes on; False, and nothing changed, where they did not have the conversation. The caller commits."""
    hand_off = work.hand_offs.open_for(conversation_id)
    if hand_off is None:  # queued by a turn whose hand-off was closed before
        if work.ownerships.owner(conversation_id) is not Owner.QUEUE:
            return False
    elif hand_off.taken_by != THEIR_AGENTS:
        return False
    else:
        work.hand_offs.save(replace(hand_off, closed_at=at))
    work.ownerships.set_owner(conversation_id, Owner.BOT, at)
    _record(work, "conversation.returned", conversation_id, at)
    return True


def overdue(work: UnitOfWork, at: datetime) -> Sequence[str]:
    """Conversations that they have had for their time."""
    return [each.conversation_id for each in work.hand_offs.open_all() if _is_overdue(each, at)]


def end_overdue(work: UnitOfWork, conversation_id: str, at: datetime) -> Ended | None:
    """What became of it; None where they do not have it, or not for so long. The caller commits."""
    hand_off = work.hand_offs.open_for(conversation_id)
    if hand_off is None or not _is_overdue(hand_off, at):
        return None
    served = work.ownerships.owner(conversation_id) is Owner.HUMAN
    if not served and stays_with_a_person(hand_off.reason, hand_off.priority):
        work.hand_offs.save(replace(hand_off, taken_by="", taken_at=None, offered_to="", offered_at=None))
        _record(work, "conversation.returned", conversation_id, at)
        return Ended.OURS
    they_left(work, conversation_id, at)
    return Ended.SERVED if served else Ended.NOT_REACHED


def _is_overdue(hand_off: HandOff, at: datetime) -> bool:
    return hand_off.taken_by == THEIR_AGENTS and hand_off.taken_at is not None and at - hand_off.taken_at >= LASTS


def _unasked(conversation_id: str, event_id: str, at: datetime) -> HandOff:
    """One of them spoke to a customer who had not asked us for a person."""
    return HandOff(
        conversation_id=conversation_id,
        reason="customer_asked",
        reason_zh="微信客服接待",
        post="综合",
        priority=Priority.NORMAL,
        slots=(),
        rules_fired=(),
        reference_no="",
        requested_at=at,
        idempotency_key=f"{conversation_id}:{event_id}",
        taken_by=THEIR_AGENTS,
        taken_at=at,
    )


def _record(work: UnitOfWork, event: str, conversation_id: str, at: datetime) -> None:
    work.audit.append(event, subject=conversation_id, actor=f"agent:{THEIR_AGENTS}", at=at, detail={})
