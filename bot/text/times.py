"""Times of day in a message: 下午三点半 → 15:30. The half of the day comes from the words before the hour."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.text.normalise import fold
from bot.text.numerals import parse_number
from bot.text.spans import Span, without_overlaps

SHANGHAI = ZoneInfo("Asia/Shanghai")

_NUMBER = r"(?:\d{1,2}|[一二三四五]?十[一二三四五六七八九幺]?|幺[零〇二三四五六七八九幺]|[二三四五][幺零〇]|[零〇一二两三四五六七八九幺])"
# 一六三点 is the end of a number that was spelt.
_DIGIT = "[零〇一二三四五六七八九幺]"
_PERIOD = (
    r"(?P<period>凌晨|清晨|早晨|清早|一大早|大清早|早上|上午|中午|正午|午后|下午|下晌|晌午|后晌|傍晚|晚上|夜里|夜间|夜晚|后半夜|半夜|深夜|"
    r"(?<=[今明])早|(?<=[今昨明前])[晚夜])"
)
_WEEK = ("周", "星期", "礼拜")  # "周一十点": the first figure is the day's
_MINUTE = (
    r"(?P<minute>半|整|[一三]刻|过?(?:零|〇|0)[一二三四五六七八九幺\d]分?|[二三四五]?十[一二三四五六七八九幺]?分?|\d{2}分?|"
    r"幺[零〇二三四五六七八九幺]分?|[二三四五](?:[幺零〇]分?|[一二三四五六七八九](?:分|(?=[\s,，。]|$|左右|的时候)))|过?[一二三四五六七八九幺\d]分)"
)
_SPOKEN = re.compile(
    rf"{_PERIOD}?的?(?P<hour>(?<![第\d.:百千万])(?<!{_DIGIT}{_DIGIT})(?<!{_WEEK[0]})(?<!{_WEEK[1]})(?<!{_WEEK[2]}){_NUMBER})(?:点钟?|时)(?![零一二三四五六七八九幺\d]+[万%倍米元块])(?:过|{_MINUTE})?(?P<loose>左右|多|来钟)?"
)
_TO_THE_HOUR = re.compile(rf"{_PERIOD}?差(?P<before>{_NUMBER}|一刻)分?(?:钟)?(?:到)?(?P<hour>{_NUMBER})点钟?")
_FROM_NOW = re.compile(
    rf"(?P<number>半|{_NUMBER}|\d{{1,3}})(?P<half>个半)?个?(?P<half2>半)?(?P<unit>小时|钟头|分钟|刻钟)(?P<way>之前|以前|前|之后|以后|后)"
)
_CLOCK = re.compile(
    rf"{_PERIOD}?\s?(?P<hour>(?<![\d.:\-])(?:[01]?\d|2[0-3])):(?P<minute>[0-5]\d)(?::[0-5]\d)?(?![\d:])"
)

_EARLIER = re.compile(r"下午|傍晚|晚上|(?<=[今昨明])晚|凌晨|半夜|下晌")
_REACH = 10

_MORNING = {"凌晨", "清晨", "早晨", "清早", "一大早", "大清早", "早上", "上午", "早"}
_AFTERNOON = {"午后", "下午", "傍晚", "下晌", "后晌"}
# "一点" and "两点" are more often "a little" and "two remarks"; they need a sign that a clock is meant.
_CLOCK_SIGN_AFTER = re.compile(r"钟|左右|多|的时候|之前|以前|以后|之后|到|出(?:的|了)|给我|打|回|来|整|半")
_NOT_A_CLOCK_BEFORE = re.compile(r"(?:百分之|[晚早快慢少多有差好大小就便高低]|说|这|那|几|以下|零)$")
_NOT_A_CLOCK_AFTER = re.compile(r"(?:意见|建议|要求|疑问|原因|儿|点|都|也|事|\s?(?:com|cn|net|org|[康考靠抗]姆))")


def find_times(text: str, now: datetime) -> list[Span[str]]:
    """Times as "HH:MM" (24 h) in reading order; the span includes 下午 but not 今 of 今晚, which is the date's.

    Without a word for the half of the day the hour stands as said (八点四十 → 08:40). 半小时后 counts from `now`,
    the message's own time, which must carry a zone.
    """
    folded = fold(text)
    spans = []
    for pattern in (_CLOCK, _TO_THE_HOUR, _SPOKEN):
        for match in pattern.finditer(folded):
            value = _to_the_hour(match) if pattern is _TO_THE_HOUR else _read(match, folded)
            if value:
                start = match.start("hour") if _belongs_to_date(match) else match.start()
                spans.append(Span(start, match.end(), text[start : match.end()], value))
    for match in _FROM_NOW.finditer(folded):
        spans.append(Span(match.start(), match.end(), text[match.start() : match.end()], _from_now(match, now)))
    return without_overlaps(spans)


_HALF_OF_DAY = re.compile(r"凌晨|早|晨|上午|中午|下午|晚|夜|傍|晌|[:：]")


def likely_hour(value: str, said: str) -> str:
    """A time of something that happened: "三点" without a word for the half of the day is rather three in the afternoon."""
    hour = int(value[:2])
    return f"{hour + 12}{value[2:]}" if 1 <= hour <= 6 and not _HALF_OF_DAY.search(said) else value


def _from_now(match: re.Match[str], now: datetime) -> str:
    """半个钟头前, 一个半小时后 → the time on the clock then."""
    amount = 0.5 if match["number"] == "半" else float(parse_number(match["number"]) or 0)
    amount += 0.5 if match["half"] or match["half2"] else 0
    minutes = amount * {"小时": 60, "钟头": 60, "分钟": 1, "刻钟": 15}[match["unit"]]
    at = now.astimezone(SHANGHAI) + timedelta(minutes=minutes * (-1 if "前" in match["way"] else 1))
    return f"{at:%H:%M}"


def _belongs_to_date(match: re.Match[str]) -> bool:
    return match["period"] in {"早", "晚", "夜"}


def _read(match: re.Match[str], folded: str) -> str | None:
    period, minutes = match["period"] or _period_before(folded, match.start()), _minutes(match["minute"])
    if match["period"] is None and match.re is _SPOKEN and not _means_a_clock(match, folded):
        return None
    hour = _hour(parse_number(match["hour"]), period)
    if hour is None or minutes is None:
        return None
    return f"{hour:02d}:{minutes:02d}"


def _period_before(folded: str, start: int) -> str | None:
    """今晚喝了酒，七点半: the half of the day may stand a few words earlier."""
    earlier = list(_EARLIER.finditer(folded[max(0, start - _REACH) : start]))
    return earlier[-1][0] if earlier else None


def _to_the_hour(match: re.Match[str]) -> str | None:
    """差五分八点 → 07:55."""
    before = 15 if match["before"] == "一刻" else int(parse_number(match["before"]) or 0)
    hour = _hour(parse_number(match["hour"]), match["period"])
    if hour is None or not 0 < before < 60:
        return None
    return f"{(hour - 1) % 24:02d}:{60 - before:02d}"


def _means_a_clock(match: re.Match[str], folded: str) -> bool:
    before, after = folded[: match.start()], folded[match.end() :]
    if _NOT_A_CLOCK_BEFORE.search(before) or _NOT_A_CLOCK_AFTER.match(after):
        return False
    if "时" in match[0] and match["minute"] is None and not re.search(r"[日号天]\s?$", before):
        return False
    if match["minute"] or match["loose"] or "钟" in match[0]:
        return True
    if match["hour"] in {"一", "幺", "两", "二", "1", "2"}:
        return bool(_CLOCK_SIGN_AFTER.match(after)) or bool(
            re.search(rf"[天日号]\s?$|[到从是]$|(?:{'|'.join(_WEEK)})[一二三四五六]$", before)
        )
    return True


def _minutes(said: str | None) -> int | None:
    if said is None or said == "整":
        return 0
    if said == "半":
        return 30
    if said.endswith("刻"):
        return 15 if said.startswith("一") else 45
    minutes = parse_number(said.removeprefix("过").removesuffix("分"))
    return int(minutes) if minutes is not None and minutes < 60 else None


def _hour(said: int | float | None, period: str | None) -> int | None:
    """The hour of 24; None if there is no such hour. 晚上十二点 is the midnight that ends the day, written 00."""
    if said is None or said > 24:
        return None
    hour = int(said)
    if period is None or period in _MORNING:
        return 0 if hour == 24 or (hour == 12 and period == "凌晨") else hour
    if period in {"中午", "正午", "晌午"}:
        return hour + 12 if hour < 5 else hour
    if period in _AFTERNOON:
        return hour + 12 if hour < 12 else hour
    if hour == 12 or hour == 24:
        return 0
    return hour if hour < 5 or hour > 12 else hour + 12
