"""How a conversation goes from one to another at the desk: taken, taken over, passed on, given to a colleague, given back, left behind.

All are one shape. A move looks at the hand-off as it is, locked, and says how it is from now on, who speaks, what the customer and the next
colleague are told, and what is on record; `apply_move` writes all of it in the caller's transaction, so that nobody is told of a move that
was not made, and no move is made of which the customer is not told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.insurance.hand_off import HandOff, Owner
from bot.insurance.staff import POSTS, DeskNote, Staff
from bot.services.desk_access import (
    NotThatPostError,
    TakenByOtherError,
    check_in_hand,
    check_not_accused,
    is_reported,
    may_serve,
    open_hand_off,
)
from bot.services.night_call_back import end_call_back
from bot.services.ports import UnitOfWork
from bot.services.rate_service import RATE
from bot.services.reply import Reply

PASSED_ON = "您的问题由{post}岗办理，已为您转过去。您说过的都带过去了，不用重说。"
GIVEN_TO = "您的问题由另一位同事接着办。您说过的都带过去了，不用重说。"
LEFT = "接待您的同事暂时离开了，正在为您换一位。说过的都在，不用重说。"
GIVEN_BACK = Reply("人工服务结束，智能客服继续为您服务。", (RATE,))


@dataclass(frozen=True)
class Moved:
    """What a move makes of a hand-off. `event` and `detail` are on record; `note` is for whoever takes it next, `told` for the
    customer; each may be empty."""

    event: str
    hand_off: HandOff
    owner: Owner
    note: str = ""
    told: Reply | None = None
    detail: Mapping[str, str] = field(default_factory=dict)


# None: nothing changes, for it is so already.
Move = Callable[[UnitOfWork, HandOff, Staff, datetime], Moved | None]


def move_conversation(work: UnitOfWork, conversation_id: str, staff: Staff, move: Move, now: datetime) -> None:
    """The caller commits. Raises NothingToTakeError, and what the move raises."""
    moved = move(work, open_hand_off(work, conversation_id, staff), staff, now)
    if moved is not None:
        work.desk_presence.seen(staff.name, now)
        apply_move(work, moved, now, by=staff.name, actor=f"agent:{staff.name}")


def apply_move(work: UnitOfWork, moved: Moved, now: datetime, *, by: str, actor: str) -> None:
    """`by`: who signs the note; `actor`: who did it, as the audit log has it."""
    conversation_id = moved.hand_off.conversation_id
    work.hand_offs.save(moved.hand_off)
    work.ownerships.set_owner(conversation_id, moved.owner, now)
    if moved.note:
        work.desk_notes.add(DeskNote(conversation_id, by, moved.note, now))
    if moved.told is not None:
        work.said.tell(conversation_id, moved.told, now)
    work.audit.append(moved.event, subject=conversation_id, actor=actor, at=now, detail=dict(moved.detail))


def take(work: UnitOfWork, found: HandOff, staff: Staff, now: datetime) -> Moved | None:
    """From now on this agent answers. Raises TakenByOtherError, RecusedError."""
    check_not_accused(work, found.conversation_id, staff.name)
    if found.taken_by == staff.name:
        return None
    if found.taken_by:
        raise TakenByOtherError(agent=found.taken_by)
    return Moved("desk.taken", _in_hands_of(staff, found, now), Owner.HUMAN)


def take_over(work: UnitOfWork, found: HandOff, staff: Staff, now: datetime) -> Moved:
    """A supervisor answers from now on in place of whoever has it. Raises RecusedError."""
    check_not_accused(work, found.conversation_id, staff.name)
    return Moved(
        "desk.taken_over",
        _in_hands_of(staff, found, now),
        Owner.HUMAN,
        note=f"从 {found.taken_by or '队列'} 接管",
        detail={"before": found.taken_by},
    )


def give_back(work: UnitOfWork, found: HandOff, staff: Staff, now: datetime) -> Moved:
    """The hand-off is closed, and with it the call that was promised for it: the assistant goes on where it stopped.
    Raises NotInHandError."""
    check_in_hand(found, staff)
    end_call_back(work, found, now, by=f"agent:{staff.name}", served=True)
    return Moved("desk.given_back", replace(found, closed_at=now), Owner.BOT, told=GIVEN_BACK)


def pass_on(post: str, why: str) -> Move:
    """Back to the queue, of another post, where it waits as long as before. The move raises NotInHandError, NotThatPostError."""

    def move(work: UnitOfWork, found: HandOff, staff: Staff, _: datetime) -> Moved:
        check_in_hand(found, staff)
        # What was reported is seen by compliance alone: at another post it would wait for ever.
        if post not in POSTS or post == found.post or is_reported(work, found.conversation_id):
            raise NotThatPostError(post=post)
        waits = replace(_in_queue(found), post=post, passed=())
        told = Reply(PASSED_ON.format(post=post))
        return Moved("desk.passed_on", waits, Owner.QUEUE, f"转{post}：{why}", told, {"post": post})

    return move


def give_to(colleague: str, why: str) -> Move:
    """Back to the queue, offered to that colleague first. The move raises NotInHandError, NotThatPostError."""

    def move(work: UnitOfWork, found: HandOff, staff: Staff, now: datetime) -> Moved:
        check_in_hand(found, staff)
        other = work.staff.get(colleague)
        if other is None or other.name == staff.name or not may_serve(work, found, other):
            raise NotThatPostError(colleague=colleague)
        offered = replace(_in_queue(found), offered_to=colleague, offered_at=now)
        told = Reply(GIVEN_TO)
        return Moved("desk.given_to", offered, Owner.QUEUE, f"转给 {colleague}：{why}", told, {"to": colleague})

    return move


def left_behind(found: HandOff) -> Moved:
    """Who had it has gone: it waits again, and comes to him last."""
    passed = (*(name for name in found.passed if name != found.taken_by), found.taken_by)
    return Moved(
        "desk.left",
        replace(_in_queue(found), passed=passed),
        Owner.QUEUE,
        note=f"{found.taken_by} 离开了工作台，重新排队",
        told=Reply(LEFT),
        detail={"by": found.taken_by},
    )


def _in_hands_of(staff: Staff, found: HandOff, now: datetime) -> HandOff:
    return replace(found, taken_by=staff.name, taken_at=now)


def _in_queue(found: HandOff) -> HandOff:
    return replace(found, taken_by="", taken_at=None, offered_to="", offered_at=None)
