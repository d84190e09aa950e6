"""Which numbers of what was heard are read back before they count: those that the open question's reader would take, and what else was said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
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

FEWEST_ASKED_FOR = 3  # digits of a number that was asked for, four of a tail among them: "两个人" needs no reading back
FEWEST_KEYED = 5  # of one that was not, and keyed all the same
FEWEST_IN_PASSING = 6  # of one that was not, and said: hotlines (95519, 12378) have five
MOST_READ = 200  # characters, a minute of speech: reading takes longer than in proportion
_NAMING = frozenset(("phone", "id_number", "number", "policy_no", "plate_no", "bank_card"))
_NUMBERED = _NAMING | {"amount"}
# What a question wants whose field is a plain text or a list, by the end of its slot's name.
_BY_SLOT = (
    ("_code", "otp"),  # of a consent, of a report: sent to one person, like the codes that prove somebody
    ("policy_no", "policy_no"),
    ("_policy", "policy_no"),
    ("_plate", "plate_no"),
    ("_card", "bank_card"),
    ("_amount", "amount"),
    ("_no", "number"),
)
_ONE_WANTED = frozenset(("phone", "id_number", "amount"))  # kinds of question whose reader takes the first
_MONEY = re.compile("[元圆块钱万亿毛角]")
_DATES = frozenset(("date", "datetime"))
# 昨天 and 三年前 say no number that could have been misheard.
_DATE_IN_NUMBERS = re.compile(r"[\d零〇○一二三四五六七八九十]\s?[年月日号.\-/](?!.*[前后]$)")
_NUMBERS = NumberReader()
_AROUND = "元块。，,！! "  # a sum said alone
# A one-time code, in whatever groups it is said; what goes beyond six digits touches it. "验证码发到一三九…" names a phone.
_CODE = re.compile(
    r"(?:验证码|校验码|动态码|动态密码|短信码|密码)(?:是|为|就|收到|了|的|应该|给|你|您|我|[:：\s，,]){0,6}"
    rf"(?:(?:{REPEAT})?[\d{SPOKEN_DIGIT}十百千万][\s,，、.。\-]{{0,2}}){{3,6}}"
)


def wanted_by(kind: str, slot: str) -> str:
    """What a question wants: the kind of its field (`InputHint`), or what its slot is for where a policy, a plate or a card
    is written into a plain one."""
    if kind not in ("text", "choice", "number"):
        return kind
    return next((wanted for end, wanted in _BY_SLOT if slot.endswith(end)), kind)


def fewest_keyed(wanted: str) -> int:
    """So many keys are a number that is read back."""
    return FEWEST_ASKED_FOR if wanted in _NUMBERED else FEWEST_KEYED


def number_aloud(text: str, expect: str, now: datetime) -> str:
    """The numbers in what was heard, as they are read back; "" where there is none. `expect`: what the open question wants
    (`wanted_by`); `now`: with a zone. What the caller took back in the same breath is not read, for it is not used either."""
    if expect == "otp":  # it works or it does not; nobody else in the room need hear it
        return ""
    text = text[:MOST_READ]
    answer = _as_heard(text, now).as_answer()
    heard = [each for each in answer.entities if not (expect in _NAMING and _is_bare_sum(each))]
    secret = [found.span() for found in _CODE.finditer(fold(answer.text))]
    parts = [
        (each.start, value_aloud(each.type, _value(each)))
        for each in _wanted(heard, expect)
        if not _touches(secret, each.start, each.end)
    ]
    bare = parse_number(answer.text.strip(_AROUND)) if expect in ("amount", "number") and not parts else None
    if bare and expect == "amount":
        return value_aloud("amount", bare)
    taken = [*secret, *((each.start, each.end) for each in heard)]
    parts += [
        (start, words) for start, end, words in _other_digits(answer.text, expect) if not _touches(taken, start, end)
    ]
    if bare and not parts and bare >= 10 ** (FEWEST_ASKED_FOR - 1):  # 一百二十三
        return value_aloud("number", bare)
    return "；".join(words for _, words in sorted(parts) if words)


def names_a_code(text: str) -> bool:
    """A one-time code is said, which is never said back."""
    return bool(_CODE.search(fold(text)))


def _touches(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    return any(start < last and first < end for first, last in spans)


def best_of(texts: Sequence[str], expect: str, now: datetime) -> str:
    """The recogniser's first guess, unless another one has the number that was asked for and the first has none. Of a question for
    any number, one that is known by its shape (a policy, a phone) goes before mere digits."""
    first = texts[0] if texts else ""
    proofs = _PROOFS.get(expect, ()) if len(texts) > 1 else ()
    return next((text for proves in proofs for text in texts if proves(text, now)), first)


def _has(*types: str) -> Callable[[str, datetime], bool]:
    return lambda text, now: any(each.entity in types for each in _values(text, now))


def _has_id(text: str, now: datetime) -> bool:
    today = now.astimezone(SHANGHAI).date()
    return any(parse_id_card(str(each.value), today) for each in _values(text, now))


def _has_sum(text: str, now: datetime) -> bool:
    return bool(parse_number(text.strip(_AROUND))) or _has("amount")(text, now)


def _has_digits(text: str, _: datetime) -> bool:
    return any(_other_digits(text[:MOST_READ], "number"))


# By what an open question wants: what a guess must have to be chosen before the first one, the surest first.
_PROOFS: Mapping[str, tuple[Callable[[str, datetime], bool], ...]] = {
    "phone": (_has("phone"),),
    "id_number": (_has_id,),
    "policy_no": (_has("policy_no"),),
    "plate_no": (_has("plate_no"),),
    "bank_card": (_has("bank_card"),),
    "amount": (_has_sum,),
    "number": (
        _has("policy_no", "claim_no", "complaint_no", "id_number", "phone", "bank_card", "plate_no"),
        _has_digits,
    ),
}


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


def _is_bare_sum(entity: Entity) -> bool:
    """是4321 is no sum where a number is asked for."""
    return entity.type == "amount" and not _MONEY.search(fold(entity.text))


def _wanted(entities: Sequence[Entity], expect: str) -> Iterator[Entity]:
    taken = False
    for entity in entities:
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
    least = FEWEST_ASKED_FOR if expect in _NUMBERED else FEWEST_IN_PASSING
    tails = find_tails(text)
    yield from ((tail.start, tail.end, f"尾号{digits_aloud(tail.value)}") for tail in tails)
    for run in joined_runs(fold(text)):
        if any(run.start < tail.end and tail.start < run.end for tail in tails):
            continue
        if sum(char.isdigit() for char in run.code) >= least:
            yield run.start, run.end, value_aloud("number", run.code)
