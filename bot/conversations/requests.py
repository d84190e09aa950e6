"""The one request that must be understood while the assistant is not there: a person, please."""

from __future__ import annotations

import re

from bot.conversations.messages import Inbound
from bot.text.normalise import normalise

PAYLOAD = "/request_human"  # of every button 转人工
# Whole sentences only: "人工费怎么赔" asks about something else, and waits for the assistant like everything else.
_SENTENCE = re.compile(
    r"(请|麻烦|帮我|给我|我要|我想|我想要|我需要|快|直接)*"
    r"(转|转接|转到|转给|接|接通|找|要|换|叫)?(个|一下|一个)?"
    r"(人工|真人|人工客服|人工服务|人工坐席|真人客服)(客服|服务)?(吧|啊|呀|谢谢|快点|可以吗|行吗)*"
)
_MARKS = re.compile(r"[\s,.!?;:，。！？；：、~…]+")


def asks_for_a_person(inbound: Inbound) -> bool:
    """Whether the message is nothing but that: the button pressed, or the words alone."""
    if inbound.payload:
        return inbound.payload == PAYLOAD
    return len(inbound.text) <= 20 and _SENTENCE.fullmatch(_MARKS.sub("", normalise(inbound.text))) is not None
