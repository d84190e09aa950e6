"""Offering waiting conversations to staff who are there: one to one at a time, and back to the queue when it is not taken.

Nobody is offered anything outside the hours of its post unless he said that he stays. Any of the post may still take any of them. Whoever let one pass is offered it again only when all others have; who served the customer before
comes first. A conversation in the hands of somebody who has gone waits again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.insurance.hand_off import HandOff
from bot.insurance.staff import May, Presence, Staff
from bot.services.desk_access import TRAINING
from bot.services.move_conversation import apply_move, left_behind
from bot.services.ports import UnitOfWork
from bot.services.servicing.limits import Limits


@dataclass(frozen=True)
class OfferRules:
    """`answer`: how long an offer stands; `absent`: after how long without a sign somebody is not there; `gone`: after how long of that
    his conversations wait again; `capacity`: conversations at once; `is_staffed`: whether a post has its hours at that moment;
    `only_trained`: who has no training on record is offered nothing."""

    answer: timedelta
    absent: timedelta
    gone: timedelta
    capacity: int
    is_staffed: Callable[[str, datetime], bool] = lambda _, __: True
    only_trained: bool = False

    @classmethod
    def of(cls, limits: Limits, is_staffed: Callable[[str, datetime], bool]) -> OfferRules:
        return cls(
            timedelta(seconds=limits.whole("desk.offer_seconds")),
            timedelta(seconds=limits.whole("desk.absent_seconds")),
            timedelta(minutes=limits.whole("desk.gone_minutes")),
            limits.whole("desk.capacity"),
            is_staffed,
            bool(limits.whole(TRAINING)),
        )


@dataclass(frozen=True)
class Settled:
    """What a look at the queue changed: offered anew, and left by who had them."""

    offered: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def settle_offers(work: UnitOfWork, now: datetime, rules: OfferRules) -> Settled:
    """Take back what was not answered or was left, and offer what waits, the most urgent first. The caller commits."""
    staff = {one.name: one for one in work.staff.all()}
    seen = {one.name: one for one in work.desk_presence.all()}
    opened = work.hand_offs.open_all()
    gone = [one for one in opened if _is_left(one, staff, seen, now, rules)]
    left = tuple(one.conversation_id for one in gone if _take_back(work, one, now))
    opened = work.hand_offs.open_all() if left else opened
    here = [staff[name] for name, one in seen.items() if not one.away and now - one.seen_at <= rules.absent]
    free = [one for one in here if _may_talk(one) and (one.trained_on or not rules.only_trained)]
    stays = {name for name, one in seen.items() if one.stays_until is not None and now < one.stays_until}
    queue = [one for one in opened if not one.taken_by]
    standing = {one.conversation_id for one in queue if _stands(one, free, now, rules)}
    load = Counter(one.taken_by or one.offered_to for one in opened if one.taken_by or one.conversation_id in standing)
    newest = work.hand_offs.last_offers([one.name for one in free]) if free and len(standing) < len(queue) else {}
    offered = []
    for waiting in queue:
        able = [one for one in free if load[one.name] < rules.capacity]
        if not rules.is_staffed(waiting.post, now):  # a page left open overnight is no readiness to serve
            able = [one for one in able if one.name in stays]
        if waiting.conversation_id in standing or not (able or waiting.offered_to):
            continue  # nothing to change, and so nothing to lock
        chosen = _offer_anew(work, waiting, able, newest, now)
        if chosen:
            load[chosen] += 1
            offered.append(waiting.conversation_id)
    return Settled(tuple(offered), left)


def _offer_anew(
    work: UnitOfWork, found: HandOff, able: Sequence[Staff], newest: Mapping[str, datetime], now: datetime
) -> str:
    """Who is offered it from now on; "" for nobody, or where another front desk has changed it since it was read."""
    if not (found.offered_to or any(one.works_at(found.post) or one.may(May.READ_WRONGDOING) for one in able)):
        return ""
    waiting = work.hand_offs.open_for(found.conversation_id)
    if waiting is None or waiting.taken_by or waiting.offered_at != found.offered_at:
        return ""
    chosen = _choose(work, waiting, able, newest) if able else ""
    if chosen or waiting.offered_to:
        _offer(work, waiting, chosen, now)
    return chosen


def _stands(waiting: HandOff, free: Sequence[Staff], now: datetime, rules: OfferRules) -> bool:
    if not waiting.offered_to or waiting.offered_at is None or now - waiting.offered_at >= rules.answer:
        return False
    # Whom a colleague has named need not work at the post, nor compliance, which alone takes what was reported there.
    return any(one.name == waiting.offered_to and one.sees(waiting.post) for one in free)


def _may_talk(staff: Staff) -> bool:
    return staff.may(May.TALK) and not staff.locked


def _choose(work: UnitOfWork, waiting: HandOff, free: Sequence[Staff], newest: Mapping[str, datetime]) -> str:
    """Who is offered it now; "" for nobody. `newest`: when each was offered something last."""
    restricted = any(each.restricted for each in work.requests.of_conversation(waiting.conversation_id))
    complaints = work.complaints.of_conversation(waiting.conversation_id)
    able = [
        one.name
        for one in free
        if _serves(one, waiting, restricted=restricted) and not any(each.bars(one.name) for each in complaints)
    ]
    passed = (*waiting.passed, *([waiting.offered_to] if waiting.offered_to else []))
    fresh = [name for name in able if name not in passed] or able
    if not fresh:
        return ""
    before = work.hand_offs.last_taken_by(waiting.conversation_id)
    if before in fresh and before not in passed:
        return before
    return min(fresh, key=lambda name: (name in newest, newest.get(name, waiting.requested_at), name))


def _serves(staff: Staff, waiting: HandOff, *, restricted: bool) -> bool:
    """A supervisor sees every post and is offered nothing but of his own."""
    return staff.sees(waiting.post, restricted=restricted) and (restricted or staff.works_at(waiting.post))


def _offer(work: UnitOfWork, waiting: HandOff, chosen: str, now: datetime) -> None:
    passed = waiting.passed
    if waiting.offered_to and waiting.offered_to not in passed:
        passed = (*passed, waiting.offered_to)
    if chosen in passed:  # everybody has let it pass: once more around
        passed = ()
    at = now if chosen else None
    work.hand_offs.save(replace(waiting, offered_to=chosen, offered_at=at, passed=passed))
    if chosen:
        detail = {"to": chosen}
        work.audit.append("desk.offered", subject=waiting.conversation_id, actor="system", at=now, detail=detail)


def _is_left(
    one: HandOff, staff: Mapping[str, Staff], seen: Mapping[str, Presence], now: datetime, rules: OfferRules
) -> bool:
    """In the hands of staff who may not serve any more, or were at the desk since and are there no more; who never opened it cannot
    have gone. Names that are no account's (a channel's own agents) have a desk of their own."""
    if one.taken_by not in staff:
        return False
    presence = seen.get(one.taken_by)
    gone = presence is not None and now - presence.seen_at >= rules.gone
    return gone or not _may_talk(staff[one.taken_by])


def _take_back(work: UnitOfWork, found: HandOff, now: datetime) -> bool:
    """False where somebody else has it by now: another front desk looked too."""
    left = work.hand_offs.open_for(found.conversation_id)
    if left is None or left.taken_by != found.taken_by:
        return False
    apply_move(work, left_behind(left), now, by=left.taken_by, actor="system")
    return True
