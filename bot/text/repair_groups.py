"""Groups of a long number that are said again after a slip: "幺三八，零零零幺，不对，零零零零，幺幺二二".

What is said anew may be the last group, an earlier one, a group and all that follows it, or the whole number. It replaces what
it is as long as and a slip away from. A number of which something was taken back is never kept as it was: where it cannot be
told what replaces what, it is left out, and so asked for again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.text import repair_words as words
from bot.text.identifiers import has_id_check, is_mobile
from bot.text.repair_parts import Mark, Piece, Repair, Value, Way, bare_end, piece_of
from bot.text.spoken_runs import COUNTS_SOMETHING, Run, join, read_pieces

CODES = frozenset(("phone", "bank_card", "id_number", "policy_no", "claim_no", "complaint_no"))
_GROUPED_AS = {11: (3, 4, 4)}  # digits: how a number of as many is said where no pause shows it
_FEWEST, _FEWEST_NAMED, _FEWEST_AGAIN = 6, 8, 2  # digits: of a number, of one that nothing names, of what is said again
_MOST, _MOST_UNKNOWN = 22, 12
_SHAPES, _CARD = re.compile(r"[A-Z]{1,5}\d{8,22}|62\d{14}|62\d{17}"), re.compile(r"\d{16,19}")
_REACH = 14  # characters of what a number is called
_UNLIKE_A_SUM = re.compile(r"[^\d.,]")  # 一二三, blanks, letters
_COUNTS_TOO = re.compile(r"十|[:：]\d")
_HEDGE = re.compile(rf"(?:{words.SOFT}|{words.SIGH}|吧|的|了|哈|呢|嗯|来着)*")
_ENDS = re.compile(rf"(?:吧|的|了|啊|呀|哈|呢|嗯|才对|才是|没错|这个|那个)*(?:{words.SOFT}|$)|{words.MARK.pattern}")
_CALLED = re.compile(
    r"(?:电话|手机|卡|证|工号|编号|(?P<case>单|案|合同|理赔|投诉|受理))(?:件|子)?(?:编?号码?)?(?:是|为|就|应该|那个|[:：\s，,])*$"
)


@dataclass(frozen=True)
class _Slip:
    """`old`: the groups before the marker, `new` those behind; `named`: they are no sum of money; `card`, `case`: they were called
    a bank card's, or a policy's or a case's."""

    old: tuple[str, ...]
    new: tuple[str, ...]
    named: bool
    card: bool
    case: bool
    ends: bool  # and nothing else is said in the same breath: 0064的保单 names another thing

    @property
    def whole(self) -> str:
        return "".join(self.old)

    def is_number(self, code: str) -> bool:
        """Nothing is missing of it, as far as its length and its check digit tell."""
        if _stands_alone(code) or _SHAPES.fullmatch(code) or (self.card and _CARD.fullmatch(code)):
            return True
        if not self.named or not code.isdigit():
            return False
        if self.case:
            return _FEWEST_NAMED <= len(code) <= _MOST
        # A staff number; not a phone number with a digit too few or too many.
        return _FEWEST <= len(code) == len(self.whole) <= _MOST_UNKNOWN and not re.match("1[3-9]", code)


def regrouped(text: str, mark: Mark, values: Sequence[Value]) -> Repair | None:
    """The number with the groups that were said again, or without any where these fit nowhere; None where nothing of a number was
    taken back."""
    numbers, after = numbers_in(text[: mark.start], values), _said_after(text, mark)
    if not numbers or not after:
        return None
    slip = _slip(text, numbers[-1], after, values)
    start, end, spoken = numbers[-1][0].start, numbers[-1][-1].end, (after[0].start, after[-1].end)
    holds_on = mark.waits and "不" not in text[mark.start : mark.end] and "是" not in text[mark.end : spoken[0]]
    mended = _mended(slip, waits=mark.waits, holds_on=holds_on)
    head, rest = Piece(0, start, text[:start]), piece_of(text, spoken[1], len(text))
    if mended:
        known = any(each.kind in CODES and (each.start, each.end) == spoken for each in values)
        anew = known and mended == "".join(slip.new)
        new = piece_of(text, *spoken) if anew else Piece(start, end, mended)
        between = piece_of(text, end, bare_end(text, mark.start))
        return Repair(Way.VALUE if anew else Way.DIGITS, (head, new, between, rest))
    certain = slip.ends and slip.named and len(slip.whole) >= _FEWEST and _HEDGE.fullmatch(text, end, mark.start)
    if holds_on or not certain:
        return None
    if sum(map(len, slip.new)) >= len(slip.whole):  # whoever wants such a number says what is wrong with it
        return Repair(Way.VALUE, (head, piece_of(text, *spoken), rest))
    return Repair(Way.DIGITS, (head, piece_of(text, end, mark.end), rest))


def _slip(text: str, before: Sequence[Run], after: Sequence[Run], values: Sequence[Value]) -> _Slip:
    called = _CALLED.search(text, max(0, before[0].start - _REACH), before[0].start)
    return _Slip(
        tuple(each.code for each in before),
        tuple(each.code for each in after),
        named=bool(called) or _is_named(text, before, values),
        card=bool(called and "卡" in called[0]),
        case=bool(called and called["case"]),
        ends=bool(_ENDS.match(text, after[-1].end)),
    )


def numbers_in(text: str, values: Sequence[Value] = ()) -> list[list[Run]]:
    """The groups of each number of a text, in order; plates are none. A phone number and a right id are whole by themselves."""
    plates = [each for each in values if each.kind == "plate_no"]
    numbers: list[list[Run]] = []
    for piece in read_pieces(text):
        if any(each.start < piece.end and piece.start < each.end for each in plates):
            continue
        last = numbers[-1] if numbers else []
        alone = _stands_alone(piece.code) or _stands_alone("".join(each.code for each in last))
        if not last or alone or len(last) == _MOST or not join(text, [last[-1], piece]):
            numbers.append([piece])
        elif last[-1].code.isalpha():
            last[-1] = Run(last[-1].start, piece.end, last[-1].code + piece.code)
        else:
            last.append(piece)
    return [each for each in numbers if not each[0].code.isalpha()]


def _said_after(text: str, mark: Mark) -> list[Run]:
    """The groups right behind the marker; what counts something is none of them."""
    start = words.ANEW.match(text, mark.end).end()  # type: ignore[union-attr]
    chain = next((each for each in numbers_in(text) if each[-1].end > start), [])
    if not chain or chain[0].start != start:
        return []
    while chain and (COUNTS_SOMETHING.match(text, chain[-1].end) or _COUNTS_TOO.match(text, chain[-1].end)):
        chain.pop()
    return chain if sum(len(each.code) for each in chain) >= _FEWEST_AGAIN else []


def _is_named(text: str, before: Sequence[Run], values: Sequence[Value]) -> bool:
    """It is said as a number that names something is: by a value of that kind, a letter, figure by figure."""
    start, end = before[0].start, before[-1].end
    if any(each.kind in CODES and each.start < end and start < each.end for each in values):
        return True
    code = "".join(each.code for each in before)
    if not code.isdigit() or is_mobile(code):
        return True
    return len(code) >= _FEWEST_NAMED and bool(_UNLIKE_A_SUM.search(text[start:end]))


def _stands_alone(code: str) -> bool:
    return is_mobile(code) or has_id_check(code)


def _mended(slip: _Slip, *, waits: bool, holds_on: bool) -> str | None:
    """The number that is meant; None where it may be several."""
    said = "".join(slip.new)
    letters = "" if _letters(said) else _letters(slip.whole)
    anew = _stands_alone(said) or len(letters + said) >= len(slip.whole)
    for readings in (
        _in_groups(slip),
        [(True, letters + said)] if anew and not holds_on else [],
        _in_one_breath(slip, said, letters),
        _broken_off(slip, said, letters),
        _last_group(slip, said) if not waits else [],
        [(True, slip.whole + said)] if holds_on and is_mobile(slip.whole + said) else [],
    ):
        found = [each for each in readings if slip.is_number(each[1])]
        numbers = {number for at_end, number in found if at_end} or {number for _, number in found}
        if numbers:
            return numbers.pop() if len(numbers) == 1 else None
    return None


_Readings = Iterable[tuple[bool, str]]  # a number that may be meant, and whether its last group is what was put right


def _in_groups(slip: _Slip) -> _Readings:
    """The groups said anew in place of those that they are like."""
    old, new = slip.old, slip.new
    for start, group in enumerate(old):
        letters = _letters(group) if not _letters(new[0]) else ""
        if _alike([group[len(letters) :], *old[start + 1 :]], new):
            number = "".join((*old[:start], letters, *new, *old[start + len(new) :]))
            yield start + len(new) >= len(old), number


def _in_one_breath(slip: _Slip, said: str, letters: str) -> _Readings:
    """The same where the pauses show no group that is as long."""
    whole = slip.whole
    last = len(whole) - len(said)
    grouped = _GROUPED_AS.get(len(whole), ()) if whole.isdigit() else ()
    fits = {sum(grouped[:index]) for index, size in enumerate(grouped) if size == len(said)}
    if len(said) > _FEWEST_AGAIN and not grouped:
        fits = {*range(len(letters), last + 1)}
    for start in {*fits, max(last, 0)}:
        if a_slip_away(whole[start : start + len(said)], said):
            yield start == last, whole[:start] + said + whole[start + len(said) :]


def _broken_off(slip: _Slip, said: str, letters: str) -> _Readings:
    """A group that had lost its last digit: at the end, or where a number that proves itself comes of it."""
    whole, short = slip.whole, len(said) - 1
    for start in range(len(letters), len(whole) - short + 1):
        number, at_end = whole[:start] + said + whole[start + short :], start + short == len(whole)
        if short >= _FEWEST_AGAIN and whole.startswith(said[:-1], start) and (at_end or _stands_alone(number)):
            yield at_end, number


def _last_group(slip: _Slip, said: str) -> _Readings:
    """What was said last, however different it sounds now."""
    size = len(slip.old[-1]) if len(slip.old) > 1 else _GROUPED_AS.get(len(slip.whole), (0,))[-1]
    if slip.ends and len(said) == size < len(slip.whole):
        yield True, slip.whole[:-size] + said


def _letters(group: str) -> str:
    return group[: len(group) - len(group.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))]


def _alike(old: Sequence[str], new: Sequence[str]) -> bool:
    """Each group is the old one again, a slip away from it, or the old one was broken off. One differs at least."""
    pairs = list(zip(old, new, strict=False))
    for one, other in pairs:
        broken = _FEWEST_AGAIN <= len(one) < len(other) and other.startswith(one)
        if one != other and not broken and not a_slip_away(one, other):
            return False
    return any(one != other for one, other in pairs)


def a_slip_away(one: str, other: str) -> bool:
    """One digit differs, or the same digits stand in another order."""
    if len(one) != len(other) or one == other:
        return False
    return sorted(one) == sorted(other) or sum(a != b for a, b in zip(one, other, strict=True)) == 1
