"""The list of papers by kind of claim: strict, complete, and what of it one claim still lacks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from bot.calendars.clocks import SHANGHAI
from bot.calendars.strict_yaml import DataFileError
from bot.insurance.claim import Claim, ClaimStage, LossReport
from bot.insurance.policy import LineOfBusiness
from bot.services.servicing.claim_papers import ClaimPapers, load_claim_papers
from bot.settings import ROOT

FILE = ROOT / "data" / "servicing" / "claim_papers.yml"
REPORT = LossReport(LineOfBusiness.MOTOR, "2026-11-23", "北四环", "追尾", "无", "13900000001")
CLAIM = Claim("C1", REPORT, ClaimStage.REGISTERED, datetime(2026, 11, 23, tzinfo=SHANGHAI), True, "c", "k")


@pytest.fixture(scope="module")
def papers() -> ClaimPapers:
    return load_claim_papers(FILE)


def names(papers: ClaimPapers, claim: Claim, stolen: bool = False) -> list[str]:
    return [paper.name for paper in papers.wanted(claim, stolen=stolen)]


@pytest.mark.parametrize("line", LineOfBusiness)
def test_every_line_has_a_list_that_says_who_issues_each_and_what_to_do_without(
    papers: ClaimPapers, line: LineOfBusiness
) -> None:
    wanted = papers.wanted(replace(CLAIM, report=replace(REPORT, line=line)), stolen=False)
    assert wanted
    assert all(paper.issuer and paper.form and paper.instead for paper in wanted)


def test_injuries_and_theft_change_what_a_car_needs(papers: ClaimPapers) -> None:
    hurt = replace(CLAIM, report=replace(REPORT, injured="有，1 人", injured_count=1))
    assert "伤者的诊断证明和病历" in names(papers, hurt)
    assert "伤者的诊断证明和病历" not in names(papers, CLAIM)
    assert "全套车钥匙" in names(papers, CLAIM, stolen=True)


def test_what_the_handler_listed_goes_before_the_usual_list(papers: ClaimPapers) -> None:
    listed = replace(CLAIM, missing_documents=("行驶证和驾驶证", "物业的证明"))
    first, second = papers.wanted(listed, stolen=False)
    assert first.issuer == "公安交管部门"
    assert (second.name, second.issuer, second.spoken) == ("物业的证明", "", "物业的证明")


@pytest.mark.parametrize(
    "changes",
    [
        {"documents_complete_on": date(2026, 11, 24)},
        {"stage": ClaimStage.ADJUDICATING},
        {"stage": ClaimStage.PAYING},
        {"stage": ClaimStage.WITHDRAWN},
    ],
)
def test_nothing_is_wanted_any_more(papers: ClaimPapers, changes: dict[str, object]) -> None:
    assert names(papers, replace(CLAIM, **changes)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ("id: motor.theft", "id: bicycle", "id"),
        ("id: motor.theft", "id: motor", "id"),
        ("form: 原件", "form: 随便", "form"),
        ("issuer: 修理厂, ", "", "issuer"),
        ("name: 全套车钥匙", "name: 索赔申请书", "items"),
    ],
)
def test_a_malformed_list_is_refused_with_its_place(tmp_path: Path, before: str, after: str, key: str) -> None:
    bad = tmp_path / "claim_papers.yml"
    bad.write_text(FILE.read_text(encoding="utf-8").replace(before, after, 1), encoding="utf-8")
    with pytest.raises(DataFileError) as raised:
        load_claim_papers(bad)
    assert key in str(raised.value)
