"""The ways out of a journey before its end: to complain, to do something more urgent first, to go on another day, for good."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.services.draft_ports import KEPT
from bot.services.journeys import controls
from bot.services.journeys.identity_steps import ID_NUMBER, NAME, OTP, PERSON_CHECK, PHONE_CODE
from bot.services.journeys.journey import CONFIRM, Journey, Situation
from bot.services.journeys.turn import Turn
from bot.services.reply import Reply
from bot.services.understanding import Understood

SAVED, PUT_OFF = "saved", "put_off:"  # outcomes of a turn
SHORT = 16  # characters; a longer "先……" where a story is asked for is part of it
_LATER = r"(?:稍后|回头|等会儿?|等一会儿?|晚点|过会儿?|以后|下次|明天|改天|有空)再?(?:来)?(?:办|弄|说|填|继续|接着)"
_SAVES = re.compile(
    rf"^(?:我|那|帮我|给我|请|麻烦)?(?:先)?(?:保存|存)(?:一下|着|起来|好)?[，,\s]*(?:{_LATER})?(?:吧|了)?[。.!！\s]*$"
    rf"|保存稍后|(?:先)?(?:保存|存着|留着)[^，。]{{0,4}}{_LATER}|^(?:我|那)?{_LATER}(?:吧|了)?[。.!！\s]*$"
)
_RESUMES = re.compile(
    r"^(?:我|那|我们|咱们)?(?:要|想)?(?:接着|继续)(?:办|来|填|弄|做)?(?:一下)?(?:(?:刚才|上次|之前|昨天|前面)(?:保存|存|没办完|没填完|放下|那)?(?:件|个)?的?(?:事)?)?(?:吧|了)?[。.!！\s]*$"
)
_FIRST = re.compile(
    r"^(?:等等|等一下|等下|不对|哎|那)?[，,\s]*(?:我|咱)?(?:要|想|得)?先(?!生|天|不)(?:来|帮|给|替|办|报|查|改|开|要|看)?"
)
_INSTEAD = re.compile(r"^(?:不对|错了|不是(?:这个)?|说错了|搞错了|弄错了)[，,。\s]*我(?:是)?(?:要|想|来)")
# "先不退了 我贷款吧", "地址不改了 直接开发票"; what stands after it says what instead.
_INSTEAD_OF_IT = re.compile(
    r"^(?:那|我|还是|就|先)*(?:[\u4e00-\u9fff]{1,4})?(?:不|先不|不要|别)(?:想)?(?:退|办|贷|借|改|领|弄|换|补)(?:保|款)?(?:了|吧)+[，,。\s]*"
    r"(?:我|就|直接|改|那|先|给我|帮我)*(?:要|想|来|办)?(?=(?:保单)?(?:贷款|借款)|退保|开|查|改|领|报案|投诉|减保|复效|补)"
)
_WISHES = (
    ("贷款|借款", "policy_loan"), ("退保", "surrender_policy"), ("发票", "request_invoice"), ("报案", "report_claim"),
    ("减保|加保|保额", "change_contract"), ("复效", "reinstate_policy"), ("理赔", "query_claim"), ("保单", "query_policy"),
    ("地址|手机|邮箱|电话", "change_contact"), ("年金|生存金|红利|满期", "collect_benefit"),
)  # fmt: skip
_URGENT = re.compile(r"受伤|流血|被困|起火|着火|昏迷|晕倒|骨折|撞(?:人|了|上)|出(?:了)?车祸|追尾|翻车")
_NOT_HURT = re.compile(r"没(?:有)?(?:人)?受?伤")


@dataclass(frozen=True)
class Draft:
    """A journey that its customer wants to go on with: `key` names it, `run` is its idempotency key."""

    key: str
    run: str
    answers: Mapping[str, str]
    at: datetime

    @classmethod
    def of(cls, key: str, run: str, answers: Mapping[str, str], at: datetime) -> Draft:
        """Without what proves who somebody is: that is asked again when it has run out, and not kept for days."""
        proofs = {NAME, ID_NUMBER, OTP, PERSON_CHECK, PHONE_CODE, CONFIRM}
        return cls(key, run, {slot: value for slot, value in answers.items() if slot not in proofs}, at)

    def as_slot(self) -> str:
        return json.dumps([self.key, self.run, dict(self.answers), self.at.isoformat()], ensure_ascii=False)

    def is_kept(self, now: datetime) -> bool:
        return now - self.at <= KEPT


def read_draft(slot: object) -> Draft | None:
    """The slot's value; None when nothing is saved."""
    if not isinstance(slot, str) or not slot:
        return None
    key, run, answers, at = json.loads(slot)
    return Draft(key, run, answers, datetime.fromisoformat(at))


def resumes_draft(said: Understood) -> bool:
    """ "接着办刚才的": whatever was saved, without its name."""
    return not said.chosen and bool(_RESUMES.match(said.text.strip()))


def leave(journey: Journey, situation: Situation, turn: Turn) -> bool:
    """Whether the message leaves the journey; then `turn` holds the words and the outcome."""
    said = situation.said
    if _leaves_to_complain(journey, said):
        turn.outcome = "switched:file_complaint"
    elif _saves(journey, said):
        turn.replies.append(
            Reply(f"好，先放着，没有提交。填好的内容在这个会话里留 7 天，想接着办，说“接着办”或“{journey.zh}”。")
        )
        turn.outcome = SAVED
    elif _changes_mind(journey, said):
        instead = _INSTEAD_OF_IT.match(said.text)
        intent = _wished(said.text[instead.end() :]) if instead else said.intent
        turn.replies.append(Reply(f"好，{journey.zh}不办了，没有提交。现在{controls.OTHER_JOURNEYS[intent]}："))
        turn.outcome = f"switched:{intent}"
    elif controls.cancels(said) or (not said.chosen and _SAVES.search(said.text.strip())):
        own = journey.own_answer(situation)  # "我自己慢慢开回去算了" of somebody who has drunk
        turn.replies += [*((Reply(own),) if own else ()), Reply(journey.cancelled)]
        turn.outcome = "cancelled"
    elif _puts_first(journey, situation, turn.requested):
        title = controls.OTHER_JOURNEYS[said.intent]
        turn.replies.append(Reply(f"好，先{title}。{journey.zh}先放着，填好的都留着，还没有提交；这件办完接着办。"))
        turn.outcome = f"{PUT_OFF}{said.intent}"
    return bool(turn.outcome)


def cancels_all(said: Understood) -> bool:
    """ "都不办了": what else waits goes too."""
    return bool(
        re.search(
            r"(?:^|[，,\s])(?:那|就|先)?(?:都|全(?:部|都)?)(?:先)?(?:不|别|取消)(?:办|弄|要|搞|开|退|改)?(?:了|吧)|[一哪]个都不(?:办|要)",
            said.text,
        )
    )


def is_draft(journey: Journey) -> bool:
    """A complaint is on record from its first sentence and a report is kept in no other place: neither is a draft."""
    return bool(journey.card_title) and not journey.restricted and journey.intent != "file_complaint"


def _saves(journey: Journey, said: Understood) -> bool:
    return is_draft(journey) and not said.chosen and bool(_SAVES.search(said.text.strip()))


def _leaves_to_complain(journey: Journey, said: Understood) -> bool:
    """A query has nothing to lose: who complains in the middle of it is heard at once."""
    in_a_query = journey.intent.startswith("query_") and controls.complains_too(said)
    complains_now = in_a_query or controls.complains_instead(said)
    return complains_now and journey.intent != "file_complaint" and not journey.restricted


def _changes_mind(journey: Journey, said: Understood) -> bool:
    """ "不对，我要退保": not the answer was wrong, but the wish."""
    if said.chosen or journey.restricted or journey.intent == "file_complaint":
        return False
    if instead := _INSTEAD_OF_IT.match(said.text):
        return _wished(said.text[instead.end() :]) not in ("", journey.intent)
    return bool(_INSTEAD.match(said.text)) and controls.starts_other_journey(said, journey.intent)


def _wished(text: str) -> str:
    """The intent of the wish that stands after the one taken back; the classifier saw both at once. "" where that one is
    refused too ("不退了，贷款也不要")."""
    if re.search(r"(?:也|都)?(?:不|别)(?:要|用|想|办|退|贷|借|开|改|领|查)*(?:贷款|款|保|发票|了)*[。.!！\s]*$", text):
        return ""
    return next((intent for words, intent in _WISHES if re.search(words, text)), "")


def _puts_first(journey: Journey, situation: Situation, requested: str) -> bool:
    """ "先帮我报案": the customer says himself what comes first; somebody hurt comes first without that word."""
    said = situation.said
    if said.chosen or journey.restricted or journey.intent == "file_complaint":
        return False
    if said.interlude == "waits":  # "我先下车，等会儿打给你"
        return False
    if not controls.starts_other_journey(said, journey.intent):
        return False
    step = journey.step(requested)
    story = step is not None and step.free_text
    if _FIRST.match(said.text) and (not story or len(said.text) <= SHORT):
        return True
    tells = story and "报案" not in said.text  # of what happened
    hurt = _URGENT.search(said.text) and not _NOT_HURT.search(said.text)
    return said.intent == "report_claim" and bool(hurt) and not tells
