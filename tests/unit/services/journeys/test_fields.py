"""Single answers that the readers of fields refuse with a reason."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from bot.services.journeys.fields import LUNAR, read_event_time
from bot.services.journeys.journey import Rejected, Situation
from bot.services.understanding import Understood

NOW = datetime.fromisoformat("2026-11-23T09:00:00+08:00")


def test_a_lunar_day_is_asked_again_with_its_reason() -> None:
    said = Understood("c", "m", NOW, "ivr", "我农历八月十五出的险", "inform", 0.5)
    assert read_event_time(said, cast(Situation, None)) == Rejected(LUNAR)
