"""How a claim's answers are read: what happened, where, with whose car. Each says why it refuses."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.insurance.policy import LineOfBusiness
from bot.services.journeys import claim_injuries as injuries
from bot.services.journeys import claim_story as story
from bot.services.journeys.claim_contact import told_driver
from bot.services.journeys.claim_parties import others_told, own_plate, read_other
from bot.services.journeys.claim_slots import (
    CAUSE,
    DRIVER,
    INJURED_COUNT,
    LINE,
    MANY,
    NOT_TOLD,
    ON_SCENE,
    OTHER,
    SPREADING,
    VEHICLE_AT,
    is_fire,
    is_theft,
)
from bot.services.journeys.fields import (
    EVENT_AT,
    is_filler,
    read_name,
    read_plate,
    read_words,
    says_none,
    unusable_day,
)
from bot.services.journeys.journey import Accepted, NotAnAnswer, Reading, Rejected, Situation
from bot.services.journeys.small_talk import chats
from bot.services.understanding import Entity, Understood
from bot.text.masking import mask_free_text, mask_plate
from bot.text.normalise import fold

_ASKS = re.compile(
    r"[?？]|多久|怎么|什么时候|什么(材料|资料|意思)|要哪些|赔多少|多少钱|吗[啊呀]?$|呢$|能不能|要不要|是不是|有没有用"
)
_PLATE = re.compile(r"[京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤琼川贵云陕甘青蒙桂宁新藏][A-Z]·?[A-Z0-9]{5,6}(?![A-Z0-9])")
_REPORT_NO = re.compile(r"[A-Za-z0-9\-]{6,30}")
LEAST_STORY = 6  # characters; less tells only what has happened ("掉漆了")
# What can only be a place, in words that no gazetteer knows.
PLACE_WORDS = re.compile(
    r"^[^，。？?]{0,16}(?:停车场|车库|路口|(?<!线)路(?!上|边)|街|巷|桥|小区|广场|商场|超市|大厦|门口|收费站|服务区|加油站|高速|立交)[^，。？?]{0,8}$"
)
_REST_OF_PLACE = re.compile(
    r"[^，。？?、\s]{0,12}(?:停车场|车库|路口|路|街|巷|桥|区|广场|商场|超市|大厦|门口|[东南西北]门|收费站|服务区|加油站|高速|立交|号|楼|层|村|园)"
)
_LOSS_ONLY = re.compile(r"^[^，。]{0,8}(?:漏|烧|火|水|扩大|控制|止|停|关|灭|堵)[^，。]{0,3}$")
_ON_SCENE = re.compile(r"现场|原地|原处|没动|路边|就在那")
_STANDS = re.compile(r"(?:停|放|拖|在)(?:在|到|去)?(?:了)?[^，。]{2,20}(?:厂|店|场|库|路|街|桥|口|边|小区|里|处)")


def asks_something(said: Understood) -> bool:
    """A question by its form is never an answer, whatever the open question takes."""
    return not said.chosen and bool(_ASKS.search(said.text.strip()))


def read_line(said: Understood, situation: Situation) -> Reading:
    """The line, by name or out of the story told instead of it; a story is kept, so that it is not asked for."""
    if said.text in {line.value for line in LineOfBusiness}:
        return Accepted(said.text)
    line = story.line_from(said)
    if not line:
        return NotAnAnswer()
    told = story.story_of(said, line) if story.names_an_event(said.text) and not said.aside else {}
    also = {slot: value for slot, value in told.items() if not situation.get(slot)}
    if int(also.get(INJURED_COUNT) or 0) >= MANY:
        return injuries.too_many({LINE: line, **also})
    return Accepted(line, also=also)


def read_cause(said: Understood, situation: Situation) -> Reading:
    """What happened. A day, a place or a number alone is no story; a day that cannot be taken is said to be none."""
    why = unusable_day(said)
    if story.tells_only_values(said):
        return Rejected(why) if why else NotAnAnswer()
    reading = read_words(2, story.MOST)(said, situation)
    if not isinstance(reading, Accepted):
        return reading
    if len(reading.value) < LEAST_STORY and not story.names_an_event(reading.value):
        return NotAnAnswer()
    line = situation.get(LINE)
    found = story.told_by_the_way(said, line)
    if line == "property":  # the question asks for it, so it is not asked twice
        found.setdefault(SPREADING, NOT_TOLD)
    also = {slot: value for slot, value in found.items() if situation.get(slot) in ("", NOT_TOLD)}
    return Accepted(reading.value, remark=why if not situation.get(EVENT_AT) else "", also=also)


def read_place(said: Understood, situation: Situation) -> Reading:
    entity = said.first("location")
    text = _named_place(said, entity) if entity and (said.aside or len(said.text) > 40) else said.text.strip()
    if entity is None and any(each.text.strip() == text for each in said.of_type("time", "date", "plate_no", "phone")):
        return NotAnAnswer()  # "三点" after the day belongs to the day
    if is_filler(text) or (entity is None and _ASKS.search(text)) or not re.search(r"[\u4e00-\u9fffA-Za-z]", text):
        return NotAnAnswer()
    if entity is None and chats(said) and not PLACE_WORDS.match(text):  # "给我讲个笑话"
        return NotAnAnswer()
    if entity is None and says_none(text):
        if re.match(r"没|无|跳过|不方便", text):
            return Rejected("要有个大概地点才好安排人去看：路名、小区、单位或附近的店都行；真说不准就回“不知道”。")
        return Accepted("说不准，待核实")
    if entity is None and story.tells_driving(text):
        return Rejected("车况后面会问到，这一步要的是地点：路名、小区或单位都行。")
    if entity is None and situation.get(LINE) == "property" and _tells_loss(text):
        told = "还在扩大" if story.goes_on(text) else "已控制住"
        return Accepted("", also={SPREADING: told}, remark="损失的情况记下了。")
    return Accepted(re.sub(r"^(就?在|地点是?|是在)", "", text)) if 2 <= len(text) <= 80 else NotAnAnswer()


def _named_place(said: Understood, entity: Entity) -> str:
    """As far as the words go on naming it: the gazetteer knows 望京, the customer said 望京西园四区门口."""
    whole = said.text[entity.start :].strip("。！!")
    goes_on = whole.startswith(entity.text) and _REST_OF_PLACE.fullmatch(whole[len(entity.text) :])
    return whole if entity.text and goes_on else entity.value


def _tells_loss(text: str) -> bool:
    """Nothing but that it has stopped or goes on ("控制住了", "还在漏")."""
    told = story.has_stopped(text) or story.goes_on(text)
    return told and bool(_LOSS_ONLY.match(text)) and not PLACE_WORDS.match(text)


def read_other_party(said: Understood, situation: Situation) -> Reading:
    """The other party; who drove, told here, is kept and is no other party ("我开的")."""
    driver = {} if situation.get(DRIVER) else told_driver(fold(said.text))
    if driver and len(said.text.strip()) <= 6:
        return Accepted("", also=driver, remark="谁开的记下了。")
    reading = read_other(said, situation)
    return replace(reading, also={**driver, **reading.also}) if driver and isinstance(reading, Accepted) else reading


def read_own_plate(said: Understood, situation: Situation) -> Reading:
    """The reporter's plate; the other party's, told here, is kept as theirs."""
    mine = own_plate(said)
    if mine:
        theirs = others_told(said) if not said.aside and not situation.get(OTHER) else ""
        return Accepted(mine.value, also={OTHER: theirs} if theirs else {})
    if said.first("plate_no") is None:
        return NotAnAnswer() if said.aside else read_plate(said, situation)
    if said.aside:
        return NotAnAnswer()
    return Accepted("", also={OTHER: others_told(said)}, remark="对方的车牌记下了，还要您自己的。")


def show_words(value: str, _: Situation) -> str:
    """The customer's own words with phones, id numbers and plates masked, cut to a line."""
    masked = _PLATE.sub(lambda found: mask_plate(found.group()), mask_free_text(value))
    return masked if len(masked) <= 60 else masked[:58] + "…"


# Said in passing, "能" and "不行" mean anything; these are about the car.
_ABOUT_DRIVING = re.compile(r"(?:不能|没法|能|可以|还能)(?:开|动|走|行驶)|开不了|动不了|打不着")


def read_drivable(said: Understood, situation: Situation) -> Reading:
    """Whether it drives and, where it does not, where it stands, as far as the answer says."""
    if asks_something(said):
        return NotAnAnswer()
    if said.aside and not _ABOUT_DRIVING.search(said.text):
        return NotAnAnswer()
    if "报" in said.text:  # "没报警" answers another question
        return NotAnAnswer()
    if re.search(r"不能|开不了|开不走|动不了|不行|没法|打不着", said.text) or said.means("deny"):
        return Accepted("不能行驶", remark="需要拖车的话，报完案告诉我“要拖车”。", also=_standing(said, situation))
    if re.search(r"能|可以|没问题", said.text) or said.means("affirm"):
        return Accepted("能行驶")
    return NotAnAnswer()


def _standing(said: Understood, situation: Situation) -> dict[str, str]:
    if said.aside or situation.get(VEHICLE_AT):
        return {}
    if _ON_SCENE.search(said.text):
        return {VEHICLE_AT: ON_SCENE}
    found = _STANDS.search(said.text)
    return {VEHICLE_AT: found.group()} if found else {}


def read_vehicle_at(said: Understood, situation: Situation) -> Reading:
    text = said.text.strip()
    if _ON_SCENE.search(text) and len(text) <= 10:
        return Accepted(ON_SCENE)
    if says_none(text):
        return Accepted(NOT_TOLD)
    return NotAnAnswer() if asks_something(said) else read_words(2, 80)(said, situation)


def read_police(said: Understood, situation: Situation) -> Reading:
    text = fold(said.text).strip()
    if re.search(r"跳过|不清楚|不知道|不记得", text):
        return Accepted(NOT_TOLD)
    if asks_something(said) or said.of_type("phone"):  # a telephone number is the next question's
        return NotAnAnswer()
    if story.says_not_reported(text) or said.means("deny"):
        cause = situation.get(CAUSE)
        whom = "110" if is_theft(cause) else "119" if is_fire(cause) else "122"
        advice = f"请先打 {whom} 报警，拿到的回执或认定书请留好，后面核定要用。"
        return Accepted("未报警", remark=advice)
    number = _REPORT_NO.search(re.sub(r"(?<!\d)(110|119|122)(?!\d)", "", text))
    if number:
        return Accepted(f"已报警，编号 {number.group()}")
    if story.says_reported(text) or said.means("affirm") or re.fullmatch(r"(是|对|有|嗯)[的了]?", text):
        return Accepted("已报警")
    return NotAnAnswer()


def read_spreading(said: Understood, _: Situation) -> Reading:
    text = said.text.strip()
    if story.goes_on(text) or text == "还在扩大":
        return Accepted(
            "还在扩大",
            remark="先保证人安全，再关掉水、电、气的总阀，把能搬的东西移开；为减少损失花的必要、合理费用，票据请留好。",
        )
    if re.search(r"不清楚|不知道|跳过", text):
        return Accepted(NOT_TOLD)
    stopped = story.has_stopped(text) or re.match(r"没(有|再)?|不", text) or said.means("deny")
    return Accepted("已控制住") if stopped or text == "已控制住" else NotAnAnswer()


def read_insured(said: Understood, situation: Situation) -> Reading:
    policy = said.first("policy_no")
    if policy:
        return Accepted(policy.value)
    if re.fullmatch(r"(就?是)?(我|本人|我自己|我本人)[。.]?", said.text.strip()):
        return Rejected("请告诉我您的姓名，好让理赔人员核对保单；不想说就回“不知道”。")
    return Accepted("不清楚") if says_none(said.text) else read_name(said, situation)
