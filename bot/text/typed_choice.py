"""What a customer types in place of pressing a button: its title, its place ("第二个"), the last
digits of its number ("尾号 0201 那份"), or yes to an offer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.text.normalise import fold
from bot.text.numerals import parse_number
from bot.text.tails import title_with_tail

OFFER = "offer"  # the slot of a question whose first choice a plain yes means
# Of the menu after a message that was not understood: there a title may stand inside a few words.
MEANING = "meaning"
_BEFORE = re.compile(r"^(?:那|就|我|要|想|点|是|办(?=.))+")
_AFTER = re.compile(r"(?:吧|啊|呀|的|了|好了)+$")
_PLACE = re.compile(
    r"(?:第|选项?|选择|选第|按)([一二两三四五六七八九1-9])(?:个|项|条|种|件|样|行|张|份|号)?|([一二三四五六七八九1-9])号?"
)
_LAST = re.compile(r"最后(?:面|边)?(?:那|的|一)*(?:个|项|条|种|件|张|份)?|最下面(?:那|的|一)*(?:个|项|条)?")
_FIRST = re.compile(r"最?(?:上面|前面)(?:那|的|一)*(?:个|项|条)|头一[个项条]")
_YES = re.compile(
    r"(?:(?:是|对|要|好|行|可以|嗯+|恩|确认|确定|需要|现在(?:就)?(?:要)?办?|马上办?|那?就?办|办一下|帮我办|麻烦了?|来|开始)"
    r"(?:的|啊|呀|吧|了|嘞|滴)?[\s,，。.!！~]*){1,3}"
)
_GO_ON = re.compile(r"(?:不是|不用|不要|不|先|就|那|还是)*[\s,，]*(?:继续|接着)(?:办|吧|来)?|不是的?|不用了?|不要|先不")
_AGAINST = re.compile(r"不|别|没|取消|撤|都|其他")
_SHORTEST, _LONGEST = 2, 10  # characters of words that may stand for a title


def choice_typed(text: str, titles: Sequence[str], *, slot: str, kind: str) -> int | None:
    """The place in `titles` of the choice that the text means, None when it means none of them. `slot` and `kind`: what the
    message that offered them asks for, "" for nothing.

    Places count only where the message asked to choose: "第二个" after a policy has been shown is the second policy.
    """
    if text.strip() in titles:
        return titles.index(text.strip())
    if kind != "choice":
        return None
    said = fold(text).strip(" \t\n。.!！~,，")
    if slot == OFFER and _YES.fullmatch(said):
        return 0
    if slot == OFFER and _GO_ON.fullmatch(said):  # of two ways, the one that goes on as before
        return next((place for place, title in enumerate(titles) if title.startswith("继续")), None)
    said = _AFTER.sub("", _BEFORE.sub("", re.sub(r"\s", "", said)))
    place = title_with_tail(text, titles)
    if place is None:
        place = _place(said, titles)
    return _named(said, titles) if place is None and slot == MEANING else place


def _place(said: str, titles: Sequence[str]) -> int | None:
    if _LAST.fullmatch(said):
        return len(titles) - 1
    if _FIRST.fullmatch(said):
        return 0
    found = _PLACE.fullmatch(said)
    # A bare figure among titles with figures in them is rather one of those ("3" of "3 年 | 5 年").
    if not found or (found.group(2) and any(re.search(r"\d", title) for title in titles)):
        return None
    number = int(parse_number(found.group(1) or found.group(2)) or 0)
    return number - 1 if 0 < number <= len(titles) else None


def _named(said: str, titles: Sequence[str]) -> int | None:
    if not _SHORTEST <= len(said) <= _LONGEST or _AGAINST.search(said):
        return None
    found = [place for place, title in enumerate(titles) if said in title or title in said]
    return found[0] if len(found) == 1 else None
