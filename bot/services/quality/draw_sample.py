"""Drawing conversations for review: one in so many, by a keyed hash, so that nobody can foresee, choose or avoid one (A11, H05)."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.calendars.clocks import SHANGHAI
from bot.insurance.quality import QualityReview, Sampled
from bot.services.ports import UnitOfWork
from bot.services.quality_ports import Candidate
from bot.services.servicing.limits import Limits

PREFIX = "J"  # 质检
LOOK_BACK = timedelta(days=7)  # days that were not swept are drawn from later


@dataclass(frozen=True)
class Sampling:
    """One in `human` conversations with a person and one in `bot` of the assistant's own; 0 draws none. `key` is a secret."""

    key: str
    human: int
    bot: int

    @classmethod
    def of(cls, key: str, limits: Limits) -> Sampling:
        return cls(key, limits.whole("quality.human_one_in"), limits.whole("quality.bot_one_in"))

    def draws(self, what: str, one_in: int) -> bool:
        """Whether the lot falls on it: the same for ever, and known to nobody without the key."""
        if one_in < 1:
            return False
        digest = hmac.new(self.key.encode(), f"quality:{what}".encode(), hashlib.sha256).digest()
        return int.from_bytes(digest[:8], "big") % one_in == 0


def draw_sample(work: UnitOfWork, now: datetime, sampling: Sampling) -> int:
    """Draw from the days before today; each conversation is drawn once, however often this runs. The caller commits."""
    today = now.astimezone(SHANGHAI).date()
    first = today - LOOK_BACK
    people = work.reviews.ended_by_people(_midnight(first), _midnight(today))
    drawn = [(Sampled.HUMAN, one) for one in people if sampling.draws(one.key, sampling.human)]
    alone = [
        (run, name)
        for run, name in work.facts.conversations_on(first, today).items()
        if sampling.draws(run, sampling.bot)
    ]
    reported = work.reviews.reported([name for _, name in alone])
    drawn += [(Sampled.BOT, _day(run, name)) for run, name in alone if name not in reported]
    known = work.reviews.drawn([one.key for _, one in drawn])
    return sum(_add(work, kind, one, now) for kind, one in drawn if one.key not in known)


def _add(work: UnitOfWork, kind: Sampled, one: Candidate, now: datetime) -> bool:
    number = work.numbers.next(PREFIX, now.date())
    review = QualityReview(number, one.key, kind, one.conversation_id, one.agent, one.post, one.began, one.ended, now)
    return work.reviews.add(review)


def _day(run: str, conversation_id: str) -> Candidate:
    """A day of a conversation that the assistant led alone; the run ends with the day."""
    day = date.fromisoformat(run.rpartition(":")[2])
    return Candidate(run, conversation_id, "", "", _midnight(day), _midnight(day + timedelta(days=1)))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
