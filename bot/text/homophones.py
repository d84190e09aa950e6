"""Insurance terms written with other characters of the same sound, as input methods and speech recognisers write them.

收益人 is heard as 受益人, 由于期 as 犹豫期, 礼赔 as 理赔. Whole terms only, each replaced by as many characters as it has: an
offset into the corrected text is an offset into the message. In terms of four characters and more also those sounds count
as the same that speakers of dialects mix up: z and zh, c and ch, s and sh, n and l, -n and -ng.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.errors import ConfigurationError
from bot.text.syllables import syllable

FEWEST_BY_SOUND = 3  # characters of a term that its sound alone gives away
FEWEST_MIXED_UP = 4
_HAN = re.compile("[\u4e00-\u9fff]{2,}")
_LINE = re.compile(r"(?P<term>[\u4e00-\u9fff]{2,12})(?:[:：](?P<spellings>[\u4e00-\u9fff\s]+))?")
_MIXED_UP = ((re.compile("^([zcs])h"), r"\1"), (re.compile("^n"), "l"), (re.compile("ng$"), "n"))

Sounds = tuple[str, ...]


@lru_cache(maxsize=2048)
def mixed_up(syllable: str) -> str:
    """One of the syllables that are mixed up with this one."""
    for pattern, same in _MIXED_UP:
        syllable = pattern.sub(same, syllable)
    return syllable


def _key(sounds: Sequence[str]) -> Sounds:
    return tuple(sounds) if len(sounds) < FEWEST_MIXED_UP else tuple(map(mixed_up, sounds))


@dataclass(frozen=True)
class HeardTerms:
    """`by_sound`: terms of at least `FEWEST_BY_SOUND` characters; `by_spelling`: wrong spellings of any length."""

    by_sound: Mapping[Sounds, str]
    by_spelling: Mapping[str, str]

    @classmethod
    def parse(cls, lines: Iterable[str]) -> HeardTerms:
        """A line is `term` or `term: spelling spelling …`.

        Raises:
            ConfigurationError: a line that is not; a short term without spellings; a spelling of another length, or one
                that is a term itself.
        """
        read = [_read(line) for line in lines]
        terms = {term for term, _ in read}
        for term, spellings in read:
            if len(term) < FEWEST_BY_SOUND and not spellings:
                raise ConfigurationError("a term of two characters needs its spellings", term=term)
            if any(len(each) != len(term) or each in terms for each in spellings):
                raise ConfigurationError("a spelling is as long as its term and no term itself", term=term)
        return cls(
            {_key([*map(syllable, term)]): term for term, _ in read if len(term) >= FEWEST_BY_SOUND},
            {spelling: term for term, spellings in read for spelling in spellings},
        )

    def correct(self, text: str) -> str:
        """`text` with its terms as they are written; of overlapping ones the longer, then the earlier. Same length."""
        return _HAN.sub(lambda run: self._correct_run(run[0]), text)

    def _correct_run(self, run: str) -> str:
        sounds = [syllable(character) for character in run]
        longest = max((len(key) for key in self.by_sound), default=FEWEST_BY_SOUND)
        for length in range(min(longest, len(run)), 1, -1):
            for start in range(len(run) - length + 1):
                written = run[start : start + length]
                term = self.by_spelling.get(written) or self.by_sound.get(_key(sounds[start : start + length]))
                if term and term != written:
                    run = run[:start] + term + run[start + length :]
        return run


def _read(line: str) -> tuple[str, list[str]]:
    match = _LINE.fullmatch(line.strip())
    if match is None:
        raise ConfigurationError("line is not 'term: spellings'", text=line)
    return match["term"], (match["spellings"] or "").split()
