"""Digits of a number just said that the speaker mends: "最后一位是幺", "开头三位是139"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.text import repair_words as words
from bot.text.identifiers import is_mobile
from bot.text.numerals import DIGITS, SPOKEN_DIGIT, parse_number, read_digits
from bot.text.repair_parts import Mark, Piece, Repair, Value, Way, bare_end, piece_of

LEAST_RUN = 6  # digits; less is no number that is said in parts
_RUN = re.compile(rf"[0-9{SPOKEN_DIGIT}](?:[0-9{SPOKEN_DIGIT}Xx]|[ -](?=[0-9{SPOKEN_DIGIT}]))+")
_SAID = rf"(?:数字?)?(?:应该)?(?:是|为|改成)?[\s，,]*(?P<new>[0-9{SPOKEN_DIGIT}Xx][0-9{SPOKEN_DIGIT}Xx ]*)(?=[^0-9{SPOKEN_DIGIT}位个]|$)"
_COUNT = r"(?P<count>[一两二三四五六七八九十0-9])"
_LAST = re.compile(rf"(?:最后|末尾?|后面?){_COUNT}[位个]{_SAID}")
# Without a count it ends the sentence: 最后是三万 and 后面是六号车 name no digits.
_ENDS = r"(?=(?:吧|的|了|啊|呀)*(?:[\s，,。.！!；;]|$))"
_END = re.compile(rf"(?:最后|末尾|后面){_SAID}{_ENDS}")
_FIRST = re.compile(rf"(?:开头|前面?(?=.[位个]))(?:{_COUNT}[位个])?{_SAID}")
_TAIL = re.compile(rf"尾号{_SAID}")
_NTH = re.compile(rf"(?:倒数)?第{_COUNT}[位个]{_SAID}")
# A group of digits said again, and no more: "…零零四六 不不不 零零六四".
_AGAIN = re.compile(rf"(?:是|应该是)?(?P<new>(?:[0-9{SPOKEN_DIGIT}Xx] ?){{2,6}})(?<! ){_ENDS}")
_GROUPED_AS = {11: (3, 4, 4)}  # digits: how a number of as many is said where no pause shows it
_NAMED_CODES = frozenset(("phone", "bank_card", "id_number", "policy_no", "claim_no", "complaint_no", "plate_no"))


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
            again = pattern is _AGAIN
            mended = _said_again(text, number, said, mark, values) if again else _mended(old, pattern, said)
            if said and mended:
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
    runs = [each for each in _RUN.finditer(text, 0, mark.start) if len(read_digits(each[0]) or "") >= LEAST_RUN]
    found = [(run.start(), run.end(), read_digits(run[0]) or "") for run in runs]
    for each in values:
        if each.kind == "plate_no" and each.end <= mark.start:
            written = re.sub(r"[\s·.-]", "", text[each.start : each.end])
            found.append((each.start, each.end, "".join(read_digits(letter) or letter for letter in written)))
    return max(found, default=None)


def _said_again(
    text: str, number: tuple[int, int, str], said: re.Match[str], mark: Mark, values: Sequence[Value]
) -> str | None:
    """The number with its last group said anew, or an earlier one that is a slip away from the new digits where the last is
    not; None where no group is as long, or where the number may be a sum and names nothing."""
    begin, end, old = number
    new = read_digits(said["new"]) or ""
    names = is_mobile(old) or any(
        each.kind in _NAMED_CODES and each.start <= begin and end <= each.end for each in values
    )
    starts = [start for start, size in _groups(text[begin:end], old) if size == len(new)]
    if mark.waits or not names or not starts:
        return None
    start = max(starts, key=lambda each: (_a_slip_away(old[each : each + len(new)], new), each))
    return old[:start] + new + old[start + len(new) :]


def _a_slip_away(one: str, other: str) -> bool:
    """One digit differs, or the same digits stand in another order."""
    return sorted(one) == sorted(other) or sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _groups(said: str, old: str) -> list[tuple[int, int]]:
    """Where the groups begin that a number is said in, and how long they are; a plate's digits are one behind its letter."""
    sizes = [len(read_digits(each) or "") for each in re.split("[ -]+", said.strip())]
    if not old.isascii():
        sizes = [2, len(old) - 2]
    elif len(sizes) == 1:
        sizes = [*_GROUPED_AS.get(len(old), (len(old) - 4, 4))]
    if sum(sizes) != len(old):
        return []
    return [(sum(sizes[:index]), size) for index, size in enumerate(sizes)]


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
    return new + old[count:] if pattern is _FIRST else old[:-count] + new
