"""Chinese numbers as people write and say them: 一万二, 1.2万, 幺三八零零, 百分之三十.

A parser of our own: cn2an 0.5.24 raises on colloquial units and costs 0.25 s to import, jionlp 1.5 reads 一万二
as 10002. `tests/unit/text/test_numerals.py` checks this one against cn2an where that is right.
"""

from __future__ import annotations

import re

from bot.text.normalise import fold
from bot.text.spans import Span

DIGITS = {char: index for index, char in enumerate("零一二三四五六七八九")}
DIGITS |= {"〇": 0, "○": 0, "两": 2, "俩": 2, "仨": 3, "幺": 1, "洞": 0, "廿": 20, "卅": 30}
DIGITS |= {char: index for index, char in enumerate("零壹贰叁肆伍陆柒捌玖")}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "k": 1000, "K": 1000}
_GROUPS = {"万": 10**4, "萬": 10**4, "w": 10**4, "W": 10**4, "亿": 10**8}

SPOKEN_DIGIT = "零〇○一二两三四五六七八九幺洞"
# Bounded repeats: without them a message of 2000 numerals takes seconds, squared by every place a match could start.
NUMBER = (
    r"(?:(?<!\d)\d{1,3}(?:,\d{3}){1,5}(?:\.\d{1,6})?|\d{1,16}(?:\.\d{1,6})?|[零〇○一二两俩三四五六七八九十百千万亿廿卅壹贰叁肆伍陆柒捌玖拾佰仟])"
    r"(?:[零〇○一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]|(?<=[百千万亿])\d{1,8}(?:\.\d{1,4})?|(?<=[kKwW])\d(?![\dA-Za-z])|[kKwW](?![A-Za-z])){0,16}"
)
_LEXEME = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\S")
_PAUSES = re.compile(r"[\s,，、.。\-—·]+|嗯+|呃+|额|啊|哦|那个|然后")
# 三个八, 双零; 双11 and 双十一 are days for shopping.
REPEAT = r"(?:[二两俩三四五六七八九2-9]个|双(?!1[12](?!\d)))"
_REPEATED_DIGIT = re.compile(rf"({REPEAT})([\d{SPOKEN_DIGIT}])")


def read_digits(spoken: str) -> str | None:
    """The digits of a number read one by one, with pauses and 三个八: 幺三八，零零零 → 138000.

    None if anything else is left over. Latin letters are kept, in capitals.
    """
    text = _PAUSES.sub("", fold(spoken))
    text = spell_repeats(text)
    read = "".join(str(DIGITS[char]) if char in SPOKEN_DIGIT else char.upper() for char in text)
    return read if read and read.isascii() and read.isalnum() else None


def spell_repeats(text: str) -> str:
    """三个八 → 八八八, 双零 → 零零."""
    return _REPEATED_DIGIT.sub(lambda found: found[2] * _times(found[1][0]), text)


def _times(said: str) -> int:
    return 2 if said == "双" else int(said) if said.isdigit() else DIGITS[said]


def parse_number(text: str) -> int | float | None:
    """The number that the whole of `text` writes; None if it writes none.

    一万二 is 12000 and 两百五 is 250: a last digit without its unit counts tenths of the unit before it.
    Digits in a row (二零二三) are read one by one.
    """
    plain = fold(text).replace(" ", "")
    if not plain:
        return None
    if len(plain) > 1 and all(char in SPOKEN_DIGIT for char in plain):
        return int("".join(str(DIGITS[char]) for char in plain))
    whole, point, fraction = plain.partition("点")
    if point:
        return _spoken_decimal(whole, fraction)
    return _tidy(_sum_of_lexemes(_LEXEME.findall(plain)))


def _spoken_decimal(whole: str, fraction: str) -> int | float | None:
    """一点五 and 三点五万: the digits after 点, then any big unit multiplying the lot."""
    unit = _GROUPS.get(fraction[-1:]) or _UNITS.get(fraction[-1:], 1)
    digits = read_digits(fraction if unit == 1 else fraction[:-1])
    left = parse_number(whole)
    if left is None or digits is None or not digits.isdigit():
        return None
    return _tidy(float(f"{left}.{digits}") * unit) if isinstance(left, int) else None


def _sum_of_lexemes(lexemes: list[str]) -> float | None:
    """Fold lexemes into a value: `section` is the part under 10 000, `last` the unit a bare last digit counts tenths of."""
    total = section = 0.0
    pending: float | None = None
    last, bare_digit = 1, False
    for lexeme in lexemes:
        if lexeme in _GROUPS:
            last = _GROUPS[lexeme]
            value = section + (pending or 0)
            total, section, pending = (
                (total + value) * last if last == 10**8 else total + value * last,
                0.0,
                None,
            )
            if not value:
                return None
        elif lexeme in _UNITS:
            last = _UNITS[lexeme]
            section, pending = section + (1 if pending is None else pending) * last, None
        elif lexeme in DIGITS:
            if DIGITS[lexeme] == 0:
                last = 1
            pending, bare_digit = float(DIGITS[lexeme]), True
        elif lexeme[0].isdigit():
            pending, bare_digit = float(lexeme.replace(",", "")), len(lexeme) == 1
        else:
            return None
    if pending is None:
        return total + section
    tenths = last / 10 if bare_digit and last >= 100 and pending < 10 else 1
    return total + section + pending * tenths


def _tidy(value: float | None) -> int | float | None:
    """Whole numbers as int, the rest rounded to the fen so that 1.1万 is not 11000.000000000002."""
    if value is None:
        return None
    rounded = round(value, 2)
    return int(rounded) if rounded == int(rounded) else rounded


_PERCENTAGES: tuple[tuple[re.Pattern[str], float], ...] = (
    (re.compile(rf"百分之(百|{NUMBER}(?:点[{SPOKEN_DIGIT}]+)?)"), 1),
    (re.compile(r"(\d+(?:\.\d+)?)\s*[%‰]"), 1),
    (re.compile(rf"({NUMBER})个?百分点"), 1),
    (
        re.compile(
            rf"(?:(?<=老[大二三四])|(?<![\d{SPOKEN_DIGIT}]))([一二两三四五六七八九十\d](?:\.\d)?)成(?![员功立本年人交型熟不千为了])"
            # 三成七 is 37 %; in 三成二儿子 the 二 is the son's, and 一下 is no number.
            r"(?P<more>[一二三四五六七八九半1-9](?=$|[\s，,。；;、！!？?]|给|归|吧|的|左右|和|跟))?"
        ),
        10,
    ),
)
# 少了一半 tells of a change, not of a share; 保额减一半 is a wish, and half is what it asks for.
_CHANGE = re.compile(r"[少多涨降跌减缩砍贵](?:掉|低|短|水|出)?[了过](?:将?近|差不多|快|整整)?$")
_HALF = re.compile(r"(?<!到)(?<!填了)(?<!做了)(?:各?一半|对半|百分百|五五开)(?!会|路)")
_OVER = re.compile(r"([一二两三四五六七八九十])分之([一二两三四五六七八九])")


def find_percentages(text: str) -> list[Span[int | float]]:
    """Shares of a whole, 0 to 100, in reading order. Odds such as 六四开 name two shares and are none."""
    folded = fold(text)
    spans: list[Span[int | float]] = []
    for pattern, scale in _PERCENTAGES:
        for match in pattern.finditer(folded):
            number = 100 if match[1] == "百" else parse_number(match[1])
            more = match.groupdict().get("more")
            if number is not None and more:
                number += 0.5 if more == "半" else (parse_number(more) or 0) / 10
            if number is not None and 0 <= number * scale <= 100:
                value = _tidy(number * scale * (0.1 if match[0].endswith("‰") else 1))
                spans.append(Span(match.start(), match.end(), text[match.start() : match.end()], value or 0))
    for match in _HALF.finditer(folded):
        if match[0] == "一半" and _CHANGE.search(folded[: match.start()]):
            continue
        spans.append(
            Span(match.start(), match.end(), text[match.start() : match.end()], 100 if "百" in match[0] else 50)
        )
    for match in _OVER.finditer(folded):
        below, above = parse_number(match[1]), parse_number(match[2])
        if below and above and above <= below:
            value = _tidy(100 * above / below)
            spans.append(Span(match.start(), match.end(), text[match.start() : match.end()], value or 0))
    return sorted(spans, key=lambda span: span.start)
