"""The daily sweep on both databases: tasks, notices, one sweep a day whoever starts it, and nothing twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from store_samples import CHANGE, CLAIM, COMPLAINT, HOLDER, INSURED, INVITATION, NOW, POLICY, together

from bot.bootstrap import build_deadlines, build_stage_targets
from bot.insurance.approval import Level
from bot.insurance.claim import ClaimStage, ClaimStep
from bot.insurance.complaint import ComplaintStage
from bot.insurance.complaint_handling import ComplaintMove, MadeMove
from bot.insurance.endorsement import EndorsementStatus
from bot.insurance.policy import Benefit, BenefitKind, PolicyStatus, Role
from bot.insurance.service_request import RequestStatus, RequestStep, ServiceRequest
from bot.insurance.settlement import AmountLine, Decision
from bot.insurance.staff import Role as StaffRole
from bot.insurance.staff import Staff
from bot.insurance.task import Register, TaskState
from bot.services.approve_claim import JudgeClaim, judge_claim
from bot.services.decide_claim import DecideClaim, MoveClaim, agree, decide_claim, move_claim
from bot.services.servicing.limits import load_limits
from bot.services.sweep_due_dates import Sweep, sweep_due_dates
from bot.settings import ROOT
from bot.store.audit_log import verify_chain
from bot.store.ledger_tables import TEXT_MESSAGES
from bot.store.parties import add_parties
from bot.store.policy_rows import add_policies
from bot.store.task_tables import TASKS
from tests.claim_reviews import RULES, add_review

DATA = Path(ROOT) / "data"
DEADLINES, LIMITS = build_deadlines(DATA), load_limits(DATA / "servicing" / "limits.yml")
TODAY = NOW.date()  # Monday 23 November 2026; two working days from it is Wednesday the 25th
SOON, LATER = date(2026, 11, 25), date(2026, 11, 26)
REQUEST = ServiceRequest(
    "S20261123000001", "surrender_policy", RequestStatus.ACCEPTED, "P2023001234", "CU1", (), (), NOW, SOON, "D-P03",
    "保全", "conversation-1", "conversation-1:surrender",
)  # fmt: skip


@pytest.fixture
def sweep(unit_of_work) -> Sweep:
    return Sweep(unit_of_work, DEADLINES, LIMITS)


def put(unit_of_work, name, *cases) -> None:
    with unit_of_work() as work:
        for case in cases:
            getattr(work, name).add(case)
        work.commit()


def change(unit_of_work, name, case) -> None:
    with unit_of_work() as work:
        getattr(work, name).save(case)
        work.commit()


def tasks(unit_of_work) -> dict[str, TaskState]:
    with unit_of_work() as work:
        return {task.number: task.state for task in work.tasks.open()}


def texts(engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(select(TEXT_MESSAGES.c.text).order_by(TEXT_MESSAGES.c.id)).scalars())


def claim(number: str, due: date | None, **changes) -> object:
    found = replace(CLAIM, claim_no=number, idempotency_key=number, stage=ClaimStage.SURVEYING, due_on=due)
    return replace(found, **changes)


def add_portfolio(engine, *policies) -> None:
    with engine.begin() as connection:
        add_parties(connection, (HOLDER, INSURED))
        add_policies(connection, policies)


# -- tasks -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "state"),
    [
        (TODAY - timedelta(days=1), TaskState.OVERDUE),
        (TODAY, TaskState.DUE_SOON),
        (SOON, TaskState.DUE_SOON),
        (LATER, None),
        (None, None),
    ],
)
def test_a_claim_is_a_task_two_working_days_before_its_date_and_overdue_after_it(unit_of_work, sweep, due, state):
    put(unit_of_work, "claims", claim("C1", due))
    report = sweep(NOW)
    assert tasks(unit_of_work) == ({"C1": state} if state else {})
    assert (report.raised, report.overdue) == (bool(state), state is TaskState.OVERDUE)


@pytest.mark.parametrize(("stage", "raised"), [(ClaimStage.REPORTED, True), (ClaimStage.REGISTERED, False)])
def test_a_promised_call_is_a_task_until_somebody_takes_the_case_up(unit_of_work, sweep, stage, raised):
    put(unit_of_work, "claims", replace(claim("C1", None), stage=stage, contact_by=NOW - timedelta(hours=20)))
    sweep(NOW)
    assert tasks(unit_of_work) == ({"C1": TaskState.OVERDUE} if raised else {})


@pytest.mark.parametrize(("days_in_stage", "state"), [(1, None), (4, TaskState.DUE_SOON), (6, TaskState.OVERDUE)])
def test_a_step_that_is_slower_than_the_companys_own_limit_is_a_task(unit_of_work, days_in_stage, state):
    step = ClaimStep(ClaimStage.SURVEYING, NOW - timedelta(days=days_in_stage), "查勘岗", "去现场")
    put(unit_of_work, "claims", replace(claim("C1", date(2026, 12, 20)), steps=(step,)))
    Sweep(unit_of_work, DEADLINES, LIMITS, build_stage_targets(DATA))(NOW)
    assert tasks(unit_of_work) == ({"C1": state} if state else {})
    with unit_of_work() as work:
        assert {task.register for task in work.tasks.open()} <= {Register.STEP}


@pytest.mark.parametrize(("days_ago", "state"), [(50, None), (59, TaskState.DUE_SOON), (62, TaskState.OVERDUE)])
def test_sixty_days_after_the_papers_an_advance_payment_is_a_task(unit_of_work, sweep, days_ago, state):
    """保险法 art 25: what is certain is paid while the rest is still being worked out."""
    waiting = replace(claim("C1", None), stage=ClaimStage.ADJUDICATING, due_rule="")
    put(unit_of_work, "claims", replace(waiting, documents_complete_on=NOW.date() - timedelta(days=days_ago)))
    decided = replace(waiting, claim_no="C2", idempotency_key="C2", stage=ClaimStage.PAYING)
    put(unit_of_work, "claims", replace(decided, documents_complete_on=NOW.date() - timedelta(days=90)))
    sweep(NOW)
    assert tasks(unit_of_work) == ({"C1": state} if state else {})


def test_working_days_are_counted_over_the_long_holiday(unit_of_work, sweep):
    put(unit_of_work, "claims", claim("C1", date(2026, 10, 9)), claim("C2", date(2026, 10, 11)))
    sweep(datetime(2026, 9, 30, 8, tzinfo=NOW.tzinfo))  # the next working days are 8 and 9 October
    assert set(tasks(unit_of_work)) == {"C1"}


def test_all_registers_have_tasks_with_post_and_date(unit_of_work, sweep):
    put(unit_of_work, "claims", claim("C1", SOON))
    due_soon = replace(COMPLAINT, progress_told_at=NOW, clocks=replace(COMPLAINT.clocks, decide_by=SOON))
    put(unit_of_work, "complaints", due_soon)
    put(unit_of_work, "endorsements", replace(CHANGE, consent_by=NOW + timedelta(hours=40)))
    accepted = replace(
        CHANGE, endorsement_no="E2", idempotency_key="E2", status=EndorsementStatus.ACCEPTED, finish_by=SOON
    )
    put(unit_of_work, "endorsements", accepted)
    appointment = replace(REQUEST, request_no="S2", idempotency_key="S2", kind="request_callback", post="综合")
    report = replace(
        REQUEST, request_no="S3", idempotency_key="S3", kind="report_misconduct", post="合规监察", restricted=True
    )
    put(unit_of_work, "requests", REQUEST, appointment, report)
    sweep(NOW)
    with unit_of_work() as work:
        found = {task.number: task for task in work.tasks.open()}
    assert {number: (task.register, task.post) for number, task in found.items()} == {
        "C1": (Register.CLAIM, "理赔"),
        COMPLAINT.complaint_no: (Register.COMPLAINT, "投诉回访"),
        CHANGE.endorsement_no: (Register.CONSENT, "保全"),
        "E2": (Register.ENDORSEMENT, "保全"),
        REQUEST.request_no: (Register.REQUEST, "保全"),
        "S2": (Register.REQUEST, "综合"),
        "S3": (Register.REQUEST, "合规监察"),
    }
    assert {number for number, task in found.items() if task.restricted} == {"S3"}
    assert all(task.due <= SOON for task in found.values())


def test_what_is_over_or_stopped_makes_no_task(unit_of_work, sweep):
    late = TODAY - timedelta(days=9)
    over = [claim(f"C{n}", late, stage=stage) for n, stage in enumerate((ClaimStage.CLOSED, ClaimStage.WITHDRAWN))]
    waiting = claim("C9", late, stage=ClaimStage.AWAITING_DOCUMENTS, due_rule="D-L03")  # 解释二第十五条
    put(unit_of_work, "claims", *over, waiting)
    put(unit_of_work, "complaints", replace(COMPLAINT, stage=ComplaintStage.MEDIATING))
    put(unit_of_work, "requests", replace(REQUEST, status=RequestStatus.DONE, due_on=late))
    sweep(NOW)
    assert tasks(unit_of_work) == {}


def test_the_clock_of_five_working_days_is_not_stopped_by_missing_papers(unit_of_work, sweep):
    """X-16: 解释二 art 15 speaks of the thirty days only."""
    late = claim("C1", TODAY - timedelta(days=1), stage=ClaimStage.AWAITING_DOCUMENTS, due_rule="D-L08")
    put(unit_of_work, "claims", late)
    sweep(NOW)
    assert tasks(unit_of_work) == {"C1": TaskState.OVERDUE}


def test_a_request_is_chased_from_its_alert_day(unit_of_work, sweep):
    put(unit_of_work, "requests", replace(REQUEST, due_on=TODAY + timedelta(days=10), alert_on=TODAY))
    sweep(NOW)
    assert tasks(unit_of_work) == {REQUEST.request_no: TaskState.DUE_SOON}


def test_a_task_becomes_overdue_and_closes_when_the_matter_does(unit_of_work, sweep, engine):
    case = claim("C1", SOON)
    put(unit_of_work, "claims", case)
    sweep(NOW)
    assert tasks(unit_of_work) == {"C1": TaskState.DUE_SOON}
    assert sweep(NOW + timedelta(days=3)).overdue == 1
    assert tasks(unit_of_work) == {"C1": TaskState.OVERDUE}
    change(unit_of_work, "claims", replace(case, stage=ClaimStage.CLOSED))
    assert sweep(NOW + timedelta(days=4)).closed == 1
    assert tasks(unit_of_work) == {}
    with engine.connect() as connection:
        events = connection.execute(text("SELECT event FROM audit_log WHERE subject = 'C1' ORDER BY seq")).scalars()
        assert list(events) == ["task.raised", "task.overdue", "task.closed"]
        assert connection.execute(select(TASKS.c.closed_at)).scalar() == NOW + timedelta(days=4)


def test_another_date_closes_the_task_of_the_old_one(unit_of_work, sweep):
    case = claim("C1", SOON)
    put(unit_of_work, "claims", case)
    sweep(NOW)
    change(unit_of_work, "claims", replace(case, due_on=date(2027, 1, 5)))
    report = sweep(NOW + timedelta(days=1))
    assert (report.closed, tasks(unit_of_work)) == (1, {})
    change(unit_of_work, "claims", case)
    assert sweep(NOW + timedelta(days=2)).raised == 1  # the old date again opens the old task


def test_the_list_closes_what_is_done_without_waiting_for_the_night(unit_of_work, sweep):
    case = claim("C1", SOON)
    put(unit_of_work, "claims", case, claim("C2", SOON))
    sweep(NOW)
    change(unit_of_work, "claims", replace(case, stage=ClaimStage.CLOSED))
    with unit_of_work() as work:
        assert sweep.settle(work, work.tasks.open(), NOW + timedelta(hours=1)) == 1
        work.commit()
    assert tasks(unit_of_work) == {"C2": TaskState.DUE_SOON}


def test_consent_that_has_run_out_is_settled_and_the_applicant_told(unit_of_work, sweep, engine):
    add_portfolio(engine)
    put(unit_of_work, "endorsements", replace(CHANGE, consent_by=NOW - timedelta(minutes=1)))
    with unit_of_work() as work:
        work.endorsements.invite(replace(INVITATION, answered_at=None, agreed=None))
        work.commit()
    assert sweep(NOW).expired == 1
    with unit_of_work() as work:
        assert work.endorsements.get(CHANGE.endorsement_no).status is EndorsementStatus.EXPIRED
    assert tasks(unit_of_work) == {}
    assert ["已失效" in each for each in texts(engine)] == [True]


# -- once a day --------------------------------------------------------------------------------------------------------


def test_a_day_is_swept_once(unit_of_work, sweep):
    put(unit_of_work, "claims", claim("C1", SOON))
    assert sweep(NOW).ran
    put(unit_of_work, "claims", claim("C2", SOON))
    again = sweep(NOW + timedelta(hours=5))
    assert (again.ran, again.raised) == (False, 0)
    assert sweep(NOW + timedelta(days=1)).raised == 1


def test_of_eight_desks_at_once_one_sweeps(unit_of_work, sweep, engine):
    put(unit_of_work, "claims", claim("C1", SOON))
    reports = together(8, lambda _: sweep(NOW))
    assert sum(report.ran for report in reports) == 1
    assert tasks(unit_of_work) == {"C1": TaskState.DUE_SOON}
    with engine.connect() as connection:
        done = connection.execute(text("SELECT COUNT(*) FROM audit_log WHERE event = 'sweep.done'")).scalar()
    assert done == 1


def test_a_sweep_that_fails_leaves_the_day_to_the_next_try(unit_of_work, sweep, monkeypatch):
    put(unit_of_work, "claims", claim("C1", SOON))
    with monkeypatch.context() as broken:
        broken.setattr("bot.services.sweep_due_dates.remind_customers", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sweep(NOW)
    assert tasks(unit_of_work) == {}
    assert sweep(NOW).ran


CASES = st.lists(
    st.tuples(
        st.integers(-12, 12),
        st.sampled_from([ClaimStage.SURVEYING, ClaimStage.AWAITING_DOCUMENTS, ClaimStage.CLOSED, ClaimStage.PAYING]),
        st.sampled_from(["D-L03", "D-L05", "D-L08"]),
    ),
    max_size=6,
)


@given(cases=CASES, runs=st.integers(1, 3), days=st.integers(0, 9))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sweeping_again_changes_nothing(unit_of_work, engine, cases, runs, days):
    """Whatever is open and on whatever day: after one sweep, more of them find nothing to do."""
    at = NOW + timedelta(days=days)
    key = f"{len(cases)}:{runs}:{days}:{hash(tuple(cases))}"
    with unit_of_work() as work:
        for place, (offset, stage, rule) in enumerate(cases):
            number = f"C:{key}:{place}"
            if work.claims.get(number) is None:
                work.claims.add(claim(number, TODAY + timedelta(days=offset), stage=stage, due_rule=rule))
        rules = Sweep(unit_of_work, DEADLINES, LIMITS)
        sweep_due_dates(work, at, rules)
        before, written = work.tasks.open(), len(work.tasks.open())
        for _ in range(runs):
            report = sweep_due_dates(work, at + timedelta(minutes=1), rules)
            assert (report.raised, report.overdue, report.closed, report.expired, report.texts) == (0, 0, 0, 0, 0)
        assert work.tasks.open() == before
        assert len({(task.number, task.due) for task in before}) == written
        for task in before:
            assert task.state is (TaskState.OVERDUE if task.due < at.date() else TaskState.DUE_SOON)
        work.commit()
    assert verify_chain(engine) > 0


# -- notices to customers ----------------------------------------------------------------------------------------------

WANTS = replace(
    REQUEST, kind="change_payment", status=RequestStatus.DONE, fields=(("变更项目", "缴费提示"),), due_on=None
)
PLAIN = replace(POLICY, group=False, employer_is_policyholder=False, status=PolicyStatus.IN_FORCE)


def due_on(day: date) -> object:
    first, second = PLAIN.instalments
    return replace(PLAIN, instalments=(first, replace(second, due_on=day)), suspended_on=None)


@pytest.mark.parametrize(("days", "sent"), [(8, 0), (7, 1), (1, 1), (0, 0)])
def test_who_wants_it_is_reminded_in_the_week_before_the_premium(unit_of_work, sweep, engine, days, sent):
    add_portfolio(engine, due_on(TODAY + timedelta(days=days)))
    put(unit_of_work, "requests", WANTS)
    assert sweep(NOW).texts == sent
    assert sweep(NOW + timedelta(days=1)).texts == (1 if days == 8 else 0)  # once for each premium
    found = texts(engine)
    assert all("2,400.5" in each or "2400.5" in each for each in found)
    assert all("不要转给任何个人" in each and "P2023001234" not in each for each in found)


@pytest.mark.parametrize(
    "request_",
    [
        replace(WANTS, fields=(("变更项目", "缴费频率"),)),
        replace(WANTS, status=RequestStatus.WITHDRAWN),
        replace(WANTS, applicant_id="CU2"),  # not, or no longer, the policyholder
    ],
)
def test_nobody_else_is_reminded(unit_of_work, sweep, engine, request_):
    add_portfolio(engine, due_on(TODAY + timedelta(days=3)))
    put(unit_of_work, "requests", request_)
    assert sweep(NOW).texts == 0


@pytest.mark.parametrize(
    ("since", "changes", "sent"),
    [
        (TODAY, {}, 1),
        (date(2026, 11, 9), {}, 1),  # ten working days before
        (date(2026, 11, 6), {}, 0),  # the days of D-P06 are over
        (TODAY, {"group": True}, 0),
        (TODAY, {"status": PolicyStatus.IN_FORCE}, 0),
    ],
)
def test_a_lapse_is_told_within_ten_working_days(unit_of_work, sweep, engine, since, changes, sent):
    lapsed = replace(PLAIN, status=PolicyStatus.SUSPENDED, suspended_on=since)
    add_portfolio(engine, replace(lapsed, **changes))
    assert sweep(NOW).texts == sent
    assert sweep(NOW + timedelta(days=1)).texts == 0
    for each in texts(engine):
        assert "效力中止" in each
        assert "复效" in each


PROGRESS_BY = COMPLAINT.clocks.answer_or_progress_by  # Monday 7 December
OWED = replace(COMPLAINT, stage=ComplaintStage.INVESTIGATING, progress_told_at=None, verify_by=None)


@pytest.mark.parametrize(("day", "sent"), [(date(2026, 12, 3), 0), (date(2026, 12, 4), 1), (PROGRESS_BY, 1)])
def test_by_the_tenth_working_day_a_complainant_hears_how_far_it_is(unit_of_work, sweep, engine, day, sent):
    """X-06, D-C14."""
    put(unit_of_work, "complaints", OWED)
    at = datetime.combine(day, NOW.timetz())
    assert sweep(at).texts == sent
    with unit_of_work() as work:
        stored = work.complaints.get(OWED.complaint_no)
    assert stored.progress_told_at == (at if sent else None)
    assert stored.last_notice == ("进展告知" if sent else OWED.last_notice)
    for each in texts(engine):
        assert OWED.complaint_no in each
        assert "12 月 8 日" in each
    assert sweep(at + timedelta(days=1)).texts == (0 if sent or day < date(2026, 12, 3) else 1)


@pytest.mark.parametrize(
    "complaint",
    [
        replace(OWED, phone=""),
        replace(OWED, stage=ComplaintStage.DECIDED),
        replace(OWED, stage=ComplaintStage.MEDIATING),
        replace(OWED, stage=ComplaintStage.EXTENDED),
        replace(OWED, clocks=replace(OWED.clocks, answer_or_progress_by=None)),
    ],
)
def test_no_report_of_progress_where_none_is_owed_or_can_be_sent(unit_of_work, sweep, complaint):
    put(unit_of_work, "complaints", complaint)
    assert sweep(datetime.combine(PROGRESS_BY, NOW.timetz())).texts == 0


def test_an_appraisal_stops_no_report_of_progress_and_is_looked_at_again(unit_of_work, sweep, engine):
    """X-06, D-C14 (no article pauses it); the statutory clock stands, so nothing else would become a task."""
    moved = MadeMove(ComplaintMove.APPRAISE, "送去鉴定", "desk", NOW)
    put(unit_of_work, "complaints", replace(OWED, moves=(moved,)))
    assert sweep(datetime.combine(PROGRESS_BY, NOW.timetz())).texts == 1
    (told,) = texts(engine)
    assert "正在外部鉴定或评估" in told
    assert sweep(NOW + timedelta(days=29)).raised == 0
    assert sweep(NOW + timedelta(days=30)).raised == 1
    with unit_of_work() as work:
        (task,) = [each for each in work.tasks.open() if each.number == OWED.complaint_no]
    assert task.due == (NOW + timedelta(days=30)).date()


def test_a_notice_is_audited_without_the_phone_or_the_words(unit_of_work, sweep, engine):
    put(unit_of_work, "complaints", OWED)
    sweep(datetime.combine(PROGRESS_BY, NOW.timetz()))
    with engine.connect() as connection:
        query = text("SELECT subject, actor, detail FROM audit_log WHERE event = 'notice.queued'")
        assert connection.execute(query).all() == [(OWED.complaint_no, "clock", '{"kind":"progress"}')]


# -- what follows a decision -------------------------------------------------------------------------------------------


def _decide(unit_of_work, decision, lines):
    made = DecideClaim("C20261123000301", decision, lines, "第五条", "合同约定", "desk", NOW, Level.MANAGER)
    put(unit_of_work, "claims", claim(made.claim_no, None, stage=ClaimStage.ADJUDICATING))
    with unit_of_work() as work:
        add_review(work, made.claim_no, NOW)
        decide_claim(work, made, DEADLINES, RULES.approval)
        if decision is Decision.DENY:
            senior = Staff("9001", frozenset({StaffRole.MANAGER}), frozenset())
            judge_claim(work, JudgeClaim(made.claim_no, True, "同意，依据充分", senior, NOW), DEADLINES)
        work.commit()


def test_a_payment_is_a_task_from_the_claimants_consent_until_it_is_paid(unit_of_work, sweep):
    number = "C20261123000301"
    _decide(unit_of_work, Decision.PART, (AmountLine("医疗费", Decimal("3200.05")),))
    sweep(NOW + timedelta(days=1))
    assert number not in tasks(unit_of_work)
    with unit_of_work() as work:
        pay_by = agree(work, number, "CU2", NOW + timedelta(days=1), DEADLINES).due_on
        assert agree(work, number, "CU2", NOW + timedelta(days=3), DEADLINES).due_on == pay_by
        work.commit()
    late = datetime.combine(pay_by, NOW.timetz()) + timedelta(days=1)
    assert pay_by <= (NOW + timedelta(days=11)).date()
    sweep(late - timedelta(days=1))
    assert tasks(unit_of_work)[number] is TaskState.DUE_SOON
    sweep(late)
    assert tasks(unit_of_work)[number] is TaskState.OVERDUE
    with unit_of_work() as work:
        paid = move_claim(work, MoveClaim(number, ClaimStage.CLOSED, "已转账到登记的账户", "desk", late), DEADLINES)
        work.commit()
    assert paid.settlement.paid_on == late.date()
    sweep(late + timedelta(days=1))
    assert number not in tasks(unit_of_work)


def test_the_written_denial_is_a_task_until_it_is_sent(unit_of_work, sweep):
    number = "C20261123000301"
    _decide(unit_of_work, Decision.DENY, ())
    sweep(NOW + timedelta(days=2))
    assert number in tasks(unit_of_work)
    with unit_of_work() as work:
        move_claim(
            work, MoveClaim(number, ClaimStage.DENIED, "通知书已寄出", "desk", NOW + timedelta(days=2)), DEADLINES
        )
        work.commit()
    sweep(NOW + timedelta(days=3))
    assert number not in tasks(unit_of_work)


PAYING = replace(PLAIN, insured_event_on=None)
MATURITY = Benefit(BenefitKind.MATURITY, TODAY + timedelta(days=7), Decimal("30000"), Role.POLICYHOLDER)


@pytest.mark.parametrize(
    ("changes", "sent"),
    [
        ({}, 1),
        ({"due_on": TODAY}, 1),
        ({"due_on": TODAY + timedelta(days=8)}, 0),
        ({"due_on": TODAY - timedelta(days=1)}, 0),
        ({"paid_on": TODAY}, 0),
    ],
)
def test_a_sum_that_can_be_collected_is_announced_once_without_its_amount(sweep, engine, changes, sent):
    add_portfolio(engine, replace(PAYING, benefits=(replace(MATURITY, **changes),)))
    assert sweep(NOW).texts == sent
    assert sweep(NOW + timedelta(days=1)).texts == (1 if changes.get("due_on") == TODAY + timedelta(days=8) else 0)
    for each in texts(engine):
        assert "满期金" in each
        assert "30" not in each.replace("11 月 30 日", "")


def waiting(asked: datetime, **changes) -> object:
    step = ClaimStep(ClaimStage.AWAITING_DOCUMENTS, asked, "理赔岗", "待补充资料")
    lacking = {"missing_documents": ("出院小结", "费用清单"), "steps": (step,), "stage": ClaimStage.AWAITING_DOCUMENTS}
    return claim("C20261101000077", None, **{**lacking, **changes})


@pytest.mark.parametrize(
    ("days", "changes", "sent"),
    [
        (10, {}, 1),
        (9, {}, 0),
        (10, {"missing_documents": ()}, 0),
        (10, {"stage": ClaimStage.SURVEYING}, 0),
    ],
)
def test_papers_that_do_not_come_are_asked_for_again_once(unit_of_work, sweep, engine, days, changes, sent):
    put(unit_of_work, "claims", waiting(NOW - timedelta(days=days), **changes))
    assert sweep(NOW).texts == sent
    assert sweep(NOW + timedelta(days=20)).texts == (1 if days == 9 else 0)
    for each in texts(engine):
        assert "还缺 2 样资料" in each
        assert "出院小结" not in each


@pytest.mark.parametrize(
    "changes", [{"status": PolicyStatus.SURRENDERED}, {"group": True}, {"insured_event_on": TODAY - timedelta(days=3)}]
)
def test_no_sum_is_announced_for_a_contract_that_is_over_or_where_somebody_died(sweep, engine, changes):
    add_portfolio(engine, replace(PAYING, benefits=(MATURITY,), **changes))
    assert sweep(NOW).texts == 0


@pytest.mark.parametrize(("days", "papers", "sent"), [(10, ("申请书",), 1), (9, ("申请书",), 0), (10, (), 0)])
def test_a_request_that_waits_for_papers_does_not_wait_in_silence(unit_of_work, sweep, engine, days, papers, sent):
    asked = RequestStep(
        RequestStatus.WAITING_FOR_PAPERS, NOW - timedelta(days=days), "agent:desk", "少签名", ("申请书", "身份证")
    )
    made = replace(
        REQUEST, applicant_id="", fields=(("联系电话", "13800001003"),), status=RequestStatus.WAITING_FOR_PAPERS,
        papers=papers, due_on=None, steps=(asked,),
    )  # fmt: skip
    put(unit_of_work, "requests", made)
    assert sweep(NOW).texts == sent
    for each in texts(engine):
        assert "还缺 1 样材料" in each
        assert f"补材料 {made.request_no}" in each
    assert sweep(NOW + timedelta(days=2)).texts == (1 if days == 9 else 0)
