"""E-mail addresses as they are typed and as they are said: "abc一二三艾特qq点com"."""

from __future__ import annotations

import re

from bot.text.identifiers import parse_email
from bot.text.numerals import DIGITS, REPEAT, SPOKEN_DIGIT, spell_repeats
from bot.text.spans import Span

_TYPED = re.compile(r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,6}")
_AT = r"(?:艾特|爱特|哎特|埃特|圈a|at|@)(?:符号?)?"
_POINT = r"(?:点|\.)"
# A recogniser writes "com" by its sound.
_TOP = {"康姆": "com", "康母": "com", "康木": "com", "考姆": "com", "靠姆": "com", "抗姆": "com", "卡姆": "com"}
_DOMAINS = {"扣扣": "qq", "Q Q": "qq"}
_JOIN = {"下划线": "_", "减号": "-", "横杠": "-", "杠": "-", "点": ".", "艾特": "@"}
_WORD = rf"(?:[A-Za-z0-9._%+\-{SPOKEN_DIGIT}]|{REPEAT}(?=[0-9{SPOKEN_DIGIT}])){{1,64}}"
_SAID = re.compile(
    rf"(?<![A-Za-z0-9._%+\-])(?P<local>{_WORD}(?:\s?(?:下划线|减号|横杠|杠|点)\s?{_WORD}){{0,3}})\s{{0,3}}{_AT}\s{{0,3}}"
    rf"(?P<domain>[A-Za-z0-9\-{SPOKEN_DIGIT}]{{1,30}}|扣扣)"
    rf"(?P<top>(?:\s?{_POINT}\s?(?:com|cn|net|org|edu|{'|'.join(_TOP)}|[A-Za-z]{{2,12}}))+)",
    re.IGNORECASE,
)


def find_emails(folded: str) -> list[Span[str]]:
    """Addresses in folded text, in lower case."""
    found = []
    for match in _TYPED.finditer(folded):
        address = parse_email(match[0].strip("."))
        if address:
            end = match.start() + len(address)
            found.append(Span(match.start(), end, folded[match.start() : end], address))
    for match in _SAID.finditer(folded):
        domain = _DOMAINS.get(match["domain"], match["domain"])
        top = match["top"]
        for heard, written in _TOP.items():
            top = top.replace(heard, written)
        address = parse_email(f"{_written(match['local'])}@{_written(domain)}{_written(top)}")
        if address:
            found.append(Span(match.start(), match.end(), match[0], address))
    return found


def _written(said: str) -> str:
    for words, mark in _JOIN.items():
        said = said.replace(words, mark)
    return "".join(
        str(DIGITS[char]) if char in SPOKEN_DIGIT else char for char in spell_repeats(said) if not char.isspace()
    )
