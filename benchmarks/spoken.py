"""Typed numbers as people say them and a recogniser writes them down.

`say` is the plain way: long numbers digit by digit with 幺, short ones as words. MANNERS are the ways people really have: pauses,
三个八, 洞 and 拐, 一 for 幺, fillers, a slip taken back, 三千五 for 3,500. The rules are those of speech, written without the tables of
`bot.text`, so that reading is not tested by its own mirror.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from random import Random

_WORDS = "零一二三四五六七八九"
_ON_THE_PHONE = "零幺二三四五六七八九"
_ON_THE_RADIO = "洞幺二三四五六拐八九"
_ON_THE_RAILWAY = "洞幺两三四五六拐八勾"
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_CHATTED_UNIT, _TYPED_OH = (
    re.compile(r"(?<=\d)[wW](?=\d)"),
    re.compile(r"[PCT]\d[\dO]{7,}"),
)  # nobody says those letters
_COINS = re.compile(r"(\d{1,8})\.(\d)(\d?)(?:元|块钱|块)")
_SHORTENED = re.compile(
    r"((?:万[^零万千]|千[^零万千百]|百[^零万千百十]))[千百十](?:元|块钱|块)(?![一二三四五六七八九零]*[元块角毛])"
)
_LONGEST_WORD = 4  # digits; a longer number, and a year, is read digit by digit, unless it is money
_UNITS = ("", "十", "百", "千")
_MONEY = ("元", "块", "万")
_MONEY_IN_WORDS = 8  # digits
_FILLERS = ("嗯", "呃", "那个", "就是", "啊")
SLIPS = ("不对，", "不是，", "哦不对，", "说错了，", "不是不是，是", "等一下，是")


@dataclass(frozen=True)
class Manner:
    """How somebody says numbers. `digits`: the names of 0 to 9 where they are read one by one. `pause` stands between their groups;
    `runs`: three of a kind as 三个八; `fillers` instead of pauses, and before the number; `slips`: a wrong digit first, taken back at
    once; `short`: 三千五, 两百, 一万二, with `two` before a unit; `coins`: 两块零五毛 for 2.5元, not 二点五元."""

    digits: str = _ON_THE_PHONE
    pause: str = ""
    runs: bool = False
    fillers: bool = False
    slips: bool = False
    short: bool = False
    coins: bool = False
    two: str = "两"
    year: str = _WORDS


PLAIN, TAKEN_BACK = Manner(), "slips taken back"
MANNERS = {
    "plainly": PLAIN,
    "一 for 幺": Manner(digits=_WORDS),
    "幺 in years too": Manner(year=_ON_THE_PHONE),
    "洞 and 拐": Manner(digits=_ON_THE_RADIO),
    "洞, 两, 拐 and 勾": Manner(digits=_ON_THE_RAILWAY),
    "三个八": Manner(runs=True),
    "pauses, commas": Manner(pause="，"),
    "pauses, blanks": Manner(pause=" "),
    "fillers": Manner(pause="，", fillers=True),
    TAKEN_BACK: Manner(pause="，", slips=True),
    "三千五, 两百": Manner(short=True),
    "俩万五": Manner(short=True, two="俩"),
    "再 between groups": Manner(pause="再", runs=True),
    "块, 毛 and 分": Manner(coins=True),
}


def say(text: str, manner: Manner = PLAIN) -> str:
    """`text` with its numbers in words: 13800000000 → 幺三八零…, 3500元 → 三千五百元, 2023年 → 二零二三年, 14:30 → 十四点三十,
    京A88 → 京A八八. The same text is said the same way each time."""
    clock = re.sub(r"(\d{1,2}):(\d{2})", r"\1点\2分", text)
    clock = _CHATTED_UNIT.sub("万", _TYPED_OH.sub(lambda code: code[0].replace("O", "0"), clock))
    draw = Random(text)
    if manner.coins:
        clock = _COINS.sub(_in_coins, clock)
    said = _NUMBER.sub(
        lambda match: _say_number(
            match.group(), clock[match.start() - 1 : match.start()], clock[match.end() : match.end() + 1], manner, draw
        ),
        clock,
    )
    # 三千五百元 → 三千五: unit and currency go together, or it would be 3,005.
    return _SHORTENED.sub(r"\1", said) if manner.short else said


def _in_coins(sum_of_money: re.Match[str]) -> str:
    """2300.5元 → 两千三百块零五毛, the zero where no figure stands before the coins."""
    whole, dimes, fen = sum_of_money.groups()
    coins = (f"{_WORDS[int(dimes)]}毛" if dimes != "0" else "") + (
        f"{_WORDS[int(fen)]}分" if fen not in ("", "0") else ""
    )
    return f"{_in_words(whole)}块{'零' if coins and (whole.endswith('0') or dimes == '0') else ''}{coins}"


def _say_number(number: str, before: str, following: str, manner: Manner, draw: Random) -> str:
    whole, _, fraction = number.partition(".")
    # Part of a code or an address.
    if any(beside.isascii() and (beside.isalpha() or beside in "_@") for beside in (before, following) if beside):
        return _one_by_one(number, manner, draw)
    if fraction:
        return f"{_in_words(whole, manner)}点{''.join(_WORDS[int(digit)] for digit in fraction)}"
    if following == "年" and len(whole) == 4:
        return "".join(manner.year[int(digit)] for digit in whole)
    money = following in _MONEY and not whole.startswith("0")
    if whole.startswith("0") or len(whole) > (_MONEY_IN_WORDS if money else _LONGEST_WORD):
        return _one_by_one(whole, manner, draw)
    said = _in_words(whole, manner)
    if money and manner.slips:
        wrong = str(int(whole[0]) % 9 + 1) + whole[1:]
        said = f"{_in_words(wrong, manner)}，{draw.choice(SLIPS)}{said}"
    return f"{draw.choice(_FILLERS)}，{said}" if money and manner.fillers else said


def _one_by_one(number: str, manner: Manner, draw: Random) -> str:
    """A phone number in groups of 3, 4 and 4, others in fours: so people breathe."""
    first = 3 if len(number) == 11 else 4
    places = [0, *range(first, len(number) - 1, 4), len(number)]
    groups = [number[start:end] for start, end in pairwise(places)]
    if not manner.pause or len(number) <= _LONGEST_WORD:
        return digit_by_digit(number, manner)
    said = [digit_by_digit(group, manner) for group in groups]
    if manner.slips:
        place = draw.randrange(len(groups))
        wrong = groups[place][:-1] + str((int(groups[place][-1]) + 1) % 10) if groups[place][-1].isdigit() else ""
        said[place] = f"{digit_by_digit(wrong, manner)}，{draw.choice(SLIPS)}{said[place]}" if wrong else said[place]
    if manner.fillers:
        return f"{draw.choice(_FILLERS)}，{said[0]}" + "".join(f"，{draw.choice(_FILLERS)}，{one}" for one in said[1:])
    return manner.pause.join(said)


def digit_by_digit(number: str, manner: Manner = PLAIN) -> str:
    """138 → 幺三八."""
    if manner.runs:
        number = re.sub(r"(\d)\1{2,8}", lambda run: f"{_WORDS[len(run.group())]}个{run.group(1)}", number)
    return "".join(manner.digits[int(each)] if each.isdigit() else each for each in number)


def _in_words(whole: str, manner: Manner = PLAIN) -> str:
    if len(whole) > _LONGEST_WORD:
        high, low = whole[:-_LONGEST_WORD], whole[-_LONGEST_WORD:]
        rest = ("零" if low[0] == "0" else "") + _in_words(low.lstrip("0")) if int(low) else ""
        thousands = manner.two if manner.short and high == "2" else _in_words(high, manner)
        return f"{thousands}万{rest}"
    words, skipped = "", False
    for digit, unit in zip(whole, reversed(_UNITS[: len(whole)]), strict=True):
        if digit == "0":
            skipped = bool(words)
            continue
        name = (
            manner.two if manner.short and not words and digit == "2" and unit in ("百", "千") else _WORDS[int(digit)]
        )
        words += ("零" if skipped else "") + name + unit
        skipped = False
    words = words or "零"
    return words[1:] if words.startswith("一十") else words
