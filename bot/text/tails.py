"""The last digits by which people name a card, a policy or an account: "尾号七七八八那张", "后四位是0201"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.text.normalise import fold
from bot.text.numerals import REPEAT, SPOKEN_DIGIT, read_digits
from bot.text.spans import Span

FEWEST_BARE = 3  # digits that are taken for a tail without a word that says so
_DIGIT = rf"[0-9{SPOKEN_DIGIT}]"
_CHARACTER = rf"(?:(?:{REPEAT})?{_DIGIT}|[XxＸ叉])"
_RUN = rf"{_CHARACTER}(?:[\s\-]?{_CHARACTER}){{0,7}}"
CUE = r"(?:尾号|尾数|末尾|(?:[后末]|最后)(?:[二两三四五六2-6](?:位|个)(?:数字?|号码?)?)|末[几位]位?)"
_TAIL = re.compile(
    rf"(?<!不是)(?<!不要)(?<!不看){CUE}(?:号码?)?(?:应该|好像)?(?:就?是|为|[:：])?[\s,，]{{0,2}}(?P<digits>{_RUN})(?![百千万年月]|个月)"
)
_TAKEN_BACK = re.compile(r"不对|不是|错了|应该|改成|更正")
_BARE = re.compile(
    rf"(?:那?就?(?:是|要|选|用)?)?(?P<digits>{_RUN})(?:结尾|收尾)?(?:的|那|这)*(?:一?[张个份本辆条])?(?:卡|保单)?(?:吧|的)?"
)
_NUMBER = re.compile(r"[A-Za-z0-9*]+")


def find_tails(text: str) -> list[Span[str]]:
    """Tails in reading order, digits and X; one that the speaker takes back for another is left out."""
    folded = fold(text)
    found: list[Span[str]] = []
    for match in _TAIL.finditer(folded):
        digits = _spelt(match["digits"])
        if not digits:
            continue
        if found and _TAKEN_BACK.search(folded, found[-1].end, match.start()):
            found.pop()
        found.append(Span(match.start(), match.end(), text[match.start() : match.end()], digits))
    return found


def title_with_tail(text: str, titles: Sequence[str]) -> int | None:
    """The place of the only title with a number that ends so; None when none does, or several do.

    Numbers in titles may be masked: stars stand for any digit, but the last one must show.
    """
    said = find_tails(text)
    if said and (_TAKEN_BACK.search(fold(text), said[-1].end) or "还是" in text):
        return None  # another one may be meant: the dialogue's to understand
    bare = _BARE.fullmatch(fold(text).strip(" \t\n。.!！~,，"))
    tails = {tail.value for tail in said}
    if not tails and bare and (digits := _spelt(bare["digits"])) and len(digits) >= FEWEST_BARE:
        tails = {digits}
    if len(tails) != 1:
        return None
    tail = tails.pop()
    found = [place for place, title in enumerate(titles) if any(_ends(each, tail) for each in _NUMBER.findall(title))]
    return found[0] if len(found) == 1 else None


def _ends(number: str, tail: str) -> bool:
    last = number[-len(tail) :].upper()
    same = len(last) == len(tail) and last[-1] == tail[-1]
    return same and all(shown in ("*", digit) for shown, digit in zip(last, tail, strict=True))


def _spelt(digits: str) -> str:
    return (read_digits(digits.replace("叉", "X")) or "").upper()
