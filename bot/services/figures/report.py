"""A report as data: figures, plots and tables, that a page shows and a document prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

NOT_KNOWN = "—"


@dataclass(frozen=True)
class Series:
    """A name and one value for each label of the chart; None where there is nothing to measure."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Chart:
    """`lying`: one bar below the other, for names; otherwise columns beside each other, for months."""

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    lying: bool = False


@dataclass(frozen=True)
class Sheet:
    """A table. `head`: names of its columns; every row has as many cells."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Section:
    title: str
    charts: tuple[Chart, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """`span`: the time it is about, in words. `figures`: (name, value) of what matters most."""

    title: str
    span: str
    figures: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = ()


def share(part: int, whole: int) -> float | None:
    """In per cent; None of nothing."""
    return 100 * part / whole if whole else None


def per_cent(part: int, whole: int) -> str:
    """83.3%; a dash of nothing."""
    value = share(part, whole)
    return NOT_KNOWN if value is None else f"{value:.1f}%"


def bars(title: str, counted: Mapping[str, int], unit: str = "件") -> Chart:
    """Names with their counts, the most frequent first."""
    rows = sorted(counted.items(), key=lambda row: (-row[1], row[0]))
    return Chart(
        title, tuple(name for name, _ in rows), (Series(title, tuple(count for _, count in rows)),), unit, lying=True
    )


def counts(head: str, counted: Mapping[str, int], unit: str = "件") -> Sheet:
    """The same as a table, with shares."""
    total = sum(counted.values())
    rows = sorted(counted.items(), key=lambda row: (-row[1], row[0]))
    return Sheet((head, unit, "占比"), tuple((name, str(count), per_cent(count, total)) for name, count in rows))


def quantile(values: Sequence[float], fraction: float) -> float | None:
    """The nearest-rank quantile; None of nothing."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(fraction * len(ranked)))] if ranked else None


def minutes(seconds: float | None) -> str:
    """4 分 05 秒; a dash of nothing."""
    if seconds is None:
        return NOT_KNOWN
    whole = round(seconds)
    return f"{whole // 60} 分 {whole % 60:02} 秒" if whole >= 60 else f"{whole} 秒"
