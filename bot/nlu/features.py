"""What the intent classifier sees of a sentence: characters, their sounds, and which characters occur together.

Five groups, each a bag of whole numbers made by packing 16-bit code points (no strings, so a vocabulary is one sorted
array and a sentence is looked up in one call):

- characters: runs of 1-3, with marks for the beginning and the end of the sentence;
- sounds: the same over toneless syllables, so that 退宝 and 腿保 still read as 退保 (homophones of typing and of speech
  recognition), and so does tuibao;
- mixed-up sounds: the same over syllables in which those sounds are one that speakers of dialects, and recognisers, mix up (z and
  zh, n and l, f and h, -n and -ng), so that 尼培 still sounds like 理赔;
- pairs: two different characters anywhere in the sentence, whatever the order and the distance (…合同…丢…), a quadratic
  kernel on the set of characters;
- pairs of mixed-up sounds: the same over those syllables.

Words and entity types were tried and left out: with the pairs present they added nothing (docs/adr/0002). Width,
variants (繁→简), emoji and stutter are removed here by `bot.text.normalise`, so no separate normaliser component exists.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bot.text.homophones import mixed_up
from bot.text.normalise import normalise
from bot.text.pinyin import sound_out
from bot.text.syllables import HAN, syllable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Codes = NDArray[np.int64]
    Table = NDArray[np.uint16]
    Telling = NDArray[np.float32]


class Features(NamedTuple):
    """`codes` sorted and distinct (the group is `code >> 48`), `counts` how often each occurs in the sentence."""

    codes: Codes
    counts: NDArray[np.int64]


CHARACTERS, SOUNDS, PAIRS, MIXED_UP, MIXED_PAIRS = range(5)
# Shares of the similarity of two sentences; chosen on the development sets (docs/adr/0002).
SHARES = (1.0, 0.5, 1.5, 0.5, 0.5)
LONGEST_RUN = 3
# Beyond this many different characters the pairs of a long letter would say little and cost much.
MOST_PAIRED = 100
# A feature of a single training sentence only helps to remember that sentence.
FEWEST_SENTENCES = 2

# A code unit is the lower 16 bits of a code point: emoji (U+1Fxxx) fall where no character of theirs is.
_BEGIN, _END = 2, 3
# A number says that there is one, not which: eleven digits of a phone would outweigh the four words that say why.
# Bounded, so that five thousand letters without an @ cost no more than five thousand steps times 64.
_EMAIL = re.compile(r"[a-z0-9._-]{1,64}@[a-z0-9.-]{1,255}")
_IDENTIFIER = re.compile(
    r"[a-z]{0,5}(?:\d[ -]?){6,}\d[a-z]?|[零一二三四五六七八九幺两洞拐]{5,}"
    r"|[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新][a-z][· ]?(?=[a-z]*\d)[a-z\d]{5,6}"
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_GROUP_SHIFT = 48


@lru_cache(maxsize=1)
def sound_table() -> Table:
    """(2, code units): for each the first Han character of the same toneless sound, or itself; and of the sounds that are mixed up
    with it. Built on first use."""
    table = np.tile(np.arange(65536, dtype=np.uint16), (2, 1))
    for row, sound in zip(table, (syllable, _mixed_up), strict=True):
        first: dict[str, int] = {}
        for code in HAN:
            row[code] = first.setdefault(sound(chr(code)), code)
    return table


def _mixed_up(character: str) -> str:
    return re.sub("^f", "h", mixed_up(syllable(character)))


@lru_cache(maxsize=1)
def _unpaired() -> NDArray[np.bool_]:
    """Code units that take no part in pairs: punctuation, separators, symbols, control characters."""
    return np.array([unicodedata.category(chr(code))[0] in "PZSC" for code in range(65536)])


def _runs(codes: Codes, length: int) -> Codes:
    count = max(len(codes) - length + 1, 0)
    packed = np.zeros(count, dtype=np.int64)
    for offset in range(length):
        packed = (packed << 16) | codes[offset : offset + count]
    return packed


def _all_runs(inner: Codes, group: int) -> Codes:
    # A mark alone is no feature: it is in every sentence, and would be all there is to an unknown word.
    marked = np.concatenate(([_BEGIN], inner, [_END]))
    runs = [_runs(inner, 1), *(_runs(marked, length) for length in range(2, LONGEST_RUN + 1))]
    return np.concatenate(runs) | (group << _GROUP_SHIFT)


@lru_cache(maxsize=MOST_PAIRED + 1)
def _pair_places(count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    return np.triu_indices(count, 1)


def _kept(units: Table, telling: Telling | None) -> Table:
    """The different characters that take part in pairs; of too many not the first by code point: 退, 险, 赔 and 诉 come late."""
    present = np.unique(units[~_unpaired()[units]])
    if len(present) <= MOST_PAIRED:
        return present
    order = np.argsort(-telling[present], kind="stable") if telling is not None else np.arange(len(present))
    return np.sort(present[order[:MOST_PAIRED]])


def _pairs(different: Table, group: int) -> Codes:
    present = different.astype(np.int64)
    first, second = _pair_places(len(present))
    return (present[first] << 16) | present[second] | (group << _GROUP_SHIFT)


def mask_numbers(text: str) -> str:
    """Normalised text with @ for an e-mail address, № for a number of policy, person or phone (also spoken), 0 for others."""
    return _NUMBER.sub("0", _IDENTIFIER.sub("№", _EMAIL.sub("@", text)))


def read_features(text: str, sounds: Table, telling: Telling | None = None) -> Features:
    """The features of `text` as it was written; `sounds` is a `sound_table`. `telling`: for each code unit how much it says about
    what is meant; by it a long letter's characters are chosen."""
    # An emoji is nothing to `normalise`, but it is all that a message of emoji has.
    seen, heard_as = sound_out(mask_numbers(normalise(text)) or text.strip())
    units, spoken = _units(seen), _units(heard_as)
    written, heard, mixed = units.astype(np.int64), *sounds[:, spoken].astype(np.int64)
    runs = (_all_runs(written, CHARACTERS), _all_runs(heard, SOUNDS), _all_runs(mixed, MIXED_UP))
    pairs = _pairs(_kept(units, telling), PAIRS)
    mixed_pairs = _pairs(np.unique(sounds[1, _kept(spoken, telling)]), MIXED_PAIRS)
    codes = np.concatenate((*runs, pairs, mixed_pairs))
    return Features(*np.unique(codes, return_counts=True))


def _units(text: str) -> Table:
    return np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint16)


@dataclass(frozen=True)
class Vocabulary:
    """Known features: `codes` sorted, `weights` their inverse document frequency, `sounds` the table they came from."""

    codes: Codes
    weights: NDArray[np.float32]
    sounds: Table

    @classmethod
    def learn(cls, sentences: Sequence[Features], sounds: Table) -> Vocabulary:
        """Features of at least two sentences, weighted log((1 + n) / (1 + df)) + 1 (scikit-learn's smooth idf)."""
        codes, frequency = np.unique(np.concatenate([each.codes for each in sentences]), return_counts=True)
        kept = frequency >= FEWEST_SENTENCES
        weights = np.log((1 + len(sentences)) / (1 + frequency[kept])) + 1
        return cls(codes[kept], weights.astype(np.float32), sounds)

    def vector(self, sentence: Features) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Positions in `codes` and values. Each group has length sqrt(its share); unknown features count for nothing."""
        codes, counts = sentence
        if not len(self.codes):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        positions = np.minimum(np.searchsorted(self.codes, codes), len(self.codes) - 1)
        known = self.codes[positions] == codes
        positions, codes = positions[known], codes[known]
        values = (1 + np.log(counts[known])) * self.weights[positions]
        groups = codes >> _GROUP_SHIFT
        lengths = np.sqrt(np.bincount(groups, weights=values * values, minlength=len(SHARES)))
        scale = np.sqrt(np.array(SHARES) / sum(SHARES)) / np.where(lengths > 0, lengths, 1)
        return positions, (values * scale[groups]).astype(np.float32)
