"""Personal numbers in what was said on the phone: in pieces, with fillers, over several turns, told by the place they stand in.

Stricter than `masking.mask_free_text`, which keeps short numbers: a transcript is kept for what people want, and no digit of who they
are or where they live is needed for that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.text.normalise import fold
from bot.text.numerals import SPOKEN_DIGIT

FEWEST = 7  # digits that can be a telephone number
_DIGIT = f"0-9{SPOKEN_DIGIT}"
_BREAK = r"[\s,，、.。\-—·…]|嗯|呃|额|啊|哦|那个|然后|再|就是"
_RUN = re.compile(rf"[{_DIGIT}](?:(?:{_BREAK}){{0,4}}[{_DIGIT}]){{{FEWEST - 1},40}}(?:(?:{_BREAK}){{0,4}}[Xx叉])?")
_SOME = rf"[{_DIGIT}](?:(?:{_BREAK}){{0,3}}[{_DIGIT}]){{1,17}}(?:(?:{_BREAK}){{0,3}}[Xx叉])?"
_TAIL = re.compile(rf"(?:[末尾后]|最后)(?:[{_DIGIT}]?[位个]|号)(?:数|号|数字)?(?:码)?(?:是|为|[:：])?\s*({_SOME})")
_NUMERAL = rf"[{_DIGIT}十百]{{1,6}}"
_DOOR = re.compile(
    rf"(?:[A-Za-z]|{_NUMERAL})(?:号楼|号院|栋|幢|座|单元|弄)(?:[A-Za-z]?{_NUMERAL}(?:号楼|栋|幢|座|单元|弄|层|楼|室|号)?)*"
    rf"|(?<=[路街道巷村园区里苑庄])(?:{_NUMERAL})(?:号(?!线)|弄)(?:{_NUMERAL}(?:号楼|栋|幢|座|单元|层|楼|室|号)?)*|{_NUMERAL}室"
)
# A day of a year long gone is somebody's birthday.
_BIRTHDAY = re.compile(
    rf"(?:(?:19|一九|幺九)?[3-9三四五六七八九][{_DIGIT}]|(?:20|二零|二〇|两零)[01零〇一][{_DIGIT}])年(?:的)?[{_DIGIT}十]{{1,3}}月(?:份)?(?:的)?(?:[{_DIGIT}十]{{1,3}}[日号]?)?"
)
_BORN = re.compile(r"(?:生日|出生日期|出生年月|生于)(?:是|在|为|[:：])?\s*([^，。！？\n]{2,14})")
_WECHAT = re.compile(
    r"(?:微信|QQ|qq|扣扣|支付宝)(?:号|帐号|账号)?(?:码)?(?:是|为|[:：])?\s*([A-Za-z0-9][A-Za-z0-9_\-]{4,29})"
)
_CHARACTER = re.compile(rf"[{_DIGIT}十百Xx叉A-Za-z]")
_LEADS = re.compile(rf"(?:(?:{_BREAK})*[{_DIGIT}])+(?:(?:{_BREAK})*[Xx叉])?(?:{_BREAK})*")
_TRAILS = re.compile(rf"(?:[{_DIGIT}](?:{_BREAK})*)+$")
_ONE = re.compile(rf"[{_DIGIT}]")


def mask_spoken(text: str) -> str:
    """`text` with stars for the digits of numbers, doors and birthdays. Its length stays."""
    folded = fold(text)
    for pattern in (_RUN, _TAIL, _DOOR, _BIRTHDAY, _BORN, _WECHAT):
        for found in pattern.finditer(folded):
            start, end = found.span(1) if pattern.groups else found.span()
            text = _starred(text, start, end)
    return text


def mask_pieces(texts: Sequence[str]) -> list[str]:
    """What one side said turn by turn, with the digits hidden of numbers that go on from one turn to the next."""
    masked, chain = list(texts), _Chain()
    for place, text in enumerate(texts):
        folded = fold(text)
        leads, trails = _LEADS.match(folded), _TRAILS.search(folded)
        if leads:
            chain.add(place, *leads.span(), digits=len(_ONE.findall(leads.group())))
        if leads and leads.end() == len(folded):
            continue
        _hide(masked, chain)
        chain = _Chain()
        if trails:
            chain.add(place, *trails.span(), digits=len(_ONE.findall(trails.group())))
    _hide(masked, chain)
    return masked


class _Chain:
    """Pieces of turns that follow each other without a word between them."""

    def __init__(self) -> None:
        self.pieces: list[tuple[int, int, int]] = []
        self.digits = 0

    def add(self, place: int, start: int, end: int, *, digits: int) -> None:
        self.pieces.append((place, start, end))
        self.digits += digits

    def __iter__(self) -> Iterator[tuple[int, int, int]]:
        return iter(self.pieces)


def _hide(texts: list[str], chain: _Chain) -> None:
    if chain.digits >= FEWEST:
        for place, start, end in chain:
            texts[place] = _starred(texts[place], start, end)


def _starred(text: str, start: int, end: int) -> str:
    hidden = ("*" if _CHARACTER.fullmatch(fold(char)) else char for char in text[start:end])
    return text[:start] + "".join(hidden) + text[end:]
