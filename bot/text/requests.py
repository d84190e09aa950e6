"""Where one message holds several requests: "改手机号，顺便查下理赔" is two parts. What each means is for the classifier."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Words that begin something else, wherever they stand.
_BESIDES = r"顺便|顺带|顺路|另外(?![一两二三那的])|此外|还有(?:就是|一[件个]事)|对了|捎带|外加|再有就是|除此之外"
# These begin something else only after a pause and before a wish: "先交费，然后开发票", not "然后他就走了".
_NEXT = r"然后|再|接着|完了|同时|也|还有?|以及|并且?|第[二三]|[二三]是|其次|最后"
_WISH = r"(?:请|麻烦|给|帮|替|想|要|查|问|办|改|开|看|交|退|报|撤|投诉|了解|咨询|把)"
_PAUSE = r"[\s,，、。.;；!！?？]"
_BREAK = re.compile(
    rf"{_PAUSE}*(?:{_BESIDES}){_PAUSE}*(?:还有|还|再|也)?{_PAUSE}*"
    r"|(?<=..)(?:然后)?再(?=(?:帮我?|给我|替我)?(?:查|改|开|问|办一下|看看|看下|看一下))"
    rf"|{_PAUSE}+(?:(?:{_NEXT}){_PAUSE}*){{1,2}}(?=(?:我|咱|你们?|您)?{_WISH})"
    r"|[?？;；。!！]+\s*"
)
_SHORTEST = 3  # characters; less is no request
MOST = 4


@dataclass(frozen=True)
class Part:
    """A stretch of a message: `text` stands from `start` to `end`."""

    text: str
    start: int
    end: int


def split_requests(text: str) -> tuple[Part, ...]:
    """The parts that words of "besides" and ends of sentences make; one part, the whole text, when there are none.

    More than four parts are a story, not a list: then the text is one part too.
    """
    parts: list[Part] = []
    start = 0
    for found in _BREAK.finditer(text):
        _add(parts, text, start, found.start())
        start = found.end()
    _add(parts, text, start, len(text))
    return tuple(parts) if 1 < len(parts) <= MOST else (Part(text, 0, len(text)),)


def _add(parts: list[Part], text: str, start: int, end: int) -> None:
    if len(text[start:end].strip()) >= _SHORTEST:
        parts.append(Part(text[start:end], start, end))
