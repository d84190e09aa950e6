"""How a Chinese character sounds: its toneless syllable, from a table beside this file.

The table is pypinyin's, written out once by `python -m bot.text.syllables`: the library itself takes 57 MiB and a quarter
of a second in each process that loads it, and all that is asked of it is this. A test compares the two.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

HAN = range(0x4E00, 0xA000)
_TABLE = Path(__file__).with_name("syllables.txt")


def syllable(character: str) -> str:
    """Of a character in its commonest reading (银行's 行 is `xing` alone); the character itself where it has none."""
    return _syllables().get(character, character)


def first_of(sound: str) -> str:
    """The first character that sounds so. Raises KeyError: none does."""
    return _characters()[sound][0]


@lru_cache(maxsize=1)
def all_syllables() -> Collection[str]:
    """Every toneless syllable; a consonant alone (嗯 as n) is none that anybody types."""
    return frozenset(_characters()) - {"m", "n"}


@lru_cache(maxsize=1)
def _characters() -> dict[str, str]:
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    return {sound: characters for sound, _, characters in (line.partition(" ") for line in lines)}


@lru_cache(maxsize=1)
def _syllables() -> dict[str, str]:
    return {character: sound for sound, characters in _characters().items() for character in characters}


def write_table(path: Path = _TABLE) -> None:
    """Ask pypinyin for every character of `HAN` and write a line for each syllable."""
    from pypinyin import lazy_pinyin

    characters: dict[str, str] = {}
    for code in HAN:
        sound = str(lazy_pinyin(chr(code))[0])
        if sound != chr(code):
            characters[sound] = characters.get(sound, "") + chr(code)
    path.write_text("".join(f"{sound} {characters[sound]}\n" for sound in sorted(characters)), encoding="utf-8")


if __name__ == "__main__":
    write_table()
