"""The front desk sweeps by itself: at its start, and once more when the day has changed."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest

from bot.errors import StoreUnavailableError
from bot.front_desk import sweep_daily
from bot.services.sweep_due_dates import SweepReport
from tests.fakes import START, SettableClock


class Swept:
    """A sweep that does each day once; `away` tries fail first, with `error`."""

    def __init__(self, away: int, error: Exception) -> None:
        self.days: list[date] = []
        self.looks = 0
        self._away, self._error = away, error
        self._loop = asyncio.get_running_loop()
        self._looked = asyncio.Event()

    def __call__(self, now: datetime) -> SweepReport:
        try:
            if self.looks < self._away:
                raise self._error
            new = now.date() not in self.days
            self.days += [now.date()] if new else []
            return SweepReport(now.date(), ran=new)
        finally:
            self.looks += 1
            self._loop.call_soon_threadsafe(self._looked.set)

    async def looked(self, times: int) -> None:
        while self.looks < times:
            self._looked.clear()
            await asyncio.wait_for(self._looked.wait(), 10)


@pytest.mark.parametrize(("away", "error"), [(0, KeyError()), (2, StoreUnavailableError("away")), (2, KeyError("row"))])
async def test_each_day_is_swept_from_the_start_on_and_what_goes_wrong_is_tried_again(
    away: int, error: Exception
) -> None:
    clock, swept = SettableClock(START), Swept(away, error)
    running = asyncio.create_task(sweep_daily(swept, clock, 0.001))
    await swept.looked(away + 2)
    assert swept.days == [START.date()]
    clock.now = START + timedelta(days=1)
    before = swept.looks
    await swept.looked(before + 2)
    assert swept.days == [START.date(), START.date() + timedelta(days=1)]
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
