"""评价 (H10, B01): offered once at the end of what was done, never in the way; what was bad is seen by the posts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.insurance.rating import GOOD, Rating
from bot.services.assistant import AssistantServices
from bot.services.bad_rating import BAD_RATING
from bot.services.follow_ups.problem_ticket import PROBLEM
from bot.services.ports import UnitOfWork
from bot.services.reply import Reply, choose
from bot.services.understanding import Understood

RATE = choose("评价这次服务", "@switch:rate_service")
FAREWELL = "好的，有事随时来找我。祝您平安。"
_A_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Satisfaction:
    """Of a month ("2026-11"): how many ratings, their mean, the share of the satisfied."""

    month: str
    count: int
    mean: float
    satisfied: float


def say_goodbye(said: Understood, services: AssistantServices) -> Reply:
    """The last words, with the way to a rating when something was filed that has none yet."""
    with services.reading() as work:
        number = latest_matter(work, said.conversation_id)
        rated = {rating.matter_no for rating in work.ratings.of_conversation(said.conversation_id)}
    return Reply(FAREWELL, (RATE,) if number and number not in rated else ())


def latest_matter(work: UnitOfWork, conversation_id: str) -> str:
    """Number of what this conversation filed last, "" when it filed nothing; what comes of judging a service is no other."""
    requests = work.requests.of_conversation(conversation_id)
    filed = [
        *((each.reported_at, each.claim_no) for each in work.claims.of_conversation(conversation_id)),
        *((each.received_at, each.complaint_no) for each in work.complaints.of_conversation(conversation_id)),
        *((each.requested_at, each.endorsement_no) for each in work.endorsements.of_conversation(conversation_id)),
        *((each.requested_at, each.request_no) for each in requests if each.kind not in (BAD_RATING, PROBLEM)),
    ]
    return max(filed, default=(None, ""))[1]


def counting(ratings: Sequence[Rating]) -> Sequence[Rating]:
    """The latest of each matter of each conversation, oldest first."""
    latest = {(rating.conversation_id, rating.matter_no): rating for rating in ratings}
    return sorted(latest.values(), key=lambda rating: rating.at)


def satisfaction_by_month(work: UnitOfWork, now: datetime) -> Sequence[Satisfaction]:
    """The last year's, the newest month first."""
    ratings = counting(work.ratings.since(now - _A_YEAR))
    months = Counter(f"{rating.at:%Y-%m}" for rating in ratings)
    return [
        _of_month(month, [each.score for each in ratings if f"{each.at:%Y-%m}" == month])
        for month in sorted(months, reverse=True)
    ]


def _of_month(month: str, scores: Sequence[int]) -> Satisfaction:
    satisfied = sum(score >= GOOD for score in scores) / len(scores)
    return Satisfaction(month, len(scores), sum(scores) / len(scores), satisfied)
