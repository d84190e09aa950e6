"""What the checks say alike: where something stands, which name was probably meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from bot.training.pieces import Example, Named, Where

_ALIKE = 0.6


def place(where: Where) -> str:
    """data/nlu/premium.yml 第 12 行"""
    return f"{where[0]} 第 {where[1]} 行"


def meant(name: str, known: Collection[str]) -> str:
    """The known name that is written most like it, "" where none is."""
    return next(iter(get_close_matches(name, sorted(known), 1, _ALIKE)), "")


def rather(name: str, known: Collection[str], otherwise: str) -> str:
    """A remedy for a name that is not known."""
    guess = meant(name, known)
    return f"写错了就改成“{guess}”；{otherwise}" if guess else otherwise


def first_of_each(names: Iterable[Named]) -> list[tuple[Named, int]]:
    """Each name once a file, at its first place there, with how often it stands in the file."""
    first: dict[tuple[str, str], Named] = {}
    counts: dict[tuple[str, str], int] = {}
    for each in names:
        key = (each.name, each.where[0])
        first.setdefault(key, each)
        counts[key] = counts.get(key, 0) + 1
    return [(named, counts[key]) for key, named in first.items()]


def quoted(example: Example) -> str:
    """A sentence as it is cited."""
    return f"“{example.text}”"


def listed(words: Iterable[str], most: int = 5) -> str:
    """、-joined, the rest counted."""
    all_words = list(words)
    more = f"等 {len(all_words)} 个" if len(all_words) > most else ""
    return "、".join(all_words[:most]) + more
