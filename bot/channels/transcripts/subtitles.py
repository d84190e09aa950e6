"""Transcripts as subtitles: SRT (SubRip) and WebVTT (W3C), where `<v Name>` tells who speaks.

In SRT, which has no field for the speaker, a line may begin with his name and a colon; only names that the map of sides
knows are taken for one.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator

from bot.channels.transcripts.payload import LONGEST_CALL, UNMARKED, Call, TranscriptFlawError, Utterance, clock_ms

_ARROW = re.compile(r"^\s*(\S+)\s*-->\s*(\S+)")
# Bounded: thousands of "<v" without an end would cost their square.
_VOICE = re.compile(r"<v(?:\.[^ \t>.]{1,40}){0,4}[ \t]{1,9}([^<>]{1,120})>")
_TAG = re.compile(r"</?[a-z][^<>]{0,200}>|\{\\[^{}]{0,200}\}", re.IGNORECASE)
_NAMED = re.compile(r"^\s*([^:：]{1,20})[:：]\s*")


def read_subtitles(text: str, sides: Collection[str], flaws: list[TranscriptFlawError]) -> list[Call]:
    """One call. A cue whose time does not read is put into `flaws` with its line, and left out.

    Raises:
        TranscriptFlawError: there is no cue.
    """
    said: list[Utterance] = []
    for start, end, cue in _cues(text, flaws):
        side = UNMARKED
        for part in _by_voice(cue):
            side, words = part[0] or side, part[1]
            words = html.unescape(_TAG.sub("", words)).strip()
            named = _NAMED.match(words)
            if named and named[1].strip() in sides:
                side, words = named[1].strip(), words[named.end() :]
            if words:
                said.append(Utterance(side, words, start, end))
    if not said and not flaws:
        raise TranscriptFlawError(flaw="没有一条字幕", line=1)
    return [Call("", tuple(said))]


def _by_voice(cue: str) -> Iterator[tuple[str, str]]:
    """(name or "", words): a cue may hold several voices."""
    first, *rest = _VOICE.split(cue)
    if first.strip():
        yield "", first
    yield from zip((name.strip() for name in rest[::2]), rest[1::2], strict=True)


def _cues(text: str, flaws: list[TranscriptFlawError]) -> Iterator[tuple[int, int, str]]:
    """(start, end, words) of each cue; notes, styles, numbers and headers are passed over."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    number = 0
    while number < len(lines):
        arrow = _ARROW.match(lines[number])
        number += 1
        if not arrow:
            continue
        start, end = clock_ms(arrow[1]), clock_ms(arrow[2])
        if start is None or end is None or max(start, end) > LONGEST_CALL:
            flaws.append(TranscriptFlawError(flaw="起止时间读不出来", line=number))
            continue
        words = []
        while number < len(lines) and lines[number].strip():
            words.append(lines[number].strip())
            number += 1
        yield start, end, " ".join(words)
