"""What is looked through from time to time, and what is reported, from data/upkeep.yml and the dates in the knowledge files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bot.calendars.strict_yaml import Row, read_row
from bot.insurance.upkeep import UpkeepItem, UpkeepKind

KNOWLEDGE_MONTHS = 12
_SOURCE = "公司客户服务管理规定（规则和知识的定期复核）"


def load_upkeep(data_dir: Path) -> tuple[UpkeepItem, ...]:
    """Raises DataFileError naming file, line, row and key; a file that is to be looked through must be there."""
    top = read_row(data_dir / "upkeep.yml")
    top.expect(("reviews", "filings"))
    items = [
        *(_review(row, data_dir) for row in top.rows("reviews")),
        *(_filing(row) for row in top.rows("filings")),
        *_knowledge(data_dir / "knowledge"),
    ]
    seen = set[str]()
    for item in items:
        if item.id in seen:
            top.refuse("reviews", f"编号重复：{item.id}")
        seen.add(item.id)
    return tuple(items)


def _review(row: Row, data_dir: Path) -> UpkeepItem:
    row.expect(("id", "zh", "files", "reviewed", "months"))
    for name in row.texts("files"):
        if not (data_dir / name).exists():
            row.refuse("files", f"没有这个文件：{name}")
    return UpkeepItem(
        row.text("id"), UpkeepKind.REVIEW, row.text("zh"), _months(row), _SOURCE, last=row.day("reviewed")
    )


def _filing(row: Row) -> UpkeepItem:
    row.expect(("id", "zh", "months", "source"), ("reported", "first"))
    last, first = _day(row, "reported"), _day(row, "first")
    if last is None and first is None:
        row.refuse("first", "没有上报过的，要写最晚哪天第一次上报")
    return UpkeepItem(
        row.text("id"), UpkeepKind.FILING, row.text("zh"), _months(row), row.text("source"), last=last, first=first
    )


def _knowledge(folder: Path) -> Iterator[UpkeepItem]:
    """A file is as old as the oldest of its answers."""
    for path in sorted(folder.glob("*.yml")):
        days = [row.day("as_of") for row in read_row(path).rows("answers")]
        if days:
            title = f"知识：{path.stem}"
            yield UpkeepItem(
                f"knowledge_{path.stem}", UpkeepKind.REVIEW, title, KNOWLEDGE_MONTHS, _SOURCE, last=min(days)
            )


def _months(row: Row) -> int:
    months = row.integer("months")
    if months <= 0:
        row.refuse("months", "要大于零")
    return months


def _day(row: Row, key: str) -> date | None:
    return row.day(key) if key in row.values else None
