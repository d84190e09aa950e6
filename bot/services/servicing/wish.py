"""What the wish itself already says, so that it is not asked again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.services.journeys.journey import Accepted, Situation, Step


def told_in_closed_words(steps: Iterable[Step], situation: Situation) -> dict[str, str]:
    """Answers that the message gives in the words of closed steps ("发票开错了，要换开"); none of a pressed button."""
    if situation.said.chosen:
        return {}
    said = replace(situation.said, aside=True)
    readings = {step.slot: step.read(said, situation) for step in steps if step.closed}
    return {slot: reading.value for slot, reading in readings.items() if isinstance(reading, Accepted)}
