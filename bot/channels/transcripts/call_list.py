"""A call list (话单): which number called when, for transcripts that do not say it themselves."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.channels.transcripts.payload import Call, TranscriptFlawError, decode
from bot.channels.transcripts.table import HEADINGS
from bot.text.dates import SHANGHAI

_FILE = ("file", "recording", "文件", "录音文件", "录音", "call_id", "通话编号")
YEARS = range(1990, 2100)
_FORMS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y%m%d%H%M%S", "%Y-%m-%d")


@dataclass(frozen=True)
class CallList:
    """`rows`: name of the recording, or number of the call → (phone, when) as written."""

    rows: Mapping[str, tuple[str, str]]

    @classmethod
    def read(cls, content: bytes) -> CallList:
        """A CSV with a column 文件 or 通话编号, and 主叫 and 通话时间. Raises TranscriptFlawError."""
        try:
            rows = list(csv.reader(io.StringIO(decode(content))))
        except csv.Error as error:
            raise TranscriptFlawError(flaw="话单不是表格") from error
        heading = [name.strip().lower() for name in (rows[0] if rows else [])]
        columns = {
            column: next((heading.index(name) for name in names if name in heading), None)
            for column, names in {"file": _FILE, "phone": HEADINGS["phone"], "began": HEADINGS["began"]}.items()
        }
        if columns["file"] is None:
            raise TranscriptFlawError(flaw=f"话单的表头里没有录音一列（可以叫 {'、'.join(_FILE)}）", line=1)

        def cell(row: list[str], column: str) -> str:
            place = columns[column]
            return row[place].strip() if place is not None and place < len(row) else ""

        return cls({name: (cell(row, "phone"), cell(row, "began")) for row in rows[1:] if (name := cell(row, "file"))})

    def told(self, name: str, call: Call) -> tuple[str, str]:
        """Phone and time of a call of the file: what it says itself, else what the list says."""
        listed = self.rows.get(call.key) or self.rows.get(name) or self.rows.get(name.rpartition(".")[0]) or ("", "")
        return call.phone or listed[0], call.began or listed[1]


def read_moment(written: str) -> datetime | None:
    """A moment as call centres write it, Shanghai time where no zone is given; None for "". Raises TranscriptFlawError."""
    if not written:
        return None
    for form in _FORMS:
        try:
            moment = datetime.strptime(written, form).replace(tzinfo=SHANGHAI)
        except ValueError:
            continue
        return _believable(moment, written)
    try:
        moment = datetime.fromisoformat(written.replace("Z", "+00:00"))
    except ValueError as error:
        raise TranscriptFlawError(flaw=f"通话时间“{written[:30]}”读不出来，请写成 2026-11-20 09:30:11") from error
    return _believable(moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI), written)


def _believable(moment: datetime, written: str) -> datetime:
    if moment.year not in YEARS:
        raise TranscriptFlawError(flaw=f"通话时间“{written[:30]}”不是一通电话的年份")
    return moment
