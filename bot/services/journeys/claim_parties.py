"""Whose plate and whose phone: the reporter's own, or the other party's (F01 `other_party`)."""

from __future__ import annotations

import re

from bot.services.journeys.claim_slots import CAUSE, FLED, OTHER, PHONE, PLATE, other_party_told
from bot.services.journeys.fields import is_filler, read_words, says_none
from bot.services.journeys.journey import Accepted, NotAnAnswer, Reading, Rejected, Situation
from bot.services.understanding import Entity, Understood
from bot.text.identifiers import MOBILE_IN_TEXT, parse_plate
from bot.text.normalise import fold

NO_OTHER, NOT_LEFT, NOT_KNOWN = "没有对方", "没留下对方信息", "对方情况不清楚"
_OTHERS = re.compile(
    # "被追尾了，京N…" is over before the plate; "被一辆京N…的货车追尾" is not.
    r"对方|被(?!(?:人家?|别人)?给?(?:追尾|撞|刮|蹭|碰|怼|剐|砸|划|淹|泡|盗|偷))|后车|前车|货车|肇事|司机|(?<!其)他|她|另外?一?[辆台部个]|那[辆台]车|人家|(?:和|跟|与)[^，,。；;]{0,6}$"
)
_OWN = re.compile(r"我|本人|自己|俺|咱")
_SAID_BEFORE = re.compile(
    r"(?:刚刚?才?|前面|上面|之前|已经|开头).{0,4}(?:说|讲|提|给|发|报)|(?:刚才|前面|上面)(?:那|的)|说过"
)
# A post, a wall, a kerb: nobody to look for. Only where nobody else is in the story.
_OBJECTS = re.compile(
    r"护栏|石墩|石头|墙|(?<!前)柱|电线杆|路灯|灯杆|树|路肩|马路牙|路沿|花坛|隔离墩|隔离带|台阶|井盖|水沟|沟里|单方|自己撞|自己蹭|没有?(?:对方|别的车|其他车|别人)"
)
_SOMEBODY = re.compile(
    r"对方|被|别人|人家|追尾|(?:和|跟|与)|另外?一?[辆台]|行人|电动车|三轮|自行车|货车|公交|出租|后车|前车|轿车|逃|跑了"
)
_PLATE = re.compile(r"[京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤琼川贵云陕甘青蒙桂宁新藏][A-Z]·?[A-Z0-9]{5,6}(?![A-Z0-9])")
_FLED = re.compile(r"跑了|逃逸|逃了|溜了|开走了")
_ALONE = re.compile(
    r"单方|自己(?:撞|碰|蹭|刮|刹|开沟)|没有?(?:对方|别的|其他|别人|旁人)|就[我俺](?:自己|一[辆个])|就[我俺]的?车$"
)
_ABOUT_DRIVING = re.compile(r"(?:不能|没法|无法|能|可以)(?:再|正常|继续)?(?:开|走|动|行驶)|开不了|动不了|打不着")
_UNKNOWN = re.compile(
    r"^(?:我|也|真|都|还|这个|对方)*(?:不知|不清楚|不晓得|不太清楚|不记得|记不|忘|说不|不方便|跳过|找不到)"
)
_NOT_NOTED = re.compile(r"没(?:有)?(?:记|看清|留|拍|抄|要)|忘了?(?:记|问|留|要)")
_NOT_LEFT = re.compile(r"(?:对方|他|她).{0,6}(?:没|不)|没留|没记")
_ASKS = re.compile(r"[?？]|多久|怎么|什么|要哪些|赔多少|多少钱|吗[啊呀]?$|呢$|能不能|要不要|是不是|有没有用")


def is_others(said: Understood, entity: Entity) -> bool:
    """Told after words for the other party: "被一辆车牌京B67890的货车追尾", not "对方跑了，我的车京A12345"."""
    theirs, mine = _last_words(said, entity)
    return theirs > mine


def _last_words(said: Understood, entity: Entity) -> tuple[int, int]:
    """Where the words for the other party and for oneself end before the entity; -1 where there are none."""
    before = said.text[: _place(said, entity)]
    theirs = max((found.end() for found in _OTHERS.finditer(before)), default=-1)
    return theirs, max((found.end() for found in _OWN.finditer(before)), default=-1)


def _place(said: Understood, entity: Entity) -> int:
    """Where the entity stands in a message that may be only the last part of what was typed."""
    if said.text.startswith(entity.text, entity.start):
        return entity.start
    return max(said.text.find(entity.text), 0)


def own_plate(said: Understood) -> Entity | None:
    """The plate after a word for oneself ("沪B12345追了我的京N31007"), else the first that is not the other party's."""
    mine = [each for each in said.of_type("plate_no") if not is_others(said, each)]
    named = [each for each in mine if _last_words(said, each)[1] >= 0]
    return next(iter(named or mine), None)


def own_phone(said: Understood) -> Entity | None:
    return next((each for each in said.of_type("phone") if not is_others(said, each)), None)


def others_told(said: Understood) -> str:
    """The other party's plates and phones in a story, as the card says them; "" when it tells none.

    Of several plates one is the reporter's own.
    """
    own = own_plate(said)
    theirs = [each for each in said.of_type("plate_no") if each is not own]
    phones = [each for each in said.of_type("phone") if is_others(said, each)]
    words = [f"车牌 {each.value}" for each in theirs] + [f"电话 {each.value}" for each in phones]
    return f"对方{'，'.join(words)}" if words else ""


def nobody_else(text: str) -> bool:
    """The car met a thing, and nobody else is in the story: there is no other party to ask for."""
    return bool(_OBJECTS.search(text)) and not _SOMEBODY.search(text.replace("没有别的车", "").replace("没有对方", ""))


def read_other(said: Understood, situation: Situation) -> Reading:
    text = said.text.strip()
    if _FLED.search(text):
        return Accepted(FLED, remark="对方离开了现场，请马上报 122，记得的车牌、车型、颜色和方向都告诉交警。")
    if _SAID_BEFORE.search(text) and not _contacts(text):
        return _as_told_before(situation)
    if _ALONE.search(text) and not _contacts(text):  # "单方的，没记住时间": what he does not know is something else
        return Accepted(NOT_LEFT if other_party_told(situation) else NO_OTHER)
    if _UNKNOWN.search(text) and not _contacts(text):  # who does not know has not said that there was nobody
        return Accepted(NOT_LEFT if other_party_told(situation) else NOT_KNOWN)
    if _NOT_NOTED.search(text) and not _contacts(text):
        return Accepted(NOT_LEFT)
    if says_none(text):
        return Accepted(NOT_LEFT if other_party_told(situation) else NO_OTHER)
    if not said.chosen and _ASKS.search(text):
        return NotAnAnswer()
    if _ABOUT_DRIVING.search(text) and len(text) <= 10:
        return Rejected("车况下一步就问。这一步要的是对方：车牌或电话，没有对方就回“没有”。")
    return _without_own(said, situation)


def _contacts(text: str) -> list[str]:
    return [*_PLATE.findall(fold(text).upper()), *MOBILE_IN_TEXT.findall(fold(text))]


def _as_told_before(situation: Situation) -> Reading:
    """ "刚才说过了": look it up in the story instead of asking a third time."""
    own = {situation.get(PLATE), situation.get(PHONE)}
    found = [each for each in _contacts(situation.get(CAUSE)) if (parse_plate(each) or each) not in own]
    if found:
        plates = [f"车牌 {each}" if _PLATE.fullmatch(each) else f"电话 {each}" for each in found]
        return Accepted(f"对方{'，'.join(plates)}", remark="是的，前面您说过，记上了。")
    return Rejected("前面的话里我没看到对方的车牌或电话，麻烦再写一次；没有就回“没有”。")


def _without_own(said: Understood, situation: Situation) -> Reading:
    """The other party's words; the reporter's own phone and plate said in the same breath are not theirs."""
    theirs = others_told(said) or (NOT_LEFT if _NOT_LEFT.search(said.text) else "")
    mine = [
        each
        for each in said.of_type("phone")
        if not is_others(said, each) and _OWN.search(said.text[: _place(said, each)])
    ]
    mine += [each for each in said.of_type("plate_no") if each.value == situation.get(PLATE)]
    if not mine:
        return read_words(2, 100)(said, situation) if not is_filler(said.text) else NotAnAnswer()
    phone = next((each.value for each in mine if each.type == "phone"), "")
    also = {PHONE: phone} if phone and not situation.get(PHONE) else {}
    return Accepted(theirs, also=also) if theirs and theirs != situation.get(OTHER) else NotAnAnswer()
