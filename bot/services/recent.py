"""What the conversation was last about, so that "那这张呢", "第二个" and "还是刚才那份" mean something."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.insurance.policy import InsurancePolicy
from bot.services.understanding import Entity, Understood
from bot.text.tails import find_tails, title_with_tail

_OF_SOMETHING_ELSE = re.compile(r"(?:卡|手机|电话|证|账户|帐户|车|车牌|号码)号?码?的?$")
_LONGEST, _LONGEST_TEXT = 16, 200
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8}
_ONE = r"(?:一?(?:个|份|张|款|单|件)|保单)"
_PLACE = re.compile(rf"第\s*([一二两三四五六七八1-8])\s*{_ONE}?")
_LAST = re.compile(rf"最后(?:面|边)?(?:的|那)?{_ONE}?|最下面|末一{_ONE}")
_OTHER = re.compile(rf"另外?(?:一|的|那)?{_ONE}|别的那?{_ONE}|其他那?{_ONE}|不是这{_ONE}.{{0,4}}那{_ONE}")
_SAME = re.compile(
    rf"(?:还是|就是?|仍是)?(?:刚才|刚刚|上面|前面|之前|方才|同)(?:看|说|查|办|问|提到?)?(?:过|了)?的?(?:那|这)?{_ONE}"
    rf"|还是(?:那|这){_ONE}|同一{_ONE}"
)
_THIS = re.compile(rf"[这那]{_ONE}")
_THIS_ONE_TOO = re.compile(rf"那[这那]?{_ONE}呢")
_AGAIN = re.compile(
    r"^(?:那|还有|再看看?|再查查?|换|也看看)?.{1,12}(?:呢|也(?:看|查)(?:看|查|一下)?|怎么样)[?？。!！\s]*$"
)
_BARE = re.compile(
    rf"^(?:那|看|查|要|换)?(?:{_PLACE.pattern}|{_LAST.pattern}|{_OTHER.pattern})(?:吧|的|看看|查查)?[。!！?？\s]*$"
)


@dataclass(frozen=True)
class Recent:
    """The last wish or question with an intent of its own, and the policy it was about ("" when none was)."""

    intent: str
    text: str
    policy_no: str = ""

    def as_slot(self) -> str:
        return json.dumps([self.intent, self.text[:_LONGEST_TEXT], self.policy_no], ensure_ascii=False)


def read_recent(slot: object) -> Recent | None:
    """The slot's value; None when nothing has been talked about."""
    return Recent(*json.loads(slot)) if isinstance(slot, str) and slot else None


def points_to_policy(text: str) -> bool:
    """The words point to a policy that has been seen: by place, as the other one, as the one of just now; or one by its
    last digits."""
    placed = any(pattern.search(text) for pattern in (_PLACE, _LAST, _OTHER, _SAME))
    return placed or bool(_THIS_ONE_TOO.search(text)) or _names_a_tail(text)


def _names_a_tail(text: str) -> bool:
    """尾号 0201 那份; not the last digits of a phone, a card or an identity number."""
    return any(not _OF_SOMETHING_ELSE.search(text[: tail.start]) for tail in find_tails(text))


def policy_pointed_to(text: str, policies: Sequence[InsurancePolicy], recent: str) -> InsurancePolicy | None:
    """The policy of the list as shown that the words point to. `recent`: the number of the one last talked about."""
    if _names_a_tail(text):
        tail = title_with_tail(text, [policy.policy_no for policy in policies])
        return None if tail is None else policies[tail]
    place = _PLACE.search(text)
    if place:
        number = _DIGITS.get(place.group(1)) or int(place.group(1))
        return policies[number - 1] if number <= len(policies) else None
    if _LAST.search(text):
        return policies[-1] if policies else None
    if _SAME.search(text):
        return next((policy for policy in policies if policy.policy_no == recent), None)
    others = [policy for policy in policies if policy.policy_no != recent]
    if recent and len(others) == 1 and (_OTHER.search(text) or _THIS.search(text)):
        return others[0]
    return None


def asks_the_same_of_another(recent: Recent, said: Understood) -> bool:
    """ "那这张呢", "那重疾险呢", "第二份": the last question once more, about something else."""
    text = said.text.strip()
    if said.chosen or len(text) > _LONGEST:
        return False
    if _BARE.match(text):
        return True
    names = (
        said.first("policy_no", "line_of_business") is not None or points_to_policy(text) or bool(_THIS.search(text))
    )
    return names and bool(_AGAIN.match(text)) and not _own_question(recent, said)


def _own_question(recent: Recent, said: Understood) -> bool:
    """It says itself what it wants ("车险怎么报案呢")."""
    return (
        bool(re.search(r"怎么|什么|多少|几|吗|哪|能不能|为什么|报案|投诉|退保", said.text))
        and said.intent != recent.intent
    )


def once_more(recent: Recent, said: Understood) -> Understood:
    """The last question with the words that say of what."""
    text = f"{recent.text} {said.text}".strip()
    shift = len(text) - len(said.text)
    entities = tuple(
        Entity(each.type, each.text, each.value, each.start + shift, each.end + shift) for each in said.entities
    )
    return replace(said, text=text, intent=recent.intent, confidence=1.0, entities=entities, requests=())
