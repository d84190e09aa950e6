"""Chinese typed as pinyin (an input method that did not turn over): which syllables, if any."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.text.syllables import all_syllables, first_of

_RUN = re.compile(r"(?<![a-z0-9@._-])[a-z]+(?:[' ]+[a-z]+)*(?![a-z0-9@._-])")
_LONGEST = 6  # zhuang
_MOST = 64  # letters of a run that are looked at; what is longer is no sentence
FEWEST = 2  # syllables: a single one is as often English


def syllables_of(run: str) -> tuple[str, ...]:
    """As few syllables as there can be, () when it is not pinyin throughout. Letters, spaces and apostrophes."""
    found: list[str] = []
    for word in re.split(r"[' ]+", run[:_MOST]):
        split = _split(word)
        if not split:
            return ()
        found += split
    return tuple(found) if len(found) >= FEWEST else ()


def sound_out(text: str) -> tuple[str, str]:
    """The text without its pinyin, and with a character of the same sound for each of its syllables."""
    without, heard, end = [], [], 0
    for run in _RUN.finditer(text):
        if syllables := syllables_of(run.group()):
            without.append(text[end : run.start()])
            heard += [text[end : run.start()], *map(first_of, syllables)]
            end = run.end()
    if not end:
        return text, text
    return "".join((*without, text[end:])), "".join((*heard, text[end:]))


@lru_cache(maxsize=1024)
def _split(word: str) -> tuple[str, ...]:
    """Fewest syllables, the longer ones first; () where letters are left."""
    best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - _LONGEST), end):
            before = best[start]
            if before is None or word[start:end] not in all_syllables():
                continue
            known = best[end]
            if known is None or len(before) + 1 < len(known):
                best[end] = (*before, word[start:end])
    return best[-1] or ()
