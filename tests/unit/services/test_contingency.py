"""A disaster's plan is told and its shorter list used while it is in force, and not a day before or after."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.calendars.clocks import SHANGHAI
from bot.calendars.working_days import load_calendar
from bot.insurance.claim import Claim, ClaimStage, LossReport
from bot.insurance.policy import LineOfBusiness
from bot.services.answer_from_data import answer_from_data, shorter_list
from bot.services.contingency import EventFileError, load_plans, plan_for
from bot.services.journeys.claim_result import done_text
from bot.services.journeys.journey import Situation
from bot.services.understanding import Entity, Understood
from bot.settings import ROOT
from tests.fakes import no_events

EVENTS = ROOT / "data" / "events.yml"
(PLAN,) = load_plans(EVENTS, demo=True)
INSIDE = datetime(2026, 9, 10, 10, 0, tzinfo=SHANGHAI)
OUTSIDE = datetime(2026, 10, 6, 10, 0, tzinfo=SHANGHAI)
USING = SimpleNamespace(
    plans=(PLAN,), disasters=(), reading=no_events, branches=SimpleNamespace(branches=()), deadlines=SimpleNamespace(calendar=load_calendar(ROOT / "data" / "calendars"))
)  # fmt: skip


def report(
    at: datetime, *, place: str = "厦门市思明区湖滨路", cause: str = "台风把树刮倒砸了车", line: str = "motor"
) -> str:
    claim = Claim(
        claim_no="C20260910000001",
        report=LossReport(LineOfBusiness(line), at.isoformat(), place, cause, "无人受伤", "13900000000"),
        stage=ClaimStage.REPORTED,
        reported_at=at,
        matched=False,
        conversation_id="c",
        idempotency_key="k",
        steps=(),
    )
    said = Understood("c", "m", at, "web", "确认", "affirm", 0.9)
    return done_text(claim, Situation({}, said, USING, "run"))


def ask(text: str, at: datetime, *places: str) -> str:
    entities = tuple(Entity("location", place, place) for place in places)
    said = Understood("c", "m", at, "web", text, "ask_claim_documents", 0.9, entities=entities)
    served = answer_from_data(said, USING)
    return "\n".join(reply.text for reply in served.replies) if served else ""


def test_a_report_inside_the_plan_is_told_what_is_simplified_once() -> None:
    text = report(INSIDE)
    assert text.count("理赔预案") == 1
    assert "气象证明由我们统一取" in text
    assert "10 月 5 日" in text


@pytest.mark.parametrize("at", [OUTSIDE, datetime(2026, 9, 4, 23, 59, tzinfo=SHANGHAI)])
def test_a_report_before_or_after_it_is_told_nothing(at: datetime) -> None:
    assert "理赔预案" not in report(at)


def test_another_place_cause_or_line_is_told_nothing() -> None:
    assert "理赔预案" not in report(INSIDE, place="北京市朝阳区")
    assert "理赔预案" not in report(INSIDE, cause="追尾前车")
    assert plan_for((PLAN,), line="health", cause="台风", place="厦门", day=INSIDE.date()) is None


def test_documents_are_fewer_inside_and_as_usual_outside() -> None:
    text = "台风车淹了，车险理赔要什么材料"
    assert "水位线的照片" in ask(text, INSIDE)
    assert ask(text, OUTSIDE) == ""
    assert ask(text, INSIDE, "北京") == ""
    assert ask("追尾了，车险理赔要什么材料", INSIDE) == ""


def test_after_a_report_the_list_goes_by_its_cause_and_place() -> None:
    about = Understood(
        "c", "m", INSIDE, "web", "树刮倒砸了车 福州鼓楼", "ask_claim_documents", 0.9,
        entities=(Entity("line_of_business", "", "motor"),),
    )  # fmt: skip
    served = shorter_list(about, USING)
    assert served
    assert "材料精简成" in served.replies[0].text


def test_a_claim_says_that_not_all_is_paid_where_shares_apply() -> None:
    assert "不一定是全部损失" in report(OUTSIDE)
    assert "不一定是全部损失" not in report(OUTSIDE, line="life")


def test_both_ends_belong_to_the_plan_and_made_up_ones_to_the_demo() -> None:
    assert PLAN.is_in_force(date(2026, 9, 5))
    assert PLAN.is_in_force(date(2026, 10, 5))
    assert not PLAN.is_in_force(date(2026, 10, 6))
    assert load_plans(EVENTS, demo=False) == ()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("to: 2026-10-05", "to: 2026-08-05", "结束早于开始"),
        ("motor: [行驶证", "rocket: [行驶证", "不认识的险种"),
        ("name: 台风“演示”", "name: 台风“演示”\n    colour: red", "不认识的键"),
    ],
)
def test_a_malformed_file_is_refused(tmp_path: Path, old: str, new: str, problem: str) -> None:
    text = EVENTS.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "events.yml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(EventFileError) as refused:
        load_plans(path, demo=True)
    assert problem in str(refused.value.data["problem"])
