"""Moments as a person types them."""

from __future__ import annotations

from datetime import date, datetime, time

from bot.calendars.clocks import SHANGHAI


def read_moment(text: str) -> datetime:
    """A day or a moment, Shanghai time where no zone is given. Raises ValueError."""
    if len(text) == len("2026-09-30"):
        return datetime.combine(date.fromisoformat(text), time(), SHANGHAI)
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment.replace(tzinfo=SHANGHAI) if moment.tzinfo is None else moment.astimezone(SHANGHAI)
