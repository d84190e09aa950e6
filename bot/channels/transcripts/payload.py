"""A call as its transcript tells it, before anybody has said which side is the agent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bot.errors import BotError

# The side of a recording that has only one, or of a recogniser that tells none apart.
UNMARKED = "-"
LONGEST_TEXT = 300  # characters of one utterance; a recogniser that lost the pauses writes longer ones, which are split
LONGEST_NAME = 120  # characters of a side or of a call's number
LONGEST_CALL = 7 * 24 * 3600 * 1000  # milliseconds: a time beyond it is no time of a call
_NO_TEXT = re.compile("[\0\ud800-\udfff]")  # neither database takes them


class TranscriptFlawError(BotError):
    """A file that cannot be read as it says; `data`: `flaw` in the reader's words, and `line` or `place` where known."""

    code = "transcript_flaw"


@dataclass(frozen=True)
class Utterance:
    """What one side said without a pause. `start` and `end` are milliseconds from the beginning, None where not told."""

    side: str
    text: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class Call:
    """`key` tells the calls of one file apart; "" where the file is one call. `phone` and `began` as written, or ""."""

    key: str
    utterances: tuple[Utterance, ...]
    phone: str = ""
    began: str = ""

    @property
    def sides(self) -> tuple[str, ...]:
        """As they first speak."""
        return tuple(dict.fromkeys(each.side for each in self.utterances))


def plain(text: str) -> str:
    """`text` without what no database stores: NUL, and halves of surrogate pairs, which JSON can write."""
    return _NO_TEXT.sub("", text).strip()


def moment(milliseconds: int, **where: Any) -> int | None:
    """None for -1, which some recognisers write where they know none. Raises TranscriptFlawError with `where`."""
    if milliseconds > LONGEST_CALL:
        raise TranscriptFlawError(flaw=f"时间 {milliseconds:.6g} 毫秒超过一周，不是一通电话", **where)
    return None if milliseconds < 0 else milliseconds


def decode(content: bytes) -> str:
    """Text of a file: UTF-16 with its mark, UTF-8 with or without, else GB18030 (Excel's CSV). Raises TranscriptFlawError."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TranscriptFlawError(flaw="不是 UTF-8、UTF-16 或 GB18030 编码的文字")


_CLOCK = re.compile(r"(?:(?P<h>\d{1,3}):)?(?P<m>\d{1,2}):(?P<s>\d{1,2})(?:[.,](?P<f>\d{1,3}))?")


def clock_ms(text: str) -> int | None:
    """Milliseconds of 00:01:02,500, 01:02.5 and the like; None when it is no such clock."""
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        return None
    hours, minutes, seconds = int(found["h"] or 0), int(found["m"]), int(found["s"])
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int((found["f"] or "0").ljust(3, "0"))
