"""Whatever a transcript file is, its calls."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from bot.channels.transcripts.json_shapes import read_json
from bot.channels.transcripts.payload import (
    LONGEST_NAME,
    Call,
    TranscriptFlawError,
    Utterance,
    decode,
    moment,
    plain,
)
from bot.channels.transcripts.splitting import split_long
from bot.channels.transcripts.subtitles import read_subtitles
from bot.channels.transcripts.table import read_table

LARGEST_FILE = 200 * 1024 * 1024  # bytes
TOO_LARGE = f"文件超过 {LARGEST_FILE // 1024 // 1024} MB，请分开导出"


class Transcript(NamedTuple):
    """What a file holds: its format's name, its calls, and what of it could not be read while the rest could."""

    kind: str
    calls: list[Call]
    flaws: list[TranscriptFlawError]


def read_calls(name: str, content: bytes, sides: Collection[str] = ()) -> Transcript:
    """The calls of a file; its format by its ending where that decides, else by what is in it.

    Raises:
        TranscriptFlawError: unknown or broken; a file without a call that can be read.
    """
    if len(content) > LARGEST_FILE:
        raise TranscriptFlawError(flaw=TOO_LARGE)
    text = decode(content)
    ending = name.rpartition(".")[2].lower()
    flaws: list[TranscriptFlawError] = []
    if ending in ("srt", "vtt"):
        kind, calls = ending, read_subtitles(text, sides, flaws)
    elif ending in ("csv", "tsv"):
        kind, calls = "csv", read_table(text, flaws)
    elif text.lstrip()[:1] in ("{", "["):
        kind, calls = read_json(text)
    elif ending == "txt":
        kind, calls = "csv", read_table(text, flaws)
    else:
        raise TranscriptFlawError(flaw="不认识的文件（可以是 JSON、SRT、VTT，或 CSV、TSV、TXT 表格）")
    spoken = [
        Call(plain(call.key)[:LONGEST_NAME], _spoken(call), plain(call.phone)[:LONGEST_NAME], plain(call.began))
        for call in calls
    ]
    if not any(call.utterances for call in spoken):
        raise flaws[0] if flaws else TranscriptFlawError(flaw="里面一句话也没有")
    return Transcript(kind, [call for call in spoken if call.utterances], flaws)


def _spoken(call: Call) -> tuple[Utterance, ...]:
    return tuple(
        Utterance(plain(each.side)[:LONGEST_NAME], words, _moment(each.start), _moment(each.end))
        for long in call.utterances
        for each in split_long(long)
        if (words := plain(each.text))
    )


def _moment(milliseconds: int | None) -> int | None:
    """Raises TranscriptFlawError."""
    return None if milliseconds is None else moment(milliseconds)
