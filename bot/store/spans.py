"""Days, months and lengths of time in SQL, the same on both databases; all days are those of China, eight hours ahead all the year."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Date, cast, extract, func
from sqlalchemy.engine import Connection

from bot.store.schema import SHANGHAI

DAY = 86400  # seconds
_AHEAD = "+8 hours"


def day_of(connection: Connection, moment: Any) -> Any:
    """The day of a moment, to be compared with columns of dates; SQLite gives it as text."""
    if connection.dialect.name == "postgresql":
        return cast(func.timezone(SHANGHAI.key, moment), Date)
    return func.date(moment, _AHEAD)


def day_text(connection: Connection, moment: Any) -> Any:
    """2026-11-23."""
    if connection.dialect.name == "postgresql":
        return func.to_char(func.timezone(SHANGHAI.key, moment), "YYYY-MM-DD")
    return func.strftime("%Y-%m-%d", moment, _AHEAD)


def month_text(connection: Connection, moment: Any) -> Any:
    """2026-11."""
    if connection.dialect.name == "postgresql":
        return func.to_char(func.timezone(SHANGHAI.key, moment), "YYYY-MM")
    return func.strftime("%Y-%m", moment, _AHEAD)


def seconds_between(connection: Connection, start: Any, end: Any) -> Any:
    """Of two moments."""
    if connection.dialect.name == "postgresql":
        return extract("epoch", end - start)
    return (func.julianday(end) - func.julianday(start)) * DAY


def days_between(connection: Connection, start: Any, end: Any) -> Any:
    """Of two dates."""
    if connection.dialect.name == "postgresql":
        return end - start
    return func.julianday(end) - func.julianday(start)


def span(seconds: Any) -> timedelta:
    """To the second: SQLite's days are fractions that are off by some microseconds."""
    return timedelta(seconds=round(float(seconds)))
