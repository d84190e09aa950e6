"""Numbers as they are said on the phone: digit by digit, in groups, 幺 for one, so that nobody hears 七 for 一."""

from __future__ import annotations

import re

_DIGITS = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))
_LONG = re.compile(r"(?<![\d.,])([A-Z]{0,2})(\d{6,20}[Xx]?)(?![\d.,]*\d|元|万)")
_PLATE = re.compile(
    r"([京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤琼川贵云陕甘青蒙桂宁新藏])([A-Z])([A-Z0-9]{5,6})(?![A-Z0-9])"
)
_GROUPS = {11: (3, 4, 4), 18: (6, 8, 4), 14: (4, 2, 2, 6)}  # a phone, an id number, one of our numbers (date, count)


def digits_aloud(digits: str) -> str:
    """ "13812345678" → "幺三八，幺二三四，五六七八"; letters are said as they are."""
    sizes, groups, at = _GROUPS.get(len(digits), ()), [], 0
    for size in (*sizes, *(4,) * 8):
        if at >= len(digits):
            break
        groups.append(digits[at : at + size])
        at += size
    return "，".join("".join(_DIGITS.get(char, char) for char in group) for group in groups)


def numbers_aloud(text: str) -> str:
    """Every number of six and more digits and every plate in a text, digit by digit; sums of money stay numbers."""
    text = _PLATE.sub(lambda found: f"{found[1]}，{found[2]}，{digits_aloud(found[3])}", text)
    return _LONG.sub(lambda found: "，".join(filter(None, (found[1], digits_aloud(found[2])))), text)
