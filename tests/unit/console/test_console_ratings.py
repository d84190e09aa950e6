"""The page of ratings: for the post that calls back, months first, then what was bad and why."""

from __future__ import annotations

from dataclasses import replace

from bot.insurance.rating import Rating


async def test_the_post_reads_months_and_what_was_bad_with_its_reason_masked(place):
    bad = Rating("c-1", "S20261123000001", 1, "打了13800000001三次没人接", "web", place.clock(), "k-1")
    with place.deps.unit_of_work() as work:
        for rating in (
            bad,
            replace(bad, conversation_id="c-2", matter_no="", score=5, reason="", idempotency_key="k-2"),
        ):
            work.ratings.add(rating)
        work.commit()
    status, page = await (await place.agent()).get("/desk/ratings")
    assert status == 200
    for shown in ("2 次", "3.0 分", "50%", "非常不满意", "S20261123000001", "三次没人接"):
        assert shown in page
    assert "13800000001" not in page
    assert place.audit()[-1][0] == "desk.ratings_listed"


async def test_for_other_posts_there_is_no_such_page(place):
    other = await place.colleague()
    status, page = await other.get("/desk/ratings")
    assert (status, "满意度" in page) == (404, False)
