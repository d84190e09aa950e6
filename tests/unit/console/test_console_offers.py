"""The loop that offers: it tells who was left, and no trouble ends it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.console import offers
from bot.console.offers import Offers
from bot.conversations.messages import Sender
from bot.insurance.hand_off import Owner
from bot.services.move_conversation import LEFT
from bot.services.offer_work import OfferRules
from bot.services.queue_place import PlaceRules


def looking(place) -> Offers:
    rules, places = OfferRules.of(place.deps.limits, lambda post, now: True), PlaceRules.of(place.deps.limits)
    return Offers(place.deps.unit_of_work, place.deps.feed, rules, places, place.clock)


async def test_who_was_left_is_told_and_waits_again(place):
    place.hand_off("c-1")
    agent = await place.colleague("1001")
    await agent.post("/desk/c-1/take")
    place.pass_time(minutes=5)
    assert looking(place).settle() == ("c-1",)
    assert place.deps.log.owner("c-1") is Owner.QUEUE
    assert [one.text for one in place.deps.log.after("c-1", 0) if one.sender is Sender.SYSTEM] == [LEFT]
    assert looking(place).settle() == ()


async def test_a_supervisor_who_takes_over_keeps_it(place):
    place.hand_off("c-1")
    await (await place.colleague("1001")).post("/desk/c-1/take")
    manager = await place.colleague("9001")
    with place.deps.unit_of_work() as work:
        work.desk_presence.seen("9001", place.clock())
        work.commit()
    place.pass_time(minutes=20)
    await manager.post("/desk/c-1/take-over")
    manager = await place.signed_in(replace(await _manager(place)))
    await manager.post("/desk/c-1/take-over")
    assert looking(place).settle() == ()


async def _manager(place):
    from bot.insurance.staff import Role

    with place.deps.unit_of_work() as work:
        staff = replace(work.staff.get("9001"), roles=frozenset({Role.MANAGER}))
        work.staff.save(staff)
        work.commit()
    return staff


async def test_trouble_of_one_look_does_not_end_the_looking(place, monkeypatch):
    monkeypatch.setattr(offers, "BREATH", 0.0)
    looks, seen = [RuntimeError("pool exhausted"), None], asyncio.Event()
    loop = asyncio.get_running_loop()
    settle = Offers.settle

    def trouble_once(self):
        if looks and (error := looks.pop(0)):
            raise error
        loop.call_soon_threadsafe(seen.set)
        return settle(self)

    monkeypatch.setattr(Offers, "settle", trouble_once)
    task = asyncio.create_task(looking(place).keep_offering())
    place.deps.feed.notify("c-1")
    await asyncio.wait_for(_until(seen, place), 10)
    place.deps.feed.close()  # as the front desk does when it ends
    await asyncio.wait_for(task, 10)


async def _until(seen: asyncio.Event, place) -> None:
    while not seen.is_set():
        place.deps.feed.notify("c-1")
        await asyncio.sleep(0)
