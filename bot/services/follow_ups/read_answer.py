"""Which answer of a closed question the customer's words are."""

from __future__ import annotations

import re

from bot.insurance.questionnaire import Option, Question
from bot.text.normalise import fold

_END = r"(?:的|了|啊|呀|吧|呢|哦|滴)*[。.!！~\s]*$"
_YES = re.compile(rf"^(?:是|对|嗯+|有|好|行|没错|没问题|确认|可以|当然){_END}")
_NO = re.compile(rf"^(?:不|不是|没|没有|否|不对|并没有|并不是|从来没有){_END}")
_DENIES = re.compile(r"(?:没(?:有)?(?:人|谁)?(?:跟我|给我|向我)?|不是|并非|从没|没把它)[^，。,;；]{0,3}$")
_ASKS = re.compile(r"[?？]|吗|呢$|什么|怎么|多少|哪")


def read_option(question: Question, text: str, *, elsewhere: bool = False) -> Option | None:
    """None when the words are no answer to it. `elsewhere`: they were said at another question.

    What names a problem counts before what does not; a question ("犹豫期是什么") is an answer only when it names one.
    """
    said = fold(text).strip()
    by_title = next((each for each in question.options if said in (each.title, each.id)), None)
    if by_title and not elsewhere:
        return by_title
    troubled = [each for each in question.options if each.problem or each.ends]
    found = next((each for each in troubled if _says(each, said, elsewhere)), None)
    if found or elsewhere:
        return found
    if _ASKS.search(said):
        return None
    others = (each for each in question.options if each not in troubled)
    return next((each for each in others if _says(each, said, elsewhere)), None) or _plain(question, said)


def _says(option: Option, said: str, elsewhere: bool) -> bool:
    words = option.elsewhere if elsewhere else option.words
    patterns = [each for each in (option.elsewhere, words) if each]
    return any(not _is_denied(said, match) for each in patterns for match in each.finditer(said))


def _is_denied(said: str, match: re.Match[str]) -> bool:
    """ "没人跟我说是存款": the word stands there, what it would mean does not."""
    return not match.group().startswith(("没", "不")) and bool(_DENIES.search(said[: match.start()]))


def _plain(question: Question, said: str) -> Option | None:
    plain = "no" if _NO.match(said) else "yes" if _YES.match(said) else ""
    return next((each for each in question.options if plain and each.plain == plain), None)
