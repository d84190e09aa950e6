from __future__ import annotations

import asyncio

from bot.conversations.feed import Feed


async def test_news_between_the_read_and_the_wait_is_not_missed() -> None:
    feed = Feed()
    with feed.watch("a") as watch:
        feed.notify("a")  # happens while the waiter is still reading
        assert await watch.wait(0.01)


async def test_each_piece_of_news_wakes_once() -> None:
    feed = Feed()
    with feed.watch("a") as watch:
        feed.notify("a")
        feed.notify("a")
        assert await watch.wait(0.01)
        assert not await watch.wait(0.01)


async def test_news_of_another_conversation_wakes_nobody() -> None:
    feed = Feed()
    with feed.watch("a") as watch:
        feed.notify("b")
        assert not await watch.wait(0.01)


async def test_all_watchers_of_a_conversation_are_woken() -> None:
    feed = Feed()
    with feed.watch("a") as one, feed.watch("a") as two:
        waiting = asyncio.gather(one.wait(5), two.wait(5))
        await asyncio.sleep(0)
        feed.notify("a")
        assert await waiting == [True, True]


async def test_a_feed_remembers_nothing_of_conversations_nobody_watches() -> None:
    feed = Feed()
    with feed.watch("a"):
        assert feed.watchers("a") == 1
    feed.notify("a")
    assert feed.watchers("a") == 0
    assert feed._watches == {}


async def test_closing_wakes_those_who_wait_and_those_who_come_later() -> None:
    feed = Feed()
    with feed.watch("a") as early:
        feed.close()
        assert await early.wait(0.01)
    with feed.watch("a") as late:
        assert await late.wait(0.01)
    assert feed.closed
