"""Whose a conversation at the desk is: who sees it, who may serve it, who must keep out, and what is put on record about it.

Each sees the conversations of the posts of the account; those in which wrongdoing was reported are compliance's alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.errors import BotError
from bot.insurance.hand_off import HandOff
from bot.insurance.staff import May, Staff
from bot.services.ports import UnitOfWork
from bot.services.their_agents import THEIR_AGENTS
from bot.services.triage_complaint import RecusedError

TRAINING = "desk.training_required"  # of the limits: 1 where an account serves nobody before its training is on record


class NothingToTakeError(BotError):
    """The conversation has no open hand-off: it never had one, or it was closed, or it is nobody's business of this account."""

    code = "nothing_to_take"


class NotTrainedError(BotError):
    """Whoever has no training on record serves no customer, where the company says so (company rules art 8)."""

    code = "not_trained"


class TakenByOtherError(BotError):
    """Another agent has the conversation; `data["agent"]` is who."""

    code = "taken_by_other"


class NotThatPostError(BotError):
    """There is no such post, it is there already, or what was said in it is compliance's alone."""

    code = "not_that_post"


class NotInHandError(BotError):
    """Only who has taken a conversation may answer in it or give it back."""

    code = "not_in_hand"


def open_hand_off(work: UnitOfWork, conversation_id: str, staff: Staff) -> HandOff:
    """Locked until the transaction ends. Raises NothingToTakeError where there is none, or none for this account."""
    hand_off = work.hand_offs.open_for(conversation_id)
    if hand_off is None or not may_see(work, hand_off, staff):
        raise NothingToTakeError(conversation_id=conversation_id)
    return hand_off


def in_hand(work: UnitOfWork, conversation_id: str, staff: Staff) -> HandOff:
    """Of who has it. Raises NothingToTakeError, NotInHandError."""
    hand_off = open_hand_off(work, conversation_id, staff)
    check_in_hand(hand_off, staff)
    return hand_off


def in_a_colleagues_hand(work: UnitOfWork, conversation_id: str, staff: Staff) -> HandOff:
    """Of a supervisor who speaks beside the agent that has it. Raises NothingToTakeError, NotInHandError."""
    hand_off = open_hand_off(work, conversation_id, staff)
    if hand_off.taken_by in ("", staff.name, THEIR_AGENTS) or not staff.may(May.SUPERVISE):
        raise NotInHandError(agent=hand_off.taken_by)
    return hand_off


def check_in_hand(hand_off: HandOff, staff: Staff) -> None:
    """Raises NotInHandError."""
    if hand_off.taken_by != staff.name or not staff.may(May.TALK):
        raise NotInHandError(agent=hand_off.taken_by)


def seen_of(work: UnitOfWork, hand_offs: Sequence[HandOff], staff: Staff) -> list[HandOff]:
    """Those that are there for the account."""
    reported = work.requests.reported_in([one.conversation_id for one in hand_offs])
    return [one for one in hand_offs if _is_there(one, staff, reported=one.conversation_id in reported)]


def may_see(work: UnitOfWork, hand_off: HandOff, staff: Staff) -> bool:
    return _is_there(hand_off, staff, reported=is_reported(work, hand_off.conversation_id))


def may_serve(work: UnitOfWork, hand_off: HandOff, staff: Staff) -> bool:
    """Whether a colleague could be given it."""
    accused = is_accused(work, hand_off.conversation_id, staff.name)
    return not staff.locked and not accused and staff.may(May.TALK) and may_see(work, hand_off, staff)


def is_reported(work: UnitOfWork, conversation_id: str) -> bool:
    """Wrongdoing was reported in it."""
    return any(each.restricted for each in work.requests.of_conversation(conversation_id))


def is_accused(work: UnitOfWork, conversation_id: str, agent: str) -> bool:
    return any(complaint.bars(agent) for complaint in work.complaints.of_conversation(conversation_id))


def check_not_accused(work: UnitOfWork, conversation_id: str, agent: str) -> None:
    """Nobody handles a complaint about himself (投诉办法 art 17). Raises RecusedError."""
    if is_accused(work, conversation_id, agent):
        raise RecusedError(agent=agent)


def record(work: UnitOfWork, event: str, conversation_id: str, staff: Staff, now: datetime, **detail: str) -> None:
    work.audit.append(event, subject=conversation_id, actor=f"agent:{staff.name}", at=now, detail=detail)


def _is_there(hand_off: HandOff, staff: Staff, *, reported: bool) -> bool:
    own = hand_off.taken_by == staff.name and not reported
    return own or staff.sees(hand_off.post, restricted=reported)
