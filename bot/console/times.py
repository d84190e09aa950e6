"""Days and moments as the desk writes them, in China's time."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))


def moment(at: datetime) -> str:
    """11月23日 09:12."""
    local = at.astimezone(CHINA)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def day(value: date | None) -> str:
    """2026年12月8日; "" for no date."""
    return f"{value.year}年{value.month}月{value.day}日" if value else ""


def month(value: str) -> str:
    """2026年11月, of "2026-11"."""
    year, number = value.split("-")
    return f"{year}年{int(number)}月"


def typed_moment(text: str) -> datetime | None:
    """What a datetime-local field sends, as a moment in China; None for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M").replace(tzinfo=CHINA)
    except ValueError:
        return None


def typed_day(text: str) -> date | None:
    """What a date field sends; None for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        return None
