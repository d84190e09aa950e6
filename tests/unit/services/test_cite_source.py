"""What an answer rests on is always said, unless the answer says so itself."""

from __future__ import annotations

from datetime import date

import pytest

from bot.services.cite_source import cite

DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("answer", "source", "intent", "told"),
    [
        ("好。", "保险法第二十三条", "ask_claim_process", "依据：保险法第二十三条（2026-11-22）"),
        ("好。", "公司服务规则", "ask_branch", "依据：公司服务规则（2026-11-22）"),
        ("好。", "行业通行做法", "ask_product", "依据：行业一般做法，以合同为准（2026-11-22）"),
        ("以您保单条款为准。", "行业通行做法", "ask_coverage", "依据：行业一般做法（2026-11-22）"),
        ("好。", "您的保单条款", "policy_loan", "依据：各产品写法不同，以您的保单条款为准（2026-11-22）"),
        ("以您保单条款为准。", "您的保单条款", "ask_coverage", "依据：您的保单条款（2026-11-22）"),
        ("哈哈。", "公司服务规则", "out_of_scope", ""),
    ],
)
def test_a_source_is_said_in_plain_words(answer: str, source: str, intent: str, told: str) -> None:
    assert cite(answer, [source], DAY, intent) == told


def test_two_sources_are_said_once_each() -> None:
    assert cite("好。", ["保险法第十条", "保险法第十条", "公司服务规则"], DAY, "ask_term") == (
        "依据：保险法第十条；公司服务规则（2026-11-22）"
    )
