"""How a claim's answers are read: what happened, where, with whose car. Each says why it refuses."""

from __future__ import annotations

import re

from bot.insurance.policy import LineOfBusiness
from bot.services.journeys.claim_contact import is_others, told_driver
from bot.services.journeys.claim_slots import (
    CAUSE,
    DRIVABLE,
    FLED,
    LINE,
    NOT_TOLD,
    ON_SCENE,
    OTHER,
    POLICE,
    SPREADING,
    is_fire,
    is_theft,
    other_party_told,
)
from bot.services.journeys.fields import is_filler, read_name, read_plate, read_words, says_none
from bot.services.journeys.journey import Accepted, NotAnAnswer, Reading, Rejected, Situation
from bot.services.understanding import Understood
from bot.text.masking import mask_free_text, mask_plate
from bot.text.normalise import fold

_ASKS = re.compile(
    r"[?？]|多久|怎么|什么时候|什么(材料|资料|意思)|要哪些|赔多少|多少钱|吗[啊呀]?$|呢$|能不能|要不要|是不是|有没有用"
)
_MOTOR_WORDS = re.compile(r"车|追尾|刮|蹭|撞(?!倒|人|伤|到人)|碰瓷|肇事|剐|爆胎")
_PERSON_WORDS = re.compile(r"摔|骨折|住院|手术|看病|确诊|烫|割|晕|病|崴|扭|咬|人没了|去世|走了|身故|生病|受伤")
_LIABLE = re.compile(r"(要|让|叫)我们?赔|赔(给)?(人家|对方)")
_ILLNESS_WORDS = re.compile(r"住院|手术|看病|确诊|生病|炎|癌|瘤|结石|高血压|糖尿病|肺|发烧")
_INJURY_WORDS = re.compile(r"摔|骨折|烫|割|崴|扭|咬|撞|砸|受伤|意外|去世|走了|没了|身故")
_PROPERTY_WORDS = re.compile(
    r"漏水|淹|泡了|着火|火灾|失火|被偷|被盗|入室|家里|仓库|店里|厂房|玻璃碎|水管|冰箱|洗衣机|空调|电视|家电|家具|屋顶|地板"
)
_PLATE = re.compile(r"[京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤琼川贵云陕甘青蒙桂宁新藏][A-Z]·?[A-Z0-9]{5,6}(?![A-Z0-9])")
_CANNOT_DRIVE = re.compile(
    r"(?:不能|没法|无法)(?:再|正常|继续)?(?:开|走|动|行驶)|开不了|动不了|打不着|趴窝|要拖车|抛锚"
)
_CAN_DRIVE = re.compile(r"(?:还|都|也|车)?能(?:正常|继续)?(?:开|走|行驶)(?!门)|可以(?:开|行驶)")
_NOT_REPORTED = re.compile(
    r"(?:没|未|还没|没有)(?:来得及)?(?:去)?(?:报|打)|不报|没有?$|还没|^没|^未|^否|没(?:有)?报警|没叫"
)
_REPORTED = re.compile(
    r"(?:报|叫|打)(?:过|了|完|给)*(?:警|交警|警察|公安|派出所|110|122|119)|(?:交警|警察|民警|消防)(?:已经|都)?(?:来|到|处理|定责|出警)|已报|报过|报了|认定书|回执"
)
_REPORT_NO = re.compile(r"[A-Za-z0-9\-]{6,30}")
_STOPPED = re.compile(
    r"没有?(?:再)?(?:漏|烧|扩大|渗)|不(?:再|漏)了?|(?<!没)控制住|止住|已经?(?:关|停|灭|堵|修)|(?:扑|熄|浇)灭|关了|停了|灭了|堵住"
)
_GOES_ON = re.compile(
    r"(?:还在|正在|一直在|仍在|还)(?:漏|烧|渗|淹|涨|扩大|冒|进水|流|滴)|止不住|控制不住|越来越|没(?:有)?(?:控制|止住|停|关|灭|堵)"
)


def asks_something(said: Understood) -> bool:
    """A question by its form is never an answer, whatever the open question takes."""
    return not said.chosen and bool(_ASKS.search(said.text.strip()))


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


def told_by_the_way(said: Understood, line: str) -> dict[str, str]:
    """What a told story answers besides itself, so that it is never asked for."""
    text = fold(said.text)
    found: dict[str, str] = {}
    if _REPORTED.search(text) and not _NOT_REPORTED.search(text) and not _ASKS.search(text):
        found[POLICE] = "已报警"
    if line == "property" and (_GOES_ON.search(text) or _STOPPED.search(text)):
        found[SPREADING] = "还在扩大" if _GOES_ON.search(text) else "已控制住"
    if line == "motor" and not is_theft(text):
        found |= told_driver(text)
        if _CANNOT_DRIVE.search(text) or _CAN_DRIVE.search(text):
            found[DRIVABLE] = "不能行驶" if _CANNOT_DRIVE.search(text) else "能行驶"
        if is_others(said, "plate_no"):
            plate = said.first("plate_no")
            found[OTHER] = f"对方车牌 {plate.value}" if plate else ""
    return found


def read_line(said: Understood, _: Situation) -> Reading:
    if said.text in {line.value for line in LineOfBusiness}:
        return Accepted(said.text)
    line = line_from(said)
    return Accepted(line) if line else NotAnAnswer()


def read_cause(said: Understood, situation: Situation) -> Reading:
    reading = read_words(2, 500)(said, situation)
    if not isinstance(reading, Accepted):
        return reading
    line = situation.get(LINE)
    found = told_by_the_way(said, line)
    if line == "property":  # the question asks for it, so it is not asked twice
        found.setdefault(SPREADING, NOT_TOLD)
    also = {slot: value for slot, value in found.items() if not situation.get(slot)}
    return Accepted(reading.value, also=also)


def read_place(said: Understood, _: Situation) -> Reading:
    entity = said.first("location")
    text = entity.value if entity and (said.aside or len(said.text) > 40) else said.text.strip()
    if is_filler(text) or (entity is None and _ASKS.search(text)) or not re.search(r"[\u4e00-\u9fffA-Za-z]", text):
        return NotAnAnswer()
    if entity is None and says_none(text):
        if re.match(r"没|无|跳过|不方便", text):
            return Rejected("要有个大概地点才好安排人去看：路名、小区、单位或附近的店都行；真说不准就回“不知道”。")
        return Accepted("说不准，待核实")
    if entity is None and (_CANNOT_DRIVE.fullmatch(text) or _CAN_DRIVE.fullmatch(text)):
        return Rejected("车况后面会问到，这一步要的是地点：路名、小区或单位都行。")
    return Accepted(re.sub(r"^(就?在|地点是?|是在)", "", text)) if 2 <= len(text) <= 80 else NotAnAnswer()


def read_own_plate(said: Understood, situation: Situation) -> Reading:
    return NotAnAnswer() if said.aside and is_others(said, "plate_no") else read_plate(said, situation)


def show_words(value: str, _: Situation) -> str:
    """The customer's own words with phones, id numbers and plates masked, cut to a line."""
    masked = _PLATE.sub(lambda found: mask_plate(found.group()), mask_free_text(value))
    return masked if len(masked) <= 60 else masked[:58] + "…"


def read_other(said: Understood, situation: Situation) -> Reading:
    text = said.text.strip()
    if re.search(r"跑了|逃逸|逃了|溜了|开走了", text):
        return Accepted(FLED, remark="对方离开了现场，请马上报 122，记得的车牌、车型、颜色和方向都告诉交警。")
    if says_none(text) or re.search(r"单方|自己撞|自己蹭|没有?(对方|别的|其他)", text):
        return Accepted("没留下对方信息" if other_party_told(situation) else "没有对方")
    if asks_something(said):
        return NotAnAnswer()
    if (_CANNOT_DRIVE.search(text) or _CAN_DRIVE.search(text)) and len(text) <= 10:
        return Rejected("车况下一步就问。这一步要的是对方：车牌或电话，没有对方就回“没有”。")
    return read_words(2, 100)(said, situation)


# Said in passing, "能" and "不行" mean anything; these are about the car.
_ABOUT_DRIVING = re.compile(r"(?:不能|没法|能|可以|还能)(?:开|动|走|行驶)|开不了|动不了|打不着")


def read_drivable(said: Understood, _: Situation) -> Reading:
    if asks_something(said):
        return NotAnAnswer()
    if said.aside and not _ABOUT_DRIVING.search(said.text):
        return NotAnAnswer()
    if "报" in said.text:  # "没报警" answers another question
        return NotAnAnswer()
    if re.search(r"不能|开不了|开不走|动不了|不行|没法|打不着", said.text) or said.means("deny"):
        return Accepted("不能行驶", remark="需要拖车的话，报完案告诉我“要拖车”。")
    if re.search(r"能|可以|没问题", said.text) or said.means("affirm"):
        return Accepted("能行驶")
    return NotAnAnswer()


def read_vehicle_at(said: Understood, situation: Situation) -> Reading:
    text = said.text.strip()
    if re.search(r"现场|原地|原处|没动|路边|就在那", text) and len(text) <= 10:
        return Accepted(ON_SCENE)
    if says_none(text):
        return Accepted(NOT_TOLD)
    return NotAnAnswer() if asks_something(said) else read_words(2, 80)(said, situation)


def read_police(said: Understood, situation: Situation) -> Reading:
    text = fold(said.text).strip()
    if re.search(r"跳过|不清楚|不知道|不记得", text):
        return Accepted(NOT_TOLD)
    if asks_something(said):
        return NotAnAnswer()
    if _NOT_REPORTED.search(text) or said.means("deny"):
        cause = situation.get(CAUSE)
        whom = "110" if is_theft(cause) else "119" if is_fire(cause) else "122"
        advice = f"请先打 {whom} 报警，拿到的回执或认定书请留好，后面核定要用。"
        return Accepted("未报警", remark=advice)
    number = _REPORT_NO.search(re.sub(r"(?<!\d)(110|119|122)(?!\d)", "", text))
    if number:
        return Accepted(f"已报警，编号 {number.group()}")
    if _REPORTED.search(text) or said.means("affirm") or re.fullmatch(r"(是|对|有|嗯)[的了]?", text):
        return Accepted("已报警")
    return NotAnAnswer()


def read_spreading(said: Understood, _: Situation) -> Reading:
    text = said.text.strip()
    if _GOES_ON.search(text) or text == "还在扩大":
        return Accepted(
            "还在扩大",
            remark="先保证人安全，再关掉水、电、气的总阀，把能搬的东西移开；为减少损失花的必要、合理费用，票据请留好。",
        )
    if re.search(r"不清楚|不知道|跳过", text):
        return Accepted(NOT_TOLD)
    stopped = _STOPPED.search(text) or re.match(r"没(有|再)?|不", text) or said.means("deny")
    return Accepted("已控制住") if stopped or text == "已控制住" else NotAnAnswer()


def read_insured(said: Understood, situation: Situation) -> Reading:
    policy = said.first("policy_no")
    if policy:
        return Accepted(policy.value)
    if re.fullmatch(r"(就?是)?(我|本人|我自己|我本人)[。.]?", said.text.strip()):
        return Rejected("请告诉我您的姓名，好让理赔人员核对保单；不想说就回“不知道”。")
    return Accepted("不清楚") if says_none(said.text) else read_name(said, situation)
