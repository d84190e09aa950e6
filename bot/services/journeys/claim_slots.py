"""The slots of 报案, and what the answers so far make of the questions still to ask (F01, fields by line)."""

from __future__ import annotations

import re
from datetime import date

from bot.services.journeys.fields import EVENT_AT, EVENT_DAY
from bot.services.journeys.journey import Situation

LINE, INJURED, INJURED_COUNT, PLACE = "claim_line", "claim_injured", "claim_injured_count", "claim_place"
CAUSE, PLATE, OTHER, DRIVABLE = "claim_cause", "claim_plate", "claim_other_party", "claim_drivable"
VEHICLE_AT, POLICE, SPREADING = "claim_vehicle_at", "claim_police", "claim_spreading"
INSURED, HEALTH_CONSENT, HOSPITAL = "claim_insured", "claim_health_consent", "claim_hospital"
VISIT_ON, ADMITTED = "claim_visit_on", "claim_admitted"
PHONE, REPORTER, RELATION, DRIVER = "claim_phone", "claim_reporter", "claim_relation", "claim_driver"
SAME_EVENT = "claim_same_event"

NOBODY, FLED, NOT_TOLD, ON_SCENE = "无人受伤", "对方已离开现场", "未说明", "事故现场"
SUPPLEMENT, NEW_EVENT = "补充", "新事故"
MANY = 3  # injured persons from which a person takes over (F01)

# What the desk reads for slots without a line on the card.
DESK_LABELS = {
    LINE: "险类",
    EVENT_DAY: "日期",
    INJURED_COUNT: "受伤人数",
    HEALTH_CONSENT: "同意记录健康信息",
    VISIT_ON: "就诊日期",
    ADMITTED: "住院",
}

_THEFT = re.compile(r"(?<!没)被(人)?(偷|盗|抢)|盗抢|盗窃|偷走|失窃|入室|车(子)?(丢了|不见了)|丢了(一?辆)?车")
_FIRE = re.compile(r"着火|着了火|起火|失火|火灾|自燃|爆炸|爆燃|烧起来")
_ABROAD = re.compile(
    r"境外|国外|海外|出国|(香港|澳门|台湾|台北|日本|韩国|泰国|新加坡|马来西亚|越南|印尼|巴厘岛|美国|加拿大|英国|法国|德国|意大利|西班牙|俄罗斯|澳大利亚|新西兰|迪拜)"
    r"(?!.{0,2}[路街道巷城馆店餐])"
)
_CRASH = re.compile(r"撞|追尾|碰|翻|刮|蹭|剐|车祸|事故|肇事|侧滑|失控")
_OTHER_PARTY = re.compile(
    r"被[^，。]{0,12}(?:撞|追尾|刮|蹭|剐|碰)|对方|(?:和|跟|与)[^，。]{0,8}车|追尾[了前]{0,2}(?:前车|别人|一辆)"
    r"|(?:撞|碰|刮|蹭|剐|怼|追尾)[到上倒了着]{0,2}[^，。]{0,6}?(?:电动车|电瓶车|三轮|摩托|自行车|单车|行人|路人|老人|小孩|"
    r"(?:前面|别人|人家|旁边|路边|停着)[^，。]{0,3}车|[辆台][^，。]{0,6}车|前车|后车|货车|轿车|公交|出租)"
)
_DANGER = re.compile(r"着火|起火|火灾|爆炸|塌|砸|煤气|燃气|触电")


def other_party_told(situation: Situation) -> bool:
    """The story has somebody else in it, so the question is only how to find them."""
    return bool(_OTHER_PARTY.search(situation.get(CAUSE)))


def told_event(situation: Situation) -> str:
    return f"{situation.get(CAUSE)} {situation.get(PLACE)}"


def is_theft(text: str) -> bool:
    return bool(_THEFT.search(text))


def is_fire(text: str) -> bool:
    return bool(_FIRE.search(text))


def is_abroad(text: str) -> bool:
    return bool(_ABROAD.search(text))


def may_hurt(text: str) -> bool:
    """Somebody may have come to harm in what the words tell: a crash, a fire; not a stolen car, a burnt-out fridge."""
    return bool(_CRASH.search(text) or _DANGER.search(text)) and not is_theft(text)


def motor(situation: Situation) -> bool:
    return situation.get(LINE) == "motor"


def crashed(situation: Situation) -> bool:
    """A motor claim with a driver and perhaps another party: not a theft."""
    return motor(situation) and not is_theft(situation.get(CAUSE))


def personal(situation: Situation) -> bool:
    return situation.get(LINE) in ("health", "critical_illness", "accident", "life", "annuity", "travel", "group")


def has_place(situation: Situation) -> bool:
    return situation.get(LINE) not in ("health", "critical_illness")


def asks_injury(situation: Situation) -> bool:
    """Asked where somebody may be hurt; what was told stays on the card."""
    if situation.get(INJURED):
        return True
    line, cause = situation.get(LINE), situation.get(CAUSE)
    if line in ("property", "motor") and is_theft(cause):
        return False
    return line in ("motor", "accident", "liability", "travel") or (
        line == "property" and (not cause or may_hurt(cause))
    )


def someone_hurt(situation: Situation) -> bool:
    return situation.get(INJURED) not in ("", NOBODY)


def asks_count(situation: Situation) -> bool:
    """Of personal insurance the insured is the one who is hurt."""
    return someone_hurt(situation) and not personal(situation)


def asks_police(situation: Situation) -> bool:
    cause = situation.get(CAUSE)
    serious = someone_hurt(situation) or situation.get(OTHER) == FLED
    return bool(situation.get(POLICE)) or is_theft(cause) or is_fire(cause) or (motor(situation) and serious)


def stands_still(situation: Situation) -> bool:
    return crashed(situation) and situation.get(DRIVABLE) == "不能行驶"


def asks_spreading(situation: Situation) -> bool:
    property_loss = situation.get(LINE) == "property" and not is_theft(situation.get(CAUSE))
    return property_loss and situation.get(SPREADING) != NOT_TOLD


def health_agreed(situation: Situation) -> bool:
    return personal(situation) and situation.get(HEALTH_CONSENT) == "同意"


def days_late(situation: Situation) -> int:
    """Whole days between the event and this report; 0 while the day is not known."""
    day = situation.get(EVENT_AT)[:10]
    return (situation.now.date() - date.fromisoformat(day)).days if day else 0
