"""What must be understood while the assistant is not there: a person, please; and the same words once more."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from bot.conversations.messages import Inbound, Sender
from bot.conversations.ports import MessageLog
from bot.text.normalise import normalise

PAYLOAD = "/request_human"  # of every button 转人工
IMPATIENT = timedelta(seconds=1)  # after so long without an answer a customer may have typed it again
_IN_ONE_GO = timedelta(minutes=10)  # between two tries; what is said again later is said for a reason
_LOOK_BACK = 4  # messages: what was said before, and our notices since
_INSTEAD = "instead_of_queue"  # in the payload of the buttons beside the queue (bot.services.hand_off.WAYS_ON)
# Whole sentences only: "人工费怎么赔" asks about something else, and waits for the assistant like everything else.
_SENTENCE = re.compile(
    r"(请|麻烦|帮我|给我|我要|我想|我想要|我需要|快|直接)*"
    r"(转|转接|转到|转给|接|接通|找|要|换|叫)?(个|一下|一个)?"
    r"(人工|真人|人工客服|人工服务|人工坐席|真人客服)(客服|服务)?(吧|啊|呀|谢谢|快点|可以吗|行吗)*"
)
_MARKS = re.compile(r"[\s,.!?;:，。！？；：、~…]+")
_PEOPLE = r"(?:人工|真人|人工客服|人工服务|坐席|排队|队)(?:客服|服务)?"
_TAKES_BACK = re.compile(
    rf"^(?:那|算了|哎|唉|好了|我|还是|先|就)*[，,\s]*(?:(?:不用|不要|不必|不需要|不|别|取消|退出|撤掉?)(?:再|给我|帮我)?(?:转|等|找|要|排|接)?{_PEOPLE}"
    r"|(?:不|别)(?:想)?(?:再)?(?:等|转|排)|我?自己(?:办|弄|来)|(?:找|跟|让|用|回到|换回?)(?:机器人|智能客服)(?:继续|帮我|办|来|说|吧)*)(?:了|吧|啦)*"
    r"(?:[，,。.;；!！\s]+(?P<rest>.*)|$|(?=我要|我想|帮我|查|办)(?P<more>.*))$",
    re.DOTALL,
)


_WAITS = r"(?:还要?|要|得|大概|大约|一般)*(?:等|排)(?:到)?"
_PLACE = re.compile(
    rf"(?:请问|那|我)*(?:现在|目前)?(?:{_WAITS}(?:多久|多长时间|几分钟|多少分钟|什么时候|啥时候)|(?:什么时候|啥时候|几时)(?:能|可以|才能?)?(?:轮|排|接)(?:到|通)我?"
    r"|(?:排|排队)(?:到|在)?(?:第)?(?:几|多少)(?:位|个|名|号)?|(?:我)?(?:前面|我前面)(?:还)?(?:有)?(?:几|多少)(?:个|位)?(?:人)?(?:在?(?:等|排队?))?|第几位"
    r"|怎么还?(?:没|不)(?:有)?(?:人|接)(?:来|理我|接|回)?)(?:了|呀|啊|呢|吗|啦)*"
)


def asks_for_the_place(inbound: Inbound) -> bool:
    """Whether somebody who waits for a person asks how long, or how many are before him, and nothing else."""
    return len(inbound.text) <= 20 and _PLACE.fullmatch(_MARKS.sub("", normalise(inbound.text))) is not None


def takes_back(inbound: Inbound) -> str | None:
    """What is left of a message that no longer wants a person ("不用人工了，我要查保单"); None for any other message."""
    if inbound.payload:
        if _INSTEAD not in inbound.payload:
            return None
        return "" if inbound.payload.startswith("/cancel") else inbound.text
    found = _TAKES_BACK.match(normalise(inbound.text).strip())
    return None if found is None else (found["rest"] or found["more"] or "").strip()


def asks_for_a_person(inbound: Inbound) -> bool:
    """Whether the message is nothing but that: the button pressed, or the words alone."""
    if inbound.payload:
        return inbound.payload == PAYLOAD
    return len(inbound.text) <= 20 and _SENTENCE.fullmatch(_MARKS.sub("", normalise(inbound.text))) is not None


def says_it_again(inbound: Inbound, log: MessageLog, now: datetime) -> bool:
    """Whether the customer's message before it, shortly before, had the same words and no answer yet. A button or a file is another
    one each time."""
    if inbound.payload or now - inbound.received_at < IMPATIENT:  # most messages: the log need not be read
        return False
    around = log.after(inbound.conversation_id, max(0, inbound.seq - _LOOK_BACK))
    earlier = [each for each in around if each.seq < inbound.seq and each.sender is not Sender.SYSTEM]
    if not earlier or earlier[-1].sender is not Sender.CUSTOMER or earlier[-1].text != inbound.text:
        return False
    return inbound.received_at - earlier[-1].at < _IN_ONE_GO
