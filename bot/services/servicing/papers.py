"""Which papers a transaction needs, who issues them and what to do without one: the company's own list, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from bot.calendars.strict_yaml import read_row


@dataclass(frozen=True)
class Paper:
    """`instead`: what to do when it can't be had."""

    name: str
    issuer: str = ""
    instead: str = ""

    @property
    def spoken(self) -> str:
        """The name, with what helps to get it."""
        return f"{self.name}（{self.issuer}；没有的话{self.instead}）" if self.issuer else self.name


def load_papers(path: Path) -> Mapping[str, tuple[Paper, ...]]:
    """Papers by transaction. Raises DataFileError."""
    top = read_row(path)
    top.expect(("papers",))
    found: dict[str, tuple[Paper, ...]] = {}
    for row in top.rows("papers"):
        row.expect(("id", "items"))
        if row.text("id") in found:
            row.refuse("id", "写了两次")
        items = row.rows("items")
        for item in items:
            item.expect(("name", "issuer", "instead"))
        found[row.text("id")] = tuple(
            Paper(item.text("name"), item.text("issuer"), item.text("instead")) for item in items
        )
    return MappingProxyType(found)


def list_papers(papers: tuple[Paper, ...]) -> str:
    """All of them in one message (保险法 art 22; 销售办法 art 40): name, who issues it, what to do without."""
    return "\n".join(f"· {paper.spoken}" for paper in papers)
