"""Where one message holds several requests: "改手机号，顺便查下理赔" is two parts. What each means is for the classifier."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.text.repair_words import INSTEAD

# Words that begin something else, wherever they stand.
_BESIDES = r"顺便|顺带|顺路|另外(?![一两二三那的])|此外|还有(?:就是|一[件个]事|(?=我?(?:上次|之前|那个|帮|给我|你们|要|想)))|对了|捎带|外加|再有就是|除此之外"
# These begin something else only after a pause and before a wish: "先交费，然后开发票", not "然后他就走了".
_NEXT = r"然后|再|接着|完了|同时|也|还有?|以及|并且?|第[二三]|[二三]是|其次|最后"
_WISH = r"(?:请|麻烦|给|帮|替|想|要|查|问|办|改|开|看|交|退|报|搬|换|撤|投诉|了解|咨询|把)"
_DOES = r"(?:查|改|开(?!车|着|到)|问|办|补|退|领|换|报(?!了|的)|投诉|申请|撤|看看|看一?下)"
_PAUSE = r"[\s,，、。.;；!！?？]"
_INSTEAD = (
    rf"[\s，,。.!！]*{INSTEAD}[\s，,。.!！]*(?=(?:我|还是|先|是|就|帮|给)*(?:要|想|查|改|开|退|办|贷|报|补|领|投诉))"
)
_NOT_BUT = re.compile(r"^(?:我)?(?:不是(?:要|想)?[^，,。\s]{2,8})[，,\s]+(?:我)?(?:而)?是(?:要|想)?(?=[^，,。]{2,12}$)")
_BREAK = re.compile(
    rf"{_INSTEAD}|{_PAUSE}*(?:{_BESIDES}){_PAUSE}*(?:还有|还|再|也)?{_PAUSE}*"
    r"|(?<=..)(?:然后)?再(?=(?:帮我?|给我|替我)?(?:查|改|开|问|办一下|看看|看下|看一下))"
    rf"|(?<=..)(?:然后|接着|同时)(?:再|还)?(?=(?:帮我?|给我|替我)?{_DOES})"
    rf"|(?<=...)(?:还想|还要|还得|又想|又要)(?=(?:再)?(?:帮我?|给我|替我)?{_DOES})"
    rf"|(?<=...)(?:和|跟|以及|并)(?=(?:帮我?|给我|替我)?{_DOES}[^，。,]{{2,10}}$)"
    rf"|\s+(?=(?:我)?(?:还)?(?:要|想|再)?(?:帮我?|给我|替我|麻烦)?{_DOES}..)"
    rf"|{_PAUSE}+(?:(?:{_NEXT}){_PAUSE}*){{1,2}}(?=(?:我|咱|你们?|您)?{_WISH})"
    r"|[?？;；。!！]+\s*"
)
# Nothing but short wishes in a row, with commas between them: "改手机号，查理赔，开发票".
_WISHES = rf"(?:我?(?:要|想)?(?:帮我?|给我|替我|麻烦)?(?!改成|改为|退到|退回|换成|报了)(?:{_DOES}|把[^，,、]{{1,6}}(?:删|改|撤|换))[^，,、。？?]{{1,9}})"
# Things that are asked for by their name alone, in a row: "挂失、改手机、开发票", "退保 发票 改地址".
_THINGS = r"(?:挂失(?:保单)?|补发(?:保单)?|复效|(?:电子)?保单|(?:电子)?发票|退保|还(?:贷)?款|(?:保单)?贷款|减保|理赔进度|投诉进度|受益人)"
_THING = re.compile(_THINGS)
_ENTRY = (
    rf"(?:{_WISHES}|(?:我?(?:要|想))?{_THINGS}(?:都要|也(?:要|得|给|帮)?(?:我)?(?:开|办|改|查|退|补)?(?:一下|了)?)?)"
)
_LIST = re.compile(rf"{_ENTRY}(?:[，,、/\s]+{_ENTRY})+[。.!！]?")
_COMMA = re.compile(r"[，,、/\s]+")
_NUMBERED, _NUMBER = (
    re.compile(r"^\s*(?:1|一)[.、．)）]"),
    re.compile(r"[\s，,；;。]*(?:[1-6]|[一二三四五六])[.、．)）]\s*"),
)
_ALSO = re.compile(rf"(?<=..)(?:和|跟|以及|还有)(?={_THINGS}(?:都要|一起办?|都办)?[。.!！]?$)")
_FIRST_OF_ALL = re.compile(r"^(?:一是|第一[，,、]?|首先[，,、]?|一个是)")
_SHORTEST = 3  # characters; less is no request
MOST = 6


@dataclass(frozen=True)
class Part:
    """A stretch of a message: `text` stands from `start` to `end`."""

    text: str
    start: int
    end: int


def split_requests(text: str) -> tuple[Part, ...]:
    """The parts that words of "besides" and ends of sentences make; one part, the whole text, when there are none.

    More than six parts are a story, not a list: then the text is one part too.
    """
    parts: list[Part] = []
    instead = _NOT_BUT.match(text)
    if instead:
        return (Part(text[: instead.end()], 0, instead.end()), Part(text[instead.end() :], instead.end(), len(text)))
    first = _FIRST_OF_ALL.match(text)
    start = first.end() if first else 0
    breaks, least = _breaks_of(text)
    for found in breaks.finditer(text, start):
        _add(parts, text, start, found.start(), least)
        start = found.end()
    _add(parts, text, start, len(text), least)
    return tuple(parts) if 1 < len(parts) <= MOST else (Part(text, 0, len(text)),)


def _breaks_of(text: str) -> tuple[re.Pattern[str], int]:
    """What parts this message, and the fewest characters of a part."""
    if _NUMBERED.match(text):
        return _NUMBER, 2
    if _LIST.fullmatch(text.strip()) and not re.search(_INSTEAD, text):
        return _COMMA, 2
    return (_ALSO, 2) if _ALSO.search(text) else (_BREAK, _SHORTEST)


def _add(parts: list[Part], text: str, start: int, end: int, least: int) -> None:
    if len(text[start:end].strip()) >= least or _THING.fullmatch(text[start:end].strip()):
        parts.append(Part(text[start:end], start, end))
