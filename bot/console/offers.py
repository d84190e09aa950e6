"""Keeps offering what waits to whom of the staff is there, as long as the front desk runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.conversations.feed import Feed
from bot.services.offer_work import OfferRules, settle_offers
from bot.services.ports import UnitOfWorkFactory
from bot.services.queue_place import PlaceRules, tell_places

log = logging.getLogger(__name__)
EVERY = 5.0  # seconds between two looks where nothing happens
BREATH = 1.0  # seconds between two looks, however much happens


@dataclass(frozen=True)
class Offers:
    unit_of_work: UnitOfWorkFactory
    feed: Feed
    rules: OfferRules
    places: PlaceRules
    clock: Callable[[], datetime]
    may_push: Callable[[str, datetime], bool] = lambda _, __: False
    """Whether a conversation's channel lets more be sent than the answers need."""

    async def keep_offering(self) -> None:
        """Until cancelled, or the feed is closed."""
        with self.feed.watch_all() as watch:
            while not self.feed.closed:
                try:
                    settled = await asyncio.to_thread(self.settle)
                except Exception as error:
                    # The last stop: whatever goes wrong with one look, customers wait and the next look must come.
                    log.warning("offers.postponed", extra={"data": {"error": type(error).__name__}}, exc_info=error)
                else:
                    for conversation_id in settled:
                        self.feed.notify(conversation_id)
                await asyncio.sleep(BREATH)
                await watch.wait(EVERY)

    def settle(self) -> Sequence[str]:
        """One look; the conversations with news: offered anew, left by who had them, or told their new place."""
        now = self.clock()
        with self.unit_of_work() as work:
            settled = settle_offers(work, now, self.rules)
            told = tell_places(work, now, self.places, self.may_push)
            work.commit()
        return (*settled.offered, *settled.left, *told)
