"""Every deadline of the rule facts is a row of data with its length, unit, article and tag."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.calendars.clocks import ClockRule, Scope, load_rules

RULES = load_rules(Path(__file__).parents[3] / "data" / "calendars" / "deadlines.yml")
# id: length and unit as rule_facts section 3 gives them ("-" where it gives none), and a word of the article.
ROWS = """
D-C01 15 ND 第十八条 | D-C02 30 ND 第十八条 | D-C03 60 ND 第十八条 | D-C04 - ND 第十八条 | D-C05 - ND 第十八条
D-C06 0 ND 第十五条 | D-C07 - ND 第二十三条 | D-C08 30 ND 第二十条 | D-C09 30 ND 第二十条 | D-C10 7 WD 第三十三条
D-C11 - ND 第二十一条 | D-C12 5 WD 第十二条 | D-C13 10 WD 第十六条 | D-C14 10 WD 第二十九条 | D-C15 - ND 第十五条
D-C16 - WD 废止 | D-C17 15 ND 举报 | D-C18 60 ND 举报 | D-C19 7 WD 第四十六条
D-L01 - ND 第二十一条 | D-L02 - ND 第二十二条 | D-L03 30 ND 第二十三条 | D-L04 - ND 第十五条 | D-L05 10 ND 第二十三条
D-L06 3 ND 第二十四条 | D-L07 60 ND 第二十五条 | D-L08 5 WD 第二十三条 | D-L09 - ND 第二十二条 | D-L10 0 ND 第二十七条
D-L11 1 ND 第二十八条 | D-L12 5 ND 第二十九条 | D-L13 10 ND 第二十九条 | D-L14 2 Y 第二十六条 | D-L14-LIFE 5 Y 第二十六条
D-L15 30 ND 第十六条 | D-L16 30 ND 第五十八条 | D-L17 30 ND 第四十九条 | D-L18 5 ND 第十四条 | D-L19 - ND 小额理赔
D-L20 - ND 2012〕15号 | D-P01 2 WD 第十九条 | D-P02 5 WD 第十九条 | D-P03 5 WD 第二十条 | D-P04 5 WD 第二十条
D-P05 - WD 第二十条 | D-P06 10 WD 第二十一条 | D-P07 - ND 第二十一条 | D-P08 60 ND 第三十六条 | D-P08-REMIND 30 ND 第三十六条
D-P09 2 Y 第三十七条 | D-P10 30 ND 第八条 | D-P11 30 ND 第四十七条 | D-P12 - ND 第四十条 | D-P13 - ND 第五十四条
D-P14 - ND 第十七条 | D-P15 30 ND 第三十六条 | D-P16 15 ND 第十五条 | D-P17 15 ND 3号 | D-P18 - ND 合同
D-P19 180 ND 第二十七条 | D-P20 60 ND 第十七条 | D-P21 3 M 第十九条 | D-P22 10 WD 第十六条 | D-P23 - ND 第十六条
D-N01 5 WD 第十条 | D-N02 5 WD 第十一条 | D-N03 15 WD 第十一条 | D-N04 15 WD 第十二条 | D-V01 - ND 第十五条
D-V02 15 WD 第十八条 | D-V03 5 WD 公司 | D-V04 15 WD 第十条 | D-K01 5 Y 第十三条 | D-K01-LONG 10 Y 第十三条
D-K02 5 Y 第十七条 | D-K03 10 Y 第三十四条 | D-K04 3 Y 第五十六条 | D-K05 - Y 第二十八条 | D-K06 - Y 回访
D-S01 - ND 第四条 | D-S02 - ND 第二十七条 | D-S03 20 WD 第八条
"""
WANTED = [tuple(cell.split(maxsplit=3)) for line in ROWS.strip().splitlines() for cell in line.split("|")]


@pytest.mark.parametrize(("rule_id", "length", "unit", "article"), WANTED, ids=[row[0] for row in WANTED])
def test_the_row_says_what_the_article_says(rule_id: str, length: str, unit: str, article: str) -> None:
    rule: ClockRule = RULES[rule_id]
    assert rule.duration == (None if length == "-" else int(length))
    assert rule.unit.value == unit
    assert article.strip() in rule.article


# Rows of the company's own: targets inside a limit of the law, and reminders of our own.
OWN = {"D-A01", "D-C13T", "D-P15-TARGET", "D-I01", "T-L01", "T-L02", *(f"T-S{number:02}" for number in range(1, 10))}


def test_every_row_of_the_data_is_checked_here_or_is_the_companys_own() -> None:
    assert {row[0] for row in WANTED} | OWN == set(RULES)


def test_every_row_of_the_rule_facts_is_named() -> None:
    numbered = {"C": 19, "L": 20, "P": 23, "N": 4, "V": 4, "K": 6, "S": 3}
    facts = {f"D-{letter}{number:02}" for letter, last in numbered.items() for number in range(1, last + 1)}
    assert facts <= {row[0] for row in WANTED}


def test_what_no_full_text_backs_says_so() -> None:
    unsure = {rule.id for rule in RULES.values() if rule.tag.value in "SPM"}
    assert unsure >= {"D-C16", "D-C17", "D-C18", "D-L19", "D-L20", "D-P17", "D-P18", "D-K06"}


def test_x_15_what_does_not_cover_groups_says_so() -> None:
    """基本服务规定 art 32, 披露办法 art 29: neither is for group insurance."""
    excluded = re.compile(r"人身保险业务基本服务规定|人身保险产品信息披露管理办法")
    other_laws = {"D-L05", "D-L06"}  # 保险法 says the same of all insurance
    of_people = [rule for rule in RULES.values() if excluded.search(rule.article) and rule.id not in other_laws]
    assert len(of_people) > 15
    allowed = {Scope.INDIVIDUAL_LIFE, Scope.COMPLAINT}
    assert [rule.id for rule in of_people if rule.applies not in allowed] == []
