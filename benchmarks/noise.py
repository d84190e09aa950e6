"""What wrong characters cost: `python -m benchmarks.noise [--sets DIR]`.

The sentences of the chat set and what was really said on the phone, with a share of their characters replaced by others of the
same sound, as input methods and recognisers write them. Each share is drawn with a seed, several times, so that the figure
is no luck of one draw. Without the sets (`--sets`, else NLU_SETS, else ../shared/bench) our own cases are read instead.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from random import Random

from pypinyin import lazy_pinyin

from benchmarks.certainty import Understand
from benchmarks.nlu import train_ours
from benchmarks.sentences import Sentence, read_cases, read_clean, read_sets, read_training, sets_folder

CHAT = "insurance_chat_dev"
SHARES = (0.0, 0.1, 0.2, 0.3)
DRAWS = 5  # of each share but none


def garbled(text: str, share: float, draw: Random) -> str:
    """Each Chinese character replaced with that probability by another of its sound, where there is one in use."""
    return "".join(_wrong(char, draw) if draw.random() < share else char for char in text)


def _wrong(char: str, draw: Random) -> str:
    others = [each for each in characters_in_use().get(_sound(char), ()) if each != char]
    return draw.choice(others) if others else char


@lru_cache(maxsize=8192)
def _sound(char: str) -> str:
    """Its toneless syllable, by pypinyin and not by the table of `bot.text`: reading is not tested by its own mirror."""
    return str(lazy_pinyin(char)[0])


@lru_cache(maxsize=1)
def characters_in_use() -> dict[str, tuple[str, ...]]:
    """The characters of each sound that the training sentences hold: nobody's input method offers 龘."""
    known = sorted({char for each in read_training() for char in each.text if "\u4e00" <= char <= "\u9fff"})
    found: dict[str, list[str]] = {}
    for char in known:
        found.setdefault(_sound(char), []).append(char)
    return {sound: tuple(chars) for sound, chars in found.items()}


def accuracy(sentences: Sequence[Sentence], understand: Understand, share: float) -> float:
    """The share understood rightly, over all draws."""
    draws = DRAWS if share else 1
    right = 0
    for number in range(draws):
        draw = Random(f"{share} {number}")
        right += sum(understand(garbled(each.text, share, draw))[0][0] in each.accept for each in sentences)
    return right / draws / len(sentences)


def read_groups(folder: Path | None) -> dict[str, list[Sentence]]:
    """What is garbled: chat, and the phone's words as they were said; without sets our own cases."""
    chat = read_sets(folder).get(CHAT, [])
    said = read_clean(folder)
    if chat and said:
        return {"chat": chat, "said on the phone": said, "both": [*chat, *said]}
    return {"our own cases": read_cases()}


def main() -> None:
    """Print a line for each group, a column for each share."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, help="folder of *.jsonl (default: NLU_SETS, else ../shared/bench)")
    groups = read_groups(sets_folder(parser.parse_args().sets))
    understand, _ = train_ours(read_training())
    print(f"{'characters of the same sound':30}{'n':>5}" + "".join(f"{share:8.0%}" for share in SHARES))
    for name, sentences in groups.items():
        shares = "".join(f"{accuracy(sentences, understand, share):8.3f}" for share in SHARES)
        print(f"{name:30}{len(sentences):5}{shares}")
    print(f"accuracy; {DRAWS} draws of each share, with seeds.")


if __name__ == "__main__":
    main()
