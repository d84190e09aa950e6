"""Transcripts as a table (CSV, TSV, or TXT with a heading): one utterance a row, a call's rows together by its number."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from bot.channels.transcripts.payload import UNMARKED, Call, TranscriptFlawError, Utterance, clock_ms, moment

# What a heading may be called. Only the text is needed.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "call": ("call_id", "call", "通话编号", "通话", "录音编号", "会话编号"),
    "side": ("channel", "speaker", "role", "side", "声道", "通道", "角色", "说话人"),
    "text": ("text", "content", "文本", "内容", "转写文本", "话术"),
    "phone": ("phone", "caller", "主叫", "主叫号码", "客户电话", "手机号"),
    "began": ("date", "began", "started_at", "通话时间", "通话开始时间", "日期"),
}
# A time without a colon needs its unit: a number alone could be either.
TIMES: Mapping[str, tuple[str, float]] = {
    "start_ms": ("start", 1), "end_ms": ("end", 1), "开始毫秒": ("start", 1), "结束毫秒": ("end", 1),
    "start_s": ("start", 1000), "end_s": ("end", 1000), "开始秒": ("start", 1000), "结束秒": ("end", 1000),
    "start": ("start", 0), "end": ("end", 0), "开始时间": ("start", 0), "结束时间": ("end", 0),
    "开始": ("start", 0), "结束": ("end", 0),
}  # fmt: skip


def read_table(text: str, flaws: list[TranscriptFlawError]) -> list[Call]:
    """Calls in the order of their first rows. A row that does not read is put into `flaws` with its line, and left out.

    Raises:
        TranscriptFlawError: the heading has no column of text.
    """
    heading = text.lstrip().partition("\n")[0]  # alone: what people say is full of commas
    delimiter = "\t" if heading.count("\t") > heading.count(",") else ","
    calls: dict[str, list[Utterance]] = {}
    told: dict[str, tuple[str, str]] = {}
    columns: dict[str, int] | None = None
    width = 0
    for line, row in _rows(text, delimiter, flaws):
        if columns is None:
            columns, width = _columns(row), len(row)
            continue
        cells = {name: row[place].strip() if place < len(row) else "" for name, place in columns.items()}
        if not cells["text"]:
            continue
        try:
            if any(cell.strip() for cell in row[width:]):
                raise TranscriptFlawError(flaw="这一行比表头多出几列：文字里有分隔符的，要加引号", line=line)
            said = _utterance(cells, line)
        except TranscriptFlawError as flaw:
            flaws.append(flaw)
            continue
        key = cells.get("call", "")
        calls.setdefault(key, []).append(said)
        before = told.get(key, ("", ""))
        told[key] = (before[0] or cells.get("phone", ""), before[1] or cells.get("began", ""))
    if columns is None:
        _columns([])
    return [Call(key, tuple(said), *told[key]) for key, said in calls.items()]


def _rows(text: str, delimiter: str, flaws: list[TranscriptFlawError]) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of each row that is not empty."""
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            flaws.append(TranscriptFlawError(flaw="这一行不是表格", line=line))
            continue
        if any(cell.strip() for cell in row):
            yield line, row


def _columns(heading: list[str]) -> dict[str, int]:
    """Place of each known column; times keep their heading, which tells their unit. Raises TranscriptFlawError."""
    names = [name.strip().lower() for name in heading]
    found = {
        column: names.index(known)
        for column, all_known in HEADINGS.items()
        for known in all_known[::-1]
        if known in names
    }
    found |= {known: names.index(known) for known in TIMES if known in names}
    if "text" not in found:
        raise TranscriptFlawError(flaw=f"表头里没有文本列（可以叫 {'、'.join(HEADINGS['text'])}）", line=1)
    return found


def _utterance(cells: Mapping[str, str], line: int) -> Utterance:
    times: dict[str, int | None] = {"start": None, "end": None}
    for heading, (which, factor) in TIMES.items():
        if written := cells.get(heading):
            times[which] = _time(written, factor, line)
    return Utterance(cells.get("side") or UNMARKED, cells["text"], times["start"], times["end"])


def _time(written: str, factor: float, line: int) -> int | None:
    clock = clock_ms(written)
    if clock is not None:
        return moment(clock, line=line)
    try:
        number = float(written)
        if factor:
            return moment(round(number * factor), line=line)
    except (ValueError, OverflowError) as error:
        raise TranscriptFlawError(flaw="时间读不出来", line=line) from error
    raise TranscriptFlawError(flaw="时间没有单位：表头请写 start_ms、start_s，或写成 00:01:02", line=line)
