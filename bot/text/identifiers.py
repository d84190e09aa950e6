"""Identifiers whose shape or check digit can be verified without asking anyone.

Rules: rule_facts section 5 (GB 11643 for the id card, GB 32100 for the credit code, ISO/IEC 7812 for the card number).
Spaces and separators are for the caller to remove, except where a function says otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

OLDEST_AGE_YEARS = 120

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_MOBILE = re.compile(r"1[3-9]\d{9}")
MOBILE_IN_TEXT = re.compile(rf"(?<!\d){_MOBILE.pattern}(?!\d)")
_LANDLINE = re.compile(r"\(?(0(?:10|2\d|[3-9]\d\d))\)?[-\s]?(\d{7,8})")
_PLATE = re.compile(
    rf"[{PROVINCES}][A-HJ-NP-Z](?:[A-HJ-NP-Z0-9]{{4}}[A-HJ-NP-Z0-9挂学警港澳]|[DABCEFGHJK][A-HJ-NP-Z0-9]\d{{4}}|\d{{5}}[DABCEFGHJK])"
)
_EMAIL = re.compile(r"[a-z0-9](?:[a-z0-9._%+\-]*[a-z0-9_+\-])?@(?:[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?\.)+[a-z]{2,}")


@dataclass(frozen=True)
class IdCard:
    """What an 18-character resident id number says about its holder."""

    number: str
    birth_date: date
    sex: Literal["male", "female"]


def parse_id_card(text: str, today: date) -> IdCard | None:
    """The card if the check digit is right, the birth date real, not after `today`, and the age at most 120 years.

    The region code is not checked: codes of abolished counties stay valid on their holders' cards.
    """
    number = text.upper()
    if not has_id_check(number):
        return None
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if born > today or age > OLDEST_AGE_YEARS:
        return None
    return IdCard(number, born, "male" if int(number[16]) % 2 else "female")


def has_id_check(number: str) -> bool:
    """Eighteen characters of which the last is the check digit of those before it."""
    if not re.fullmatch(r"[1-9]\d{16}[0-9X]", number, re.ASCII):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, number, strict=False))
    return _ID_CHECKS[total % 11] == number[17]


def passes_luhn(digits: str) -> bool:
    """Whether the check digit of a card number is right. Not every bank card has one: warn, do not refuse."""
    if not digits.isascii() or not digits.isdigit():
        return False
    total = 0
    for index, char in enumerate(reversed(digits)):
        doubled = int(char) * (2 if index % 2 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def is_mobile(text: str) -> bool:
    """Exactly the 11 digits of a mobile number of the mainland, nothing around them."""
    return bool(_MOBILE.fullmatch(text))


def parse_phone(text: str) -> str | None:
    """A mobile number as 11 digits or a landline as 区号-号码; None for anything else, short codes (95519) included."""
    plain = re.sub(r"^(?:\+?86|0086)[-\s]?(?=1)", "", text.strip())
    tight = re.sub(r"[\s\-]", "", plain)
    if _MOBILE.fullmatch(tight):
        return tight
    landline = _LANDLINE.fullmatch(plain) or _LANDLINE.fullmatch(tight)
    return f"{landline[1]}-{landline[2]}" if landline else None


def parse_plate(text: str) -> str | None:
    """The plate in capitals without dot or spaces, ordinary or new-energy; None if it is none."""
    plate = re.sub(r"[\s·•.\-—_]", "", text).upper()
    return plate if _PLATE.fullmatch(plate) else None


def parse_credit_code(text: str) -> str | None:
    """The unified social credit code in capitals if its check character is right."""
    code = text.upper()
    if len(code) != 18 or any(char not in _CREDIT_ALPHABET for char in code):
        return None
    total = sum(_CREDIT_ALPHABET.index(char) * pow(3, index, 31) for index, char in enumerate(code[:17]))
    return code if _CREDIT_ALPHABET[(31 - total % 31) % 31] == code[17] else None


def parse_email(text: str) -> str | None:
    """The address in lower case; quoted local parts and internationalised domains are not taken."""
    address = text.lower()
    return address if len(address) <= 254 and ".." not in address and _EMAIL.fullmatch(address) else None
