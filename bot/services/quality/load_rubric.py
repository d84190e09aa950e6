"""Reads data/quality/rubric.yml."""

from __future__ import annotations

from pathlib import Path

from bot.calendars.strict_yaml import Row, read_row
from bot.insurance.quality import Dimension, Rubric

_POINTS = 3


def load_rubric(path: Path) -> Rubric:
    """Raises DataFileError for an unknown or missing key, a repeated dimension, a weight below one, or not three meanings."""
    top = read_row(path)
    top.expect(("version", "dimensions"))
    dimensions = tuple(map(_dimension, top.rows("dimensions")))
    if not dimensions or len({each.id for each in dimensions}) < len(dimensions):
        top.refuse("dimensions", "至少要有一项，编号不能重复")
    return Rubric(top.text("version"), dimensions)


def _dimension(row: Row) -> Dimension:
    row.expect(("id", "zh", "weight", "points"))
    points = row.texts("points")
    if len(points) != _POINTS:
        row.refuse("points", "要写 0、1、2 分三种情况")
    if row.integer("weight") < 1:
        row.refuse("weight", "权重要大于零")
    return Dimension(row.text("id"), row.text("zh"), row.integer("weight"), (points[0], points[1], points[2]))
