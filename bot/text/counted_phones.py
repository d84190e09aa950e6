"""A telephone number whose groups are said as counts: "电话是一百三十九 两千八百三十三 零零四六" is 13928330046."""

from __future__ import annotations

import re

from bot.text.identifiers import parse_phone
from bot.text.numerals import SPOKEN_DIGIT, parse_number, read_digits
from bot.text.spans import Span

_ONE = "[一二两三四五六七八九]"
_COUNT = (
    rf"{_ONE}千(?:零?{_ONE}百)?(?:零?{_ONE}?十)?(?:零?{_ONE})?|{_ONE}百(?:零?{_ONE}?十)?(?:零?{_ONE})?|{_ONE}?十{_ONE}?"
)
_GROUP = re.compile(rf"{_COUNT}|[0-9{SPOKEN_DIGIT}]")
_SAID = re.compile(
    r"(?:手机|电话|联系方式|号码?)(?:号码?)?[么嘛呢吧啊呀]?(?:就?是|为|[:：\s,，])*"
    rf"(?P<number>[0-9{SPOKEN_DIGIT}十百千](?:[\s,，、]{{0,2}}[0-9{SPOKEN_DIGIT}十百千]){{3,30}})(?![块元圆万亿毛角多])"
)
_UNIT = re.compile("[十百千]")
_LEAST = 7  # digits; fewer are a sum, whatever stands before them (手机三千买的)


def find_counted_phones(folded: str) -> list[Span[str | None]]:
    """The numbers behind a word for a telephone that hold counts; the value is None where they make no telephone number, and
    neither any sum."""
    found: list[Span[str | None]] = []
    for match in _SAID.finditer(folded):
        said = match["number"]
        digits = "".join(_digits_of(each) for each in _GROUP.findall(said)) if _UNIT.search(said) else ""
        if len(digits) >= _LEAST:
            found.append(Span(match.start("number"), match.end("number"), said, parse_phone(digits)))
    return found


def _digits_of(group: str) -> str:
    return str(parse_number(group)) if _UNIT.search(group) else read_digits(group) or ""
