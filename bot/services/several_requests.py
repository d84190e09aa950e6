"""Several requests in one message ("改手机号，顺便查下理赔"): both are served, the short questions first, then one by one."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from bot.services.journeys.journey import Journey
from bot.services.registry import JOURNEYS, KEY_OF_INTENT, key_to_open
from bot.services.understanding import DOUBT, Entity, Request, Understood
from bot.text.repair_words import TAKES_BACK

LEAST = 0.9  # probability of a part's intent: short parts are often guessed with a probability that is too high
LEAST_ASKED = 0.85  # of one that says it is a question, and only has to be answered
LEAST_HEARD = 0.5  # of one that is not served but mentioned
_LONG_LIST = 3
_LONGEST_WISH = 20  # characters; what is longer tells a story
LEAST_WISHED, _WISHED = 0.8, re.compile(r"(?:我|还)?(?:要|想)|帮我|给我|麻烦|请")  # of one that says that it is a wish
# What a part must say to be a request: a wish or a question. "贷款的时候" is neither.
_ASKS = re.compile(
    r"查|问|改|办|发|退|交|报|开|补|领|借|贷点|看[看下一]|要|想|帮|给我|换|变更|变了|搬|投诉|举报|撤|取消|申请|怎么|咋"
    r"|挂失|复效|减保|发票|电子保单|理赔进度|多少|多久|几|吗|呢|哪|什么|啥|能不能|可不可以"
)
_ASKS_PLAINLY = re.compile(r"[?？]|吗|呢$|怎么|咋|什么|啥|多少|多久|几[天年个]|哪")
_DENIED = re.compile(r"(?:我|说的|问的|要的|查的)*不是")  # "我说的不是查保单，是查理赔"
QUESTION = "ask_"  # intents that one answer serves


@dataclass(frozen=True)
class Waiting:
    """A request that is still to be served."""

    intent: str
    text: str
    entities: tuple[Entity, ...] = ()

    @property
    def zh(self) -> str:
        return _journey(self.intent, self.text).zh

    def as_said(self, said: Understood) -> Understood:
        """The request as if it were the message of now."""
        return replace(
            said, text=self.text, intent=self.intent, confidence=1.0, ranking=((self.intent, 1.0),),
            entities=self.entities, chosen=False, requests=(),
        )  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """`questions` are answered at once, `journeys` opened one after the other; `untaken`: what else was asked for, in the
    customer's words, and is not clear enough to be served."""

    questions: tuple[Understood, ...]
    journeys: tuple[Waiting, ...]
    untaken: tuple[str, ...] = ()


def plan_requests(said: Understood) -> Plan | None:
    """What a message outside a journey asks for, None when it does not clearly ask for two different things.

    Each part must be clear by itself or at least ask for something, and the whole must mean one of its parts, unless three
    parts are all clear: a story is not a list of wishes.
    """
    parts = [said.part(each) for each in said.requests if is_request(each)]
    if last := _said_instead(said, parts):
        return Plan((), (waiting(last),))
    unclear = [each for each in said.requests if not is_request(each)]
    if not parts or not all(map(_asks_for_something, unclear)):
        return None
    targets = list(dict.fromkeys(_target(part) for part in parts))
    untaken = tuple(each.text.strip() for each in unclear if _target(said.part(each)) not in targets)
    if len(targets) < 2 and not untaken:
        return None if unclear else _questions_of_one_kind(parts)
    if not _is_list(said, parts):
        return None
    journeys = [target for target in targets if not target.startswith(QUESTION)]
    return Plan(
        questions=tuple(part for part in parts if part.intent.startswith(QUESTION)),
        journeys=tuple(waiting(next(part for part in parts if _target(part) == target)) for target in journeys),
        untaken=untaken,
    )


def _is_list(said: Understood, parts: Sequence[Understood]) -> bool:
    """The whole means one of its parts or nothing certain, or the list is too long to be a story that is clear in every part."""
    long = len(parts) >= _LONG_LIST and len(parts) == len(said.requests)
    return long or said.intent == DOUBT or said.intent in {part.intent for part in parts}


def _asks_for_something(part: Request) -> bool:
    """A wish or a question, though nobody can tell of what: not so clear that it is served, too clear to be passed over."""
    served = part.intent.startswith(QUESTION) or part.intent in KEY_OF_INTENT
    if len(part.text) > _LONGEST_WISH:
        return False
    wished = bool(_WISHED.match(part.text) or _ASKS_PLAINLY.search(part.text))
    return bool(_ASKS.search(part.text)) and (wished or (served and part.confidence >= LEAST_HEARD))


def _said_instead(said: Understood, parts: Sequence[Understood]) -> Understood | None:
    """ "我要退保 哦不 我要贷款": the last wish counts; None where nothing was taken back."""
    if len(said.requests) < 2 or not parts or parts[-1].text != said.requests[-1].text:
        return None
    between = said.text[said.requests[-2].start : said.requests[-1].start]
    taken_back = said.requests[-2]
    was_wish = is_request(taken_back) or _DENIED.match(between)
    replaces = was_wish and TAKES_BACK.search(between) and not parts[-1].intent.startswith(QUESTION)
    return parts[-1] if replaces else None


def _questions_of_one_kind(parts: Sequence[Understood]) -> Plan | None:
    """ "犹豫期几天？宽限期多久？": two questions, though of one intent."""
    asked = [part for part in parts if part.intent.startswith(QUESTION) and _ASKS_PLAINLY.search(part.text)]
    return Plan(tuple(parts), ()) if len(parts) > 1 and len(asked) == len(parts) else None


def set_aside(said: Understood, journey: Journey) -> tuple[Understood, tuple[Understood, ...]]:
    """In the middle of a journey: the answer, and the other requests at the message's end ("138…，顺便查下理赔，再开张发票").

    Whatever a complainant says is part of the complaint.
    """
    if len(said.requests) < 2 or journey.intent == "file_complaint" or journey.restricted:
        return said, ()
    first, *rest = said.requests
    others: list[Request] = []
    while rest and _is_another(rest[-1], first, journey):
        others.insert(0, rest.pop())
    if not others:
        return said, ()
    end = (rest[-1] if rest else first).end
    kept = replace(first, start=0, end=end, text=said.text[:end])
    return said.part(kept), tuple(said.part(each) for each in others)


def _is_another(part: Request, answer: Request, journey: Journey) -> bool:
    """A request, and for something else than this journey."""
    if not is_request(part) or part.intent in (journey.intent, answer.intent):
        return False
    return part.intent.startswith(QUESTION) or _journey(part.intent, part.text) != journey


def is_request(part: Request) -> bool:
    """It clearly asks for something that an answer or a journey serves."""
    if len(part.text.strip("了吧啊呀。.!！ ")) < 2:  # "撤了" after "投诉不投了" says again what was said
        return False
    served = part.intent.startswith(QUESTION) or part.intent in KEY_OF_INTENT
    least = LEAST_WISHED if _WISHED.match(part.text) else LEAST
    if part.intent.startswith(QUESTION) and _ASKS_PLAINLY.search(part.text):
        least = LEAST_ASKED
    return served and part.confidence >= least and bool(_ASKS.search(part.text))


def waiting(said: Understood) -> Waiting:
    return Waiting(said.intent, said.text, said.entities)


def to_slot(requests: Sequence[Waiting]) -> str | None:
    return json.dumps([asdict(each) for each in requests], ensure_ascii=False) if requests else None


def from_slot(value: object) -> tuple[Waiting, ...]:
    """The requests that a slot holds."""
    stored = json.loads(value) if isinstance(value, str) and value else []
    return tuple(
        Waiting(each["intent"], each["text"], tuple(Entity(**entity) for entity in each["entities"])) for each in stored
    )


def announce(first: Waiting, later: Sequence[Waiting]) -> str:
    """What is done now and what after it."""
    if not later:
        return f"接下来{first.zh}："
    return f"一件一件来：先{first.zh}，办完接着{'、'.join(each.zh for each in later)}。"


def tell_untaken(untaken: Sequence[str]) -> str:
    """That the rest was heard, is not done, and how it gets done."""
    quoted = "、".join(f"“{each}”" for each in untaken)
    return f"{quoted}我还没弄明白，这次没有办。别的办完以后，请换个说法再告诉我一次，或者转人工。"


def _target(said: Understood) -> str:
    """What serves it: an intent of questions, or a journey, or nothing of ours."""
    if said.intent.startswith(QUESTION) or said.intent not in KEY_OF_INTENT:
        return said.intent
    return key_to_open(said)


def _journey(intent: str, text: str) -> Journey:
    return JOURNEYS[key_to_open(Understood("", "", datetime.min, "", text, intent, 1.0))].journey
