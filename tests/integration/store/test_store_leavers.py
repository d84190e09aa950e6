"""Salespeople who left, from a list: their policies are nobody's now, and each has one task of thirty days, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from store_samples import HOLDER, INSURED, NOW, POLICY, TODAY

from bot.bootstrap import build_deadlines
from bot.insurance.policy import PolicyStatus, Servicer
from bot.services.import_leavers import KIND, Leaver, LeaverListError, import_leavers, read_leavers
from bot.settings import ROOT
from bot.store.parties import add_parties
from bot.store.policy_rows import add_policies

DEADLINES = build_deadlines(ROOT / "data")
GONE = Servicer("周业务", "02000011010180002024000001", "13900001111")
STAYS = Servicer("吴业务", "02000011010180002024000002", "13900002222")
LEFT = TODAY - timedelta(days=3)
LIST = f"姓名,执业登记号,离职日期\n周业务,{GONE.registration_no},{LEFT.isoformat()}\n没保单,A1,{LEFT:%Y/%m/%d}\n"


@pytest.fixture
def policies(engine):
    made = (
        replace(POLICY, policy_no="P1", servicer=GONE, beneficiaries=()),
        replace(POLICY, policy_no="P2", servicer=GONE, beneficiaries=(), status=PolicyStatus.SUSPENDED),
        replace(POLICY, policy_no="P3", servicer=GONE, beneficiaries=(), status=PolicyStatus.SURRENDERED),
        replace(POLICY, policy_no="P4", servicer=STAYS, beneficiaries=()),
    )
    with engine.begin() as connection:
        add_parties(connection, (HOLDER, INSURED))
        add_policies(connection, made)


def run(unit_of_work, content: str = LIST):
    with unit_of_work() as work:
        done = import_leavers(work, read_leavers(content.encode(), TODAY), DEADLINES, "shell:root", NOW)
        work.commit()
    return done


def test_each_policy_that_runs_gets_one_task_of_thirty_days_and_nobody_serves_it(unit_of_work, policies):
    done = run(unit_of_work)
    assert (done.leavers, len(done.told), done.known, done.without) == (2, 2, 0, ("A1",))
    with unit_of_work() as work:
        tasks = work.requests.of_kind(KIND)
        assert sorted(task.policy_no for task in tasks) == ["P1", "P2"]
        for task in tasks:
            assert (task.post, task.due_on, task.due_rule) == ("保全", LEFT + timedelta(days=30), "D-P15")
            assert task.alert_on == TODAY
        servicers = [work.policies.get(number).servicer for number in ("P1", "P2", "P3", "P4")]
        assert servicers == [None, None, GONE, STAYS]
        assert {each.number for each in work.due_matters.until(TODAY, today=TODAY)} >= {
            task.request_no for task in tasks
        }


def test_the_same_list_again_changes_nothing(unit_of_work, policies):
    first = run(unit_of_work)
    again = run(unit_of_work)
    assert (again.told, again.known, again.without) == ((), 2, ("A1",))
    with unit_of_work() as work:
        assert sorted(task.request_no for task in work.requests.of_kind(KIND)) == sorted(first.told)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_is_read_as_spreadsheets_write_it(encoding):
    leavers = read_leavers(LIST.replace("\n", "\r\n").encode(encoding), TODAY)
    assert leavers[0] == Leaver("周业务", GONE.registration_no, LEFT)
    assert leavers[1].left_on == LEFT


def test_every_line_that_is_wrong_is_named_and_nothing_is_taken():
    wrong = "\n".join(
        [
            "姓名,执业登记号,离职日期", ",N1,2026-11-01", "王一,N 2,2026-11-01", "王二,N3,十一月", "",
            "王三,N4,2026-11-01", "王四,N4,2026-11-01", f"王五,N5,{TODAY + timedelta(days=1)}", "王六,N6,2026-11-01,多一格",
            "王七,N7",
        ]
    )  # fmt: skip
    with pytest.raises(LeaverListError) as refused:
        read_leavers(wrong.encode(), TODAY)
    lines = str(refused.value.data["flaw"]).split("\n")
    assert [line.partition("：")[0] for line in lines] == [f"第 {number} 行" for number in (2, 3, 4, 7, 8, 9, 10)]
    assert "第 6 行重复" in lines[3]


@pytest.mark.parametrize(
    ("content", "flaw"),
    [
        (b"", "缺少列"), ("姓名,登记号\n".encode(), "执业登记号"), ("姓名,执业登记号,离职日期\n".encode(), "空的"),
        (b"\xff\xfe\x00\x81\xff", "编码"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused(content, flaw):
    with pytest.raises(LeaverListError) as refused:
        read_leavers(content, date(2026, 11, 23))
    assert flaw in str(refused.value.data["flaw"])
