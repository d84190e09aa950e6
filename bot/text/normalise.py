"""Two foldings of a message: `fold` keeps every offset, `normalise` keeps only what classification needs."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import opencc

_HALVES = re.compile("[\ud800-\udfff]")
_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x00A0: 0x20}
_ZEROS = {ord("〇"): "零", ord("○"): "零"}
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff"

_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe00-\ufe0f\U000e0100-\U000e01ef\u20e3]")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\ufffd]")
_WAVES = re.compile("[〜～~]+")
# A number said digit by digit repeats on purpose (零零零), so numerals never collapse.
_REPEATED_HAN = re.compile(rf"(?![零〇一二两三四五六七八九十百千万幺])([{_HAN}])\1{{2,}}")
_REPEATED_PUNCTUATION = re.compile(r"([^\w\s])\1+")
_SPACE_IN_CHINESE = re.compile(rf"(?<=[{_HAN}，。、！？；：]) +(?=[{_HAN}，。、！？；：])")
_SPACES = re.compile(r"\s+")


@lru_cache(maxsize=1)
def _simplifier() -> opencc.OpenCC:
    """Built on first use: reading OpenCC's tables is input, and import does none."""
    import opencc

    return opencc.OpenCC("t2s")


def _simplify(text: str) -> str:
    """Traditional to simplified without moving a character: by phrase if the length allows, else one by one."""
    converter = _simplifier()
    by_phrase = str(converter.convert(text))
    if len(by_phrase) == len(text):
        return by_phrase
    singles = ((char, str(converter.convert(char))) for char in text)
    return "".join(simple if len(simple) == 1 else char for char, simple in singles)


@lru_cache(maxsize=256)
def fold(text: str, *, zeros: bool = False) -> str:
    """Half-width, simplified text of exactly the same length, so offsets into it are offsets into `text`.

    `zeros=True` also writes 〇 and ○ as 零. Case is kept. Half a surrogate pair, which JSON can carry, becomes U+FFFD.
    """
    if text.isascii():
        return text
    folded = _simplify(_HALVES.sub("\ufffd", text.translate(_WIDTH)))
    return folded.translate(_ZEROS) if zeros else folded


def normalise(text: str) -> str:
    """The text a classifier sees: folded, NFKC, lower case, without emoji, stutter or stray spaces.

    Repeated punctuation becomes one mark and a stretched character two (哈哈哈哈 → 哈哈). Offsets are lost.
    """
    plain = unicodedata.normalize("NFKC", fold(text))
    plain = _INVISIBLE.sub("", _EMOJI.sub("", plain))
    plain = _WAVES.sub("~", plain)
    plain = _REPEATED_HAN.sub(r"\1\1", plain)
    plain = _REPEATED_PUNCTUATION.sub(r"\1", plain)
    plain = _SPACES.sub(" ", plain)
    return _SPACE_IN_CHINESE.sub("", plain).strip().lower()
