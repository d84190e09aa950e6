"""Digits of a number just said that the speaker mends: "最后一位是幺", "开头三位是139"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from string import ascii_uppercase

from bot.text import repair_words as words
from bot.text.numerals import DIGITS, SPOKEN_DIGIT, parse_number, read_digits
from bot.text.repair_groups import a_slip_away, numbers_in
from bot.text.repair_parts import Mark, Piece, Repair, Value, Way, bare_end, piece_of

LEAST_RUN = 6  # digits; less is no number that is said in parts
_SAID = rf"(?:数字?)?(?:应该)?(?:是|为|改成)?[\s，,]*(?P<new>[0-9{SPOKEN_DIGIT}Xx][0-9{SPOKEN_DIGIT}Xx ]*)(?=[^0-9{SPOKEN_DIGIT}位个]|$)"
_COUNT = r"(?P<count>[一两二三四五六七八九十0-9])"
_LAST = re.compile(rf"(?:最后|末尾?|后面?){_COUNT}[位个]{_SAID}")
# Without a count it ends the sentence: 最后是三万 and 后面是六号车 name no digits.
_ENDS = r"(?=(?:吧|的|了|啊|呀)*(?:[\s，,。.！!；;]|$))"
_END = re.compile(rf"(?:最后|末尾|后面){_SAID}{_ENDS}")
_FIRST = re.compile(rf"(?:开头|前面?(?=.[位个]))(?:{_COUNT}[位个])?{_SAID}")
_TAIL = re.compile(rf"尾号{_SAID}")
_NTH = re.compile(rf"(?:倒数)?第{_COUNT}[位个]{_SAID}")
# The digits of a plate said again, without its letter.
_AGAIN = re.compile(rf"(?:是|应该是)?(?P<new>(?:[0-9{SPOKEN_DIGIT}] ?){{2,6}})(?<! ){_ENDS}")


def repaired_digits(text: str, mark: Mark, values: Sequence[Value] = ()) -> Repair | None:
    """幺三八零零幺三八零零零不对最后一位是幺: the whole number, or plate, with the digits that are named."""
    number = _number_before(text, mark, values)
    if not number:
        return None
    begin, end, old = number
    start = words.INTRO.match(text, mark.end).end() if not mark.waits else mark.end  # type: ignore[union-attr]
    for at in sorted({mark.end + len(words.PAUSE.match(text[mark.end :])[0]), start, start - 1, start - 2}):  # type: ignore[index]
        for pattern in (_LAST, _FIRST, _TAIL, _NTH, _END, _AGAIN):
            said = pattern.match(text, max(at, mark.end))
            if said is None:
                continue
            mended = _plate_again(old, said, mark) if pattern is _AGAIN else _mended(old, pattern, said)
            if mended:
                return Repair(
                    Way.DIGITS,
                    (
                        Piece(0, begin, text[:begin]),
                        Piece(begin, end, mended),
                        piece_of(text, end, bare_end(text, mark.start)),
                        piece_of(text, said.end(), len(text)),
                    ),
                )
    return None


def _number_before(text: str, mark: Mark, values: Sequence[Value]) -> tuple[int, int, str] | None:
    """Where the last long number or plate before the marker stands, and how it is written."""
    numbers = (
        (each[0].start, each[-1].end, "".join(run.code for run in each))
        for each in numbers_in(text[: mark.start], values)
    )
    found = [each for each in numbers if sum(char.isdigit() for char in each[2]) >= LEAST_RUN]
    for each in values:
        if each.kind == "plate_no" and each.end <= mark.start:
            written = re.sub(r"[\s·.-]", "", text[each.start : each.end])
            found.append((each.start, each.end, "".join(read_digits(letter) or letter for letter in written)))
    return max(found, default=None)


def _plate_again(old: str, said: re.Match[str], mark: Mark) -> str | None:
    """京A and the digits that are new, or only the last of them; of other numbers see `bot.text.repair_groups`."""
    new = read_digits(said["new"]) or ""
    if old.isascii() or len(new) > len(old) - 2:
        return None
    like = a_slip_away(old[-len(new) :], new)
    return old[: -len(new)] + new if like or (not mark.waits and len(new) == len(old) - 2) else None


def _mended(old: str, pattern: re.Pattern[str], said: re.Match[str]) -> str | None:
    """None where the count that is named is not the count that is said."""
    new = read_digits(said["new"]) or ""
    named = said.groupdict().get("count")
    count = (int(named) if named.isdigit() else DIGITS.get(named, int(parse_number(named) or 0))) if named else len(new)
    if not 0 < len(new) < len(old) or not 0 < count <= len(old):
        return None
    if pattern is _NTH:
        place = len(old) - count if said[0].startswith("倒数") else count - 1
        return old[:place] + new + old[place + 1 :] if len(new) == 1 else None
    if len(new) != count:
        return None
    letters = "" if not old.isascii() else old[: len(old) - len(old.lstrip(ascii_uppercase))]
    return letters + new + old[len(letters) + count :] if pattern is _FIRST else old[:-count] + new
