"""Typed numbers as a recogniser writes spoken ones: long ones digit by digit with 幺, short ones as words."""

from __future__ import annotations

import re

_DIGITS = "零幺二三四五六七八九"
_WORDS = "零一二三四五六七八九"
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_LONGEST_WORD = 4  # digits; a longer number, and a year, is read digit by digit
_UNITS = ("", "十", "百", "千")


def say(text: str) -> str:
    """`text` with its numbers in words: 13800000000 → 幺三八零…, 3500元 → 三千五百元, 2023年 → 二零二三年, 14:30 → 十四点三十,
    京A88 → 京A八八."""
    clock = re.sub(r"(\d{1,2}):(\d{2})", r"\1点\2分", text)
    return _NUMBER.sub(
        lambda match: _say_number(
            match.group(), clock[match.start() - 1 : match.start()], clock[match.end() : match.end() + 1]
        ),
        clock,
    )


def _say_number(number: str, before: str, following: str) -> str:
    whole, _, fraction = number.partition(".")
    if any(beside.isascii() and beside.isalpha() for beside in (before, following)):  # part of a code
        return "".join(_DIGITS[int(digit)] if digit.isdigit() else digit for digit in number)
    if fraction:
        return f"{_in_words(whole)}点{''.join(_WORDS[int(digit)] for digit in fraction)}"
    if following == "年" and len(whole) == 4:
        return "".join(_WORDS[int(digit)] for digit in whole)
    if len(whole) > _LONGEST_WORD or whole.startswith("0"):
        return "".join(_DIGITS[int(digit)] for digit in whole)
    return _in_words(whole)


def _in_words(whole: str) -> str:
    words, skipped = "", False
    for digit, unit in zip(whole, reversed(_UNITS[: len(whole)]), strict=True):
        if digit == "0":
            skipped = bool(words)
            continue
        words += ("零" if skipped else "") + _WORDS[int(digit)] + unit
        skipped = False
    words = words or "零"
    return words[1:] if words.startswith("一十") else words
