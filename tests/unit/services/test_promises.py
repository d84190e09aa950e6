"""服务承诺: the numbers are those of the deadlines, told to who asks for them and to nobody who has been let down."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.bootstrap import build_deadlines, build_promises
from bot.calendars.clocks import SHANGHAI
from bot.calendars.strict_yaml import DataFileError
from bot.services.promise_table import load_promises
from bot.services.promises import tell_promises
from bot.services.understanding import Understood
from bot.settings import ROOT

PROMISES = build_promises(ROOT / "data")
DEADLINES = build_deadlines(ROOT / "data")
NOW = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)


def ask(text: str, intent: str = "ask_capabilities"):
    said = Understood("c1", "m1", NOW, "web", text, intent, 1.0)
    return tell_promises(said, SimpleNamespace(promises=PROMISES))


@pytest.mark.parametrize("intent", ["ask_capabilities", "ask_claim_process", "out_of_scope"])
@pytest.mark.parametrize("text", ["你们有什么服务承诺", "服务标准是怎样的？", "理赔承诺几天办完", "你们有没有服务承诺"])
def test_who_asks_for_the_promises_hears_them_whatever_the_question_is_taken_for(text, intent):
    (reply,) = ask(text, intent).replies
    for group in PROMISES:
        assert group.zh in reply.text
    for each in (each for group in PROMISES for each in group.promises):
        assert f"{each.says} {DEADLINES.rule(each.rule.id).duration} " in reply.text


@pytest.mark.parametrize(
    "text", ["业务员承诺几天就能退", "说好的服务承诺没做到", "我要投诉你们不守时限承诺", "怎么报案", "当初承诺多久返本"]
)
def test_who_was_let_down_or_asks_something_else_hears_no_list(text):
    assert ask(text) is None


def test_a_promise_says_how_long_in_its_own_unit_and_whose_it_is():
    spoken = {each.rule.id: (each.spoken, each.by_law) for group in PROMISES for each in group.promises}
    assert spoken["D-C01"] == ("情况清楚的作出处理决定 15 天内", True)
    assert spoken["D-C13T"] == ("告诉您是否受理 3 个工作日内", False)
    assert re.search(r"2 小时内（服务时间内）$", spoken["T-L01"][0])


@pytest.mark.parametrize(("rule", "problem"), [("D-X99", "没有这一条"), ("D-C04", "写明多久"), ("D-C10", "公司要遵守")])
def test_only_what_binds_the_company_and_says_how_long_is_promised(tmp_path: Path, rule: str, problem: str):
    path = tmp_path / "promises.yml"
    path.write_text(f"promises:\n  - zh: 投诉\n    rules: [{{rule: {rule}, says: 办好}}]\n", encoding="utf-8")
    with pytest.raises(DataFileError) as refused:
        load_promises(path, DEADLINES)
    assert problem in str(refused.value.data["problem"])
