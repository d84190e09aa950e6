"""Reading single answers: name, id number, phone, date, plate, money. Each says why it refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from bot.services.journeys.journey import Accepted, NotAnAnswer, Reading, Rejected, Situation
from bot.services.understanding import Understood
from bot.text.counted_phones import find_counted_phones
from bot.text.dates import impossible_day
from bot.text.identifiers import parse_id_card, parse_phone, parse_plate
from bot.text.lunar import names_lunar_day
from bot.text.masking import mask_id_number, mask_name, mask_phone, mask_plate
from bot.text.normalise import fold
from bot.text.numerals import read_digits
from bot.text.spoken_runs import longest_number
from bot.text.times import likely_hour

_NONE = re.compile(
    r"^(没有|无|没|不知道|不清楚|不记得|忘了|记不(得|清)|不方便|跳过|暂时没有|没带|找不到|说不上来|不知).{0,8}$"
)
_NAME = re.compile(r"(?:我叫|我是|姓名是?|名字是?|叫|他是|她是|是)?\s*([\u4e00-\u9fff·]{2,15})[。.]?$")
# A Uyghur, Kazakh or Tibetan name may hold any character: 阿不都热西提, 哈斯木·阿不力孜.
_MINORITY = re.compile(
    r"[\u4e00-\u9fff]{1,10}·[\u4e00-\u9fff]{1,10}|阿(?:不|布|卜)[都力来拉里][\u4e00-\u9fff]{0,5}$|(?:司马|欧阳|上官|诸葛|[安白])不[\u4e00-\u9fff]$"
)
_NOT_NAMES = re.compile(
    r"不|没|怎么|什么|几[天点年个次]|多[少久]|[待豫限]期|保险|投诉|人工|理赔|谁|啥|咋|哪|是|么|啊|吗|呢|请|^先|先(?:生|不|别|查|办|看)|等|我|你|好的|可以|取消|算了|接着|继续|贷款|退保|发票|报案|保单|办|解决|了$|外面|[今明昨]天|现在|帮|^再|^(?:配偶|月交|年交|季交|趸交|月缴|年缴|本人)$"
)


_JUST_NOW = re.compile(r"刚刚|刚才|^刚|现在|方才|几分钟前|这会儿")
LUNAR = "农历的日子我换算不准。请说阳历是哪一天，比如“11 月 20 日”。"
EVENT_DAY, EVENT_AT = "claim_event_day", "claim_event_at"
_PART_OF_DAY = re.compile(r"凌晨|早上|上午|中午|下午|傍晚|晚上|半夜|夜里|说不准|大概")
_FILLER = re.compile(
    r"^(好的?|行|嗯+|哦+|是的?|对的?|确认|可以|ok|OK|没问题|知道了|谢谢|不是|不对|等等|等一下|稍等)[啊呀吧了的]*[。.!！~]*$"
)


def is_filler(text: str) -> bool:
    """A word that answers yes or no, never a place or a story."""
    return bool(_FILLER.match(text.strip()))


def says_none(text: str) -> bool:
    """The customer has or knows no such thing."""
    return bool(_NONE.match(text.strip(" 。.!！,，")))


def read_name(said: Understood, _: Situation) -> Reading:
    if is_filler(said.text):
        return NotAnAnswer()
    entity = said.first("person_name")
    text = entity.value if entity else ""
    if not text:
        found = _NAME.match(fold(said.text).strip())
        text = (
            found.group(1)
            if found and (_MINORITY.match(found.group(1)) or not _NOT_NAMES.search(found.group(1)))
            else ""
        )
    if not 2 <= len(text) <= 30:
        return NotAnAnswer() if len(said.text) > 8 else Rejected("请写完整的姓名，2 到 30 个字。")
    return Accepted(text)


def read_id_number(said: Understood, situation: Situation) -> Reading:
    entity = said.first("id_number")
    compact = entity.value if entity else re.sub(r"[\s-]", "", fold(said.text)).upper()
    card = parse_id_card(compact, situation.now.date())
    if card:
        return Accepted(card.number)
    digits = re.search(r"[0-9X]{6,}", compact)
    if digits is None:
        return NotAnAnswer()
    if len(digits.group()) != 18:
        return Rejected(f"身份证号是 18 位，您给的是 {len(digits.group())} 位，请再核对一下。")
    return Rejected("这个身份证号的校验位对不上，可能有一位输错了，请再核对一下。")


def read_phone(said: Understood, _: Situation) -> Reading:
    entity = said.first("phone")
    number = entity.value if entity else parse_phone(read_digits(said.text) or fold(said.text).strip())
    if number is None and not said.aside:
        number = next((each.value for each in find_counted_phones(f"电话{fold(said.text)}")), None)
    if number:
        return Accepted(number)
    digits = longest_number(said.text)
    if len(digits) >= 5:
        slip = {10: "少了 1 位，", 12: "多了 1 位，"}.get(len(digits), "")
        return Rejected(f"手机号应该是 11 位、1 开头，您给的是 {len(digits)} 位，{slip}请再核对一下。")
    return NotAnAnswer()


def read_code(said: Understood, _: Situation) -> str | None:
    """Six digits of a one-time code, typed or spoken."""
    digits = re.sub(r"\D", "", read_digits(said.text) or fold(said.text))
    return digits if len(digits) == 6 else None


def unusable_day(said: Understood) -> str:
    """Why the day that was said cannot be taken, in words for the customer; "" where one can, or none was said."""
    if said.first("date"):
        return ""
    if names_lunar_day(fold(said.text)):
        return LUNAR
    found = impossible_day(said.text, said.received_at)
    return f"{found[0]} 月没有 {found[1]} 日，请再看看是几月几号。" if found else ""


def read_event_time(said: Understood, situation: Situation) -> Reading:
    """An event's day and hour; never in the future. A day without an hour is kept in EVENT_DAY and the hour asked once."""
    day, clock = said.first("date"), said.first("time")
    if why := unusable_day(said):
        return Rejected(why)
    if day is None and clock is None:
        return _without_numbers(said, situation)
    if day is not None and len(day.value) < 10:
        return Rejected("能说得再具体一点吗？大概是几月几号，比如“上周五晚上”或“11 月 20 日”。")
    today = situation.now.date().isoformat()
    known = situation.get(EVENT_DAY) or situation.get(EVENT_AT)[:10]
    value = day.value if day else (known or today)
    if value > today:
        return Rejected("这个日期还没到，请再说一下事情是哪天发生的。")
    if clock is None and said.aside and len(situation.get(EVENT_AT)) > 10:  # the day was wrong, the hour stands
        clock_value = situation.get(EVENT_AT)[11:]
    elif clock is None:
        told_enough = situation.get(EVENT_DAY) == value or bool(_PART_OF_DAY.search(said.text))
        return Accepted(value) if told_enough and not said.aside else Accepted("", also={EVENT_DAY: value})
    else:
        clock_value = likely_hour(clock.value, clock.text)
    if value == today and clock_value > f"{situation.now:%H:%M}":
        if day is not None or known:
            return Rejected("这个时间还没到，请再说一下是几点发生的。")
        # "晚上七点半" said in the afternoon is an evening that has been; the card shows the date once more.
        yesterday = (situation.now.date() - timedelta(days=1)).isoformat()
        remark = "" if said.aside else f"按昨天 {clock_value} 记下了，不是昨天就告诉我哪一天。"
        return Accepted(f"{yesterday}T{clock_value}", remark=remark)
    return Accepted(f"{value}T{clock_value}")


def _without_numbers(said: Understood, situation: Situation) -> Reading:
    if said.aside:
        return NotAnAnswer()
    day = situation.get(EVENT_DAY)
    if not day and _JUST_NOW.search(said.text):
        return Accepted(f"{situation.now:%Y-%m-%dT%H:%M}")
    if day and (says_none(said.text) or _PART_OF_DAY.search(said.text)):
        return Accepted(day)
    return NotAnAnswer()


def read_plate(said: Understood, _: Situation) -> Reading:
    if says_none(said.text):
        return Accepted("无")
    entity = said.first("plate_no")
    plate = entity.value if entity else parse_plate(said.text)
    if plate:
        return Accepted(plate)
    return Rejected("车牌没看懂，请像“京A12345”这样写；不方便的话回“没有”。") if len(said.text) <= 12 else NotAnAnswer()


def read_words(least: int, most: int, none_as: str = "") -> Callable[[Understood, Situation], Reading]:
    """A reader of free words between two lengths; `none_as` is the value when the customer has none."""

    def read(said: Understood, _: Situation) -> Reading:
        text = said.text.strip()
        if none_as and says_none(text):
            return Accepted(none_as)
        if is_filler(text):
            return NotAnAnswer()
        if len(text) < least:
            return Rejected(f"请再说详细一点，至少 {least} 个字。")
        if len(text) > most:
            return Rejected(f"这里最多 {most} 个字，请说得短一点。")
        return Accepted(text)

    return read


def show_phone(value: str, _: Situation) -> str:
    return mask_phone(value)


def show_id(value: str, _: Situation) -> str:
    return mask_id_number(value)


def show_name(value: str, _: Situation) -> str:
    return mask_name(value)


def show_plate(value: str, _: Situation) -> str:
    return value if value == "无" else mask_plate(value)
