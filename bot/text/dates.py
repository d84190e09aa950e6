"""Dates in a message, resolved against its own time in Asia/Shanghai.

Own grammar: jionlp's time parser wants the expression cut out beforehand, takes milliseconds each, and imports slowly.
Normal forms are ISO 8601, no more precise than what was said: 2026-10-12, 2026-10 (上个月), 2025 (去年), 2026-W47 (上周).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.text.lunar import hide_lunar
from bot.text.normalise import fold
from bot.text.numerals import DIGITS, parse_number
from bot.text.spans import Span, without_overlaps

SHANGHAI = ZoneInfo("Asia/Shanghai")

_CN = "零〇○一二三四五六七八九幺"
# Figure by figure where a 幺 or a zero shows it (三幺, 二零); 二三号 is the second or the third.
_SMALL = (
    r"(?:\d{1,2}|幺[零〇二三四五六七八九幺]|[二三][幺零〇]|[零〇][一二三四五六七八九幺]"
    r"|[一二两三四五六七八九]?十[一二三四五六七八九幺]?|[一二两三四五六七八九幺])"
)
_YEAR = rf"(?:(?<!\d)(?:19|20)?\d\d|[{_CN}]{{4}}|(?<![{_CN}十百千万])[{_CN}]{{2}}|今|去|前|大前|明|后|当|同)年"
_MONTH = rf"(?P<month>(?<!\d){_SMALL})月份?"
_DAY = rf"(?P<day>{_SMALL})(?:[日号]|(?![\d{_CN}十]))"  # 十月二五 is no second of October
_RELATIVE_YEARS = {"今": 0, "当": 0, "同": 0, "去": -1, "前": -2, "大前": -3, "明": 1, "后": 2}
_RELATIVE_DAYS = {"今": 0, "昨": -1, "前": -2, "大前": -3, "明": 1, "后": 2, "大后": 3}
_STEPS = {"上上": -2, "上": -1, "这": 0, "本": 0, "": 0, "下": 1, "下下": 2}
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 5} | {
    str(number): number - 1 for number in range(1, 7)
}
_HOLIDAYS = {
    "元旦": (1, 1),
    "五一": (5, 1),
    "劳动节": (5, 1),
    "国庆": (10, 1),
    "十一": (10, 1),
    "圣诞": (12, 25),
}

# An appointment looks forward; everything else a customer dates has happened.
_FORWARD = re.compile(
    r"回电|回个?电话|打(?:给我|电话|过来|个电话)|联系我|再打|预约|到期|生效|开始(?:领|交|扣)|要去|准备|打算|出发|之前|以前|截止|续保|出境|旅游|打过来|叫|派|约|"
    r"(?:可以|能)领|领不|出国|什么时候能|过来|上门|来取|有空|方便"
)
_PAST = re.compile(
    r"发生|[撞摔追刮住出买交扣报办签生赔提]了|的时候|出的|买的|交的|报的|办的|做的|签的|住的院|投诉过|过了|已经"
)

Resolver = Callable[["re.Match[str]", date, bool], "str | None"]


def find_dates(text: str, now: datetime) -> list[Span[str]]:
    """Dates in reading order. `now` is the message's own time and must carry a zone.

    A day or month without a year is the latest one that is not in the future, except in a message about an
    appointment or a term to come. Impossible dates (2月30号) and lunar ones (农历八月十五) are left out.
    """
    today = now.astimezone(SHANGHAI).date()
    folded = hide_lunar(fold(text))
    forward = bool(_FORWARD.search(folded)) and not _PAST.search(folded)
    spans = []
    for pattern, resolve in _GRAMMAR:
        for match in pattern.finditer(folded):
            value = resolve(match, today, forward)
            if value:
                spans.append(Span(match.start(), match.end(), text[match.start() : match.end()], value))
    return without_overlaps(spans)


def impossible_day(text: str, now: datetime) -> tuple[int, int] | None:
    """Month and day of the first date that no calendar has (十一月三十一号), None where there is none. `now` as above."""
    folded, today = hide_lunar(fold(text)), now.astimezone(SHANGHAI).date()
    dates = find_dates(text, now)
    for pattern, resolve in _GRAMMAR:
        if resolve not in (_full, _numeric, _month_day):
            continue
        for match in pattern.finditer(folded):
            month, day = _small(match["month"]), _small(match["day"])
            known = any(each.start <= match.start() and match.end() <= each.end for each in dates)
            # "翠湖小区6-31号", "2月40码": no day is meant.
            if resolve is not _full and not re.search(r"月.*[日号]$", match[0]):
                continue
            if 1 <= month <= 12 and 0 < day <= 31 and not known and not resolve(match, today, False):
                return month, day
    return None


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _small(text: str) -> int:
    return int(parse_number(text) or 0)


def _year(text: str, today: date) -> int:
    """二零二三年, 23年, 九八年, 去年 → the year; two digits mean the century that is not ahead of us."""
    body = text.removesuffix("年")
    if body in _RELATIVE_YEARS:
        return today.year + _RELATIVE_YEARS[body]
    digits = "".join(str(DIGITS[char]) if char in DIGITS else char for char in body)
    year = int(digits)
    if len(digits) == 4:
        return year
    return 2000 + year if year <= today.year % 100 + 5 else 1900 + year


def _shift_month(today: date, months: int) -> str:
    index = today.year * 12 + today.month - 1 + months
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def _full(match: re.Match[str], today: date, forward: bool) -> str | None:
    return _iso(_year(match["year"], today), _small(match["month"]), _small(match["day"]))


def _numeric(match: re.Match[str], today: date, forward: bool) -> str | None:
    return _iso(int(match["year"]), int(match["month"]), int(match["day"]))


def _year_month(match: re.Match[str], today: date, forward: bool) -> str | None:
    month = _small(match["month"])
    return f"{_year(match['year'], today):04d}-{month:02d}" if 1 <= month <= 12 else None


def _year_only(match: re.Match[str], today: date, forward: bool) -> str | None:
    year = _year(match["year"], today)
    return f"{year:04d}" if 1900 <= year <= today.year + 80 else None


def _month_day(match: re.Match[str], today: date, forward: bool) -> str | None:
    month, day = _small(match["month"]), _small(match["day"])
    this_year = _iso(today.year, month, day)
    if this_year is None:
        return _iso(today.year - 1, month, day)
    if forward:
        return this_year if this_year >= today.isoformat() else _iso(today.year + 1, month, day)
    return this_year if this_year <= today.isoformat() else _iso(today.year - 1, month, day)


def _month_only(match: re.Match[str], today: date, forward: bool) -> str | None:
    month = _small(match["month"])
    if not 1 <= month <= 12:
        return None
    if forward:
        return f"{today.year + (month < today.month):04d}-{month:02d}"
    return f"{today.year - (month > today.month):04d}-{month:02d}"


def _day_only(match: re.Match[str], today: date, forward: bool) -> str | None:
    """23号: the latest past one, or for an appointment the next; a month too short for it is passed over."""
    day = _small(match["day"])
    for step in range(3):
        year, month = map(int, _shift_month(today, step if forward else -step).split("-"))
        found = _iso(year, month, day)
        if found and (found >= today.isoformat() if forward else found <= today.isoformat()):
            return found
    return None


def _relative_month(match: re.Match[str], today: date, forward: bool) -> str | None:
    month = _shift_month(today, _STEPS[match["step"]])
    if not match["day"]:
        return month
    return _iso(int(month[:4]), int(month[5:]), _small(match["day"]))


def _relative_day(match: re.Match[str], today: date, forward: bool) -> str | None:
    return (today + timedelta(days=_RELATIVE_DAYS[match["day"]])).isoformat()


def _weekday(match: re.Match[str], today: date, forward: bool) -> str | None:
    """上周五 counts calendar weeks from Monday; a bare 周五 is the last one, or the next for an appointment."""
    monday = today - timedelta(days=today.weekday())
    found = monday + timedelta(days=7 * _STEPS[match["step"] or ""] + _WEEKDAYS[match["weekday"]])
    if not match["step"]:
        if forward and found < today:
            found += timedelta(days=7)
        elif not forward and found > today:
            found -= timedelta(days=7)
    return found.isoformat()


def _week(match: re.Match[str], today: date, forward: bool) -> str | None:
    year, week, _ = (today + timedelta(days=7 * _STEPS[match["step"]])).isocalendar()
    return f"{year:04d}-W{week:02d}"


def _ago(match: re.Match[str], today: date, forward: bool) -> str | None:
    """三天前, 半个月后, 十年前: as precise as the unit; 后 only in a message that looks forward."""
    amount = 0.5 if match["number"] == "半" else float(parse_number(match["number"]) or 0)
    amount += 0.5 if match["half"] else 0
    sign = -1 if "前" in match["way"] else 1
    if sign > 0 and not forward:
        return None  # 三十天后 in a question about a clause is a period, not a day
    unit = match["unit"]
    if unit in "天日":
        return (today + timedelta(days=sign * int(amount))).isoformat()
    if unit in {"周", "星期", "礼拜"}:
        return (today + timedelta(days=sign * int(7 * amount))).isoformat()
    if unit == "月" and amount < 1:
        return (today + timedelta(days=sign * 15)).isoformat()
    if unit == "月":
        return _shift_month(today, sign * int(amount))
    return _shift_month(today, sign * 6) if amount < 1 else f"{today.year + sign * int(amount):04d}"


def _holiday(match: re.Match[str], today: date, forward: bool) -> str | None:
    month, day = _HOLIDAYS[match["name"]]
    if match["year"]:
        return _iso(_year(match["year"], today), month, day)
    year = today.year
    if forward and (month, day) < (today.month, today.day):
        year += 1
    elif not forward and (month, day) > (today.month, today.day):
        year -= 1
    return _iso(year, month, day)


_NOT_A_DAY = r"(?!楼|线|院|车|店|门|机|码|房|桌|铺|字|厅|馆|文|令|公告|柜|窗|床|坐席|客服|技师|业务员|柴油|汽油|库|仓|人|员工|内)"
_NOT_AN_ADDRESS = r"(?<!路)(?<!街)(?<!巷)(?<!弄)(?<!道)(?<!如)(?<!几)"
# 买了个15年的两全险: how long it runs, not when it was bought; 我那个15年的 tells when.
_NO_TERM = r"(?<!了个)(?<!一个)(?<!买个)(?<!办个)(?<!选个)(?<!要个)(?<!搞个)(?<!了份)(?<!一份)(?<!买份)(?<!了款)(?<!一款)(?<!那种)"
_SINCE_1900 = r"(?:19|20)\d\d"
_STEP = r"(?P<step>上上|下下|上|下|这|本)"
_WEEK = r"(?:周|星期|礼拜)"


def _rule(pattern: str, resolve: Resolver) -> tuple[re.Pattern[str], Resolver]:
    return re.compile(pattern), resolve


# In the order of preference where two candidates are equally long.
_GRAMMAR: tuple[tuple[re.Pattern[str], Resolver], ...] = (
    _rule(
        rf"(?<!\d)(?P<year>{_SINCE_1900})\s?([-/.])\s?(?P<month>\d{{1,2}})\s?\2\s?(?P<day>\d{{1,2}})[日号]?(?!\d)",
        _numeric,
    ),
    _rule(rf"(?<!\d)(?P<year>{_SINCE_1900})(?P<month>[01]\d)(?P<day>[0-3]\d)(?!\d)", _numeric),
    _rule(rf"(?P<year>{_YEAR})的?{_MONTH}{_DAY}(?!\d)", _full),
    _rule(rf"(?P<year>{_YEAR})的?{_MONTH}", _year_month),
    _rule(rf"(?<![\d\-/.])(?P<year>{_SINCE_1900})[-/.](?P<month>0?[1-9]|1[0-2])(?![\d\-/.])", _year_month),
    _rule(
        rf"(?P<year>(?:(?<!\d){_SINCE_1900}|[{_CN}]{{4}}|今|(?<!过)去|(?<!\d)前|大前|明)年)(?:年?[底初中末]|上半年|下半年)?"
        r"(?!内|期|龄|轻|多大)",
        _year_only,
    ),
    _rule(
        rf"(?P<year>{_NO_TERM}(?<![\d交满了过用缴买第保存])(?:[012]\d|[89]\d|[零〇一二八九][{_CN}])年)"
        r"(?=的(?!期|保障|缴费|交费|定期)|买|出|投|办|就|那会|底|初|生)",
        _year_only,
    ),
    # 一六年 is a year; 一二年 and 二三年 may be "one or two years".
    _rule(
        r"(?P<year>(?<![交满了过第])(?:[零〇][零〇一二三四五六七八九]|一[零〇五六七八九]|二[零〇一五六])年)(?!前|后|内|以)",
        _year_only,
    ),
    _rule(rf"{_MONTH}{_DAY}(?![\d个天内])", _month_day),
    _rule(r"(?<![\d.])(?P<month>0?[1-9]|1[0-2])[.\-/](?P<day>[0-3]?\d)[日号]", _month_day),
    _rule(
        r"(?<![\d.])(?P<month>[1-9]|1[0-2])\.(?P<day>[12]\d|3[01])(?![\d.万千百元块%折度米升吨倍kw])"
        r"(?=的|那|出|发|报|撞|早|下|上|晚|凌|$)",
        _month_day,
    ),
    _rule(
        rf"(?<![一二三四五六七八九十\d个每])(?!一月[交多几给])(?P<month>(?<!\d){_SMALL})月(?:份|初|底|中旬|上旬|下旬|末)?"
        rf"(?!供|均|度|薪|子|龄|[\d{_CN}十])",
        _month_only,
    ),
    _rule(rf"{_STEP}个?月(?:(?P<day>{_SMALL})[日号]|[初底末]|月?[初底末]|中旬|份)?", _relative_month),
    _rule(
        r"(?P<day>大前|大后|今|昨|前|明|(?<![前日])后)(?:天|儿个?|个儿|(?<!前)(?<!后)日)(?!性|感染|形成|造成|养)",
        _relative_day,
    ),
    _rule(r"(?P<day>今|昨|明)个(?!月|性)", _relative_day),
    _rule(r"(?P<day>今|昨|明|前)(?:晚|夜|早)(?!期)", _relative_day),
    _rule(
        rf"(?<!周[一二三四五六日]到)(?<!周[一二三四五六日]至){_STEP}?个?{_WEEK}(?P<weekday>[一二三四五六日天]|(?<=[上下这本]周)末|[1-6](?!\d))(?!年|岁|左右|天|个|(?:到|至|~|-){_WEEK})",
        _weekday,
    ),
    _rule(rf"{_STEP}(?:个|一)?{_WEEK}(?![一二三四五六日天末\d])", _week),
    _rule(
        rf"(?<![第\d.几{_CN}十])(?P<number>半|{_SMALL}|\d{{1,3}})(?:多)?个?(?P<half>半)?个?多?(?P<unit>天|日|周|星期|礼拜|月|年)(?:多)?"
        r"(?P<way>之前|以前|前|之后|以后|后)(?!半|期|缴|交)",
        _ago,
    ),
    _rule(rf"(?<![\d.第{_CN}十百月年\-/]){_NOT_AN_ADDRESS}(?P<day>{_SMALL})[号日]{_NOT_A_DAY}", _day_only),
    _rule(rf"(?P<year>{_YEAR})?的?(?P<name>元旦|劳动节|国庆|圣诞)(?:节|假期|长假|期间|那天|当天)?", _holiday),
    _rule(
        rf"(?P<year>{_YEAR})?的?(?<!双)(?P<name>五一|十一)(?=节|假期|长假|期间|那天|当天|放假|前|后|回|的时候|出去|去|报|调休)",
        _holiday,
    ),
)
