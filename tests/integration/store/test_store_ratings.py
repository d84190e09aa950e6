"""Ratings, on both databases: kept once, sealed, counted by matter and month."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from bot.insurance.rating import Rating
from bot.services.rate_service import counting, satisfaction_by_month
from tests.integration.store.store_samples import NOW

RATING = Rating("c-1", "S20261123000001", 2, "问了三遍同样的问题", "web", NOW, "c-1:m-9:rate")


def _add(unit_of_work, *ratings: Rating) -> None:
    with unit_of_work() as work:
        for rating in ratings:
            work.ratings.add(rating)
        work.commit()


def test_a_rating_is_kept_once_and_its_reason_sealed(unit_of_work, engine):
    _add(unit_of_work, RATING, replace(RATING, score=5))
    with unit_of_work() as work:
        assert list(work.ratings.of_conversation("c-1")) == [RATING]
        assert list(work.ratings.of_conversation("c-2")) == []
    with engine.connect() as connection:
        assert "三遍" not in str(connection.execute(text("SELECT reason FROM ratings")).scalar())


def test_of_one_matter_the_latest_counts_and_months_are_told_apart(unit_of_work):
    again = replace(RATING, score=4, at=NOW + timedelta(hours=1), idempotency_key="again")
    other = replace(RATING, conversation_id="c-2", score=1, at=NOW + timedelta(hours=2), idempotency_key="other")
    before = replace(RATING, conversation_id="c-3", score=5, at=NOW - timedelta(days=40), idempotency_key="before")
    _add(unit_of_work, RATING, again, other, before)
    with unit_of_work() as work:
        assert [each.score for each in counting(work.ratings.since(NOW))] == [4, 1]
        lately, earlier = satisfaction_by_month(work, NOW + timedelta(days=1))
    assert (lately.count, lately.mean, lately.satisfied) == (2, 2.5, 0.5)
    assert (earlier.count, earlier.mean, earlier.satisfied) == (1, 5, 1)
    assert lately.month > earlier.month
