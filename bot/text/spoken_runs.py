"""Runs of letters and digits in a message, typed or spoken, with the pauses a caller makes inside a long number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from bot.text.normalise import fold
from bot.text.numerals import DIGITS, REPEAT, SPOKEN_DIGIT, spell_repeats

# 拐 and 勾 are seven and nine on the railway, but a bend and a hook anywhere else: they count beside another figure.
RAILWAY = str.maketrans("拐勾", "79")
_DIGIT = rf"(?:[0-9{SPOKEN_DIGIT}]|[拐勾](?=[0-9{SPOKEN_DIGIT}拐勾])|(?<=[0-9{SPOKEN_DIGIT}拐勾])[拐勾])"
_REPEAT = rf"{REPEAT}(?={_DIGIT})"
# 一百三十八，零零… : the first three digits of a phone, said as a number.
_HUNDRED = re.compile(r"一百(?P<ten>[三五六七八九])十(?P<one>[一二三四五六七八九])?")
_PIECE = re.compile(
    rf"{_HUNDRED.pattern}(?=[\s,，、]{{0,2}}{_DIGIT}{{3}})|"
    rf"[A-Za-z]{{0,5}}(?:{_REPEAT}{_DIGIT}|{_DIGIT})+(?:(?:[A-Za-z]{{1,2}}|[Oo]{{3,6}}){_DIGIT}+)*(?:[Oo]{{1,6}}|[XxＸ叉])?(?![A-Za-z0-9])"
    r"|(?<![A-Za-z])[A-Za-z](?![A-Za-z])"
)
_PAUSE = re.compile(
    r"(?:[\s,，、。.…\-—·_]|嗯|呃|额|啊|哦|哎|那个|这个|就是|然后是?|再?后面是?|再(?:来|加上?|是)?|再往后是?|接下来是?|接着是?|最后是?|杠)*"
)
_LONGEST_PAUSE = 6
# 保单P2026000101，500块: the next number counts something, and is no rest of this one.
COUNTS_SOMETHING = re.compile(r"\s*(?:[块元圆万千百年月日号点岁个天张份人次成期毛角分%]|[kKwW](?![A-Za-z]))")
_SO_MANY = re.compile(rf"(?P<count>[四五六七八九4-9])个(?P<digit>{_DIGIT})")
_PHONE_DIGITS = 11


@dataclass(frozen=True)
class Run:
    """`code` is what `text[start:end]` of the message spells: capitals and digits, nothing between them."""

    start: int
    end: int
    code: str


def read_pieces(folded: str) -> list[Run]:
    """The unbroken pieces, in order. 三个八 counts as 888, 双零 as 00."""
    return [Run(match.start(), match.end(), _spell(match[0])) for match in _PIECE.finditer(folded)]


def join(folded: str, pieces: list[Run]) -> Run | None:
    """The run over several neighbouring pieces if only pauses lie between them, else None."""
    for left, right in pairwise(pieces):
        gap = folded[left.end : right.start]
        if len(gap) > _LONGEST_PAUSE or not _PAUSE.fullmatch(gap):
            return None
    return Run(pieces[0].start, pieces[-1].end, "".join(piece.code for piece in pieces))


def without_overlong_repeats(folded: str, pieces: list[Run]) -> str:
    """What the pieces spell when a count that no telephone number has room for is none: 一五八三八个六 is 158386, for eight
    sixes after 1583 would be twelve digits."""
    code = ""
    for piece in pieces:
        text, at = folded[piece.start : piece.end], 0
        for found in _SO_MANY.finditer(text):
            before = code + _spell(text[at : found.start()])
            said = found["count"]
            if len(before) + (int(said) if said.isdigit() else DIGITS[said]) > _PHONE_DIGITS:
                code, at = before + _spell(said + found["digit"]), found.end()
        code += _spell(text[at:])
    return code


def joined_runs(folded: str) -> list[Run]:
    """The pieces, those with only pauses between them as one."""
    runs: list[Run] = []
    for piece in read_pieces(folded):
        longer = join(folded, [runs[-1], piece]) if runs else None
        if longer:
            runs[-1] = longer
        else:
            runs.append(piece)
    return runs


def longest_number(text: str) -> str:
    """The digits of the longest number that the text spells, pauses left out; "" where there is none."""
    codes = (run.code for run in joined_runs(fold(text)) if run.code.isdigit())
    return max(codes, key=len, default="")


def _spell(piece: str) -> str:
    hundred = _HUNDRED.fullmatch(piece)
    if hundred:
        return f"1{DIGITS[hundred['ten']]}{DIGITS[hundred['one'] or '零']}"
    digits = "".join(
        str(DIGITS[char]) if char in SPOKEN_DIGIT else char for char in spell_repeats(piece.translate(RAILWAY))
    )
    return digits.upper().replace("叉", "X")
