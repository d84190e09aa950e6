"""Numbers as they are said on the phone: digit by digit, in groups, 幺 for one, so that nobody hears 七 for 一."""

from __future__ import annotations

import re

_DIGITS = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))
_WORDS = "零一二三四五六七八九"
_LONG = re.compile(r"(?<![\d.,])([A-Z]{0,2})(\d{6,20}[Xx]?)(?![\d.,]*\d|元|万)")
_PLATE = re.compile(
    r"([京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤琼川贵云陕甘青蒙桂宁新藏])([A-Z])([A-Z0-9]{5,6})(?![A-Z0-9])"
)
_CODE = re.compile(r"([A-Z]*)(.*)")
_GROUPS = {11: (3, 4, 4), 18: (6, 8, 4), 14: (4, 2, 2, 6)}  # a phone, an id number, one of our numbers (date, count)
_MARKS = {"@": " 艾特 ", ".": " 点 ", "_": " 下划线 ", "-": " 杠 ", "+": " 加号 "}


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


def value_aloud(entity: str, value: object) -> str:
    """A normal form of `data/entities.yml` for the ear; one that names something digit by digit. "" for a week."""
    text = str(value)
    if entity == "amount":
        return _money(float(text))
    if entity == "percentage":
        return f"百分之{_in_words(text)}"
    if entity == "date":
        return _date(text)
    if entity == "time":
        hour, minute = text.split(":")
        return f"{_in_words(hour)}点" + (f"{_in_words(minute)}分" if int(minute) else "整")
    if entity == "email":
        return "".join(_MARKS.get(char) or _DIGITS.get(char, char) for char in text)
    if entity == "plate_no":
        return numbers_aloud(text)
    if entity == "phone":
        return "，".join(digits_aloud(part) for part in text.split("-"))
    found = _CODE.match(text)
    return "，".join(filter(None, (found[1], digits_aloud(found[2])))) if found else text


def _money(yuan: float) -> str:
    """Exact to the fen: what is read back is what counts."""
    for size, unit in ((10**8, "亿元"), (10**4, "万元")):
        if yuan >= 10**6 and yuan % (size / 100) == 0 and yuan >= size:
            return f"{_plain(yuan / size)} {unit}"
    return f"{_plain(yuan)} 元"


def _plain(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _date(iso: str) -> str:
    """2023-05-12 → 二零二三年五月十二号, and no more than there is."""
    if "W" in iso:
        return ""
    year, *rest = iso.split("-")
    spelt = "".join(_WORDS[int(digit)] for digit in year) + "年"
    return spelt + "".join(f"{_in_words(part)}{unit}" for part, unit in zip(rest, "月号", strict=False))


def _in_words(number: str) -> str:
    """0 to 100, with decimals: 33.3 → 三十三点三."""
    whole, _, fraction = _plain(float(number)).partition(".")
    tens, ones = divmod(int(whole), 10)
    if tens >= 10:
        words = "百"
    else:
        words = {0: "", 1: "十"}.get(tens, f"{_WORDS[tens]}十") + (_WORDS[ones] if ones or not tens else "")
    return words + (f"点{''.join(_WORDS[int(digit)] for digit in fraction)}" if fraction else "")
