"""What waits is heard at once, by who works at its post, and by nobody who has signed out."""

from __future__ import annotations

import json

from bot.insurance.staff import Role


async def next_event(response) -> dict[str, int]:
    """The next one that is no heartbeat and no advice."""
    while True:
        line = (await response.content.readline()).decode()
        assert line, "the stream has ended"
        if line.startswith("data: "):
            return json.loads(line.removeprefix("data: "))


async def test_a_customer_who_waits_is_heard_of_by_the_post_and_by_no_other(place):
    agent, claims = await place.colleague("1001"), await place.colleague("3001", Role.CLAIMS)
    async with agent.client.get("/desk/live") as heard, claims.client.get("/desk/live") as other:
        assert heard.content_type == "text/event-stream"
        assert await next_event(heard) == await next_event(other) == {"waiting": 0, "fresh": 0, "offered": 0}
        place.hand_off("c-1")
        place.deps.feed.notify("c-1")
        assert await next_event(heard) == {"waiting": 1, "fresh": 1, "offered": 0}
        place.hand_off("c-2", post="理赔")
        place.deps.feed.notify("c-2")
        assert await next_event(other) == {"waiting": 1, "fresh": 1, "offered": 0}
        await agent.post("/desk/c-1/take")
        assert await next_event(heard) == {"waiting": 0, "fresh": 0, "offered": 0}


async def test_news_of_another_front_desk_are_heard_too(place):
    agent = await place.colleague("1001")
    async with agent.client.get("/desk/live") as heard:
        await next_event(heard)
        place.hand_off("c-1")
        place.deps.feed.hear("c-1")
        assert await next_event(heard) == {"waiting": 1, "fresh": 1, "offered": 0}


async def test_who_is_signed_out_hears_no_more(place):
    agent = await place.colleague("1001")
    async with agent.client.get("/desk/live") as heard:
        await next_event(heard)
        await agent.post("/desk/logout")
        place.hand_off("c-1")
        place.deps.feed.notify("c-1")
        assert b"data" not in await heard.content.read()
