"""A claim's dates follow its stage: the company's own for the step, the law's where the step changes what the case is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.bootstrap import build_deadlines, build_stage_targets
from bot.calendars.clocks import SHANGHAI
from bot.calendars.strict_yaml import DataFileError
from bot.insurance.assessment import LossAssessment
from bot.insurance.claim import Claim, ClaimStage, ClaimStep, LossReport
from bot.insurance.policy import LineOfBusiness
from bot.insurance.settlement import AmountLine
from bot.services.claim_stages import load_stage_targets, stage_since, with_legal_date
from bot.settings import ROOT

DATA = Path(ROOT) / "data"
DEADLINES, TARGETS = build_deadlines(DATA), build_stage_targets(DATA)
MONDAY = datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)


def claim(stage: ClaimStage, line: LineOfBusiness = LineOfBusiness.MOTOR, **changes: object) -> Claim:
    report = LossReport(line, "2026-11-20", "学院桥", "追尾", "无", "13900000000")
    since = ClaimStep(stage, MONDAY, "岗位", "到了这一步")
    made = Claim("C1", report, stage, MONDAY - timedelta(days=3), True, "c", "k", steps=(since,))
    return replace(made, **changes)


def assessed(amount: str) -> tuple[LossAssessment, ...]:
    return (LossAssessment((AmountLine("保险杠", Decimal(amount)),), "清单", MONDAY, "agent:desk"),)


@pytest.mark.parametrize(
    ("stage", "line", "rule", "on"),
    [
        (ClaimStage.SURVEYING, LineOfBusiness.MOTOR, "T-S03", date(2026, 11, 25)),
        (ClaimStage.SURVEYING, LineOfBusiness.PROPERTY, "T-S04", date(2026, 11, 30)),
        (ClaimStage.ASSESSING, LineOfBusiness.MOTOR, "T-S05", date(2026, 11, 26)),
        (ClaimStage.ADJUDICATING, LineOfBusiness.MOTOR, "T-S09", date(2026, 11, 30)),
    ],
)
def test_each_stage_has_its_days_by_line(stage: ClaimStage, line: LineOfBusiness, rule: str, on: date) -> None:
    due = TARGETS.due(claim(stage, line), DEADLINES)
    assert due is not None
    assert (due.rule, due.on) == (rule, on)


@pytest.mark.parametrize(("amount", "rule"), [("5000", "T-S07"), ("5000.01", "T-S08")])
def test_a_small_loss_is_through_sooner(amount: str, rule: str) -> None:
    due = TARGETS.due(claim(ClaimStage.REVIEWING_LOSS, assessments=assessed(amount)), DEADLINES)
    assert due is not None
    assert due.rule == rule


@pytest.mark.parametrize("stage", [ClaimStage.REPORTED, ClaimStage.AWAITING_DOCUMENTS, ClaimStage.PAYING])
def test_other_stages_have_none(stage: ClaimStage) -> None:
    assert TARGETS.due(claim(stage), DEADLINES) is None


def test_the_companys_day_is_never_after_the_laws() -> None:
    due = TARGETS.due(claim(ClaimStage.ADJUDICATING, due_on=date(2026, 11, 24)), DEADLINES)
    assert due is not None
    assert due.on == date(2026, 11, 24)


def test_a_second_step_in_the_same_stage_begins_nothing_anew() -> None:
    later = ClaimStep(ClaimStage.ASSESSING, MONDAY + timedelta(days=2), "定损岗", "定损金额出来了")
    first = claim(ClaimStage.ASSESSING)
    assert stage_since(replace(first, steps=(*first.steps, later))) == MONDAY


def moved(line: LineOfBusiness, rule: str, due_on: date, stage: ClaimStage, at: datetime = MONDAY) -> Claim:
    return with_legal_date(claim(stage, line, due_rule=rule, due_on=due_on), at, DEADLINES)


def test_an_inquiry_makes_a_case_of_persons_one_of_thirty_days() -> None:
    found = moved(LineOfBusiness.HEALTH, "D-L08", date(2026, 11, 27), ClaimStage.SURVEYING)
    assert found.due_rule == "D-L03"
    assert found.due_on == DEADLINES.due("D-L03", found.reported_at).internal_due


def test_what_has_run_out_is_not_made_good_by_an_inquiry() -> None:
    found = moved(LineOfBusiness.HEALTH, "D-L08", date(2026, 11, 20), ClaimStage.SURVEYING)
    assert (found.due_rule, found.due_on) == ("D-L08", date(2026, 11, 20))


@pytest.mark.parametrize("stage", [ClaimStage.REGISTERED, ClaimStage.ADJUDICATING])
def test_other_steps_leave_the_five_working_days(stage: ClaimStage) -> None:
    found = moved(LineOfBusiness.HEALTH, "D-L08", date(2026, 11, 27), stage)
    assert (found.due_rule, found.due_on) == ("D-L08", date(2026, 11, 27))


def test_days_of_waiting_for_papers_are_left_out_when_the_stage_changes() -> None:
    waited = (
        ClaimStep(ClaimStage.AWAITING_DOCUMENTS, MONDAY, "资料审核岗", "缺发票"),
        ClaimStep(ClaimStage.SURVEYING, MONDAY + timedelta(days=4), "查勘岗", "发票到了"),
    )
    before = claim(ClaimStage.SURVEYING, due_rule="D-L03", due_on=date(2026, 12, 20), steps=waited)
    found = with_legal_date(before, MONDAY + timedelta(days=4), DEADLINES)
    whole = DEADLINES.due("D-L03", before.reported_at).internal_due
    assert found.due_on is not None
    assert found.due_on > whole


def test_a_decided_case_has_no_date_to_count_anew() -> None:
    assert with_legal_date(claim(ClaimStage.ADJUDICATING), MONDAY, DEADLINES).due_on is None


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ("{stage: paying, rule: T-S01}", "stage"),
        ("{stage: surveying, rule: T-X01}", "rule"),
        ("{stage: surveying, rule: T-S03, lines: [boat]}", "lines"),
        ("{stage: surveying, rule: T-S03, lines: [motor]}", "stage"),
        ("{stage: surveying, rule: T-S03, until: 3}", "until"),
    ],
)
def test_what_the_file_cannot_mean_is_refused(tmp_path: Path, row: str, key: str) -> None:
    path = tmp_path / "claim_stages.yml"
    path.write_text(f"stages:\n  - {row}\n", encoding="utf-8")
    with pytest.raises(DataFileError) as refused:
        load_stage_targets(path, DEADLINES)
    assert refused.value.data["key"] == key
