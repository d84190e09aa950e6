"""What is written about claims once, and what is counted of them, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from store_samples import CLAIM, NOW

from bot.bootstrap import build_deadlines, build_stage_targets
from bot.insurance.approval import Judgement, Level, Proposal
from bot.insurance.claim import ClaimStage, ClaimStep, Delay
from bot.insurance.contingency import DisasterEvent
from bot.insurance.open_case import CaseKind
from bot.insurance.policy import LineOfBusiness
from bot.insurance.rating import Rating
from bot.insurance.settlement import AmountLine, Decision, Settlement
from bot.insurance.staff import Credentials, Role, Staff
from bot.services.claim_times import event_figures, stage_times
from bot.services.servicing.limits import load_limits
from bot.services.sweep_due_dates import Sweep
from bot.settings import ROOT
from tests.claim_reviews import add_review

DATA = Path(ROOT) / "data"
DEADLINES = build_deadlines(DATA)
TODAY = NOW.date()
EVENT = "D20261123000001"


def put(unit_of_work, number: str, **changes):
    changes = {"steps": (), "stage": ClaimStage.ADJUDICATING, **changes}
    made = replace(CLAIM, claim_no=number, idempotency_key=number, **changes)
    with unit_of_work() as work:
        work.claims.add(made)
        work.commit()
    return made


def proposal(decision: Decision = Decision.PART, by: str = "agent:1002", level: Level = Level.MANAGER) -> Proposal:
    lines = () if decision is Decision.DENY else (AmountLine("维修", Decimal("1200.05")),)
    return Proposal(Settlement(decision, lines, "第五条", "合同约定", NOW, by), level, waited=True)


def test_reviews_and_approvals_are_read_as_they_were_written(unit_of_work):
    put(unit_of_work, "C1")
    said = Judgement(approved=True, opinion="同意", judged_at=NOW, judged_by="agent:9001")
    with unit_of_work() as work:
        first = add_review(work, "C1", NOW, missing=("发票",))
        second = add_review(work, "C1", NOW + timedelta(days=1))
        work.claim_records.add_proposal("C1", proposal())
        work.claim_records.judge("C1", said)
        with pytest.raises(LookupError):
            work.claim_records.judge("C1", said)
        work.claim_records.add_proposal("C1", proposal(Decision.DENY))
        work.commit()
    with unit_of_work() as work:
        assert work.claim_records.reviews("C1") == [first, second]
        assert work.claim_records.proposals("C1") == [replace(proposal(), judgement=said), proposal(Decision.DENY)]
        assert work.claim_records.reviews("C2") == []


@pytest.mark.parametrize("table", ["claim_reviews", "claim_proposals", "claim_judgements"])
@pytest.mark.parametrize("change", ["UPDATE {0} SET claim_no = 'C9'", "DELETE FROM {0}"])
def test_what_was_written_cannot_be_changed(unit_of_work, engine, table, change):
    put(unit_of_work, "C1")
    with unit_of_work() as work:
        add_review(work, "C1", NOW)
        work.claim_records.add_proposal("C1", proposal())
        work.claim_records.judge("C1", Judgement(False, "退回", NOW, "agent:9001"))
        work.commit()
    with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
        connection.execute(text(change.format(table)))


def test_opinions_and_reasons_are_sealed(unit_of_work, engine):
    put(unit_of_work, "C1")
    with unit_of_work() as work:
        add_review(work, "C1", NOW)
        work.claim_records.add_proposal("C1", proposal())
        work.commit()
    with engine.connect() as connection:
        for table, columns in (("claim_reviews", "findings, opinion"), ("claim_proposals", "lines, reason")):
            for value in connection.execute(text(f"SELECT {columns} FROM {table}")).one():
                assert "资料" not in value
                assert "合同" not in value
                assert "维修" not in value


def test_a_claim_keeps_who_sees_to_it_and_why_it_is_late(unit_of_work):
    delay = Delay("配件要调货", TODAY + timedelta(days=2), NOW)
    made = put(unit_of_work, "C1", awaits=Level.MANAGER, handler="1002", contacted_at=NOW, delay=delay, event_id=EVENT)
    with unit_of_work() as work:
        assert work.claims.get("C1") == made


def test_an_approver_sees_what_is_neither_his_own_nor_above_him(unit_of_work):
    for number, level, by in (
        ("C1", Level.MANAGER, "agent:1002"),
        ("C2", Level.SECOND_CLAIMS, "agent:1002"),
        ("C3", Level.SECOND_CLAIMS, "agent:1003"),
    ):
        put(unit_of_work, number, awaits=level, due_on=TODAY)
        with unit_of_work() as work:
            work.claim_records.add_proposal(number, proposal(by=by, level=level))
            work.commit()
    put(unit_of_work, "C4", awaits=Level.SECOND_CLAIMS, stage=ClaimStage.WITHDRAWN)
    with unit_of_work() as work:
        found, total = work.claim_records.awaiting([Level.SECOND_CLAIMS], but_by="agent:1003", limit=10)
        assert ([one.claim_no for one in found], total) == (["C2"], 1)
        found, total = work.claim_records.awaiting(list(Level), but_by="agent:9001", limit=2)
        assert ([one.claim_no for one in found], total) == (["C1", "C2"], 3)


def add_staff(unit_of_work, *names: str) -> None:
    with unit_of_work() as work:
        for name in names:
            member = Staff(name, frozenset({Role.CLAIMS}), frozenset({"理赔"}), locked=name == "locked")
            work.staff.add(member, Credentials("no password"), NOW)
        work.commit()


def test_what_is_near_its_date_goes_to_whoever_has_least_in_hand(unit_of_work):
    add_staff(unit_of_work, "1002", "1003", "locked")
    for number, handler, due in (
        ("C1", "1002", TODAY + timedelta(days=60)),
        ("C2", "", TODAY + timedelta(days=1)),
        ("C3", "gone", TODAY + timedelta(days=1)),
        ("C4", "", TODAY + timedelta(days=60)),
        ("C5", "1002", TODAY),
    ):
        put(unit_of_work, number, handler=handler, due_on=due, due_rule="D-L08", stage=ClaimStage.REGISTERED)
    Sweep(unit_of_work, DEADLINES, load_limits(DATA / "servicing" / "limits.yml"))(NOW)
    with unit_of_work() as work:
        assert work.handlers.of(["C1", "C2", "C3", "C4", "C5"]) == {
            "C1": "1002", "C2": "1003", "C3": "1003", "C4": "", "C5": "1002",
        }  # fmt: skip
        assert work.handlers.loads(CaseKind.CLAIM) == {"1002": 2, "1003": 2}


def test_a_step_has_a_named_person_on_the_day_before_it_is_late(unit_of_work):
    add_staff(unit_of_work, "1002")
    step = ClaimStep(ClaimStage.SURVEYING, NOW, "查勘岗")
    report = replace(CLAIM.report, line=LineOfBusiness.MOTOR)
    put(unit_of_work, "C1", stage=ClaimStage.SURVEYING, steps=(step,), due_on=None, due_rule="", report=report)
    sweep = Sweep(
        unit_of_work, DEADLINES, load_limits(DATA / "servicing" / "limits.yml"), build_stage_targets(DATA)
    )  # T-S03: until Wednesday, two working days
    for days, handler in ((1, ""), (2, "1002")):
        sweep(NOW + timedelta(days=days))
        with unit_of_work() as work:
            assert work.handlers.of(["C1"]) == {"C1": handler}


def test_who_was_spoken_with_is_no_longer_waited_for(unit_of_work):
    promised = {"stage": ClaimStage.REPORTED, "contact_by": NOW, "due_on": None, "due_rule": ""}
    put(unit_of_work, "C1", **promised)
    put(unit_of_work, "C2", contacted_at=NOW, **promised)
    with unit_of_work() as work:
        assert [each.number for each in work.due_matters.until(TODAY, today=TODAY)] == ["C1"]


def test_reports_of_the_same_policy_or_car_are_counted_back_from_this_one(unit_of_work):
    report = replace(CLAIM.report, policy_no="P1", plate_no="")
    other = replace(report, policy_no="P2")
    last = put(unit_of_work, "C1", report=report, reported_at=NOW)
    put(unit_of_work, "C2", report=report, reported_at=NOW - timedelta(days=20))
    put(unit_of_work, "C3", report=report, reported_at=NOW - timedelta(days=400))
    put(unit_of_work, "C4", report=report, reported_at=NOW + timedelta(days=1))
    put(unit_of_work, "C5", report=other, reported_at=NOW)
    with unit_of_work() as work:
        assert work.claim_records.reported_within(last, 365) == 2


def steps(*of: tuple[ClaimStage, float]) -> tuple[ClaimStep, ...]:
    """Stage and hours after NOW."""
    return tuple(ClaimStep(stage, NOW + timedelta(hours=hours), "岗") for stage, hours in of)


def test_a_stage_takes_from_its_first_step_to_the_first_of_another(unit_of_work):
    reported, surveying, assessing = ClaimStage.REPORTED, ClaimStage.SURVEYING, ClaimStage.ASSESSING
    put(unit_of_work, "C1", stage=assessing, due_on=TODAY - timedelta(days=1),
        steps=steps((reported, 0), (surveying, 2), (surveying, 5), (assessing, 12), (assessing, 14)))  # fmt: skip
    put(unit_of_work, "C2", stage=surveying, due_on=None, steps=steps((reported, 0), (surveying, 4)))
    put(unit_of_work, "C3", stage=surveying, due_on=None, steps=steps((reported, -100), (surveying, -90)))
    with unit_of_work() as work:
        times = {one.stage: one for one in stage_times(work, NOW, NOW + timedelta(days=1)).stages}
    assert (times[reported].ended, times[reported].mean) == (2, timedelta(hours=3))
    assert (times[surveying].ended, round(times[surveying].mean.total_seconds())) == (1, 36000)
    assert (times[assessing].ended, times[assessing].mean, times[assessing].late) == (0, None, 1)


def test_what_is_late_is_counted_by_post_and_first_calls_by_their_promise(unit_of_work):
    put(unit_of_work, "C1", reported_at=NOW, contact_by=NOW + timedelta(hours=2), contacted_at=NOW + timedelta(hours=1),
        due_on=TODAY - timedelta(days=1), due_rule="D-L08")  # fmt: skip
    put(unit_of_work, "C2", reported_at=NOW, contact_by=NOW + timedelta(hours=2), contacted_at=NOW + timedelta(hours=3),
        due_on=None, due_rule="")  # fmt: skip
    put(unit_of_work, "C3", reported_at=NOW, contact_by=None, due_on=TODAY + timedelta(days=1), due_rule="D-L08")
    Sweep(unit_of_work, DEADLINES, load_limits(DATA / "servicing" / "limits.yml"))(NOW)
    with unit_of_work() as work:
        times = stage_times(work, NOW, NOW + timedelta(hours=1))
    assert (times.overdue, times.due_soon) == ({"理赔": 1}, {"理赔": 1})
    assert (times.reported, times.contacted, times.in_time) == (3, 2, 1)
    assert times.first_contact is not None
    assert round(times.first_contact.total_seconds()) == 7200


def test_a_disaster_is_summed_up_with_its_people_first(unit_of_work):
    hurt = replace(CLAIM.report, line=LineOfBusiness.ACCIDENT, injured_count=2)
    car = replace(CLAIM.report, line=LineOfBusiness.MOTOR, injured_count=None)
    settled = Settlement(
        Decision.PAY, (AmountLine("维修", Decimal(5)),), "第五条", "", NOW + timedelta(days=2), "agent:1"
    )
    put(unit_of_work, "C1", report=car, due_on=TODAY - timedelta(days=1), event_id=EVENT, reported_at=NOW)
    put(unit_of_work, "C2", report=hurt, due_on=TODAY + timedelta(days=9), event_id=EVENT, reported_at=NOW,
        contacted_at=NOW + timedelta(hours=1))  # fmt: skip
    put(unit_of_work, "C3", report=car, due_on=None, event_id=EVENT, reported_at=NOW - timedelta(days=1),
        stage=ClaimStage.CLOSED, settlement=settled, conversation_id="c-3")  # fmt: skip
    put(unit_of_work, "C4", report=car, due_on=None, event_id="")
    with unit_of_work() as work:
        work.events.add(DisasterEvent(EVENT, "storm", "暴雨", ("厦门",), TODAY, TODAY, "agent:9001", NOW))
        work.ratings.add(Rating("c-3", "C3", 4, "", "web", NOW, "r1"))
        work.commit()
    with unit_of_work() as work:
        figures = event_figures(work, EVENT, TODAY)
        claims, total = work.claim_figures.open_of_event(EVENT, offset=0, limit=10)
        assert work.claim_figures.open_by_event([EVENT, "D2"]) == {EVENT: 2}
        with pytest.raises(LookupError):
            event_figures(work, "D20260101000001", TODAY)
    assert figures.by_line == {LineOfBusiness.ACCIDENT: 1, LineOfBusiness.MOTOR: 2}
    assert (figures.total, figures.hurt, figures.over, figures.late, figures.contacted) == (3, 1, 1, 1, 1)
    assert figures.by_day == ((TODAY - timedelta(days=1), 1), (TODAY, 2))
    assert figures.to_decision is not None
    assert round(figures.to_decision.total_seconds()) == 3 * 86400
    assert (figures.ratings, figures.mean_score) == (1, 4.0)
    assert ([one.claim_no for one in claims], total) == (["C2", "C1"], 2)


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("SELECT claim_no FROM claims WHERE awaits <> '' AND awaits IN ('manager')", "ix_claims_waiting"),
        ("SELECT claim_no FROM claims WHERE event_id <> '' AND event_id = 'D1'", "ix_claims_of_event"),
    ],
)
def test_the_lists_read_by_an_index(engine, query, index):
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            plan = "\n".join(connection.execute(text(f"EXPLAIN {query}")).scalars())
        else:
            plan = "\n".join(row[3] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {query}")))
    assert index in plan


def test_a_day_is_counted_in_shanghai(unit_of_work):
    late = datetime(2026, 11, 23, 23, 30, tzinfo=NOW.tzinfo)
    put(unit_of_work, "C1", event_id=EVENT, reported_at=late)
    with unit_of_work() as work:
        assert work.claim_figures.of_event(EVENT, TODAY).by_day == ((date(2026, 11, 23), 1),)
