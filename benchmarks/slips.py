"""Numbers begun wrong and taken back in the same breath, as callers do it, and what they are put right to.

Each is drawn with a seed: a kind of value, a digit that is wrong or two in the wrong order, where the caller notices, with what
words (those of `benchmarks.spoken`), and what he says anew: the group, the group and the rest of the number, the whole number.
Read is what the dialogue has of it: `Understood.as_answer`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from benchmarks.spoken import SLIPS, digit_by_digit, say

SEED = 7
_ID_WEIGHTS, _ID_CHECKS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"
_PAUSES = ("，", "，", " ", "")
_FRAMES = ("{}", "{}", "嗯，{}", "{cue}是{}", "{cue}{}", "我的{cue}是{}，帮我看一下", "{}这个，麻烦查一下")
_CODES = {
    "phone": "手机号",
    "id_number": "身份证号",
    "policy_no": "保单号",
    "claim_no": "报案号",
    "complaint_no": "投诉编号",
    "bank_card": "银行卡号",
}

Label = tuple[str, str]


@dataclass(frozen=True)
class Slip:
    """`said` means `value` of that kind."""

    kind: str
    said: str
    value: str


def draw_slips(count: int, seed: int = SEED) -> list[Slip]:
    """So many of each kind."""
    draw = Random(seed)
    codes = [_code(kind, draw) for kind in _CODES for _ in range(count)]
    return [*codes, *(_date(draw) for _ in range(count)), *(_amount(draw) for _ in range(count))]


@dataclass
class Mended:
    """How many are read right, and how many as something that the caller took back or never said."""

    right: int = 0
    wrong: int = 0
    count: int = 0

    def row(self, name: str) -> str:
        return f"{name:40}{self.count:7}{self.right / self.count:10.3f}{self.wrong / self.count:10.3f}"


def measure_slips(slips: Sequence[Slip], read: Callable[[str], Counter[Label]]) -> dict[str, Mended]:
    """By kind, and all of them. `read`: the labels of what was said. A value not read at all is asked for again."""
    found: dict[str, Mended] = {}
    for slip in slips:
        labels = read(slip.said)
        others = [value for kind, value in labels if value != slip.value and (kind in _CODES or kind == slip.kind)]
        for name in (slip.kind, "all"):
            score = found.setdefault(name, Mended())
            score.count += 1
            score.right += labels[(slip.kind, slip.value)] == 1 and not others
            score.wrong += bool(others)
    return found


def _code(kind: str, draw: Random) -> Slip:
    value = _number(kind, draw)
    letter, digits = (value[0], value[1:]) if value[0].isalpha() else ("", value)
    groups = [*_groups(digits)]
    place = draw.randrange(len(groups))
    wrong = _wrong(groups[place], draw)
    before = [*groups[:place], wrong]
    how = draw.choice(("group", "rest", "whole", "late"))
    if how == "late":  # noticed when all of it is said
        before, after = [*groups[:place], wrong, *groups[place + 1 :]], [groups[place]]
    elif how == "whole":
        before += groups[place + 1 :] if draw.random() < 0.5 else []
        after = groups
    else:
        after = groups[place:]
    pause = draw.choice(_PAUSES) if how in ("late", "whole") else "，"
    anew = letter if how == "whole" and (letter or draw.random() < 0.5) else ""
    said = _aloud(letter, before, pause) + "，" + draw.choice(SLIPS) + _aloud(anew, after, pause)
    return Slip(kind, draw.choice(_FRAMES).format(said, cue=_CODES[kind]), value)


def _aloud(letter: str, groups: Sequence[str], pause: str) -> str:
    return letter + pause.join(digit_by_digit(group) for group in groups)


def _groups(digits: str) -> Iterator[str]:
    first = 3 if len(digits) == 11 else 4
    ends = [*range(first, len(digits) - 1, 4), len(digits)]
    for start, end in zip([0, *ends], ends, strict=False):
        yield digits[start:end]


def _wrong(group: str, draw: Random) -> str:
    """A digit too high or low, two neighbours in the wrong order, or a group broken off."""
    way = draw.random()
    place = draw.randrange(len(group)) if group[-1].isdigit() else draw.randrange(len(group) - 1)
    if way < 0.2 and place and group[place].isdigit() and group[place] != group[place - 1]:
        return group[: place - 1] + group[place] + group[place - 1] + group[place + 1 :]
    if way < 0.3 and len(group) > 2:
        return group[:-1]
    if not group[place].isdigit():
        return "0" if group == "X" else group[:-1] + "0"
    return group[:place] + str((int(group[place]) + draw.choice((1, 9))) % 10) + group[place + 1 :]


def _number(kind: str, draw: Random) -> str:
    def digits(count: int) -> str:
        return "".join(str(draw.randrange(10)) for _ in range(count))

    year = str(draw.randrange(2015, 2027))
    if kind == "phone":
        return f"1{draw.choice('3578')}{digits(9)}"
    if kind == "bank_card":
        return f"62{digits(17)}"
    if kind == "id_number":
        born = date(1950, 1, 1) + timedelta(draw.randrange(20000))
        known = f"{draw.choice(('110105', '320106', '440306', '510104'))}{born:%Y%m%d}{digits(3)}"
        total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, known, strict=True))
        return known + _ID_CHECKS[total % 11]
    letter, count = {"policy_no": ("P", 6), "claim_no": ("C", 7), "complaint_no": ("T", 7)}[kind]
    return f"{letter}{year}{digits(count)}"


def _date(draw: Random) -> Slip:
    day = date(2023, 1, 1) + timedelta(draw.randrange(1200))
    other = day.replace(day=day.day % 28 + 1)
    first = say(f"{other.year}年{other.month}月{other.day}号")
    anew = [f"{day.year}年{day.month}月{day.day}号", f"{day.month}月{day.day}号", f"{day.day}号"]
    said = f"{first}，{draw.choice(SLIPS)}{say(draw.choice(anew))}"
    return Slip("date", draw.choice(("{}", "是{}", "{}出的险")).format(said), day.isoformat())


def _amount(draw: Random) -> Slip:
    yuan = draw.randrange(1, 100) * draw.choice((100, 1000, 10000))
    other = int(str(int(str(yuan)[0]) % 9 + 1) + str(yuan)[1:])
    unit = draw.choice(("元", "块"))
    first = say(f"{other}{unit}") if draw.random() < 0.5 else say(f"{other}{unit}").removesuffix(unit)
    said = f"{first}，{draw.choice(SLIPS)}{say(f'{yuan}{unit}')}"
    value = f"{yuan:g}" if yuan < 1e5 else f"{yuan:.2f}"  # as benchmarks.entities labels it
    return Slip("amount", draw.choice(("{}", "大概{}", "想贷{}", "修车花了{}，能报吗")).format(said), value)
