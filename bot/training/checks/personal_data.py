"""Personal data in what is trained: a number that may be somebody's has no business in a file that everybody reads.

Invented numbers are written so that they can be told: a telephone or card with four zeros in a row, the identity card of the
national standard's own example or one of a province that there is not, an address at example.com. What can be nobody's (a wrong check digit) is none, and the numbers
of policies and cases say nothing without our registers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from bot.text.identifiers import is_mobile, parse_id_card, parse_phone, passes_luhn
from bot.text.masking import mask_email, mask_free_text
from bot.text.normalise import fold
from bot.training.finding import Finding, error
from bot.training.lined_corpus import LinedCorpus

# GB 11643-1999's own example, which no living person has.
_EXAMPLE_CARD = "11010519491231002X"
_EXAMPLE_HOSTS = re.compile(r"@(?:[\w-]+\.)*example(?:\.(?:com|org|net|cn))+$", re.IGNORECASE | re.ASCII)
_EMAIL = re.compile(r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
# Digits written or read aloud, with what stands between groups of them.
_SPOKEN = str.maketrans("零〇○洞一幺二三四五六七八九叉", "00001123456789X")
_DIGIT = "0-9零〇○一二三四五六七八九幺洞"
_RUN = re.compile(rf"(?<![A-Za-z0-9])[{_DIGIT}](?:[ \-]?[{_DIGIT}])*[ ]?[Xx叉]?")
_BETWEEN = re.compile(r"[ \-]")
_INVENTED = "0000"
_BANK_CARDS = re.compile(r"[456]\d{15,18}")
# The first two digits of a card's region; no province has others (GB/T 2260), so nobody has such a card.
_PROVINCES = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91")
# No clock here: a date of birth that is still to come is somebody's soon.
_LAST_DAY = date(2040, 1, 1)


class _Kind(NamedTuple):
    code: str
    zh: str
    remedy: str


_PHONE = _Kind("phone", "电话号码", "改成编的：中间四位写 0000，如 13900001234")
_ID = _Kind("id_number", "身份证号", f"改成国家标准里的例子 {_EXAMPLE_CARD}，或者把前两位改成 10（没有这个省）")
_CARD = _Kind("bank_card", "银行卡号", "改成编的：中间写 0000，如 6222020000000000012")
_MAIL = _Kind("email", "邮箱", "改成 example.com 的，如 zhangsan@example.com")


def check_personal_data(corpus: LinedCorpus) -> Iterator[Finding]:
    """One error for each number or address that may be real, in examples, held-out cases and answers."""
    texts = [(each.text, each.where) for each in (*corpus.examples, *corpus.cases)]
    for answer in corpus.answers:
        texts += [(answer.fields[key], answer.place(key)) for key in ("answer", "title") if key in answer.fields]
    for text, where in texts:
        if mask_free_text(text) == text:
            continue
        for kind, hidden in _personal(fold(text)):
            yield error(
                f"personal_data.{kind.code}",
                where,
                f"这一句里的{kind.zh}（{hidden}）可能是真人的",
                kind.remedy,
                kind=kind.code,
                masked=hidden,
            )


def _personal(text: str) -> Iterator[tuple[_Kind, str]]:
    """What in folded text may be somebody's, masked."""
    for match in _EMAIL.finditer(text):
        if not _EXAMPLE_HOSTS.search(match[0]):
            yield _MAIL, mask_email(match[0])
    for match in _RUN.finditer(_EMAIL.sub(" ", text)):
        kind = _kind(_BETWEEN.sub("", match[0].translate(_SPOKEN)).upper(), match[0])
        if kind is not None:
            yield kind, mask_free_text(match[0])


def _kind(digits: str, written: str) -> _Kind | None:
    """What a run of digits is, None for what is nobody's."""
    if digits != _EXAMPLE_CARD and _PROVINCES.match(digits) and parse_id_card(digits, _LAST_DAY):
        return _ID
    if _INVENTED in digits:
        return None
    if is_mobile(digits) or (digits.startswith("0") and parse_phone(written)):
        return _PHONE
    return _CARD if _BANK_CARDS.fullmatch(digits) and passes_luhn(digits) else None
