"""What a told story answers besides itself, so that none of it is asked for: the line, who is hurt, whose cars, when."""

from __future__ import annotations

import re
from datetime import datetime

from bot.services.journeys import claim_injuries as injuries
from bot.services.journeys.claim_contact import told_driver
from bot.services.journeys.claim_parties import NO_OTHER, nobody_else, others_told
from bot.services.journeys.claim_slots import (
    CAUSE,
    DRIVABLE,
    INJURED,
    INJURED_COUNT,
    NOBODY,
    OTHER,
    POLICE,
    SPREADING,
    is_theft,
)
from bot.services.journeys.fields import EVENT_AT
from bot.services.understanding import Understood
from bot.text.lunar import hide_lunar
from bot.text.normalise import fold

MOST = 500  # characters of a story that are kept
_LEAST = 4
_MOTOR_WORDS = re.compile(r"车|追尾|刮|蹭|撞(?!倒|人|伤|到人)|碰瓷|肇事|剐|爆胎")
_PERSON_WORDS = re.compile(r"摔|骨折|住院|手术|看病|确诊|烫|割|晕|病|崴|扭|咬|人没了|去世|走了|身故|生病|受伤")
_LIABLE = re.compile(
    r"(要|让|叫|找)我们?赔|赔(给)?(人家|对方)"
    r"|(?:狗|猫|牛|我|我们|孩子|儿子|女儿|员工|店里?|家里?|花盆|广告牌|招牌)[^，。]{0,8}把(?:人家?|别人|邻居|路人|行人|客人|顾客|老人|小孩|楼下)[^，。]{0,8}"
    r"(?:咬|抓|撞|砸|烫|绊|碰|淹|泡|打|摔|推|划)"
)
_ILLNESS_WORDS = re.compile(r"住院|手术|看病|确诊|生病|炎|癌|瘤|结石|高血压|糖尿病|肺|发烧")
_INJURY_WORDS = re.compile(r"摔|骨折|烫|割|崴|扭|咬|撞|砸|受伤|意外|去世|走了|没了|身故")
_PROPERTY_WORDS = re.compile(
    r"漏水|淹|泡了|着火|火灾|失火|被偷|被盗|入室|家里|仓库|店里|厂房|玻璃碎|水管|冰箱|洗衣机|空调|电视|家电|家具|屋顶|地板"
)
_BARE = re.compile(r"^.{0,4}(报案|理赔|我要报案|要理赔).{0,3}$")
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
_ASKS = re.compile(r"[?？]|多久|怎么|什么时候|吗[啊呀]?$|呢$|能不能|要不要|是不是")
_STOPPED = re.compile(
    r"没有?(?:再)?(?:漏|烧|扩大|渗)|不(?:再|漏)了?|(?<!没)控制住|止住|已经?(?:关|停|灭|堵|修)|(?:扑|熄|浇)灭|关了|停了|灭了|堵住"
)
_GOES_ON = re.compile(
    r"(?:还在|正在|一直在|仍在|还)(?:漏|烧|渗|淹|涨|扩大|冒|进水|流|滴)|止不住|控制不住|越来越|没(?:有)?(?:控制|止住|停|关|灭|堵)"
)
_HAPPENED = re.compile(
    r"[掉凹瘪划陷滑滚卡撞追刮蹭碰剐爆摔烫割咬抓漏淹泡偷盗坏碎裂砸伤疼痛丢倒塌断抢烧炸翻崴扭晕死绊]|骨折|着火|起火|失火|住院|手术|确诊|去世|身故|进水|生病|发烧"
)
# "刚在北四环追尾了", not "刚买的车被撞了".
_JUST_NOW = re.compile(
    r"(?:刚刚|刚才|方才|刚)(?!买|提|换|修|办|交|拿|发现|看到|知道|毕业|出院|生|好|过|满|装)[^，。]{0,14}?"
    r"(?:撞|追尾|碰|刮|蹭|剐|翻|摔|爆胎|着火|起火|出了?(?:个|点)?(?:事故|车祸|险)|追了)"
)


_VALUES = ("date", "time", "phone", "plate_no", "location", "id_number", "bank_card", "policy_no", "claim_no")
_DAY = re.compile(r"[\d一二三四五六七八九十零幺]{1,3}月[\d一二三四五六七八九十零幺]{1,3}[号日]?|\x00+")
# What may stand around a value, and tells nothing: "大概是昨天下午三点来钟出的事", "电话是138…", "在学院桥东边".
_AROUND = re.compile(
    r"大概|大约|差不多|左右|前后|来钟|多钟|钟|(?:那|当)天|的?时候|发生|出的?事|出险|事故|应该|好像|可能|记得|凌晨|早上|上午|中午|下午|傍晚|晚上|半夜|夜里|"
    r"我|您|本人|自己|电话|手机|号码?|车牌号?|地点|位置|地方|时间|日期|附近|旁边|门口|路口|停车场|车库|小区|[东南西北]+[边侧面口]?|[里外上下前后]面?|边|"
    r"是|在|的|了|就|快|吧|啊|嗯|呃|哦|呢|[^\u4e00-\u9fff]"
)
_LEAST_TOLD = 2  # characters that are left of a story without its values


def tells_only_values(said: Understood) -> bool:
    """A day, an hour, a place or a number, and nothing that happened: "昨天下午三点", "十一月三十一号"."""
    text, told = said.text, False
    for each in sorted(said.of_type(*_VALUES), key=lambda each: -each.start):
        if text[each.start : each.end] == each.text:
            text, told = text[: each.start] + text[each.end :], True
    rest = _DAY.sub("", hide_lunar(fold(text)))
    told = told or rest != fold(text)
    return told and not names_an_event(rest) and len(_AROUND.sub("", rest)) < _LEAST_TOLD


def tells_what_happened(text: str) -> bool:
    told = (
        _MOTOR_WORDS.search(text) or _PERSON_WORDS.search(text) or _PROPERTY_WORDS.search(text) or _LIABLE.search(text)
    )
    return bool(told) and not _BARE.match(text)


def names_an_event(text: str) -> bool:
    """Something happened in it: "狗把邻居咬了", not "家里的财产" or "车险"."""
    return bool(_HAPPENED.search(text))


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


def story_of(said: Understood, line: str) -> dict[str, str]:
    """The slots that a first message fills; {} when it only wishes to report."""
    if said.chosen or len(said.text) < _LEAST:
        return {}
    found: dict[str, str] = {}
    if tells_what_happened(said.text):
        found = {CAUSE: said.text[:MOST], **told_by_the_way(said, line), **_just_now(said.text, said.received_at)}
    if injuries.tells_injury(said.text):
        found |= injuries.injury_answers("有人受伤", injuries.count_injured(said.text))
    elif injuries.UNHURT.search(said.text):
        found |= {INJURED: NOBODY, INJURED_COUNT: ""}
    return found


def _just_now(text: str, at: datetime) -> dict[str, str]:
    return {EVENT_AT: f"{at:%Y-%m-%dT%H:%M}"} if _JUST_NOW.search(text) else {}


def told_by_the_way(said: Understood, line: str) -> dict[str, str]:
    """What a story says of the police, the loss, the car and the other party."""
    text = fold(said.text)
    found: dict[str, str] = {}
    if _REPORTED.search(text) and not _NOT_REPORTED.search(text) and not _ASKS.search(text):
        found[POLICE] = "已报警"
    if line == "property" and (_GOES_ON.search(text) or _STOPPED.search(text)):
        found[SPREADING] = "还在扩大" if _GOES_ON.search(text) else "已控制住"
    if line == "motor" and not is_theft(text):
        found |= told_driver(text)
        if cannot_drive(text) or can_drive(text):
            found[DRIVABLE] = "不能行驶" if cannot_drive(text) else "能行驶"
        other = others_told(said) or (NO_OTHER if nobody_else(text) else "")
        found |= {OTHER: other} if other else {}
    return found


def cannot_drive(text: str) -> bool:
    return bool(_CANNOT_DRIVE.search(text))


def can_drive(text: str) -> bool:
    return bool(_CAN_DRIVE.search(text))


def tells_driving(text: str) -> bool:
    """Nothing but the state of the car."""
    return bool(_CANNOT_DRIVE.fullmatch(text) or _CAN_DRIVE.fullmatch(text))


def says_not_reported(text: str) -> bool:
    return bool(_NOT_REPORTED.search(text))


def says_reported(text: str) -> bool:
    return bool(_REPORTED.search(text))


def goes_on(text: str) -> bool:
    return bool(_GOES_ON.search(text))


def has_stopped(text: str) -> bool:
    return bool(_STOPPED.search(text))
