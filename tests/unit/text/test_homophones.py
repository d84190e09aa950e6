"""Terms that only sound right are put right; everything else stays as it was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.complaints.engine import judge
from bot.complaints.heard import heard_terms
from bot.complaints.loader import load_rules
from bot.complaints.rule import Facts
from bot.errors import ConfigurationError
from bot.settings import ROOT
from bot.text.homophones import HeardTerms


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("我想改收益人", "我想改受益人"),
        ("过了由于期能退包吗", "过了犹豫期能退保吗"),
        ("礼赔款到了没", "理赔款到了没"),
        ("现金加值多少", "现金价值多少"),
        ("脚强险和车孙险", "交强险和车损险"),
        ("叶务员让我给他转账", "业务员让我给他转账"),
        ("代未求偿是啥", "代位求偿是啥"),
        ("dian hua 13800000000 的宝单", "dian hua 13800000000 的保单"),
    ],
)
def test_a_term_is_found_by_its_sound(written: str, meant: str) -> None:
    assert heard_terms().correct(written) == meant


@pytest.mark.parametrize(
    "said",
    [
        "理财收益怎么样",
        "由于我不在家",
        "保险经理的电话",
        "行李赔了三百",
        "保单和保险单有什么区别",
        "六十万重疾保三十年和保终身怎么选",
        "银行买的五年期保险今年满期",
        "投诉电话是多少",
        "",
    ],
)
def test_what_means_something_else_stays(said: str) -> None:
    assert heard_terms().correct(said) == said


@given(st.text(max_size=60))
def test_no_character_moves_and_a_second_time_changes_nothing(text: str) -> None:
    once = heard_terms().correct(text)
    assert len(once) == len(text)
    assert heard_terms().correct(once) == once


@pytest.mark.parametrize("line", ["理赔", "理赔: 礼赔款", "理赔: 退保\n退保: 理赔", "claim", "理赔: claim"])
def test_a_line_that_would_do_harm_is_refused(line: str) -> None:
    with pytest.raises(ConfigurationError):
        HeardTerms.parse(line.splitlines())


@pytest.mark.parametrize("said", ["再拖我去银宝监头诉", "业物员让我把宝费打到他个人账户"])
def test_rules_hear_what_was_meant(said: str) -> None:
    rules = load_rules(ROOT / "data" / "complaints")
    meant = heard_terms().correct(said)
    assert meant != said
    assert judge(rules, Facts(said, "file_complaint")) == judge(rules, Facts(meant, "file_complaint"))
    assert judge(rules, Facts(said, "file_complaint")).fired
