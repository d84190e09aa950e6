"""How long claims, requests, complaints and premiums took, and how many were closed, counted on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event
from store_samples import CHANGE, CLAIM, COMPLAINT, FIRM, HOLDER, INSURED, NOW, POLICY, TODAY

from bot.bootstrap import build_deadlines, build_stage_targets
from bot.insurance.assessment import LossAssessment
from bot.insurance.claim import ClaimStage, ClaimStep
from bot.insurance.complaint import ComplaintStage
from bot.insurance.complaint_handling import ComplaintDecision
from bot.insurance.endorsement import EndorsementStatus
from bot.insurance.policy import Instalment, LineOfBusiness
from bot.insurance.service_request import RequestStatus, RequestStep, ServiceRequest
from bot.insurance.settlement import AmountLine
from bot.services.figures.period import read_period
from bot.services.figures.time_report import TimeLimits, length, time_report
from bot.services.figures.where import read_where
from bot.settings import ROOT
from bot.store.parties import add_parties
from bot.store.policy_rows import add_policies

NOVEMBER = read_period("2026-11", TODAY)
SPAN = (NOVEMBER.start, NOVEMBER.end)
LIMITS = TimeLimits(build_deadlines(ROOT / "data"), build_stage_targets(ROOT / "data"))
NAMES = {"HQ": "总公司", "BJ": "北京分公司", "SH": "上海分公司"}
REPORTED, SURVEYING, ASSESSING = ClaimStage.REPORTED, ClaimStage.SURVEYING, ClaimStage.ASSESSING
ADJUDICATING, CLOSED = ClaimStage.ADJUDICATING, ClaimStage.CLOSED


def steps(*path: tuple[ClaimStage, float]) -> tuple[ClaimStep, ...]:
    """Each stage with the hours after NOW, a Monday morning, at which it came."""
    return tuple(ClaimStep(stage, NOW + timedelta(hours=hours), "岗", "") for stage, hours in path)


def put_claims(unit_of_work, *paths, **changes) -> None:
    with unit_of_work() as work:
        for path in paths:
            number = f"C{work.numbers.next('C', TODAY)}"
            made = replace(
                CLAIM, claim_no=number, idempotency_key=number, stage=path[-1][0], steps=steps(*path), **changes
            )
            work.claims.add(made)
        work.commit()


def request(number: int, **changes) -> ServiceRequest:
    made = ServiceRequest(
        f"S{number}", "policy_loan", RequestStatus.DONE, "", "", (), (), NOW, TODAY + timedelta(days=2), "x", "保全", "c", f"k{number}",
        institution="BJ",
    )  # fmt: skip
    return replace(made, **changes)


def done(days: float, status: RequestStatus = RequestStatus.DONE) -> tuple[RequestStep, ...]:
    return (
        RequestStep(RequestStatus.WITH_PERSON, NOW + timedelta(hours=1), "agent:1", "在办"),
        RequestStep(status, NOW + timedelta(days=days), "agent:1", "好了"),
    )


def test_stages_have_their_mean_and_their_ninth_in_ten(unit_of_work):
    paths = [((REPORTED, 0), (SURVEYING, hours), (SURVEYING, hours + 1)) for hours in range(1, 11)]
    put_claims(unit_of_work, *paths)
    put_claims(unit_of_work, ((REPORTED, 0), (SURVEYING, 100)), institution="SH")
    with unit_of_work() as work:
        took = work.times.stages(*SPAN, "BJ")
        whole = work.times.stages(*SPAN)
        nothing = work.times.stages(SPAN[1], SPAN[1] + timedelta(days=1))
    assert set(took) == {REPORTED}
    assert (took[REPORTED].count, round(took[REPORTED].mean), round(took[REPORTED].ninth)) == (10, 19800, 9 * 3600)
    assert (whole[REPORTED].count, round(whole[REPORTED].ninth)) == (11, 10 * 3600)
    assert nothing == {}


@pytest.mark.parametrize(
    ("line", "yuan", "path", "kept"),
    [
        (LineOfBusiness.MOTOR, None, ((SURVEYING, 0), (ASSESSING, 48)), (1, 1)),  # two working days from Monday
        (LineOfBusiness.MOTOR, None, ((SURVEYING, 0), (ASSESSING, 72)), (0, 1)),
        (LineOfBusiness.PROPERTY, None, ((SURVEYING, 0), (ASSESSING, 72)), (1, 1)),  # five, where it is no car
        (LineOfBusiness.MOTOR, "5000", ((ADJUDICATING, 0), (CLOSED, 48)), (0, 1)),  # one, of a small sum
        (LineOfBusiness.MOTOR, "5000.01", ((ADJUDICATING, 0), (CLOSED, 48)), (1, 1)),
        (LineOfBusiness.MOTOR, None, ((ClaimStage.PAYING, 0), (CLOSED, 24 * 7)), (1, 1)),  # ten days of the law
        (LineOfBusiness.MOTOR, None, ((REPORTED, 0), (CLOSED, 1)), (0, 0)),  # no limit of a stage
    ],
)
def test_a_stay_is_in_time_by_the_limit_of_its_line_and_sum(unit_of_work, line, yuan, path, kept):
    report = replace(CLAIM.report, line=line)
    lines = (AmountLine("维修", Decimal(yuan)),) if yuan else ()
    loss = (LossAssessment(lines=lines, basis="照片", released_at=NOW, released_by="agent:1"),) if yuan else ()
    put_claims(unit_of_work, path, report=report, assessments=loss)
    with unit_of_work() as work:
        found = LIMITS.kept(work.times.stays(*SPAN, LIMITS.targets.amounts))
    judged = found.get(path[0][0])
    assert ((judged.kept, judged.of) if judged else (0, 0)) == kept


def test_claims_that_began_and_ended_are_counted_by_span(unit_of_work):
    put_claims(unit_of_work, ((REPORTED, 0), (CLOSED, 48)), ((REPORTED, 0), (ClaimStage.DENIED, 24)))
    put_claims(unit_of_work, ((REPORTED, 0),), ((REPORTED, 0), (ClaimStage.WITHDRAWN, 24 * 20)), institution="SH")
    december = (SPAN[1], SPAN[1] + timedelta(days=31))
    with unit_of_work() as work:
        assert work.times.claims_in([SPAN, december]) == [(4, 2), (0, 1)]
        assert work.times.claims_in([SPAN, december], "SH") == [(2, 0), (0, 1)]
        assert (work.times.claims_open(), work.times.claims_open("BJ")) == (1, 0)
        settled = work.times.settled(*SPAN)
        assert settled is not None
        assert (settled.count, round(settled.mean / 3600)) == (2, 36)
        assert work.times.settled(*SPAN, "SH") is None


def test_requests_are_timed_by_kind_against_their_own_date(unit_of_work):
    with unit_of_work() as work:
        for made in (
            request(1, steps=done(1)), request(2, steps=done(3)), request(3, steps=done(1, RequestStatus.DECLINED), status=RequestStatus.DECLINED),
            request(4, due_on=None, steps=done(5)), request(5), request(6, status=RequestStatus.WITH_PERSON, steps=done(1)[:1]),
            request(7, steps=done(1), restricted=True), request(8, steps=done(1), kind="request_invoice", institution="SH"),
        ):  # fmt: skip
            work.requests.add(made)
        work.commit()
    with unit_of_work() as work:
        took, made = work.times.requests(*SPAN, "BJ"), work.times.requests_made(*SPAN, "BJ")
        everywhere = work.times.requests(*SPAN)
    assert set(took) == {"policy_loan"}
    loan = took["policy_loan"]
    assert (loan.count, round(loan.mean / 86400, 1), round(loan.ninth / 86400), loan.kept, loan.judged) == (
        4,
        2.5,
        5,
        2,
        3,
    )
    assert made == {"policy_loan": (6, 1)}
    assert set(everywhere) == {"policy_loan", "request_invoice"}


def test_a_change_of_beneficiaries_took_until_its_endorsement(unit_of_work):
    issued = NOW + timedelta(days=2)
    with unit_of_work() as work:
        work.endorsements.add(replace(CHANGE, status=EndorsementStatus.COMPLETED))
        detail: dict[str, str] = {}
        work.audit.append(
            "endorsement.completed", subject=CHANGE.endorsement_no, actor="agent:1", at=issued, detail=detail
        )
        work.commit()
    with unit_of_work() as work:
        count, took = work.times.changes(*SPAN)
        assert work.times.changes(*SPAN, "SH") == (0, None)
    assert took is not None
    assert (count, took.count, round(took.mean / 86400), took.kept, took.judged) == (1, 1, 2, 1, 1)


def test_renewal_premiums_are_timed_from_the_day_they_were_due(unit_of_work, engine):
    due, paid = date(2026, 11, 1), date(2026, 11, 11)
    amount = Decimal(100)
    instalments = (Instalment(due, amount, due), Instalment(due, amount, due), Instalment(due, amount, paid))
    with engine.begin() as connection:
        add_parties(connection, [HOLDER, INSURED, FIRM])
        add_policies(connection, [replace(POLICY, instalments=instalments)])
    with unit_of_work() as work:
        took = work.times.premiums(NOVEMBER.first, NOVEMBER.after)
        assert work.times.premiums(NOVEMBER.first, NOVEMBER.after, "SH") is None
    assert took is not None
    assert (took.count, took.mean / 86400, took.ninth / 86400, took.kept) == (2, 5, 10, 1)


def test_the_report_says_times_limits_and_closing_rates(unit_of_work):
    put_claims(unit_of_work, ((REPORTED, 0), (SURVEYING, 2), (ASSESSING, 50), (CLOSED, 120)), ((REPORTED, 0),))
    decision = ComplaintDecision("认定", "依据", "决定", "agent-1", NOW + timedelta(days=4))
    with unit_of_work() as work:
        work.requests.add(request(1, steps=done(1)))
        work.complaints.add(
            replace(COMPLAINT, stage=ComplaintStage.DECIDED, decisions=(decision,), triages=(), moves=())
        )
        work.commit()
    later = TODAY + timedelta(days=7)
    with unit_of_work() as work:
        report = time_report(work, NOVEMBER, later, LIMITS, {"policy_loan": "保单贷款"})
        other = time_report(work, NOVEMBER, later, LIMITS, {}, read_where("SH", "", NAMES))
        empty = time_report(work, read_period("2026-01", TODAY), later, LIMITS, {})
    figures = dict(report.figures)
    assert figures["理赔结案率"] == "50.0%（1/2）"
    assert figures["报案到结案"] == "平均 5.0 天，九成在 5.0 天以内"
    assert figures["申请在期限内办结"] == "100.0%（1/1）"
    assert figures["投诉结案率"] == "100.0%（1/1）"
    sheets = {section.title: section.sheets[0].rows for section in report.sections}
    rows = {row[0]: row[1:] for row in sheets["理赔各环节"]}
    assert rows["查勘中"] == ("1", "2.0 天", "2.0 天", "2 / 5 个工作日", "100.0%（1/1）", "0")
    assert rows["已报案"][3:5] == ("—", "—")
    assert sheets["保全和其他申请"] == (("保单贷款", "1", "0", "1", "1.0 天", "1.0 天", "100.0%（1/1）", "100.0%"),)
    assert sheets["投诉"][0][2:4] == ("4.0 天", "4 天")
    (closing,) = [section for section in report.sections if section.title == "理赔结案"]
    assert "期初未结 0 件，期间报案 2 件、结案 1 件" in closing.notes[0]
    assert dict(other.figures)["理赔结案率"] == "—"
    assert other.span.endswith("上海分公司")
    assert dict(empty.figures)["报案到结案"] == "—"


@pytest.mark.parametrize(
    ("seconds", "told"), [(None, "—"), (90, "2 分"), (7200, "2.0 小时"), (172800, "2.0 天"), (-172800, "-2.0 天")]
)
def test_a_length_of_time_is_told_in_the_unit_that_fits(seconds, told):
    assert length(seconds) == told


def test_nothing_of_the_report_reads_a_register_from_end_to_end(unit_of_work, engine):
    if engine.dialect.name != "sqlite":
        pytest.skip("the plan is read in SQLite's words")
    heard: list[tuple[str, object]] = []

    def hear(_connection, _cursor, statement, values, *_) -> None:
        heard.append((statement, values))

    event.listen(engine, "before_cursor_execute", hear)
    with unit_of_work() as work:
        for whose in ("", "BJ"):
            time_report(work, NOVEMBER, TODAY, LIMITS, {}, read_where(whose, "", NAMES))
    event.remove(engine, "before_cursor_execute", hear)
    with engine.connect() as connection:
        plans = {
            str(row[-1])
            for statement, values in heard
            if statement.startswith(("SELECT", "WITH"))
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        }
    registers = (
        "claims",
        "claim_steps",
        "service_requests",
        "service_request_steps",
        "complaints",
        "endorsements",
        "policy_instalments",
    )
    whole = [
        plan for plan in plans if plan.split()[0] == "SCAN" and plan.split()[1] in registers and "open" not in plan
    ]
    assert whole == []
