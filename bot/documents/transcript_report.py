"""The report on a batch of recorded calls as one HTML file that needs nothing else: no script, no font, no network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.complaints.rule import KIND_NAMES
from bot.services.transcripts.report import Bars, TranscriptReport
from bot.text.masking import mask_file_name, mask_phone

MOST_BARS, MOST_ROWS = 20, 200
_TEMPLATES = Path(__file__).resolve().parent / "templates"


@dataclass(frozen=True)
class FlawedFile:
    """A file that was not read: what is wrong, and where in it."""

    name: str
    flaw: str
    where: str


def show_report(
    report: TranscriptReport, intents: Mapping[str, str], flawed: Sequence[FlawedFile], now: datetime
) -> str:
    """The page. `intents` are their Chinese names."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters |= {
        "phone": mask_phone,
        "moment": _moment,
        "clock": _clock,
        "name": _name,
        "hidden": mask_file_name,
    }
    named = {
        "intents": _named(report.intents, intents),
        "complaint_kinds": _named(report.complaint_kinds, KIND_NAMES),
        "outcomes": report.outcomes,
        "holds": report.holds,
    }
    return environment.get_template("transcripts.html").render(
        report=report, bars=named, intent_names=intents, kind_names=KIND_NAMES, flawed=flawed, now=now, most=MOST_ROWS
    )


def _named(bars: Bars, names: Mapping[str, str]) -> Bars:
    return tuple((names.get(code, code), count) for code, count in bars[:MOST_BARS])


def _name(code: str, names: Mapping[str, str]) -> str:
    return names.get(code, code)


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else "没有日期"


def _clock(milliseconds: int) -> str:
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    return f"{minutes} 分 {seconds} 秒" if minutes else f"{seconds} 秒"
