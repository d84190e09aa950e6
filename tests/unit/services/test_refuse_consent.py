"""The insured's no to a change of beneficiary is no wish to make one."""

from __future__ import annotations

import pytest

from bot.services.refuse_consent import refuses_change


@pytest.mark.parametrize(
    "text", ["我不同意改受益人", "不同意把我的受益人换掉，我没答应不同意变更受益人", "我反对变更我的受益人"]
)
def test_a_refusal_is_heard(text: str) -> None:
    assert refuses_change(text)


@pytest.mark.parametrize(
    "text",
    [
        "被保险人不同意改受益人怎么办",
        "老公不同意换受益人",
        "不同意改受益人会怎样？",
        "我要改受益人",
        "我不同意理赔结果",
    ],
)
def test_a_question_about_somebody_elses_refusal_is_none(text: str) -> None:
    assert not refuses_change(text)
