"""A long stretch of speech as utterances: nothing that was said is cut off, and a cry for help has a turn of its own.

A recogniser without a sentence model writes a whole call as one text. It is cut at sentence marks, else at pauses, else at the
softest place there is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from bot.channels.transcripts.payload import LONGEST_TEXT, UNMARKED, Utterance

PAUSE = 700  # milliseconds that end what is said, where no sentence mark tells
LONG_PAUSE = 3000  # and that end it in any case
_MARK = re.compile(r"[。！？!?；;…]+[”’」』）)\"]*|(?<!\d)\.(?=\s|$)")
_SOFTER = (re.compile(r"[，,、：:\s]+"), re.compile(r"[了吗呢吧啊呀嘛的]"))
# What a recogniser gives a time of its own: a Chinese character, or a word or number in other letters.
_TIMED = re.compile(r"[A-Za-z0-9]+(?:['’.-][A-Za-z0-9]+)*|[^\W_]")


def split_long(said: Utterance) -> Iterator[Utterance]:
    """Itself when it is short enough; else its sentences, none longer than LONGEST_TEXT."""
    return iter((said,)) if len(said.text) <= LONGEST_TEXT else split_at_marks(said)


def split_at_marks(said: Utterance) -> Iterator[Utterance]:
    """Its sentences. Their times are shares of the whole by length; where it has no whole, the first keeps what is known."""
    pieces = [piece for sentence in _sentences(said.text) for piece in _short(sentence)]
    start, end = said.start, said.end
    if start is None or end is None or not 0 <= start <= end:
        for place, piece in enumerate(pieces):
            yield Utterance(said.side, piece, *((start, end) if place == 0 else ()))
        return
    reached = accumulate((len(piece) for piece in pieces), initial=0)
    whole = max(1, sum(map(len, pieces)))
    bounds = [start + (end - start) * at // whole for at in reached]
    for piece, (begins, ends) in zip(pieces, pairwise(bounds), strict=True):
        yield Utterance(said.side, piece, begins, ends)


def split_timed(text: str, times: Sequence[tuple[int, int]]) -> Iterator[Utterance]:
    """Sentences of a text whose every character or word has its (start, end) in milliseconds; by marks alone where they do not fit."""
    timed = list(_TIMED.finditer(text))
    if not times or len(timed) != len(times):
        whole = (times[0][0], times[-1][1]) if times else ()
        yield from split_at_marks(Utterance(UNMARKED, text, *whole))
        return
    pause = LONG_PAUSE if _MARK.search(text) else PAUSE
    first, begin = 0, 0
    for place, (one, following) in enumerate(pairwise(timed)):
        silence = times[place + 1][0] - times[place][1]
        if silence >= pause or _MARK.search(text[one.end() : following.start()]):
            yield Utterance(UNMARKED, text[begin : following.start()], times[first][0], times[place][1])
            first, begin = place + 1, following.start()
    yield Utterance(UNMARKED, text[begin:], times[first][0], times[-1][1])


def _sentences(text: str) -> Iterator[str]:
    begin = 0
    for mark in _MARK.finditer(text):
        yield text[begin : mark.end()]
        begin = mark.end()
    if text[begin:].strip():
        yield text[begin:]


def _short(text: str) -> Iterator[str]:
    """A text without a sentence mark inside in parts: at a comma or a blank, else behind a final particle, else anywhere."""
    while len(text) > LONGEST_TEXT:
        window = text[:LONGEST_TEXT]
        places = ([found.end() for found in softer.finditer(window, LONGEST_TEXT // 3)] for softer in _SOFTER)
        at = next((found[-1] for found in places if found), LONGEST_TEXT)
        yield text[:at]
        text = text[at:]
    yield text
