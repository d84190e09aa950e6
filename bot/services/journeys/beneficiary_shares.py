"""Shares as customers say them: 60%, 六成, 一半, 各一半, 六四开, 三分之一, 剩下的给…"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.insurance.beneficiary import Beneficiary
from bot.text.numerals import parse_number

_DIGIT = "一二三四五六七八九两"
# A number is a share unless it counts something else: an age, a date, a door, an order.
SHARE = re.compile(
    rf"(?P<each>各自?[占得拿分]?)?(?<![\d.])(?P<share>百分之百|百分之[零{_DIGIT}十百点\d]+|[{_DIGIT}\d]成半?|一半|[{_DIGIT}\d]+分之[{_DIGIT}\d]+"
    r"|\d{1,3}(?:\.\d+)?(?![\d.]|\s*(?:岁|号|楼|年|月|日|个|位|人|顺|万|元|块|份保|[:：比/]\d)))\s*(?:%|趴|个点)?"
)
EQUAL = re.compile(
    r"平分|平均|均分|均等|等分|平摊|对半|五五开|一样多|同样多|一人一半|一家一半|一半一半|各占?得?一半|一人一份|同等|相等"
)
REST = re.compile(r"剩|余下|其余|剩余|其他的|另外的")
_ODDS = re.compile(
    rf"(?P<tight>[{_DIGIT}1-9]{{2,4}})开|(?<!\d)(?P<apart>[{_DIGIT}\d]{{1,2}}(?:[:：比/][{_DIGIT}\d]{{1,2}}){{1,3}})"
)


@dataclass
class Draft:
    """One person as far as the message tells. `rest` asks for what the others leave."""

    name: str = ""
    relationship: str = ""
    share: Decimal | None = None
    order: int = 1
    id_number: str = ""


def percent(text: str) -> Decimal:
    """60, 六成半, 一半, 百分之四十, 三分之一 in percent, to the cent."""
    if text == "一半":
        return Decimal(50)
    if "成" in text:
        tenths = parse_number(text.split("成")[0]) or 0
        return Decimal(str(tenths)) * 10 + (5 if text.endswith("半") else 0)
    if text.startswith("百分之"):
        return Decimal(100) if text == "百分之百" else Decimal(str(parse_number(text[3:]) or 0))
    if "分之" in text:
        below, above = (parse_number(part) or 0 for part in text.split("分之"))
        return (
            (Decimal(100) * Decimal(str(above)) / Decimal(str(below))).quantize(Decimal("0.01"))
            if below
            else Decimal(0)
        )
    return Decimal(text)


def find_odds(text: str) -> tuple[tuple[int, int], tuple[Decimal, ...]] | None:
    """六四开, 6:4, 三三四开 as its place and the shares in the order of the people; None when there is none."""
    for found in _ODDS.finditer(text):
        parts = list(found["tight"]) if found["tight"] else re.split(r"[:：比/]", found["apart"])
        numbers = [Decimal(str(parse_number(part) or 0)) for part in parts]
        total = sum(numbers)
        if total in (10, 100) and all(numbers):
            return found.span(), tuple(number * 100 / total for number in numbers)
    return None


def with_shares(drafts: Sequence[Draft], text: str) -> tuple[Beneficiary, ...]:
    """Each order's shares completed: 平分, odds, one without a share gets what the others leave."""
    people = [Beneficiary(d.name, d.relationship, d.order, d.share or Decimal(0), d.id_number) for d in drafts]
    odds = find_odds(text)
    if odds and len(odds[1]) == len(people):
        return tuple(replace(person, share=share) for person, share in zip(people, odds[1], strict=True))
    equal, leaves_rest = bool(EQUAL.search(text)), bool(REST.search(text))
    for order in {person.order for person in people}:
        group = [index for index, person in enumerate(people) if person.order == order]
        open_ones = [index for index in group if not people[index].share]
        if not open_ones and not (equal and not leaves_rest):
            _level(people, group)
        elif len(open_ones) == len(group) or (equal and not leaves_rest):
            _spread(people, group, Decimal(100))
        elif len(open_ones) == 1 or equal:
            _spread(people, open_ones, 100 - sum((people[index].share for index in group), Decimal(0)))
    return tuple(people)


def _spread(people: list[Beneficiary], places: Sequence[int], total: Decimal) -> None:
    """Equal to the cent, the first one takes what is left over: 33.34, 33.33, 33.33."""
    total = max(total, Decimal(0))
    each = (total / len(places)).quantize(Decimal("0.01"))
    for place, share in zip(places, [total - each * (len(places) - 1), *([each] * len(places))], strict=False):
        people[place] = replace(people[place], share=share)


def _level(people: list[Beneficiary], group: Sequence[int]) -> None:
    """Thirds do not add up to the cent: the first one takes the rest."""
    missing = 100 - sum((people[index].share for index in group), Decimal(0))
    if missing and abs(missing) <= Decimal("0.05"):
        people[group[0]] = replace(people[group[0]], share=people[group[0]].share + missing)
