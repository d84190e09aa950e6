"""X-08 to X-14 and X-17 of the rule facts: what customers are told where the company's old rules went out of date."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
import yaml

from bot.bootstrap import build_deadlines
from bot.calendars.clocks import SHANGHAI
from bot.insurance.follow_up import FollowUpKind
from bot.services.answer_question import KnowledgeBase
from bot.services.follow_ups.report_follow_ups import FollowUpFigures
from bot.services.guard_reply import load_guard
from bot.services.load_knowledge import load_knowledge
from bot.services.understanding import Understood
from bot.settings import ROOT

DEADLINES = build_deadlines(ROOT / "data")
RECEIVED = datetime(2026, 11, 2, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def knowledge() -> KnowledgeBase:
    return load_knowledge(ROOT / "data" / "knowledge")


def told(knowledge: KnowledgeBase, intent: str, text: str) -> str:
    said = Understood("c", "m", RECEIVED, "web", text, intent, 0.9)
    return knowledge.answer(said).text


def all_answers() -> list[tuple[str, str]]:
    found = []
    for path in sorted((ROOT / "data" / "knowledge").glob("*.yml")):
        found += [(one["id"], one["answer"]) for one in yaml.safe_load(path.read_text("utf-8"))["answers"]]
    return found


def test_x_08_the_time_of_a_settlement_is_in_days_and_comes_from_the_law(knowledge: KnowledgeBase) -> None:
    answer = told(knowledge, "ask_claim_process", "理赔要等多久")
    for days in ("5 个工作日", "30 天", "10 天", "3 天"):
        assert days in answer
    assert "保险法第二十三条" in answer
    for rule, days in (("D-L03", 30), ("D-L05", 10), ("D-L06", 3)):
        assert (DEADLINES.due(rule, RECEIVED).internal_due - RECEIVED.date()).days == days


def test_x_09_two_and_five_years_and_nobody_is_told_that_it_is_too_late(knowledge: KnowledgeBase) -> None:
    guard = load_guard(ROOT / "data" / "guard" / "never_say.yml")
    for question in ("三年前的事故还能理赔吗", "超过两年的车险还能报吗"):
        answer = told(knowledge, "ask_claim_process", question)
        assert "人寿保险 5 年，其他保险 2 年" in answer
        assert "责任险从该赔多少确定那天起算" in answer
        assert "已经过了的也请先登记" in answer
        assert guard.broken(answer) == ()
    for late in ("您的申请已经过了时效", "超过两年了，不能赔", "已过时效，不予受理"):
        assert "time_barred" in [rule.id for rule in guard.broken(late)]


def test_x_10_heirs_inherit_by_the_civil_code(knowledge: KnowledgeBase) -> None:
    assert "民法典" in told(knowledge, "ask_term", "法定受益人是谁")
    assert [name for name, answer in all_answers() if "《继承法》" in answer or "依继承法" in answer] == []


def test_x_11_the_way_of_a_dispute_names_review_mediation_regulator_and_court(knowledge: KnowledgeBase) -> None:
    ways = told(knowledge, "ask_complaint_channel", "怎么投诉")
    assert [word for word in ("12378", "核查", "调解", "仲裁", "起诉") if word not in ways] == []
    assert "7 个工作日" in told(knowledge, "ask_complaint_channel", "12378怎么打")
    again = told(knowledge, "ask_complaint_channel", "对处理结果不满意还能找谁")
    assert "30 天内，书面请上级机构核查" in again


def test_x_12_nothing_is_sold_in_a_follow_up_and_no_figure_counts_sales() -> None:
    sells = re.compile(r"推荐|优惠|新产品|加保|再买|升级|续购|活动价")
    asked = []
    for path in sorted((ROOT / "data" / "follow_up").glob("*.yml")):
        form = yaml.safe_load(path.read_text("utf-8"))
        asked += [form.get("opening", ""), *(one["ask"] for one in form.get("questions", []))]
    assert len(asked) >= 20
    assert [text for text in asked if sells.search(text.replace("不推销", ""))] == []
    assert "converted" not in FollowUpFigures.__dataclass_fields__
    assert not [kind for kind in FollowUpKind if "sell" in kind.value]


def test_x_13_registration_and_the_present_regulator_not_certificates_and_the_former_one(
    knowledge: KnowledgeBase,
) -> None:
    answer = told(knowledge, "verify_salesperson", "卖保险的有资格证吗")
    assert "执业登记" in answer
    assert "不再发以前的资格证" in answer
    old = re.compile(r"中国保监会|保监会(?!发)|银保监会(?!令|公告|办)")
    assert [name for name, text in all_answers() if old.search(text)] == []


@pytest.mark.parametrize(
    ("intent", "question"),
    [
        ("ask_application", "65岁还能买分红险吗，要写什么声明"),
        ("ask_application", "银行给我爸卖保险，七十，交十年"),
        ("ask_application", "交费年限加上年龄超过七十五要签投保声明吗"),
    ],
)
def test_x_14_the_declaration_of_the_old_is_due_from_75(knowledge: KnowledgeBase, intent: str, question: str) -> None:
    answer = told(knowledge, intent, question)
    assert "达到 75 的" in answer
    assert "第三十九条" in answer


def test_x_17_a_change_of_beneficiary_takes_effect_as_it_is_told(knowledge: KnowledgeBase) -> None:
    answer = told(knowledge, "change_beneficiary", "改受益人多久生效")
    assert "从您提出时起生效" in answer
    assert "出险之后再改就无效" in answer
