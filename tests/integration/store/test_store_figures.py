"""The live board and the analysis of complaints, counted on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event, text
from store_samples import CHANGE, CLAIM, COMPLAINT, FIRM, HAND_OFF, HOLDER, INSURED, NOW, POLICY, TODAY

from bot.bootstrap import build_deadlines
from bot.complaints.engine import Verdict
from bot.insurance.complaint import ComplaintStage
from bot.insurance.complaint_handling import ComplaintDecision, ComplaintMove, MadeMove
from bot.insurance.policy import PolicyStatus
from bot.insurance.service_request import RequestStatus, ServiceRequest
from bot.insurance.task import Register
from bot.services.figures.complaint_analysis import Limit, complaint_analysis, limit_of
from bot.services.figures.period import read_period
from bot.services.figures.where import read_where
from bot.services.file_complaint import ComplaintDetails, FileComplaint, add_details, file_complaint
from bot.services.report_claim import ReportClaim, report_claim
from bot.settings import ROOT
from bot.store.figures import SqlFigures
from bot.store.parties import add_parties
from bot.store.policy_rows import add_policies

NOVEMBER = read_period("2026-11", TODAY)
REQUEST = ServiceRequest(
    "S20261123000001", "request_invoice", RequestStatus.ACCEPTED, "", "", (), (), NOW, TODAY, "invoice.days", "保全",
    "c-request", "request",
)  # fmt: skip


def put(unit_of_work, **rows: list) -> None:
    with unit_of_work() as work:
        for register, found in rows.items():
            for row in found:
                getattr(work, register).add(row)
        work.commit()


def waiting(name: str, post: str, **changes: object):
    made = replace(HAND_OFF, conversation_id=name, idempotency_key=name, post=post, taken_by="", taken_at=None)
    return replace(made, **changes)


def complaint(number: int, **changes: object):
    plain = replace(
        COMPLAINT, complaint_no=f"T20261123{number:06}", idempotency_key=f"k{number}", earlier_no="", phone="",
        complainant_party_id="", reference_no="", decisions=(), triages=(), moves=(), stage=ComplaintStage.INVESTIGATING,
    )  # fmt: skip
    return replace(plain, **changes)


def decided(days: int) -> tuple[ComplaintDecision, ...]:
    return (ComplaintDecision("认定", "依据", "决定", "agent-1", NOW + timedelta(days=days), cause="terms"),)


def test_the_board_counts_who_waits_where_and_since_when(unit_of_work):
    late = NOW + timedelta(minutes=5)
    put(
        unit_of_work,
        hand_offs=[
            waiting("c-1", "理赔", requested_at=late), waiting("c-2", "理赔"), waiting("c-3", "保全"),
            waiting("c-4", "保全", taken_by="agent-1", taken_at=late), waiting("c-5", "保全", closed_at=late),
        ],
    )  # fmt: skip
    with unit_of_work() as work:
        board = work.figures.board(TODAY, restricted=False)
    assert [(one.post, one.count, one.since) for one in board.waiting] == [("保全", 1, NOW), ("理赔", 2, NOW)]
    assert board.in_hand == {"agent-1": 1}


def test_the_board_counts_what_is_due_by_register_and_post(unit_of_work):
    put(
        unit_of_work,
        claims=[replace(CLAIM, due_on=TODAY), replace(CLAIM, claim_no="C2", idempotency_key="2", due_on=TODAY - timedelta(days=1))],
        complaints=[complaint(1), complaint(2, stage=ComplaintStage.WITHDRAWN)],
        endorsements=[replace(CHANGE, finish_by=TODAY + timedelta(days=1))],
        requests=[REQUEST, replace(REQUEST, request_no="S2", idempotency_key="2", status=RequestStatus.DONE)],
    )  # fmt: skip
    with unit_of_work() as work:
        board = work.figures.board(TODAY, restricted=False)
    found = {(one.register, one.post): (one.open, one.today, one.overdue) for one in board.due}
    assert found == {
        (Register.CLAIM, "理赔"): (2, 1, 1),
        (Register.COMPLAINT, "投诉回访"): (1, 0, 0),
        (Register.ENDORSEMENT, "保全"): (1, 0, 0),
        (Register.REQUEST, "保全"): (1, 1, 0),
    }


def test_a_report_of_wrongdoing_is_on_the_board_of_compliance_alone(unit_of_work):
    report = replace(REQUEST, post="合规监察", restricted=True, conversation_id="c-report")
    put(unit_of_work, requests=[report], hand_offs=[waiting("c-report", "理赔"), waiting("c-own", "合规监察")])
    with unit_of_work() as work:
        others, compliance = work.figures.board(TODAY, restricted=False), work.figures.board(TODAY, restricted=True)
    assert (others.waiting, others.due) == ((), ())
    assert (sum(one.count for one in compliance.waiting), [one.post for one in compliance.due]) == (2, ["合规监察"])


def test_requests_are_counted_from_their_index_alone(engine):
    if engine.dialect.name != "sqlite":
        pytest.skip("the plan is read in SQLite's words")
    counted = (
        "EXPLAIN QUERY PLAN SELECT post, count(*), count(*) FILTER (WHERE due_on < '2026-11-23') FROM service_requests "
        "WHERE status NOT IN ('done', 'withdrawn', 'declined') AND restricted = 0 AND post != '合规监察' GROUP BY post"
    )
    with engine.connect() as connection:
        plan = " ".join(row[-1] for row in connection.execute(text(counted)))
    assert "COVERING INDEX ix_service_requests_board_open" in plan


@pytest.mark.parametrize(
    ("changes", "today", "becomes"),
    [
        ({"decisions": decided(15)}, TODAY, Limit.IN_15),
        ({"decisions": decided(16)}, TODAY, Limit.LATE),
        ({"decisions": decided(20), "moves": (MadeMove(ComplaintMove.EXTEND, "复杂", "a", NOW, ""),)}, TODAY, Limit.EXTENDED),
        ({"decisions": decided(31), "moves": (MadeMove(ComplaintMove.EXTEND, "复杂", "a", NOW, ""),)}, TODAY, Limit.LATE),
        ({}, date(2026, 12, 8), Limit.RUNNING),
        ({}, date(2026, 12, 9), Limit.LATE),
        ({"stage": ComplaintStage.MEDIATING}, date(2026, 12, 30), Limit.RUNNING),
        ({"stage": ComplaintStage.WITHDRAWN}, date(2026, 12, 30), Limit.ENDED),
    ],
)  # fmt: skip
def test_the_limit_of_the_law_is_judged_by_the_complaints_own_clock(unit_of_work, changes, today, becomes):
    put(unit_of_work, complaints=[complaint(1, **changes)])
    with unit_of_work() as work:
        (fact,) = work.figures.complaints(NOVEMBER.start, NOVEMBER.end)
    assert limit_of(fact, today) is becomes


def test_the_analysis_counts_by_kind_line_and_cause_and_says_what_it_does_not_know(unit_of_work, engine):
    with engine.begin() as connection:
        add_parties(connection, [HOLDER, INSURED, FIRM])
        gone = replace(POLICY, policy_no="P2", status=PolicyStatus.SURRENDERED)
        add_policies(connection, [POLICY, gone])
    put(
        unit_of_work,
        claims=[CLAIM],
        complaints=[
            complaint(1, reference_no="P2023001234", decisions=decided(3)),
            complaint(2, reference_no=CLAIM.claim_no, phone="13800001003"),
            complaint(3, phone="13800001003", received_at=NOW + timedelta(days=1), kind="claims"),
            complaint(4, received_at=NOW - timedelta(days=30)),
            complaint(5, earlier_no="T20261001000001"),
        ],
    )
    with unit_of_work() as work:
        report = complaint_analysis(work, NOVEMBER, TODAY + timedelta(days=2))
    figures = dict(report.figures)
    assert figures["收到投诉"] == "4 件，上期 1 件"
    assert figures["每万张保单"] == "40000.00 件（1 张有效）"
    assert figures["重复投诉"] == "50.0%（2/4）"  # one names an earlier one, one comes from the same phone
    sheets = {section.title: section.sheets[0].rows for section in report.sections}
    assert [row[:2] for row in sheets["按类别"]] == [("销售", "3"), ("理赔", "1")]
    assert {row[0]: row[1] for row in sheets["按险种"]} == {
        POLICY.line.zh: "1",
        CLAIM.report.line.zh: "1",
        "没有关联保单或报案": "2",
    }
    assert [row[:2] for row in sheets["按原因"]] == [("条款不明确或难懂", "1")]
    assert sheets["趋势"][-2:] == (("2026 年 10 月", "1"), ("2026 年 11 月", "4"))
    assert [row[:2] for row in sheets["按机构"]] == [("ZJ", "4")]  # a code without a name in the data stays a code


def test_complaints_are_counted_by_institution_and_for_one_alone(unit_of_work, engine):
    with engine.begin() as connection:
        add_parties(connection, [HOLDER, INSURED, FIRM])
        add_policies(connection, [POLICY, replace(POLICY, policy_no="P2", institution="BJ")])
    put(
        unit_of_work,
        complaints=[
            complaint(1, institution="BJ", decisions=decided(3)),
            complaint(2, institution="BJ", decisions=decided(20)),
            complaint(3, institution="HQ"),
            complaint(4, institution="BJ", received_at=NOW - timedelta(days=30)),
        ],
    )
    names = {"HQ": "总公司", "BJ": "北京分公司", "ZJ": "浙江分公司"}
    with unit_of_work() as work:
        whole = complaint_analysis(work, NOVEMBER, TODAY, read_where("", "", names))
        one = complaint_analysis(work, NOVEMBER, TODAY, read_where("ZJ", "BJ", names))
        none = complaint_analysis(work, NOVEMBER, TODAY, read_where("ZJ", "", names))
    (section,) = [section for section in whole.sections if section.title == "按机构"]
    assert section.sheets[0].rows == (
        ("北京分公司", "2", "66.7%", "50.0%（1/2）", "20000.00"),
        ("总公司", "1", "33.3%", "—", "—"),
    )
    assert one.span == "2026 年 11 月，北京分公司"
    assert dict(one.figures)["收到投诉"] == "2 件，上期 1 件"
    assert dict(one.figures)["每万张保单"] == "20000.00 件（1 张有效）"
    assert "按机构" not in [section.title for section in one.sections]
    assert dict(none.figures)["收到投诉"] == "0 件，上期没有"


def test_the_board_of_an_institution_counts_its_cases_alone(unit_of_work):
    put(
        unit_of_work,
        hand_offs=[waiting("c-1", "理赔")],
        claims=[replace(CLAIM, due_on=TODAY), replace(CLAIM, claim_no="C2", idempotency_key="2", institution="SH", due_on=TODAY)],
        complaints=[complaint(1), complaint(2, institution="SH")],
        endorsements=[CHANGE],
        requests=[REQUEST, replace(REQUEST, request_no="S2", idempotency_key="2", institution="SH")],
    )  # fmt: skip
    with unit_of_work() as work:
        board = work.figures.board(TODAY, restricted=False, institution="SH")
    assert {(one.register, one.open) for one in board.due} == {
        (Register.CLAIM, 1), (Register.COMPLAINT, 1), (Register.REQUEST, 1),
    }  # fmt: skip
    assert [one.post for one in board.waiting] == ["理赔"]


@pytest.mark.parametrize("table", ["claims", "complaints", "endorsements", "follow_ups"])
def test_open_cases_of_an_institution_are_counted_from_their_index_alone(engine, table):
    if engine.dialect.name != "sqlite":
        pytest.skip("the plan is read in SQLite's words")
    heard: list[tuple[str, object]] = []

    def hear(_connection, _cursor, statement, values, *_) -> None:
        heard.append((statement, values))

    event.listen(engine, "before_cursor_execute", hear)
    with engine.connect() as connection:
        SqlFigures(connection).board(TODAY, restricted=False, institution="SH")
    event.remove(engine, "before_cursor_execute", hear)
    (counted,) = [
        (statement, values) for statement, values in heard if f"FROM {table} " in statement.replace("\n", " ")
    ]
    with engine.connect() as connection:
        plan = " ".join(row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {counted[0]}", counted[1]))
    assert f"COVERING INDEX ix_{table}_board_open (institution=?)" in plan


def test_a_claim_and_a_complaint_belong_to_the_institution_of_their_policy(unit_of_work, engine):
    with engine.begin() as connection:
        add_parties(connection, [HOLDER, INSURED, FIRM])
        add_policies(connection, [POLICY])
    deadlines = build_deadlines(ROOT / "data")
    with unit_of_work() as work:
        named = ReportClaim(CLAIM.report, "c-1", "k1", NOW, institution="BJ")
        unnamed = ReportClaim(
            replace(CLAIM.report, policy_no="", plate_no="", insured_name=""), "c-2", "k2", NOW, institution="BJ"
        )
        claims = [report_claim(work, command, deadlines) for command in (named, unnamed)]
        filed = file_complaint(work, FileComplaint("拖了很久", Verdict(), "c-3", "k3", NOW), deadlines)
        assert filed.institution == "HQ"
        of_policy = ComplaintDetails(reference_no=POLICY.policy_no)
        found = add_details(work, filed.complaint_no, of_policy, NOW, deadlines)
        of_claim = FileComplaint("还没赔", Verdict(), "c-4", "k4", NOW, reference_no=claims[1].claim_no)
        assert file_complaint(work, of_claim, deadlines).institution == "BJ"
    assert [claim.institution for claim in claims] == ["ZJ", "BJ"]
    assert found.institution == "ZJ"


def test_an_empty_month_makes_a_report_too(unit_of_work):
    with unit_of_work() as work:
        report = complaint_analysis(work, NOVEMBER, TODAY)
    assert dict(report.figures)["收到投诉"] == "0 件，上期没有"
