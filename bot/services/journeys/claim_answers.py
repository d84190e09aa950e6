"""How a claim's answers are read: what happened to whom, where, with whose car. Each says why it refuses."""

from __future__ import annotations

import re

from bot.insurance.policy import LineOfBusiness
from bot.services.journeys.fields import is_filler, read_name, read_phone, read_plate, read_words, says_none
from bot.services.journeys.journey import Accepted, Ended, NotAnAnswer, Reading, Situation
from bot.services.reply import Reply
from bot.services.understanding import Understood
from bot.text.masking import mask_free_text, mask_plate

_ASKS = re.compile(r"[?？]|多久|怎么|什么时候|吗$|呢$|能不能|要不要")
_MOTOR_WORDS = re.compile(r"车|追尾|刮|蹭|撞(?!倒|人|伤|到人)|碰瓷|肇事|剐|爆胎")
_PERSON_WORDS = re.compile(r"摔|骨折|住院|手术|看病|确诊|烫|割|晕|病|崴|扭|咬|人没了|去世|走了|身故|生病|受伤")
_LIABLE = re.compile(r"(要|让|叫)我们?赔|赔(给)?(人家|对方)")
_ILLNESS_WORDS = re.compile(r"住院|手术|看病|确诊|生病|炎|癌|瘤|结石|高血压|糖尿病|肺|发烧")
_INJURY_WORDS = re.compile(r"摔|骨折|烫|割|崴|扭|咬|撞|砸|受伤|意外|去世|走了|没了|身故")
_PROPERTY_WORDS = re.compile(r"漏水|淹|着火|火灾|失火|被偷|入室|家里|仓库|店里|厂房|玻璃碎")
GRAVE = re.compile(r"死|身亡|身故|去世|走了|没了|昏迷|抢救|重伤|大出血|被困|没呼吸|ICU", re.IGNORECASE)
HURT = re.compile(r"受伤|伤|疼|痛|流血|骨折|晕|住院|医院|崴|扭了|烫|割|咬|摔(?:倒|伤|断|下|了?一?跤)")
_OTHERS = re.compile(r"对方|被|后车|前车|货车|肇事|司机|(?<!其)他|她")
_OWN = re.compile(r"我|本人|自己")
_PLATE = re.compile(r"[京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤琼川贵云陕甘青蒙桂宁新藏][A-Z]·?[A-Z0-9]{5,6}(?![A-Z0-9])")
UNHURT = re.compile(r"没(有)?人?(受)?伤|人(都)?没(啥|什么)?(事|伤)|无人受伤")
NOBODY_HURT = re.compile(
    r"^(没|没有|无|莫得)人?[的呢啊吧。]*$|没(有)?(人)?(受)?伤|人(都)?没事|没事|无人|都好|安全|就车"
)
GRAVE_WORDS = (
    "先看人：现场还有危险请马上打 120，有火情打 119，交通事故打 122。"
    "后面的事由专人陪您办，我现在就转过去，您联系我们的时间已经记下。"
)


def tells_what_happened(text: str) -> bool:
    return bool(
        _MOTOR_WORDS.search(text) or _PERSON_WORDS.search(text) or _PROPERTY_WORDS.search(text)
    ) and not re.match(r"^.{0,4}(报案|理赔|我要报案|要理赔).{0,3}$", text)


def line_from(said: Understood) -> str:
    entity = said.first("line_of_business")
    if entity:
        return entity.value
    if said.first("plate_no") or _MOTOR_WORDS.search(said.text):
        return "motor"
    if _LIABLE.search(said.text):
        return "liability"
    if _PROPERTY_WORDS.search(said.text):
        return "property"
    if _ILLNESS_WORDS.search(said.text) and not _INJURY_WORDS.search(said.text):
        return "health"
    return "accident" if _PERSON_WORDS.search(said.text) else ""


def read_line(said: Understood, _: Situation) -> Reading:
    if said.text in {line.value for line in LineOfBusiness}:
        return Accepted(said.text)
    line = line_from(said)
    return Accepted(line) if line else NotAnAnswer()


def read_injured(said: Understood, _: Situation) -> Reading:
    text = said.text
    if NOBODY_HURT.search(text) and not GRAVE.search(text):
        return Accepted("无人受伤")
    if GRAVE.search(text) or text == "情况危急":
        return Ended((Reply(GRAVE_WORDS),), hand_off="crisis")
    if HURT.search(text) or said.means("affirm"):
        return Accepted(
            "有人受伤" if len(text) <= 6 else text[:100],
            remark="请先照顾伤者：头晕、流血或疼得厉害就打 120；有人受伤的交通事故还要报 122。就诊的病历、发票和费用清单请都留好。",
        )
    return Accepted("无人受伤") if said.means("deny") else NotAnAnswer()


def read_cause(said: Understood, situation: Situation) -> Reading:
    return read_words(2, 500)(said, situation)


def read_place(said: Understood, _: Situation) -> Reading:
    entity = said.first("location")
    text = entity.value if entity and (said.aside or len(said.text) > 40) else said.text.strip()
    if is_filler(text) or (entity is None and _ASKS.search(text)):
        return NotAnAnswer()
    return Accepted(re.sub(r"^(就?在|地点是?|是在)", "", text)) if 2 <= len(text) <= 80 else NotAnAnswer()


def read_own_plate(said: Understood, situation: Situation) -> Reading:
    return NotAnAnswer() if said.aside and _is_others(said, "plate_no") else read_plate(said, situation)


def read_own_phone(said: Understood, situation: Situation) -> Reading:
    return NotAnAnswer() if said.aside and _is_others(said, "phone") else read_phone(said, situation)


def _is_others(said: Understood, entity_type: str) -> bool:
    """A plate or phone told in passing after words for the other party: "被一辆车牌京B67890的货车追尾"."""
    entity = said.first(entity_type)
    if entity is None:
        return False
    before = said.text[: entity.start]
    others = max((found.end() for found in _OTHERS.finditer(before)), default=-1)
    return others > max((found.end() for found in _OWN.finditer(before)), default=-1)


def show_words(value: str, _: Situation) -> str:
    """The customer's own words with phones, id numbers and plates masked, cut to a line."""
    masked = _PLATE.sub(lambda found: mask_plate(found.group()), mask_free_text(value))
    return masked if len(masked) <= 60 else masked[:58] + "…"


def read_other(said: Understood, situation: Situation) -> Reading:
    if says_none(said.text) or re.search(r"单方|自己撞|自己蹭|跑了|逃逸", said.text):
        return Accepted("没有对方" if not re.search(r"跑|逃", said.text) else "对方已离开现场，请报 122")
    return read_words(2, 100)(said, situation)


def read_drivable(said: Understood, _: Situation) -> Reading:
    if re.search(r"不能|开不了|动不了|不行|没法|打不着", said.text) or said.means("deny"):
        return Accepted("不能行驶", remark="需要拖车的话，报完案告诉我“要拖车”。")
    if re.search(r"能|可以|没问题", said.text) or said.means("affirm"):
        return Accepted("能行驶")
    return NotAnAnswer()


def read_insured(said: Understood, situation: Situation) -> Reading:
    policy = said.first("policy_no")
    if policy:
        return Accepted(policy.value)
    return Accepted("不清楚") if says_none(said.text) else read_name(said, situation)


def read_hospital(said: Understood, situation: Situation) -> Reading:
    if re.search(r"没(有)?(去|就诊|看)|还没", said.text) or says_none(said.text):
        return Accepted("还没就诊")
    entity = said.first("hospital")
    return Accepted(entity.value) if entity else read_words(2, 60)(said, situation)


def read_consent(said: Understood, _: Situation) -> Reading:
    if said.means("deny") or re.search(r"不同意|不愿意|不想", said.text):
        return Accepted("不同意", remark="没关系，健康方面的信息就不在这里记，报案照样登记。")
    if said.means("affirm") or "同意" in said.text:
        return Accepted("同意")
    return NotAnAnswer()
