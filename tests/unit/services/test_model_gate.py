"""What the gate lets pass, and what a report says of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.calendars.strict_yaml import DataFileError
from bot.services.models.gate import Gate, load_gate
from bot.services.models.intervals import change, wilson
from bot.services.models.report import (
    Blocked,
    Changed,
    Customers,
    IntentFigures,
    Mixed,
    Played,
    Report,
    Verdict,
    judge,
)  # fmt: skip
from bot.settings import ROOT
from tests.dialogues.reading import read_dialogues
from tests.fakes import START

SHIPPED = ROOT / "data" / "training" / "gate.yml"
GATE = Gate(80, 60, 5, 3, {"emergency": 90}, ("报案：一句话",), 100, 5, 10)
FINE = (IntentFigures("greet", 20, 18, 19, 2, 1), IntentFigures("emergency", 10, 10, 10, 0, 0))


def report(*intents: IntentFigures, **changes: object) -> Report:
    made = Report(
        before="old", after="new", at=START, intents=intents or FINE, asks_before=3, asks_after=2, mixed=(), changed=(),
        customers=Customers(0, 0, ()), dialogues=(Played("报案：一句话"),), blocked=(), seconds=1.0,
    )  # fmt: skip
    return replace(made, **changes)


def whats(gate: Gate, one: Report) -> list[str]:
    return [reason.what for reason in gate.reasons(one, {"emergency": "紧急求助"})]


def test_a_model_that_is_no_worse_passes() -> None:
    assert whats(GATE, report()) == []


def test_an_intent_below_its_own_floor_blocks_and_says_what_to_add() -> None:
    lost = Changed("车着火了", "a.yml:3", "emergency", "emergency", "report_claim", Verdict.WORSE)
    (reason,) = GATE.reasons(
        report(FINE[0], IntentFigures("emergency", 10, 10, 8, 0, 2), changed=(lost,)), {"emergency": "紧急求助"}
    )
    assert reason == Blocked("“紧急求助”10 句里只听懂 8 句，低于 90%", "给“紧急求助”补几句像这样的：“车着火了”")


def test_too_few_sentences_have_no_floor_but_may_not_all_be_lost() -> None:
    few = IntentFigures("repeat", 4, 4, 0, 0, 4)
    assert whats(GATE, report(IntentFigures("greet", 200, 190, 195, 6, 1), few)) == ["“repeat”净少听懂 4 句"]


def test_a_loss_among_many_blocks_only_where_it_is_no_chance() -> None:
    chance = IntentFigures("greet", 200, 180, 177, 12, 15)
    assert whats(GATE, report(chance)) == []
    assert whats(GATE, report(replace(chance, after=165, gained=0, lost=15))) == ["“greet”净少听懂 15 句"]


def test_overall_and_the_journeys_block() -> None:
    bad = report(IntentFigures("greet", 20, 18, 14, 0, 2), dialogues=(Played("报案：一句话", "没有问时间"),))
    assert [reason.what for reason in GATE.reasons(bad, {})] == [
        "全部 20 句只听懂 70.0%，低于 80%",
        "必须通过的业务“报案：一句话”没有通过",
    ]
    assert whats(GATE, report(dialogues=())) == ["没有跑“报案：一句话”"]


def test_the_shipped_gate_names_dialogues_that_there_are() -> None:
    assert set(load_gate(SHIPPED).must_pass) <= {dialogue.id for dialogue in read_dialogues()}


@pytest.mark.parametrize("change", [("overall: 88", "overal: 88"), ("lost: 3", "lost: 三"), ("keep: 6", "keep: 0")])
def test_a_gate_that_is_none_is_refused(tmp_path: Path, change: tuple[str, str]) -> None:
    (tmp_path / "gate.yml").write_text(SHIPPED.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with pytest.raises(DataFileError):
        load_gate(tmp_path / "gate.yml")


@pytest.mark.parametrize(
    ("wanted", "before", "after", "verdict"),
    [
        ("greet", "greet", "greet", None), ("greet", "thank", "greet", Verdict.BETTER), ("greet", "", "greet", Verdict.BETTER),
        ("greet", "thank", "", Verdict.BETTER), ("greet", "greet", "", Verdict.WORSE), ("greet", "thank", "deny", None),
        ("", "", "greet", Verdict.BETTER), ("", "greet", "", Verdict.WORSE), ("", "greet", "thank", Verdict.LOOK),
    ],
)  # fmt: skip
def test_a_change_is_judged_by_what_was_meant(wanted: str, before: str, after: str, verdict: Verdict | None) -> None:
    assert judge(wanted, before, after) is verdict


def test_the_headline_counts_customers_by_their_gravest_change() -> None:
    def changed(who: str, verdict: Verdict) -> Changed:
        return Changed("话", who, "", "a", "b", verdict)

    rows = (
        changed("1", Verdict.BETTER),
        changed("1", Verdict.WORSE),
        changed("2", Verdict.BETTER),
        changed("3", Verdict.LOOK),
    )
    assert Customers(90, 40, rows).headline == "这 3 位客户的回答会变：1 个变好，1 个变差，1 个要您看。"
    assert Customers(90, 40, rows[:3]).headline == "这 2 位客户的回答会变：1 个变好，1 个变差。"
    assert Customers(90, 40, ()).headline == "40 位客户说过的 90 句话，回答都不变。"


def test_a_report_is_read_as_it_was_written() -> None:
    full = report(
        mixed=(Mixed("greet", "thank", 1, 1, ("你好啊",)),),
        changed=(Changed("你好", "a.yml:1", "greet", "", "greet", Verdict.BETTER),),
        customers=Customers(5, 2, (Changed("在吗", "ab12", "", "", "greet", Verdict.BETTER),)),
        blocked=(Blocked("差", "补"),),
    )
    assert Report.from_json(full.as_json()) == full


def test_intervals_are_those_of_the_papers() -> None:
    assert wilson(8, 10) == pytest.approx(
        (0.4902, 0.9433), abs=1e-4
    )  # Wilson's score interval, as statsmodels prints it
    # Newcombe 1998 (paired), table II: 36, 12, 2, 0 of 50 → method 10.
    low, high = change(both=36, gained=2, lost=12, neither=0)
    assert (-high, -low) == pytest.approx((0.0569, 0.3404), abs=2e-3)
    low, high = change(0, 0, 0, 0)
    assert (low, high) == (-1.0, 1.0)
