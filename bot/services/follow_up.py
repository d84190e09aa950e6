"""The short message that answers a question of ours: "住院" after "告诉我是车险、住院、重疾还是身故"."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace

from bot.services.understanding import DOUBT, Entity, Understood
from bot.services.verify_salesperson import find_registration_no

ASKED_ABOUT = "asked_about"  # the slot
MOST_QUESTIONS = 2  # F03: at most two questions, then one complete list
_LONGEST = 12
_STRONG = 0.6
_ABOUT_A_PLACE = frozenset(("ask_branch", "ask_complaint_channel", "ask_claim_process", "ask_claim_documents"))
_TALK = frozenset(
    ("greet", "goodbye", "thank", "affirm", "deny", "cancel", "correct_answer", "repeat", "bot_challenge",
     "request_human", "request_callback", "emergency", "ask_capabilities", "give_feedback")
)  # fmt: skip
# Words of a wish or a question of its own: such a message starts anew, however short it is.
_OWN_WISH = re.compile(
    r"怎么|咋|如何|什么|啥|多少|多久|几[天年个号点]|哪|谁|吗|为什么|能不能|可不可以|要不要|我[要想]|想|帮|查|办|退|投诉|报案|举报"
    r"|人工|真人|客服|电话|再见|谢|不用|算了|取消|没有|不知道|改[成为]|变更|换成"
)
# What a message may be about besides a wish: the thing itself, without a verb.
_SUBJECT = re.compile(
    r"险|车|住院|门诊|急诊|手术|重疾|大病|癌|轻症|身故|去世|死亡|伤残|残疾|骨折|摔|撞|刮|追尾|意外|医疗|寿|年金|分红|家财|财产"
    r"|房|责任|旅行|旅游|航班|团体|单位|盗|火|水|宠物|玻璃|生病|生孩子|烧伤|猝死"
)
_BARE_SUBJECT = re.compile(
    r"^(?:那|是|就是|我是|我的|属于|关于|那个|应该是)?(?P<thing>.{1,8}?)(?:的|呢|吧|啊|呀|的吧|的呢)?$"
)
_MARKS = re.compile(r"[\s，。！？、,.!?~…]+")


@dataclass(frozen=True)
class Asked:
    """What the customer wanted when we asked back, and how often we have asked."""

    intent: str
    text: str
    times: int = 1

    def as_slot(self) -> str:
        return json.dumps([self.intent, self.text, self.times], ensure_ascii=False)


def read_asked(slot: object) -> Asked | None:
    """The slot's value; None when nothing is open."""
    return Asked(*json.loads(slot)) if isinstance(slot, str) and slot else None


def is_follow_up(asked: Asked, said: Understood) -> bool:
    """The message only completes what was asked: it is short and carries no strong wish of its own."""
    if said.chosen:
        return False
    if asked.intent == "verify_salesperson" and find_registration_no(said.text):
        return True
    text = _MARKS.sub("", said.text)
    names_place = said.first("location") is not None and asked.intent in _ABOUT_A_PLACE
    if names_place and len(text) <= _LONGEST and not _OWN_WISH.search(text):
        return True
    if not text or len(text) > _LONGEST or _OWN_WISH.search(text):
        return False
    if _SUBJECT.search(text):
        bare = _BARE_SUBJECT.match(text)
        return bare is not None or said.confidence < _STRONG or said.intent in ("inform", asked.intent)
    if said.intent in _TALK:
        return False
    return said.intent in ("inform", DOUBT, asked.intent) or said.confidence < _STRONG


def complete(asked: Asked, said: Understood) -> Understood:
    """The first question again, now with the words that were missing."""
    text = f"{asked.text} {said.text}".strip()
    shift = len(text) - len(said.text)
    entities = tuple(
        Entity(item.type, item.text, item.value, item.start + shift, item.end + shift) for item in said.entities
    )
    return replace(said, text=text, intent=asked.intent, entities=entities)
