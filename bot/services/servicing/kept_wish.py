"""The words of the wish, kept until they can be read: which policy, and to what, means nothing before it is known who asks."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace

from bot.services.journeys.journey import Accepted, NotAnAnswer, Reading, Situation, Step
from bot.services.servicing.transaction import POLICY
from bot.services.understanding import Entity, Understood

WISH, HEARD = "service_wish", "service_wish_heard"  # the words, and what was recognised in them
_LONGEST = 80  # characters; a longer one is a story, whose policy and sum may be anybody's
# Who somebody is, and where his money goes, is told to the question for it: neither is kept for later.
_NAMED = re.compile(r"(?:^|[\s，,保贷办用把])([\u4e00-\u9fff]{2,4}[那这](?:份|个|张|款|单))")  # "退保 传承那份"
_NOT_KEPT = ("id_number", "bank_card", "phone")


def keep(said: Understood) -> dict[str, str]:
    """The slots for the opening words; nothing where a button was pressed or they tell an id number, a card or a phone."""
    if said.chosen or len(said.text) > _LONGEST or said.of_type(*_NOT_KEPT):
        return {}
    return {WISH: said.text, HEARD: json.dumps([asdict(each) for each in said.entities], ensure_ascii=False)}


def told_in_wish(step: Step, situation: Situation) -> Reading:
    """What the opening words say to this question, now that it is asked."""
    if not situation.get(WISH):
        return NotAnAnswer()
    wish = replace(
        situation.said,
        text=situation.get(WISH),
        entities=tuple(Entity(**each) for each in json.loads(situation.get(HEARD))),
        chosen=False,
        aside=True,
        requests=(),
    )
    tells = step.slot == POLICY or step.closed or bool(wish.of_type(*step.entities))
    reading = step.read(wish, situation) if tells else NotAnAnswer()
    if step.slot == POLICY and isinstance(reading, NotAnAnswer) and (named := _NAMED.search(wish.text)):
        called = step.read(replace(wish, text=named[1], entities=(), aside=False), situation)
        reading = called if isinstance(called, Accepted) else reading
    if step.slot == POLICY and isinstance(reading, Accepted):  # taken without asking, so it is said which
        words = f"您说的是{step.shows_as(reading.value, situation)}。"
        return replace(reading, remark="\n".join(filter(None, (words, reading.remark))))
    return reading
