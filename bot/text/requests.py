"""Where one message holds several requests: "改手机号，顺便查下理赔" is two parts. What each means is for the classifier."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.text.repair_words import INSTEAD

_PAUSE = r"[\s,，、。.;；!！?？]"
_INSIDE = r"[^，,、。？?！!；;\s]"  # a character that ends nothing

# What somebody wants done, and what he asks.
_WISH = r"(?:请|麻烦|给|帮|替|想|要|查|问|办|改|开|看|交|退|报|搬|换|撤|投诉|了解|咨询|把)"
_DOES = r"(?:查|改|开(?!车|着|到)|问|办|补|退|领|换|报(?!了|的)|投诉|申请|撤|看看|看一?下)"
_FOR_ME = r"(?:帮我?|给我|替我)?"
_ASKED = r"(?:怎么|咋|多少|多久|多长|什么|啥|哪|几[天年个时号份]|吗|能不能|可不可以|行不行|要不要|呢(?=$|[，,、。？?！!；;\s]))"
# Things that are asked for by their name alone, in a row: "挂失、改手机、开发票", "退保 发票 改地址".
_THINGS = r"(?:挂失(?:保单)?|补发(?:保单)?|复效|(?:电子)?保单|(?:电子)?发票|退保|还(?:贷)?款|(?:保单)?贷款|减保|理赔进度|投诉进度|受益人)"
# What a question is about that "还有" may add without a pause, and what may have changed too.
_ABOUT = rf"(?:{_THINGS}|理赔|报案|犹豫期|宽限期|等待期|保费|续期|分红|年金|现金价值|红利|免赔额)"
_OWN_DATA = r"(?:手机(?:号码?)?|(?:联系)?电话(?:号码?)?|(?:联系|家庭|家里)?地址|住址|邮箱|(?:银行|扣款|缴费|交费|扣钱的)?卡号?|名字|工作|职业|身份证)"

# Words that begin something else, wherever they stand.
_BESIDES_WORDS = (
    r"(?:顺便|顺带|顺路|另外(?![一两二三那的])|此外|对了|捎带|外加|再有就是|除此之外"
    r"|还有(?:就是|一[件个]事|(?=我?(?:上次|之前|那个|帮|给我|你们|要|想))))"
)
_BESIDES = rf"{_PAUSE}*{_BESIDES_WORDS}{_PAUSE}*(?:还有|还|再|也)?{_PAUSE}*"
# "…交钱还有发票怎么开"; but 还有多久到期 and 还有没有效 ask about one thing.
_AND_A_QUESTION = rf"(?<=...)还有(?=(?:那个|我的?)?{_ABOUT}{_INSIDE}{{0,6}}{_ASKED})"
_AND_ANOTHER_QUESTION = rf"{_PAUSE}+还有(?![没多几啥哪什])(?={_INSIDE}{{2,8}}{_ASKED})"
# "手机号换了 银行卡也换了".
_CHANGED_TOO = rf"(?:(?<=[换变改搬]了)|(?<=..){_PAUSE}){_PAUSE}*(?={_OWN_DATA}也(?:跟着|要|得)?(?:换|变|改|搬)了?)"
_AGAIN = rf"(?<=..)(?:然后|最后)?再(?={_FOR_ME}(?:查|改|开|问|办一下|看看|看下|看一下|投诉一?下|退保|补发|补办|领取?(?:生存金|年金|钱)))"
_THEN = rf"(?<=..)(?:然后|接着|同时|最后)(?:再|还)?(?={_FOR_ME}{_DOES})"
_ALSO_WANTS = rf"(?<=...)(?:还想|还要|还得|又想|又要)(?=(?:再)?{_FOR_ME}{_DOES})"
_AND_DOES = rf"(?<=...)(?:和|跟|以及|并)(?={_FOR_ME}{_DOES}[^，。,]{{2,10}}$)"
_BLANK = rf"\s+(?=(?:我)?(?:还)?(?:要|想|再)?(?:帮我?|给我|替我|麻烦)?{_DOES}..)"
# These begin something else only after a pause and before a wish: "先交费，然后开发票", not "然后他就走了".
_NEXT_WORDS = r"(?:然后|再|接着|完了|同时|也|还有?|以及|并且?|第[二三]|[二三]是|其次|最后)"
_NEXT = rf"{_PAUSE}+(?:{_NEXT_WORDS}{_PAUSE}*){{1,2}}(?=(?:我|咱|你们?|您)?{_WISH})"
_SENTENCE_ENDS = r"[?？;；。!！]+\s*"
_TAKEN_BACK = (
    rf"[\s，,。.!！]*{INSTEAD}[\s，,。.!！]*(?=(?:我|还是|先|是|就|帮|给)*(?:要|想|查|改|开|退|办|贷|报|补|领|投诉))"
)
_BREAK = re.compile(
    "|".join(
        (
            _TAKEN_BACK, _BESIDES, _AND_ANOTHER_QUESTION, _AND_A_QUESTION, _CHANGED_TOO, _AGAIN, _THEN, _ALSO_WANTS, _AND_DOES,
            _BLANK, _NEXT, _SENTENCE_ENDS,
        )
    )
)  # fmt: skip

# "不是退保，是贷款", "我说的不是查保单 是查理赔".
_NOT_BUT = re.compile(
    r"^(?:我)?(?:(?:说|问|要|查|想要?)的)?(?:不是(?:要|想)?[^，,。\s]{2,8})[，,\s]+(?:我)?(?:而)?是(?:要|想)?(?=[^，,。]{2,12}$)"
)
# Nothing but short wishes in a row, with commas between them: "改手机号，查理赔，开发票".
_ONE_WISH = rf"(?:我?(?:还|再|也)?(?:要|想)?(?:再)?(?:帮我?|给我|替我|麻烦)?(?!改成|改为|退到|退回|换成|报了)(?:{_DOES}|把[^，,、]{{1,6}}(?:删|改|撤|换))[^，,、。？?]{{1,9}})"
_ONE_THING = (
    rf"(?:(?:我?(?:还|再|也)?(?:要|想))?{_THINGS}(?:都要|也(?:要|得|给|帮)?(?:我)?(?:开|办|改|查|退|补)?(?:一下|了)?)?)"
)
_ENTRY = rf"(?:{_ONE_WISH}|{_ONE_THING})"
_LIST = re.compile(rf"{_ENTRY}(?:[，,、/\s]+{_ENTRY})+[。.!！]?")
_COMMA = re.compile(r"[，,、/\s]+")
# Nothing but short questions in a row: "理赔到哪了 还差啥材料 能打多少钱".
_QUESTION = rf"{_INSIDE}{{0,10}}{_ASKED}{_INSIDE}{{0,6}}"
_QUESTIONS = re.compile(rf"{_QUESTION}(?:[，,、\s]+{_QUESTION})+[。.？?!！]*")
_QUESTION_ENDS = re.compile(rf"[，,、\s]+(?:(?:还有|以及|顺便|另外)(?:问一?[下问])?)?|{_SENTENCE_ENDS}")
_NUMBERED, _NUMBER = (
    re.compile(r"^\s*(?:1|一)[.、．)）]"),
    re.compile(r"[\s，,；;。]*(?:[1-6]|[一二三四五六])[.、．)）]\s*"),
)
_AND_A_THING = re.compile(rf"(?<=..)(?:和|跟|以及|还有)(?={_THINGS}(?:都要|一起办?|都办)?[。.!！]?$)")
_FIRST_OF_ALL = re.compile(r"^(?:一是|第一[，,、]?|首先[，,、]?|一个是)")
_THING = re.compile(_THINGS)
_SHORTEST, _SHORTEST_LISTED = 3, 2  # characters; less is no request
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
        return _NUMBER, _SHORTEST_LISTED
    if _LIST.fullmatch(text.strip()) and not re.search(_TAKEN_BACK, text):
        return _COMMA, _SHORTEST_LISTED
    if _QUESTIONS.fullmatch(text.strip()):
        return _QUESTION_ENDS, _SHORTEST
    return (_AND_A_THING, _SHORTEST_LISTED) if _AND_A_THING.search(text) else (_BREAK, _SHORTEST)


def _add(parts: list[Part], text: str, start: int, end: int, least: int) -> None:
    if len(text[start:end].strip()) >= least or _THING.fullmatch(text[start:end].strip()):
        parts.append(Part(text[start:end], start, end))
