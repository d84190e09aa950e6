"""Follow-ups on both databases: kept whole, raised by the sweep from what happened, chased by text and by call."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select, text
from store_samples import CLAIM, COMPLAINT, HOLDER, INSURED, NOW, POLICY

from bot.bootstrap import build_deadlines
from bot.insurance.claim import ClaimStage, ClaimStep
from bot.insurance.complaint import ComplaintStage
from bot.insurance.complaint_handling import ComplaintDecision
from bot.insurance.follow_up import FollowUp, FollowUpAnswer, FollowUpKind, FollowUpState
from bot.insurance.policy import PolicyStatus
from bot.insurance.service_request import RequestStatus, RequestStep, ServiceRequest
from bot.insurance.task import Register
from bot.services.follow_ups.load_questionnaires import load_questionnaires
from bot.services.follow_ups.problem_ticket import FollowUpRules
from bot.services.follow_ups.record_call import CallFlawError, CallOutcome, RecordCall, record_call
from bot.services.follow_ups.report_follow_ups import count_follow_ups, count_problems
from bot.services.follow_ups.take_answers import Answering, finish, keep_answers
from bot.services.servicing.limits import load_limits
from bot.services.sweep_due_dates import Sweep
from bot.settings import ROOT
from bot.store.follow_up_tables import FOLLOW_UPS
from bot.store.ledger_tables import TEXT_MESSAGES
from bot.store.parties import add_parties
from bot.store.policy_rows import add_policies

DATA = Path(ROOT) / "data"
RULES = FollowUpRules(
    load_questionnaires(DATA / "follow_up"), build_deadlines(DATA), load_limits(DATA / "servicing" / "limits.yml")
)
TODAY = NOW.date()
FOLLOW_UP = FollowUp(
    number="R20261123000001",
    kind=FollowUpKind.CLAIM_CLOSED,
    subject=CLAIM.claim_no,
    party_id="CU2",
    state=FollowUpState.SENT,
    raised_at=NOW,
    due=date(2026, 12, 7),
    due_rule="follow_up.days",
    tries=2,
    last_try_at=NOW,
    call_by=date(2026, 11, 25),
    answers=(FollowUpAnswer("told", "no", "没人告诉我", NOW), FollowUpAnswer("why", "等了十天", "", NOW)),
    finished_at=NOW,
    valid=False,
    channel="web",
    conversation_id="conversation-1",
    problem_no="S20261123000001",
    note="白天没人接",
    institution="BJ",
)
NEW_POLICY = replace(
    POLICY, policyholder_id="CU1", status=PolicyStatus.IN_FORCE, effective_on=TODAY - timedelta(days=2),
    expires_on=date(2046, 11, 20), cooling_off_until=TODAY + timedelta(days=18), group=False,
)  # fmt: skip
REQUEST = ServiceRequest(
    "S20261123000009", "change_payment", RequestStatus.DONE, "P1", "CU1", (), (), NOW, None, "", "保全", "c-9", "c-9:1",
    steps=(RequestStep(RequestStatus.DONE, NOW, "agent:desk", "已改好"),), institution="SH",
)  # fmt: skip


@pytest.fixture
def sweep(unit_of_work) -> Sweep:
    return Sweep(unit_of_work, RULES.deadlines, RULES.limits)


@pytest.fixture
def people(engine) -> None:
    with engine.begin() as connection:
        add_parties(connection, (HOLDER, INSURED))


def put(unit_of_work, name, *cases) -> None:
    with unit_of_work() as work:
        for case in cases:
            getattr(work, name).add(case)
        work.commit()


def raised(unit_of_work) -> list[FollowUp]:
    with unit_of_work() as work:
        numbers = work._connection.execute(select(FOLLOW_UPS.c.number).order_by(FOLLOW_UPS.c.number)).scalars()
        return [work.follow_ups.get(number) for number in list(numbers)]


def texts(engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(select(TEXT_MESSAGES.c.text).order_by(TEXT_MESSAGES.c.id)).scalars())


def surveyed(**changes):
    steps = (
        ClaimStep(ClaimStage.SURVEYING, NOW - timedelta(days=3), "查勘岗", "去现场"),
        ClaimStep(ClaimStage.ASSESSING, NOW - timedelta(days=1), "查勘岗", "查勘完"),
    )
    return replace(CLAIM, stage=ClaimStage.ASSESSING, steps=steps, **changes)


def closed(**changes):
    steps = (ClaimStep(ClaimStage.CLOSED, NOW - timedelta(days=1), "理赔岗", "已付"),)
    return replace(CLAIM, stage=ClaimStage.CLOSED, steps=steps, **changes)


# -- the store -----------------------------------------------------------------------------------------------------------


def test_a_follow_up_comes_back_whole_and_one_subject_has_one_of_a_kind(unit_of_work, engine):
    put(unit_of_work, "follow_ups", FOLLOW_UP)
    with unit_of_work() as work:
        assert work.follow_ups.get(FOLLOW_UP.number) == FOLLOW_UP
        assert work.follow_ups.add(replace(FOLLOW_UP, number="R20261123000002")) is False
        assert work.follow_ups.of_subject(FollowUpKind.CLAIM_CLOSED, CLAIM.claim_no) == FOLLOW_UP
        assert work.follow_ups.of_subject(FollowUpKind.CLAIM_SURVEY, CLAIM.claim_no) is None
        assert list(work.follow_ups.of_party("")) == []
        work.follow_ups.save(replace(FOLLOW_UP, state=FollowUpState.DONE, answers=()))
        assert list(work.follow_ups.open()) == []
        work.commit()
    with engine.connect() as connection:
        assert "接" not in str(connection.execute(text("SELECT note FROM follow_ups")).scalar())


# -- what the sweep raises -------------------------------------------------------------------------------------------------


def test_a_new_contract_is_followed_up_inside_its_cooling_off_period(unit_of_work, sweep, engine, people):
    with engine.begin() as connection:
        add_policies(connection, (NEW_POLICY,))
    assert sweep(NOW).follow_ups == 1
    (made,) = raised(unit_of_work)
    assert (made.kind, made.subject, made.due, made.due_rule, made.state, made.tries) == (
        FollowUpKind.NEW_POLICY, NEW_POLICY.policy_no, NEW_POLICY.cooling_off_until, "D-V01", FollowUpState.SENT, 1,
    )  # fmt: skip
    (told,) = texts(engine)
    assert f"回访 {made.number}" in told
    assert sweep(NOW + timedelta(days=1)).follow_ups == 0
    assert len(texts(engine)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"group": True},
        {"cooling_off_until": TODAY - timedelta(days=1)},
        {"effective_on": TODAY + timedelta(days=3)},
        {"status": PolicyStatus.SURRENDERED},
    ],
    ids=["group", "over", "not yet", "surrendered"],
)
def test_contracts_that_the_rule_does_not_reach_are_left_alone(unit_of_work, sweep, engine, people, changes):
    with engine.begin() as connection:
        add_policies(connection, (replace(NEW_POLICY, **changes),))
    assert sweep(NOW).follow_ups == 0


@pytest.mark.parametrize(("channel", "kinds"), [("个人代理", [FollowUpKind.SALES_CHECK]), ("官网", [])])
def test_a_short_contract_that_somebody_sold_is_asked_about_the_sale(
    unit_of_work, sweep, engine, people, channel, kinds
):
    short = replace(NEW_POLICY, expires_on=TODAY + timedelta(days=300), cooling_off_until=None, channel=channel)
    with engine.begin() as connection:
        add_policies(connection, (short,))
    sweep(NOW)
    assert [each.kind for each in raised(unit_of_work)] == kinds


@pytest.mark.parametrize(
    ("name", "case", "kind"),
    [
        ("claims", surveyed(), FollowUpKind.CLAIM_SURVEY),
        ("claims", closed(), FollowUpKind.CLAIM_CLOSED),
        ("claims", replace(closed(), stage=ClaimStage.DENIED), FollowUpKind.CLAIM_CLOSED),
        ("requests", REQUEST, FollowUpKind.REQUEST_DONE),
    ],
    ids=["survey", "paid", "denied", "request"],
)
def test_what_was_done_for_a_customer_is_followed_up_within_the_companys_days(
    unit_of_work, sweep, engine, people, name, case, kind
):
    put(unit_of_work, name, case)
    sweep(NOW)
    (made,) = raised(unit_of_work)
    assert (made.kind, made.due, made.institution) == (kind, date(2026, 12, 7), case.institution)
    assert made.number in texts(engine)[-1]


def test_a_complaint_without_a_proved_complainant_is_a_call(unit_of_work, sweep, people):
    decided = ComplaintDecision("属实", "第十八条", "道歉", "desk", NOW)
    put(unit_of_work, "complaints", replace(
        COMPLAINT, stage=ComplaintStage.DECIDED, decisions=(decided,), complainant_party_id="",
    ))  # fmt: skip
    sweep(NOW)
    (made,) = raised(unit_of_work)
    assert (made.state, made.tries, made.call_by) == (FollowUpState.WAITING, 0, date(2026, 11, 25))
    with unit_of_work() as work:
        (task,) = [each for each in work.tasks.open() if each.register is Register.FOLLOW_UP]
    assert (task.number, task.about, task.post, task.due) == (made.number, "complaint_closed", "投诉回访", made.call_by)


@pytest.mark.parametrize(
    "case",
    [
        replace(REQUEST, restricted=True),
        replace(REQUEST, applicant_id=""),
        replace(REQUEST, kind="follow_up_problem"),
        replace(REQUEST, steps=(RequestStep(RequestStatus.DONE, NOW - timedelta(days=20), "agent:desk", "早办了"),)),
        replace(REQUEST, steps=(RequestStep(RequestStatus.DONE, NOW, "customer", "材料到了"),)),
    ],
    ids=["report", "nobody", "problem", "long ago", "by itself"],
)
def test_requests_that_nobody_is_asked_about(unit_of_work, sweep, people, case):
    put(unit_of_work, "requests", case)
    assert sweep(NOW).follow_ups == 0


def test_for_an_opinion_nobody_is_asked_twice_in_a_month(unit_of_work, sweep, people):
    other = replace(REQUEST, request_no="S20261123000010", idempotency_key="c-9:2")
    put(unit_of_work, "requests", REQUEST, other)
    assert sweep(NOW).follow_ups == 1


# -- chasing -------------------------------------------------------------------------------------------------------------


def test_a_text_a_second_text_and_then_a_call(unit_of_work, sweep, engine, people):
    put(unit_of_work, "claims", closed())
    sweep(NOW)
    for days, sent in ((1, 1), (3, 2), (4, 2), (6, 2)):
        sweep(NOW + timedelta(days=days))
        assert len(texts(engine)) == sent, days
    (made,) = raised(unit_of_work)
    assert (made.tries, made.call_by) == (2, date(2026, 12, 1))
    with unit_of_work() as work:
        assert made.number in [task.number for task in work.tasks.open()]


@pytest.mark.parametrize(
    ("holder", "policy"),
    [
        (replace(HOLDER, birth_date=date(1960, 1, 1)), NEW_POLICY),
        (HOLDER, replace(NEW_POLICY, cooling_off_until=TODAY + timedelta(days=4))),
    ],
    ids=["of age", "nearly over"],
)
def test_who_is_of_age_or_whose_days_are_nearly_over_is_called_at_once(unit_of_work, sweep, engine, holder, policy):
    with engine.begin() as connection:
        add_parties(connection, (holder, INSURED))
        add_policies(connection, (policy,))
    sweep(NOW)
    (made,) = raised(unit_of_work)
    assert (made.tries, made.call_by) == (1, date(2026, 11, 25))


def test_a_contract_that_was_given_up_is_asked_about_no_more(unit_of_work, sweep, engine, people):
    with engine.begin() as connection:
        add_policies(connection, (NEW_POLICY,))
    sweep(NOW)
    with engine.begin() as connection:
        connection.execute(text("UPDATE policies SET status = 'surrendered'"))
    sweep(NOW + timedelta(days=1))
    (made,) = raised(unit_of_work)
    assert made.state is FollowUpState.CALLED_OFF


# -- calls, problems and figures -------------------------------------------------------------------------------------------

GOOD = {"told": "yes", "explained": "yes", "paid": "yes", "proper": "no", "satisfied": "4"}


def call(unit_of_work, outcome=CallOutcome.ANSWERED, at: datetime = NOW, **answers: str) -> FollowUp:
    with unit_of_work() as work:
        done = record_call(work, RecordCall(FOLLOW_UP.number, outcome, answers, "", "desk", at), RULES)
        work.commit()
    return done


@pytest.fixture
def waiting(unit_of_work, people) -> FollowUp:
    put(unit_of_work, "claims", closed())
    made = replace(FOLLOW_UP, answers=(), finished_at=None, valid=None, problem_no="", note="", channel="", tries=1)
    put(unit_of_work, "follow_ups", made)
    return made


def test_a_call_that_was_answered_closes_it_whatever_time_it_took(unit_of_work, waiting):
    done = call(unit_of_work, **GOOD)
    assert (done.state, done.valid, done.channel, done.call_by) == (FollowUpState.DONE, True, "phone", None)


@pytest.mark.parametrize(
    ("answers", "flaw"),
    [({**GOOD, "told": ""}, "还有一题没有记"), ({**GOOD, "told": "vielleicht"}, "没有这个回答")],
)
def test_a_call_with_a_gap_is_not_taken(unit_of_work, waiting, answers, flaw):
    with pytest.raises(CallFlawError) as error:
        call(unit_of_work, **answers)
    assert flaw in error.value.data["flaw"]


def test_nobody_reached_often_enough_is_the_end(unit_of_work, waiting):
    again = call(unit_of_work, CallOutcome.NOT_REACHED)
    assert (again.state, again.tries) == (FollowUpState.SENT, 2)
    over = call(unit_of_work, CallOutcome.NOT_REACHED)
    assert (over.state, over.tries, over.call_by) == (FollowUpState.UNREACHABLE, 3, None)
    with pytest.raises(LookupError):
        call(unit_of_work, CallOutcome.NOT_REACHED)


def test_further_problems_join_the_request_and_a_closed_one_is_left_alone(unit_of_work, waiting):
    by = Answering("web", "c-1", "CU2", NOW)
    with unit_of_work() as work:
        first = keep_answers(work, waiting, [FollowUpAnswer("told", "no", "没人告诉我", NOW)], by, RULES)
        again = keep_answers(work, first, [FollowUpAnswer("told", "no", "没人告诉我", NOW)], by, RULES)
        assert again == first
        second = keep_answers(work, again, [FollowUpAnswer("satisfied", "2", "", NOW)], by, RULES)
        ticket = work.requests.get(first.problem_no)
        assert ticket is not None
        assert second.problem_no == ticket.request_no
        assert dict(ticket.fields)["问题"] == "没有收到结果；不满意"
        assert "法定最晚" not in str(ticket.fields)
        work.requests.save(replace(ticket, status=RequestStatus.DONE))
        third = keep_answers(work, second, [FollowUpAnswer("explained", "no", "", NOW)], by, RULES)
        assert third.problem_no == ticket.request_no
        assert finish(work, third, by, RULES).valid is False


NOVEMBER = (datetime(2026, 11, 1, tzinfo=NOW.tzinfo), datetime(2026, 12, 1, tzinfo=NOW.tzinfo))


@pytest.fixture
def four(unit_of_work, people) -> None:
    """Two answered, one late and dissatisfied; one called off; one that waits; and one of another institution."""
    put(unit_of_work, "claims", closed())
    base = replace(FOLLOW_UP, answers=(), finished_at=None, valid=None, problem_no="", call_by=None)
    for number, subject in enumerate(("C1", "C2", "C3", "C4", "C5"), 1):
        own = {"institution": "SH"} if number == 5 else {}
        put(unit_of_work, "follow_ups", replace(base, number=f"R2026112300000{number}", subject=subject, **own))
    with unit_of_work() as work:
        for number, told, at in (
            (1, {"satisfied": "5"}, NOW + timedelta(hours=12)),
            (2, {"satisfied": "1", "told": "no"}, NOW + timedelta(days=30)),
        ):
            command = RecordCall(f"R2026112300000{number}", CallOutcome.ANSWERED, {**GOOD, **told}, "", "desk", at)
            record_call(work, command, RULES)
        work.follow_ups.save(replace(work.follow_ups.get("R20261123000003"), state=FollowUpState.CALLED_OFF))
        work.commit()


def test_figures_of_a_month(unit_of_work, four):
    with unit_of_work() as work:
        counted = count_follow_ups(work, *NOVEMBER, RULES.forms, "BJ")
        whole = count_follow_ups(work, *NOVEMBER, RULES.forms)
        before = count_follow_ups(work, NOVEMBER[0] - timedelta(days=30), NOVEMBER[0], RULES.forms)
    figures = counted.total(["2026-11"], FollowUpKind.CLAIM_CLOSED)
    assert (figures.raised, figures.done, figures.in_time, figures.answered, figures.with_problem) == (3, 2, 1, 2, 1)
    assert (figures.judged, figures.satisfied, figures.score) == (2, 1, 3.0)
    assert figures.days is not None
    assert round(figures.days, 2) == 15.25
    assert whole.total(["2026-11"]).raised == 4
    assert whole.total(["2026-10"]).raised == 0
    assert before.by_month == {}


@pytest.mark.parametrize(
    ("status", "becomes"),
    [
        (RequestStatus.DONE, (1, 0, 0, 0)),
        (RequestStatus.DECLINED, (0, 1, 0, 0)),
        (RequestStatus.WITH_PERSON, (0, 0, 1, 1)),
    ],
)
def test_problems_are_counted_by_cause_with_what_became_of_them(unit_of_work, four, status, becomes):
    with unit_of_work() as work:
        ticket = work.requests.get(work.follow_ups.get("R20261123000002").problem_no)
        work.requests.save(replace(ticket, status=status))
        problems = count_problems(work, NOVEMBER, date(2027, 3, 1), RULES.forms)
        elsewhere = count_problems(work, NOVEMBER, date(2027, 3, 1), RULES.forms, "SH")
    assert [(one.zh, one.named) for one in problems] == [("不满意", 1), ("没有收到结果", 1)]
    assert {(one.put_right, one.declined, one.open, one.late) for one in problems} == {becomes}
    assert elsewhere == []


def test_a_year_of_follow_ups_is_counted_without_a_row_of_theirs(unit_of_work, engine, four):
    if engine.dialect.name != "sqlite":
        pytest.skip("the plan is read in SQLite's words")
    heard: list[tuple[str, object]] = []

    def hear(_connection, _cursor, statement, values, *_) -> None:
        heard.append((statement, values))

    event.listen(engine, "before_cursor_execute", hear)
    with unit_of_work() as work:
        count_follow_ups(work, *NOVEMBER, RULES.forms)
        count_problems(work, NOVEMBER, TODAY, RULES.forms)
    event.remove(engine, "before_cursor_execute", hear)
    with engine.connect() as connection:
        plans = [
            str(row[-1])
            for statement, values in heard
            if statement.startswith("SELECT")
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]
    read = [plan for plan in plans if "follow_up" in plan]
    assert len(read) >= 3
    assert [plan for plan in read if "COVERING INDEX" not in plan] == []
