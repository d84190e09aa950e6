"""What errors of input methods and recognisers cost: `python -m benchmarks.noise [--sets DIR]`.

The sentences of the chat set, what was really said on the phone, and the real questions. Of their characters a share is replaced: by others of the
same sound, or by others of a sound that speakers mix up with it (z and zh, c and ch, s and sh, n and l, f and h, -n and -ng, as
pypinyin gives them). Then, each by itself: punctuation dropped, fillers between the words, digits as words; and all of these with a tenth of
the characters of a mixed-up sound. Each is drawn with a seed, several times, so that the figure is no luck of one draw. Without
the sets (`--sets`, else NLU_SETS, else ../shared/bench) our own cases are read instead.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from random import Random

from pypinyin import lazy_pinyin

from benchmarks.certainty import Understand
from benchmarks.nlu import train_ours
from benchmarks.sentences import Sentence, read_cases, read_clean, read_sets, read_training, sets_folder
from benchmarks.spoken import say

CHAT, REAL = "insurance_chat_dev", "insurance_real_dev"
SHARES = (0.1, 0.2, 0.3)
DRAWS = 5
FILLERS = ("嗯", "呃", "那个", "就是说", "就是", "这个", "啊", "然后", "怎么说呢", "哎")
_FILLED = 0.25  # of the places between two characters at which a filler would not cut a number or a Latin word
_PUNCTUATION = re.compile(r"[\s，,。.、；;：:！!？?“”\"'‘’（）()《》…—~～-]+")
_MIXED_UP = ((r"^([zcs])h", r"\1"), (r"^([zcs])(?!h)", r"\1h"), (r"^n", "l"), (r"^l", "n"), (r"^f", "h"), (r"^h", "f"))  # fmt: skip
_ENDS = ((r"ng$", "n"), (r"n$", "ng"))

Damage = Callable[[str, Random], str]


def garbled(text: str, share: float, draw: Random) -> str:
    """Each Chinese character replaced with that probability by another of its sound, where there is one in use."""
    return "".join(_other(char, (sound_of(char),), draw) if draw.random() < share else char for char in text)


def mixed_up(text: str, share: float, draw: Random) -> str:
    """The same with a sound that speakers mix up with its own; where no character has one, the character stays."""
    return "".join(_other(char, near_sounds(sound_of(char)), draw) if draw.random() < share else char for char in text)


def without_punctuation(text: str, draw: Random) -> str:
    """As a recogniser writes it: no mark, no blank."""
    return _PUNCTUATION.sub("", text) or text


def with_fillers(text: str, draw: Random) -> str:
    """One before the sentence, and some in it."""
    said = draw.choice(FILLERS)
    for before, char in zip(" " + text, text, strict=False):
        between = not (before.isascii() and before.isalnum() and char.isascii() and char.isalnum())
        # Every second place at most lies between two words; inside one nobody says 嗯.
        said += (
            draw.choice(FILLERS) if between and before in "，, 。？我你的了" and draw.random() < _FILLED else ""
        ) + char
    return said


def in_words(text: str, draw: Random) -> str:
    """Its digits as they are said."""
    return say(text)


def all_of_it(text: str, draw: Random) -> str:
    """A hotline's line at its worst."""
    return mixed_up(without_punctuation(with_fillers(say(text), draw), draw), 0.1, draw)


@lru_cache(maxsize=8192)
def sound_of(char: str) -> str:
    """Its toneless syllable, by pypinyin and not by the table of `bot.text`: reading is not tested by its own mirror."""
    return str(lazy_pinyin(char)[0])


@lru_cache(maxsize=1024)
def near_sounds(sound: str) -> tuple[str, ...]:
    """Syllables that differ from it in a mixed-up beginning, a mixed-up end, or both."""
    begins = {sound} | {re.sub(pattern, same, sound) for pattern, same in _MIXED_UP}
    both = begins | {re.sub(pattern, same, each) for each in begins for pattern, same in _ENDS}
    return tuple(sorted(both - {sound}))


def _other(char: str, sounds: Sequence[str], draw: Random) -> str:
    others = [each for sound in sounds for each in characters_in_use().get(sound, ()) if each != char]
    return draw.choice(others) if others and "\u4e00" <= char <= "\u9fff" else char


@lru_cache(maxsize=1)
def characters_in_use() -> dict[str, tuple[str, ...]]:
    """The characters of each sound that the training sentences hold: nobody's input method offers 龘."""
    known = sorted({char for each in read_training() for char in each.text if "\u4e00" <= char <= "\u9fff"})
    found: dict[str, list[str]] = {}
    for char in known:
        found.setdefault(sound_of(char), []).append(char)
    return {sound: tuple(chars) for sound, chars in found.items()}


def damages() -> dict[str, Damage]:
    """By the name of its row."""
    rows: dict[str, Damage] = {}
    for name, change in (("same sound", garbled), ("near sound", mixed_up)):
        for share in SHARES:
            rows[f"{name}, {share:.0%}"] = lambda text, draw, change=change, share=share: change(text, share, draw)
    return {
        **rows,
        "punctuation dropped": without_punctuation,
        "fillers": with_fillers,
        "digits as words": in_words,
        "all of these, near sound 10%": all_of_it,
    }


def accuracy(sentences: Sequence[Sentence], understand: Understand, name: str, damage: Damage) -> float:
    """The share understood rightly, over all draws."""
    right = 0
    for number in range(DRAWS):
        draw = Random(f"{name} {number}")
        right += sum(understand(damage(each.text, draw))[0][0] in each.accept for each in sentences)
    return right / DRAWS / len(sentences)


def read_groups(folder: Path | None) -> dict[str, list[Sentence]]:
    """What is damaged: chat, the phone's words as they were said, the real questions; without sets our own cases."""
    sets, said = read_sets(folder), read_clean(folder)
    groups = {"chat": sets.get(CHAT, []), "said on the phone": said, "real questions": sets.get(REAL, [])}
    return {name: group for name, group in groups.items() if group} or {"our own cases": read_cases()}


def main() -> None:
    """Print a line for each damage, a column for each group."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, help="folder of *.jsonl (default: NLU_SETS, else ../shared/bench)")
    groups = read_groups(sets_folder(parser.parse_args().sets))
    understand, _ = train_ours(read_training())
    print_table(groups, understand)


def print_table(groups: dict[str, list[Sentence]], understand: Understand) -> None:
    """Accuracy as it was written and with each damage."""
    print(f"{'accuracy':32}" + "".join(f"{f'{name} ({len(group)})':>24}" for name, group in groups.items()))
    rows = {"as written": lambda text, draw: text, **damages()}
    for name, damage in rows.items():
        shares = "".join(f"{accuracy(group, understand, name, damage):24.3f}" for group in groups.values())
        print(f"{name:32}{shares}")
    print(f"{DRAWS} draws of each, with seeds.")


if __name__ == "__main__":
    main()
