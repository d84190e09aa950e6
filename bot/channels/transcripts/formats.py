"""Whatever a transcript file is, its calls."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from bot.channels.transcripts.json_shapes import read_json
from bot.channels.transcripts.payload import LONGEST_TEXT, Call, TranscriptFlawError, Utterance, decode
from bot.channels.transcripts.subtitles import read_subtitles
from bot.channels.transcripts.table import read_table

LARGEST_FILE = 200 * 1024 * 1024  # bytes


def read_calls(name: str, content: bytes, sides: Collection[str] = ()) -> tuple[str, list[Call]]:
    """The format's name and the calls of a file; by its ending where that decides, else by what is in it.

    Raises:
        TranscriptFlawError: unknown or broken; a call without a word in it.
    """
    if len(content) > LARGEST_FILE:
        raise TranscriptFlawError(flaw=f"文件超过 {LARGEST_FILE // 1024 // 1024} MB，请分开导出")
    text = decode(content)
    ending = name.rpartition(".")[2].lower()
    if ending in ("srt", "vtt"):
        kind, calls = ending, read_subtitles(text, sides)
    elif ending in ("csv", "tsv"):
        kind, calls = "csv", read_table(text)
    elif text.lstrip()[:1] in ("{", "["):
        kind, calls = read_json(text)
    else:
        raise TranscriptFlawError(flaw="不认识的文件（可以是 JSON、SRT、VTT 或 CSV）")
    spoken = [replace(call, utterances=_spoken(call)) for call in calls]
    if not any(call.utterances for call in spoken):
        raise TranscriptFlawError(flaw="里面一句话也没有")
    return kind, [call for call in spoken if call.utterances]


def _spoken(call: Call) -> tuple[Utterance, ...]:
    return tuple(
        replace(each, text=words[:LONGEST_TEXT])
        for each in call.utterances
        if (words := each.text.replace("\0", "").strip())
    )
