"""Plots as a few plain shapes: drawn into a page as SVG, and into a PDF by `bot.documents.report_pdf`.

The shapes are ours and not a plotting library's so that Chinese is set by the reader's own fonts, colours follow the page's theme and
no style stands inside the page, which its content policy would refuse.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from bot.services.figures.report import Chart

WIDTH = 480
_LINE, _SIZE, _NAMES = 30, 13, 152  # px: of a lying bar with its gap, of letters, of the column of names
_LONGEST = 10  # characters of a name
_HEIGHT, _TOP, _BOTTOM, _LEFT = 210, 34, 30, 44  # px of a plot of columns
_STEPS = 4
TONES = ("first", "second", "third")


@dataclass(frozen=True)
class Box:
    """A filled rectangle; `says`: what it stands for, for who points at it or hears the page."""

    x: float
    y: float
    width: float
    height: float
    tone: str
    says: str = ""


@dataclass(frozen=True)
class Stroke:
    x1: float
    y1: float
    x2: float
    y2: float
    tone: str = "grid"


@dataclass(frozen=True)
class Words:
    """`anchor`: start, middle or end, of the point (x, baseline y)."""

    x: float
    y: float
    text: str
    anchor: str = "start"
    tone: str = "ink"


@dataclass(frozen=True)
class Plot:
    """Shapes on a sheet of this many px, y downwards."""

    title: str
    width: float
    height: float
    shapes: tuple[Box | Stroke | Words, ...]


def draw(chart: Chart) -> Plot:
    """The chart as shapes. A chart without any value is an empty plot that says so."""
    values = [value for series in chart.series for value in series.values if value is not None]
    if not any(values):
        return Plot(chart.title, WIDTH, 40, (Words(0, 24, "没有数据", tone="soft"),))
    return _lying(chart, max(values)) if chart.lying else _columns(chart, max(values))


def svg(plot: Plot) -> str:
    """Markup to stand inside a page; everything that is inserted is escaped. Colours are the page's: one class a tone."""
    shapes = "".join(_markup(shape) for shape in plot.shapes)
    return (
        f'<svg class="plot" viewBox="0 0 {plot.width:g} {plot.height:g}" role="img" aria-label="{escape(plot.title)}">'
        f"{shapes}</svg>"
    )


def _markup(shape: Box | Stroke | Words) -> str:
    if isinstance(shape, Box):
        place = f'x="{shape.x:.1f}" y="{shape.y:.1f}" width="{shape.width:.1f}" height="{shape.height:.1f}"'
        return f'<rect class="{shape.tone}" {place}><title>{escape(shape.says)}</title></rect>'
    if isinstance(shape, Stroke):
        ends = f'x1="{shape.x1:.1f}" y1="{shape.y1:.1f}" x2="{shape.x2:.1f}" y2="{shape.y2:.1f}"'
        return f'<line class="{shape.tone}" {ends}/>'
    place = f'x="{shape.x:.1f}" y="{shape.y:.1f}" text-anchor="{shape.anchor}"'
    return f'<text class="{shape.tone}" {place}>{escape(shape.text)}</text>'


def _lying(chart: Chart, most: float) -> Plot:
    shapes: list[Box | Stroke | Words] = []
    room = WIDTH - _NAMES - 84
    for place, name in enumerate(chart.labels):
        value = chart.series[0].values[place] or 0
        y, width = place * _LINE + 4, room * value / most
        shown = f"{value:.1f}".removesuffix(".0") + (f" {chart.unit}" if chart.unit != "%" else "%")
        shapes += [
            Words(_NAMES - 10, y + 16, _short(name), "end"),
            Box(_NAMES, y, max(width, 1), _LINE - 10, "first", f"{name} {shown}"),
            Words(_NAMES + width + 8, y + 16, shown, tone="soft"),
        ]
    return Plot(chart.title, WIDTH, len(chart.labels) * _LINE + 4, tuple(shapes))


def _columns(chart: Chart, most: float) -> Plot:
    top, bottom = _TOP, _HEIGHT - _BOTTOM
    ceiling = _ceiling(most) if chart.unit != "%" else 100.0
    shapes: list[Box | Stroke | Words] = []
    for step in range(_STEPS + 1):
        y, value = bottom - (bottom - top) * step / _STEPS, ceiling * step / _STEPS
        shapes += [Stroke(_LEFT, y, WIDTH, y), Words(_LEFT - 8, y + 4, f"{value:g}", "end", "soft")]
    shapes += _legend(chart)
    slot = (WIDTH - _LEFT) / max(1, len(chart.labels))
    for place, name in enumerate(chart.labels):
        left = _LEFT + slot * place
        shapes.append(Words(left + slot / 2, _HEIGHT - 10, name, "middle", "soft"))
        shapes += _group(chart, place, left, slot, (bottom, (bottom - top) / ceiling))
    return Plot(chart.title, WIDTH, _HEIGHT, tuple(shapes))


def _group(
    chart: Chart, place: int, left: float, slot: float, scale: tuple[float, float]
) -> list[Box | Stroke | Words]:
    """The columns of one label. `scale`: y of nothing, and px of one."""
    bottom, px = scale
    width = min(26.0, slot * 0.8 / len(chart.series))
    start = left + (slot - width * len(chart.series)) / 2
    found: list[Box | Stroke | Words] = []
    for number, series in enumerate(chart.series):
        value = series.values[place]
        if value is not None:
            says = f"{chart.labels[place]} {series.name} {value:.1f}".removesuffix(".0") + chart.unit
            height = max(value * px, 0.5)
            found.append(Box(start + number * width, bottom - height, width - 2, height, TONES[number % 3], says))
    return found


def _legend(chart: Chart) -> list[Box | Stroke | Words]:
    found: list[Box | Stroke | Words] = []
    x = float(_LEFT)
    for number, series in enumerate(chart.series):
        name = f"{series.name}（{chart.unit}）" if chart.unit else series.name
        found += [Box(x, 6, 11, 11, TONES[number % 3], name), Words(x + 17, 16, name, tone="soft")]
        x += 17 + _SIZE * len(name) + 18
    return found


def _ceiling(most: float) -> float:
    """The next number of the form 4, 8, 20, 40, 80, 200 …, so that each of four steps is a whole one."""
    size = 1.0
    while True:
        for first in (4, 8, 20):
            if most <= first * size:
                return first * size
        size *= 10


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
