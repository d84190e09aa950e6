"""Which numbers of what was heard are read back before they count: those that the open question's reader would take, and what else was said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.services.understanding import Entity, Understood
from bot.text.aloud import digits_aloud, value_aloud
from bot.text.candidates import Candidate, resolve
from bot.text.dates import SHANGHAI
from bot.text.identifiers import parse_id_card
from bot.text.normalise import fold
from bot.text.numerals import REPEAT, SPOKEN_DIGIT, parse_number
from bot.text.said_numbers import NumberReader
from bot.text.spoken_runs import joined_runs
from bot.text.tails import find_tails
from bot.text.times import likely_hour
from bot.text.values import find_values

READ_BACK = frozenset(("phone", "id_number", "number"))
FEWEST_READ_BACK = 5  # digits: "两个人" needs no reading back
FEWEST_IN_PASSING = 6  # of a number that was not asked for: hotlines (95519, 12378) have five
MOST_READ = 200  # characters, a minute of speech: reading takes longer than in proportion
_ONE_WANTED = frozenset(("phone", "id_number", "amount"))  # kinds of question whose reader takes the first
_DATES = frozenset(("date", "datetime"))
# 昨天 and 三年前 say no number that could have been misheard.
_DATE_IN_NUMBERS = re.compile(r"[\d零〇○一二三四五六七八九十]\s?[年月日号.\-/](?!.*[前后]$)")
_NUMBERS = NumberReader()
# A one-time code, in whatever groups it is said; what goes beyond six digits touches it. "验证码发到一三九…" names a phone.
_CODE = re.compile(
    r"(?:验证码|校验码|动态码|动态密码|短信码|密码)(?:是|为|就|收到|了|的|应该|给|你|您|我|[:：\s，,]){0,6}"
    rf"(?:(?:{REPEAT})?[\d{SPOKEN_DIGIT}十百千万][\s,，、.。\-]{{0,2}}){{3,6}}"
)


def number_aloud(text: str, expect: str, now: datetime) -> str:
    """The numbers in what was heard, as they are read back; "" where there is none. `expect`: the kind of the open
    question; `now`: with a zone. What the caller took back in the same breath is not read, for it is not used either."""
    if expect == "otp":  # it works or it does not; nobody else in the room need hear it
        return ""
    text = text[:MOST_READ]
    answer = _as_heard(text, now).as_answer()
    secret = [found.span() for found in _CODE.finditer(fold(answer.text))]
    parts = [
        (each.start, value_aloud(each.type, _value(each)))
        for each in _wanted(answer, expect)
        if not _touches(secret, each.start, each.end)
    ]
    taken = [*secret, *((each.start, each.end) for each in answer.entities)]
    parts += [
        (start, words) for start, end, words in _other_digits(answer.text, expect) if not _touches(taken, start, end)
    ]
    if not parts and expect == "amount" and (bare := parse_number(answer.text.strip("元块。，,！! "))):
        parts = [(0, value_aloud("amount", bare))]
    return "；".join(words for _, words in sorted(parts) if words)


def names_a_code(text: str) -> bool:
    """A one-time code is said, which is never said back."""
    return bool(_CODE.search(fold(text)))


def _touches(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    return any(start < last and first < end for first, last in spans)


def best_of(texts: Sequence[str], expect: str, now: datetime) -> str:
    """The recogniser's first guess, unless another one has the number that was asked for and the first has none."""
    return next((text for text in texts if _has_number(text, expect, now)), texts[0] if texts else "")


def _has_number(text: str, expect: str, now: datetime) -> bool:
    if expect == "phone":
        return any(each.entity == "phone" for each in _values(text, now))
    today = now.astimezone(SHANGHAI).date()
    return expect == "id_number" and any(parse_id_card(str(each.value), today) for each in _values(text, now))


def _values(text: str, now: datetime) -> list[Candidate]:
    return resolve(find_values(fold(text[:MOST_READ]), now, _NUMBERS))


def _as_heard(text: str, now: datetime) -> Understood:
    """As the dialogue will have it: the same entities, and so the same repair."""
    entities = (
        Entity(each.entity, text[each.start : each.end], str(each.value), each.start, each.end)
        for each in _values(text, now)
    )
    return Understood(
        conversation_id="",
        message_id="",
        received_at=now,
        channel="ivr",
        text=text,
        intent="",
        confidence=0.0,
        entities=tuple(entities),
    )


def _wanted(answer: Understood, expect: str) -> Iterator[Entity]:
    taken = False
    for entity in answer.entities:
        if entity.type == "time" and expect not in _DATES:
            continue
        if entity.type == "date" and expect not in _DATES and not _DATE_IN_NUMBERS.search(fold(entity.text)):
            continue
        if entity.type == expect and expect in _ONE_WANTED:
            if taken:
                continue
            taken = True
        yield entity


def _value(entity: Entity) -> str:
    return likely_hour(entity.value, entity.text) if entity.type == "time" else entity.value


def _other_digits(text: str, expect: str) -> Iterator[tuple[int, int, str]]:
    """Digits that are no value by themselves: a number with a digit missing, the last four of a card."""
    least = FEWEST_READ_BACK if expect in READ_BACK else FEWEST_IN_PASSING
    tails = find_tails(text)
    yield from ((tail.start, tail.end, f"尾号{digits_aloud(tail.value)}") for tail in tails)
    for run in joined_runs(fold(text)):
        if any(run.start < tail.end and tail.start < run.end for tail in tails):
            continue
        if sum(char.isdigit() for char in run.code) >= least:
            yield run.start, run.end, value_aloud("number", run.code)
