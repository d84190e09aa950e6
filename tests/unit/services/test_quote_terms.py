"""Clauses are quoted word for word, with their numbers, and never a cover without an exclusion."""

from __future__ import annotations

from decimal import Decimal

from bot.insurance.policy import Coverage, Exclusion, LineOfBusiness
from bot.insurance.terms import Terms
from bot.services.quote_terms import (
    list_exclusions,
    named_covers,
    named_exclusions,
    nearest_covers,
    nearest_exclusions,
    quote,
)

HOSPITAL = Coverage("住院医疗", Decimal(20000), "第六条", "住院期间的手术、药品费用按 80% 赔付")
DAILY = Coverage("住院津贴", Decimal(3600), "第七条", "每住院一天给付一天津贴")
DENTAL = Exclusion("第十四条", "牙齿矫正、整形美容的费用，我们不赔付")
STAY = Exclusion("第十五条", "应当出院而没有出院期间的费用，我们不赔付")
TERMS = Terms(
    "X", "X", "安心住院", "2024-06", LineOfBusiness.HEALTH, (HOSPITAL, DAILY), (DENTAL, STAY), 60, Decimal(200)
)


def test_a_quote_shows_clause_number_text_exclusions_and_limits() -> None:
    assert quote(TERMS, [HOSPITAL], [DENTAL]) == [
        "· 保险责任 第六条（住院医疗）：“住院期间的手术、药品费用按 80% 赔付”",
        "· 【责任免除】第十四条：“牙齿矫正、整形美容的费用，我们不赔付”（责任免除共 2 条）",
        "· 等待期 60 天，免赔额 200 元（由自己承担的部分）",
    ]


def test_sums_are_said_only_when_they_are_the_customers_own() -> None:
    assert "保额 2 万元" in quote(TERMS, [HOSPITAL], [DENTAL], with_sums=True)[0]
    assert "保额" not in quote(TERMS, [HOSPITAL], [DENTAL])[0]


def test_clauses_are_found_by_title_and_by_words_in_the_order_of_the_terms() -> None:
    assert named_covers(TERMS, ("住院津贴", "住院医疗")) == (HOSPITAL, DAILY)
    assert named_exclusions(TERMS, ("整形",)) == (DENTAL,)


def test_terms_that_nobody_has_read_for_the_question_give_their_nearest_clauses() -> None:
    assert nearest_covers(TERMS, "住院津贴一天多少")[-1] == DAILY
    assert len(nearest_exclusions(TERMS, "牙齿")) == 2


def test_all_exclusions_are_listed() -> None:
    assert len(list_exclusions(TERMS)) == 2
