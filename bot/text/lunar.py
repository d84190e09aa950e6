"""Days of the farmers' calendar. We do not convert them: a leap month is rarely said, and a wrong day is worse than a question."""

from __future__ import annotations

import re

_CN = "零〇○一二三四五六七八九"
_NAMED = r"(?:农历|阴历|旧历|老历|古历)"
_YEAR = rf"(?:(?:\d{{2,4}}|[{_CN}]{{2,4}}|今|去|前|大前|明|后)年的?)"
_NUMBER = r"(?:\d{1,2}|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_COUNTED = r"(?![个家位名辆台张份笔])"  # 七月初一个人, 六月初三家店: early in a month, and a number of things
_DAY = rf"(?:的?(?:初|廿|卅)?{_NUMBER}|的?三十)(?:[日号]|这天|那天)?"
_MONTH = rf"闰?(?:{_NUMBER}|正|冬|腊)月份?"
_WHOLE = rf"{_YEAR}?{_MONTH}(?:{_DAY})?"
_LUNAR = re.compile(
    # 农历八月十五, 二零零八年农历八月十五, 阴历生日是八月十五
    rf"{_YEAR}?{_NAMED}(?:的|是|生日|日期|那个|[:：\s])*(?:{_WHOLE}|{_YEAR})"
    # 八月十五（农历）, 八月十五是阴历; not the first half of "公历八月十五，农历七月初四"
    rf"|(?<![公阳新西]历){_WHOLE}[(（\s]?是?(?:按|算)?{_NAMED}(?![的是\s]*{_MONTH})"
    # Only that calendar has 正月, 腊月, 初三, 廿三 and 大年三十.
    rf"|{_YEAR}?闰?[正冬腊]月(?:{_DAY})?|{_YEAR}?{_MONTH}(?:初{_NUMBER}|廿{_NUMBER}?)[日号]?{_COUNTED}|大年(?:初{_NUMBER}|三十|夜)"
)
_HIDDEN = "\x00"


def names_lunar_day(folded: str) -> bool:
    """The text dates something by the farmers' calendar."""
    return bool(_LUNAR.search(folded))


def hide_lunar(folded: str) -> str:
    """The text without its lunar dates, as long as before."""
    return _LUNAR.sub(lambda found: _HIDDEN * len(found[0]), folded)
