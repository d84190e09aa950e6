"""A plate whose letter was written as it is heard: 鄂诶七八八九二 is 鄂A78892, 京牌 A 幺二三四五 is 京A12345."""

from __future__ import annotations

import re

from bot.text.identifiers import PROVINCES, parse_plate
from bot.text.numerals import SPOKEN_DIGIT, read_digits
from bot.text.spans import Span

_SOUNDS = {
    "诶吃": "H", "艾弗": "F", "艾勒": "L", "艾姆": "M", "艾斯": "S", "阿尔": "R", "诶": "A", "欸": "A", "比": "B", "逼": "B", "西": "C",
    "地": "D", "迪": "D", "第": "D", "易": "E", "鸡": "G", "杰": "J", "开": "K", "恩": "N", "批": "P", "扣": "Q", "阿": "R", "替": "T", "歪": "Y",
}  # fmt: skip
_CHARACTER = rf"[A-Za-z0-9{SPOKEN_DIGIT}]"
_PLACES = frozenset("西地开阿易")  # 川西 and 京开 are places: a plate only behind a word for one
_CUE, _CUE_REACH = re.compile("牌|车"), 8
_PLATE = re.compile(
    rf"(?:^|(?<=[牌号车是为的:：\s，,]))(?P<province>[{PROVINCES}])(?:牌|啊|呃|嗯|那个)?[\s，,·]?(?P<letter>{'|'.join(_SOUNDS)}|[A-HJ-NP-Za-hj-np-z])"
    rf"[\s，,·]?(?P<rest>{_CHARACTER}(?:\s?{_CHARACTER}){{4,5}})(?!{_CHARACTER})"
)


def find_heard_plates(folded: str) -> list[Span[str]]:
    """Plates in capitals; what makes no plate is left out."""
    found = []
    for match in _PLATE.finditer(folded):
        before = folded[max(0, match.start() - _CUE_REACH) : match.start()]
        if match["letter"] in _PLACES and not _CUE.search(before):
            continue
        letter = _SOUNDS.get(match["letter"], match["letter"])
        plate = parse_plate(f"{match['province']}{letter}{read_digits(match['rest']) or ''}")
        if plate:
            found.append(Span(match.start(), match.end(), match[0], plate))
    return found
