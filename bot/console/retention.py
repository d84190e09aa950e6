"""Until when the record of something that is over is kept at least, as its sheet says it (E11, G10)."""

from __future__ import annotations

from datetime import datetime

from bot.console.times import day
from bot.services.deadlines import Deadlines

KEPT = "D-K03"  # how long records of a transaction are kept


def kept_label(over: datetime, deadlines: Deadlines) -> str:
    """`over`: when it ended."""
    until, rule = deadlines.due(KEPT, over).internal_due, deadlines.rule(KEPT)
    return f"{day(over.date())} 归档，至少保存到 {day(until)}（{rule.article}）"
