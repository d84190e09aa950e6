"""Insurance terms written with other characters of the same sound, as input methods and speech recognisers write them.

收益人 is heard as 受益人, 由于期 as 犹豫期, 礼赔 as 理赔. Whole terms only, each replaced by as many characters as it has: an
offset into the corrected text is an offset into the message. In terms of four characters and more also those sounds count
as the same that speakers of dialects mix up: z and zh, c and ch, s and sh, n and l, -n and -ng.

No correction cuts through a word that plain Chinese knows: 由于七月没交 and 意外现在 stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.errors import ConfigurationError
from bot.text.plain_words import Span, plain_words
from bot.text.syllables import syllable

FEWEST_BY_SOUND = 3  # characters of a term that its sound alone gives away
FEWEST_MIXED_UP = 4
_HAN = re.compile("[\u4e00-\u9fff]{2,}")
_LINE = re.compile(r"(?P<term>[\u4e00-\u9fff]{2,12})(?:[:：](?P<spellings>[\u4e00-\u9fff\s]+))?")
_STAYS, _BY_SOUND = "- ", "+ "
# 等待七天, 由于七月: a number is never a misheard syllable, but for 一, which recognisers do write (收一人, 一外险).
_NUMERALS = frozenset("二三四五六七八九十百千万两")
# 等待其回复, 意外先垫付, 住院不赔, 要验证吗, 自费要多少: beside a word that is right, these go on with the sentence.
_GRAMMAR = frozenset("先其起好愿认不要吗嘛呀会只去为办但到行共近仅尽非并该把被给让")
_MIXED_UP = ((re.compile("^([zcs])h"), r"\1"), (re.compile("^n"), "l"), (re.compile("ng$"), "n"))

Sounds = tuple[str, ...]


@lru_cache(maxsize=2048)
def mixed_up(syllable: str) -> str:
    """One of the syllables that are mixed up with this one."""
    for pattern, same in _MIXED_UP:
        syllable = pattern.sub(same, syllable)
    return syllable


def sound_alike(one: str, other: str) -> bool:
    """As long as each other, and different only where the sounds are mixed up at most."""
    differ = ((a, b) for a, b in zip(one, other, strict=False) if a != b)
    return len(one) == len(other) and all(mixed_up(syllable(a)) == mixed_up(syllable(b)) for a, b in differ)


def only_terms(text: str, folded: str, correct: Callable[[str], str]) -> str:
    """`text` with the terms that `correct` puts right in it, and else as it was written; empty where nothing was misheard."""
    heard = correct(folded)
    changed = (new if new != old else raw for raw, old, new in zip(text, folded, heard, strict=True))
    return "".join(changed) if heard != folded else ""


def _key(sounds: Sequence[str]) -> Sounds:
    return tuple(sounds) if len(sounds) < FEWEST_MIXED_UP else tuple(map(mixed_up, sounds))


@dataclass(frozen=True)
class _Heard:
    """`term` may be what `run[start:end]` should have been; `spelt`: trainers wrote that very spelling down."""

    start: int
    end: int
    term: str
    spelt: bool

    def crosses(self, start: int, end: int) -> bool:
        """They share characters, and neither holds the other."""
        shared = max(self.start, start) < min(self.end, end)
        return shared and not self.holds(start, end) and not self.lies_in(start, end)

    def holds(self, start: int, end: int) -> bool:
        return self.start <= start and end <= self.end

    def lies_in(self, start: int, end: int) -> bool:
        return start <= self.start and self.end <= end

    def lies_deep_in(self, start: int, end: int) -> bool:
        return self.lies_in(start, end) and (start, end) != (self.start, self.end)


@dataclass(frozen=True)
class HeardTerms:
    """`by_sound`: terms of at least `FEWEST_BY_SOUND` characters; `by_spelling`: wrong spellings of any length; `stays`:
    what sounds like a term and is none."""

    by_sound: Mapping[Sounds, str]
    by_spelling: Mapping[str, str]
    stays: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, lines: Iterable[str]) -> HeardTerms:
        """A line is `term` or `term: spelling spelling …`, `+ term term …`, or `- words words …` of what stays as it is.

        Raises:
            ConfigurationError: a line that is not; a short term without spellings; a spelling that sounds otherwise, or is
                a term itself, or stays.
        """
        stripped = [line.strip() for line in lines]
        stays = frozenset(word for line in stripped if line.startswith(_STAYS) for word in line[len(_STAYS) :].split())
        read = [_read(line) for line in stripped if not line.startswith((_STAYS, _BY_SOUND))]
        read += [
            _read(term) for line in stripped if line.startswith(_BY_SOUND) for term in line[len(_BY_SOUND) :].split()
        ]
        terms = {term for term, _ in read}
        for term, spellings in read:
            if len(term) < FEWEST_BY_SOUND and not spellings:
                raise ConfigurationError("a term of two characters needs its spellings", term=term)
            if any(len(each) != len(term) or each in terms | stays for each in spellings):
                raise ConfigurationError(
                    "a spelling is as long as its term, no term itself, and does not stay", term=term
                )
        return cls(
            {_key([*map(syllable, term)]): term for term, _ in read if len(term) >= FEWEST_BY_SOUND},
            {spelling: term for term, spellings in read for spelling in spellings},
            stays,
        )

    def correct(self, text: str) -> str:
        """`text` with its terms as they are written; of overlapping ones the longer, then the earlier. Same length."""
        return _HAN.sub(lambda run: self._correct_run(run[0]), text)

    def _correct_run(self, run: str) -> str:
        """Again until nothing changes: a term put right shows where the words beside it begin and end."""
        while (corrected := self._correct_once(run)) != run:
            run = corrected
        return run

    def _correct_once(self, run: str) -> str:
        heard, written = self._find(run)
        if not heard:
            return run
        fixed = [*written, *_places(run, self.stays)]
        words = plain_words(run)
        done: list[_Heard] = []
        for each in heard:
            free = not any(each.holds(one.start, one.end) or one.crosses(each.start, each.end) for one in done)
            if free and _may_change(each, run, fixed, words):
                done.append(each)
        for each in done:
            run = run[: each.start] + each.term + run[each.end :]
        return run

    def _find(self, run: str) -> tuple[list[_Heard], list[Span]]:
        """What may have been misheard, longest first; and where terms stand as they should."""
        sounds = [syllable(character) for character in run]
        longest = max((*map(len, self.by_sound), *map(len, self.by_spelling)), default=0)
        heard, written = [], []
        for length in range(min(longest, len(run)), 1, -1):
            for start in range(len(run) - length + 1):
                end = start + length
                spelt = self.by_spelling.get(run[start:end])
                term = spelt or self.by_sound.get(_key(sounds[start:end]))
                if term == run[start:end]:
                    written.append((start, end))
                elif term:
                    heard.append(_Heard(start, end, term, spelt is not None))
        return heard, written


def _may_change(heard: _Heard, run: str, fixed: Sequence[Span], words: Sequence[Span]) -> bool:
    """The correction destroys nothing that has a meaning as it is.

    现在 in 医疗现在, 七月 in 由于七月 and 依据 in 依据赔付 reach over the border of what sounds like a term: they are words, and
    it is none. Sound alone changes no word of plain Chinese in a short term either (做危险 is no 座位险, 手艺人 no 受益人);
    where recognisers do write such words, trainers note the spelling (收益人, 由于期).
    """
    if any(heard.crosses(*each) or heard.lies_in(*each) for each in fixed):
        return False
    if any(heard.crosses(*word) or heard.lies_deep_in(*word) for word in words):
        return False
    if heard.spelt:
        return True
    changed = {heard.start + at for at, new in enumerate(heard.term) if run[heard.start + at] != new}
    if any(run[at] in _NUMERALS for at in changed):
        return False
    if len(heard.term) > FEWEST_BY_SOUND:
        return not any(heard.lies_in(*word) for word in words)
    return not any(run[at] in _GRAMMAR for at in changed) and not any(
        changed.intersection(range(*word)) for word in words
    )


def _places(run: str, words: Iterable[str]) -> list[Span]:
    found = []
    for word in words:
        start = run.find(word)
        while start >= 0:
            found.append((start, start + len(word)))
            start = run.find(word, start + 1)
    return found


def _read(line: str) -> tuple[str, list[str]]:
    match = _LINE.fullmatch(line.strip())
    if match is None:
        raise ConfigurationError("line is not 'term: spellings'", text=line)
    return match["term"], (match["spellings"] or "").split()
