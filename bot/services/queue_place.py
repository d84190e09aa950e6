"""How many customers of a desk are before one who waits, and telling him when that changes much, or when he asks (F18)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median

from bot.insurance.hand_off import HandOff, Owner
from bot.insurance.staff import desk_of
from bot.services.ports import UnitOfWork
from bot.services.reply import Reply
from bot.services.servicing.limits import Limits

FEWEST_TO_TELL = 3  # of today's waits, for one to be usual
LIVE = "web"  # the page shows it at once and it costs nothing
PUSHED = "wechat"  # counts what may be sent


@dataclass(frozen=True)
class PlaceRules:
    """Told at most once in `every`, and of a change of at least `step` places, or of being the first now."""

    every: timedelta
    step: int

    @classmethod
    def of(cls, limits: Limits) -> PlaceRules:
        return cls(timedelta(minutes=limits.whole("desk.place_minutes")), limits.whole("desk.place_step"))


def count_ahead(waiting: Sequence[HandOff], conversation_id: str) -> int:
    """`waiting`: all who wait, in their order. 0 for who does not wait."""
    ahead: dict[str, int] = defaultdict(int)
    for one in waiting:
        if one.conversation_id == conversation_id:
            return ahead[desk_of(one.post)]
        ahead[desk_of(one.post)] += 1
    return 0


def speak_place(ahead: int) -> str:
    return "您排在第一位" if ahead == 0 else f"前面还有 {ahead} 位"


def usual_wait(work: UnitOfWork, post: str, now: datetime) -> str:
    """What today's customers of that post waited; "" where too few were taken to say."""
    waits = work.hand_offs.waits(post, now.replace(hour=0, minute=0, second=0, microsecond=0))
    if len(waits) < FEWEST_TO_TELL:
        return ""
    minutes = median(wait / timedelta(minutes=1) for wait in waits)
    return f"，今天一般等 {max(1, round(minutes))} 分钟"


def tell_place(work: UnitOfWork, conversation_id: str, now: datetime) -> Reply | None:
    """For who asks while he waits; None for who does not wait. The caller commits."""
    if work.ownerships.owner(conversation_id) is not Owner.QUEUE:
        return None
    found = work.hand_offs.open_for(conversation_id)
    if found is None or found.taken_by:
        return None
    ahead = count_ahead(work.hand_offs.waiting(), conversation_id)
    work.hand_offs.save(replace(found, told_ahead=ahead, told_at=now))
    return Reply(f"{speak_place(ahead)}{usual_wait(work, found.post, now)}。可以继续留言，人工会看到。")


def tell_places(
    work: UnitOfWork, now: datetime, rules: PlaceRules, may_push: Callable[[str, datetime], bool]
) -> tuple[str, ...]:
    """Those who were told just now. On the page it is live, by WeChat only where `may_push` leaves enough for the answers, and nobody is
    told on the telephone unless he asks. The caller commits."""
    waiting = work.hand_offs.waiting()
    ahead: dict[str, int] = defaultdict(int)
    news: list[tuple[HandOff, int]] = []
    for one in waiting:
        place = ahead[desk_of(one.post)]
        ahead[desk_of(one.post)] += 1
        if _is_news(one, place, now, rules):
            news.append((one, place))
    channels = work.channels.of([one.conversation_id for one, _ in news]) if news else {}
    told = [pair for pair in news if _reaches(channels.get(pair[0].conversation_id, ""), pair[0], now, may_push)]
    return tuple(one.conversation_id for one, place in told if _tell(work, one, place, now))


def _is_news(one: HandOff, ahead: int, now: datetime, rules: PlaceRules) -> bool:
    if one.told_ahead is None or one.told_at is None or now - one.told_at < rules.every:
        return False
    return ahead != one.told_ahead and (ahead == 0 or abs(ahead - one.told_ahead) >= rules.step)


def _reaches(channel: str, one: HandOff, now: datetime, may_push: Callable[[str, datetime], bool]) -> bool:
    return channel == LIVE or (channel == PUSHED and may_push(one.conversation_id, now))


def _tell(work: UnitOfWork, seen: HandOff, ahead: int, now: datetime) -> bool:
    """False where another front desk has told him, or somebody has taken him meanwhile."""
    found = work.hand_offs.open_for(seen.conversation_id)
    if found is None or found.taken_by or found.told_at != seen.told_at:
        return False
    work.hand_offs.save(replace(found, told_ahead=ahead, told_at=now))
    words = f"排队有变化，现在{speak_place(ahead)}{usual_wait(work, found.post, now)}。"
    return work.said.tell(seen.conversation_id, Reply(words), now)
