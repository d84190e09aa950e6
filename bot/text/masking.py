"""What of a personal detail may be shown or logged."""

from __future__ import annotations

import re

from bot.text import surnames
from bot.text.normalise import fold

_COMPOUND_SURNAMES = frozenset(surnames.COMPOUND.split("|"))
# A name of a person between the marks of a file's name: 张三_0412.wav, 录音-李小梅.json.
_NAME_ALONE = re.compile(
    rf"(?<![\u4e00-\u9fff])(?:(?:{surnames.COMPOUND}|[{surnames.COMMON}])[\u4e00-\u9fff]{{1,2}})(?![\u4e00-\u9fff])"
)


def mask_phone(phone: str) -> str:
    """138****0000; of a landline the area code and the last two digits: 010-******78."""
    area, dash, number = phone.partition("-")
    if dash:
        return f"{area}-{'*' * max(len(number) - 2, 0)}{number[-2:]}"
    return _keep(phone, 3, 4)


def mask_id_number(number: str) -> str:
    """First 3 and last 4 characters: 110***********002X."""
    return _keep(number, 3, 4)


def mask_card(number: str) -> str:
    """Last 4 digits."""
    return _keep(number, 0, 4)


def mask_policy_no(number: str) -> str:
    """Last 4 characters; works for claim and complaint numbers too."""
    return _keep(number, 0, 4)


def mask_plate(plate: str) -> str:
    """京A·1***5: province, letter, first and last of the rest."""
    tight = plate.replace("·", "")
    head, rest = tight[:2], tight[2:]
    return f"{head}·{_keep(rest, 1, 1)}"


def mask_name(name: str) -> str:
    """李* for two characters, 王*明 for three; a compound surname stays whole (欧阳*明)."""
    if len(name) > 3 and name[:2] in _COMPOUND_SURNAMES:
        return f"{name[:2]}{'*' * (len(name) - 3)}{name[-1]}"
    if len(name) == 2:
        return f"{name[0]}*"
    return _keep(name, 1, 1)


def mask_email(address: str) -> str:
    """First character of the local part, and the domain."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}***@{domain}"


def mask_address(address: str) -> str:
    """The first nine characters (省市区), the rest hidden; "" stays ""."""
    return address if len(address) <= 9 else f"{address[:9]}****"


def _keep(text: str, first: int, last: int) -> str:
    """Stars for all but the ends; nothing at all survives if the ends would meet."""
    hidden = len(text) - first - last
    if hidden <= 0:
        return "*" * len(text)
    return f"{text[:first]}{'*' * hidden}{text[len(text) - last :]}"


_DIGIT = r"[0-9零〇○一二三四五六七八九幺洞]"
_GAP = r"[ \-,，、]?"
_FREE_TEXT: tuple[re.Pattern[str], ...] = (
    re.compile(r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+"),
    re.compile(
        rf"(?<![0-9A-Za-z]){_DIGIT}(?:{_GAP}{_DIGIT}){{16}}{_GAP}[0-9零〇○一二三四五六七八九幺洞XxＸｘ叉](?![0-9A-Za-z])"
    ),
    re.compile(rf"(?<![0-9]){_DIGIT}(?:{_GAP}{_DIGIT}){{10,21}}(?![0-9])"),
    re.compile(r"(?<![0-9])0[0-9]{2,3}[- ]?[0-9]{7,8}(?![0-9])"),
)


def mask_free_text(text: str) -> str:
    """`text` with e-mails, id numbers, card numbers and phones masked, written or spoken digit by digit.

    Any run of 11 digits or more is masked whatever it is: a log can do without it, a leak cannot be undone.
    The length is kept except for e-mails; everything but the last four characters of a run becomes a star.
    """
    for index, pattern in enumerate(_FREE_TEXT):
        spans = [match.span() for match in pattern.finditer(fold(text))]
        for start, end in reversed(spans):
            found = text[start:end]
            text = text[:start] + (mask_email(found) if index == 0 else _mask_run(found)) + text[end:]
    return text


def mask_file_name(name: str) -> str:
    """What of a file's name may stand in a report: recordings are named by the number that called, or by who did."""
    return _NAME_ALONE.sub(lambda found: mask_name(found.group()), mask_free_text(name))


def _mask_run(found: str) -> str:
    if len(found) == 11 and found.startswith("1"):
        return mask_phone(found)
    return mask_id_number(found) if len(found) == 18 else mask_card(found)
