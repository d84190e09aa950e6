"""How many people complain together: 我们二十几个人一起投诉 → 20."""

from __future__ import annotations

import re

from bot.text.normalise import fold
from bot.text.numerals import NUMBER, parse_number

_TOGETHER = re.compile(
    r"一起|联名|集体|共同|一块儿?|组团|(?<!有)(?<!两)个人(?=(?:现在|都|就|还)*(?:在|到|堵|围).{0,6}(?:营业厅|公司|门口|大厅)(?!.{0,4}(?:骂|打|吼)))|我们|俺们|咱们|大家|(?:带|叫|喊|拉)(?:着|了|上)?(?=.{0,8}(?:人|户|业主|老人))|全村|全厂|全小区"
)
_COMPLAINING = re.compile(
    r"投诉|举报|维权|说法|反映|上访|讨回|讨.{0,2}公道|被.{0,6}骗|受骗|上当|状告|告你们|(?:去|到|来|上|找|堵|围|在).{0,3}(?:你们?|贵)(?:的|家)?(?:公司|单位|大楼|门口|营业厅)|上门|拉横幅"
)
_ASKING = re.compile(r"吗(?!的)|怎么(?:算|买|办理|投保)|可不可以|如果|要是|万一|(?:听说|据说)(?!你们)|团险|优惠")
_PEOPLE = r"[多几来余]?\s*个?\s*(?:号?人|位|户|名|家(?!人|里|庭)|老人|客户|业主|同事|邻居|员工|工人|职工|村民|农户|学生|家长|师傅|车主)"
# "死伤好几个人": they complain no more.
_CASUALTIES = re.compile(
    r"(?:死伤|死亡|遇难|丧生|受伤|死|伤|亡)(?:了|过)?(?:好|有|共)?(?:[\d一二三四五六七八九十百两几]+多?)\s*个?(?:号)?(?:人|名|位)?|[\d一二三四五六七八九十百两几]+\s*(?:个|名|位)?(?:人)?(?:死亡|遇难|受伤|死了|伤了|重伤)"
)
_EXACT = re.compile(rf"(?<!第)({NUMBER})(?:几|多|来|余)?{_PEOPLE}")
# 几十 is at least twenty, 上百 at least a hundred: the least that the words can mean.
_VAGUE = (
    (re.compile(rf"(?:上千|好几千|几千){_PEOPLE}"), 1000),
    (re.compile(rf"(?:上百|好几百|几百){_PEOPLE}"), 100),
    (re.compile(rf"(?:好几十|几十){_PEOPLE}"), 20),
    (re.compile(rf"(?<![二三四五六七八九])十[几多来余]{_PEOPLE}"), 11),
    (re.compile(rf"(?<![十百千])几{_PEOPLE}"), 2),
)


def count_complainants(text: str) -> int | None:
    """The least number of people that the words can mean; None when they tell of nobody complaining together."""
    folded = _CASUALTIES.sub("", fold(text))
    if not (_TOGETHER.search(folded) and _COMPLAINING.search(folded)) or _ASKING.search(folded):
        return None
    found = [number for match in _EXACT.finditer(folded) if (number := _whole(match[1])) and number >= 2]
    found += [least for pattern, least in _VAGUE if pattern.search(folded)]
    return max(found, default=None)


def _whole(text: str) -> int | None:
    number = parse_number(text)
    return number if isinstance(number, int) and number < 100_000 else None
