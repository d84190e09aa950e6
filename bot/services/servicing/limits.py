"""Rates and limits of the transactions (data/servicing/limits.yml): the company's numbers, as data with their source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import MappingProxyType

from bot.calendars.strict_yaml import read_row

_TAGS = frozenset("VPSCZM")


@dataclass(frozen=True)
class Limit:
    """One number; `unit` 元, 天, 比例. `tag` as in the fact sheets: V read in the law, P practice, S secondary, Z ours."""

    value: Decimal
    unit: str
    source: str
    tag: str


def load_limits(path: Path) -> Mapping[str, Limit]:
    """Limits by id. Raises DataFileError naming file, line, row and key."""
    top = read_row(path)
    top.expect(("limits",))
    found: dict[str, Limit] = {}
    for row in top.rows("limits"):
        row.expect(("id", "value", "unit", "source", "tag"))
        if row.text("id") in found:
            row.refuse("id", "写了两次")
        if row.text("tag") not in _TAGS:
            row.refuse("tag", f"只能是 {'、'.join(sorted(_TAGS))}")
        try:
            value = Decimal(row.text("value"))
        except InvalidOperation:
            row.refuse("value", "应为写成文字的数")
        if not value.is_finite() or value < 0:
            row.refuse("value", "应为不小于 0 的数")
        found[row.text("id")] = Limit(value, row.text("unit"), row.text("source"), row.text("tag"))
    return MappingProxyType(found)
