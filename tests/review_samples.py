"""Sentences for the trainers' inbox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.insurance.review_item import ReviewReason
from bot.services.review.decide import Contract
from bot.services.review_ports import Chosen, OfferedSentence
from bot.store.unit_of_work import SqlUnitOfWork
from tests.fakes import START

CONTRACT = Contract(("surrender_policy", "query_claim", "ask_coverage"), ("document", "line_of_business"))
SENTENCE = OfferedSentence(
    text="那个钱我不想放里头了",
    example="那个钱我不想放里头了",
    guess="surrender_policy",
    confidence=0.41,
    ranking=(("surrender_policy", 0.41), ("query_claim", 0.2)),
    reason=ReviewReason.FALLBACK,
    channel="web",
    conversation_id="c-1",
    source="",
    at=START,
)


def offer(unit_of_work: Callable[[], SqlUnitOfWork], text: str = SENTENCE.text, **changes: Any) -> str:
    """The number of the item."""
    with unit_of_work() as work:
        work.review_items.offer(replace(SENTENCE, **{"text": text, "example": text, **changes}))
        [item] = (one for one in work.review_items.page(Chosen(), offset=0, limit=1000) if one.text == text)
        work.commit()
    return item.item_id
