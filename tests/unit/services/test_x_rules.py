"""X-01 … X-07 and X-17 of the rule facts: where the company's old rules and the law part, one test a point or more.

X-08 to X-14: test_x_rules_told.py; X-15: unit/calendars and the deadlines' scopes; X-16: integration/store/test_store_sweep.py.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from bot.bootstrap import build_deadlines
from bot.calendars.clocks import SHANGHAI, PauseReason
from bot.complaints.engine import Facts, Verdict, judge
from bot.complaints.loader import load_rules
from bot.complaints.rule import Post
from bot.insurance.beneficiary import Beneficiary
from bot.insurance.complaint import ComplainantRole, Complaint, ComplaintStage
from bot.insurance.complaint_handling import ComplaintDecision
from bot.insurance.follow_up import FollowUp, FollowUpAnswer, FollowUpKind, FollowUpState
from bot.insurance.identity import IdentityLevel, Verification
from bot.insurance.policy import InsurancePolicy
from bot.insurance.triage import TriageOutcome
from bot.services.beneficiary_rules import check_may_change
from bot.services.change_beneficiary import ChangeBeneficiary, change_beneficiary
from bot.services.errors import NotAllowedError
from bot.services.file_complaint import ComplaintDetails, FileComplaint, add_details, file_complaint, start_clocks
from bot.services.follow_complaint import merge, prior_complaints, request_verification
from bot.services.follow_ups.load_questionnaires import load_questionnaires
from bot.services.follow_ups.problem_ticket import PROBLEM_LINE, STATUTORY_LINE, FollowUpRules, settle_problems
from bot.services.servicing.limits import load_limits
from bot.services.triage_complaint import NotToldError, TriageComplaint, notice_text, tell_by, triage_complaint
from bot.settings import ROOT
from bot.store.demo import seed_demo
from bot.store.engine import build_engine
from bot.store.unit_of_work import SqlUnitOfWork
from tests.fakes import DATA_KEY
from tests.migrated import migrated_store

DEADLINES = build_deadlines(ROOT / "data")
RULES = load_rules(ROOT / "data" / "complaints")
RECEIVED = datetime(2026, 9, 30, 9, 12, tzinfo=SHANGHAI)  # the day before the long holiday
LIFE, GROUP = "P2022000551", "P2026000601"


@pytest.fixture
def store(tmp_path: Path):
    url = migrated_store(tmp_path / "x.db")
    engine = build_engine(url, DATA_KEY)
    seed_demo(engine, RECEIVED.date())
    return partial(SqlUnitOfWork, engine)


def filed(work, facts: str = "卖的时候说是存款，现在取不出来", **told: object) -> Complaint:
    command = FileComplaint(facts, Verdict(), "c-1", "key", RECEIVED, **told)
    return file_complaint(work, command, DEADLINES)


def working_days(count: int, start: date) -> date:
    return DEADLINES.calendar.add_working_days(start, count).date


def test_x_01_two_clocks_run_for_each_complaint_and_the_earlier_alerts(store) -> None:
    with store() as work:
        made = filed(work)
    assert made.clocks.decide_by == date(2026, 10, 15)  # the law: 15 natural days
    assert made.clocks.acceptance_by == date(2026, 10, 20)  # the company: 10 working days
    assert made.clocks.acceptance_target == date(2026, 10, 10)  # and its target of 3
    assert made.next_due == date(2026, 10, 10)
    accepted = replace(made, stage=ComplaintStage.INVESTIGATING)
    assert accepted.next_due == date(2026, 10, 15)


def test_x_01_ten_working_days_are_longer_than_fifteen_days_on_58_of_344_days_of_2026() -> None:
    # the days from which the longest such term, 21 days, ends in 2026
    counted = [date(2026, 1, 1) + timedelta(days=n) for n in range(344)]
    lengths = {day: (working_days(10, day) - day).days for day in counted}
    assert sum(length > 15 for length in lengths.values()) == 58
    assert max(lengths, key=lambda day: lengths[day]) == date(2026, 2, 3)
    assert lengths[date(2026, 2, 3)] == 21


def test_x_01_no_notice_is_planned_after_the_law_wants_a_decision() -> None:
    for received in (datetime(2026, 1, 1, 12, tzinfo=SHANGHAI) + timedelta(days=n) for n in range(365)):
        clocks = start_clocks(DEADLINES, received, None)
        made = Complaint("T1", "other", 1, "", ComplaintStage.REGISTERED, received, clocks, (), "c", "k")
        target, latest = tell_by(made)
        assert target <= latest <= clocks.decide_by
        assert made.next_due is not None
        assert made.next_due <= clocks.decide_by


def test_x_02_missing_material_stops_no_clock_and_is_asked_for_within_five_working_days(store) -> None:
    with store() as work:
        made = filed(work)
        assert made.clocks.supplement_by == working_days(5, RECEIVED.date())
        waiting = replace(made, stage=ComplaintStage.AWAITING_SUPPLEMENT)
        work.complaints.save(waiting)
        later = add_details(work, made.complaint_no, ComplaintDetails(request="退还保费"), RECEIVED, DEADLINES)
    assert later.statutory_due == made.statutory_due
    assert PauseReason.CLAIM_DOCUMENTS not in DEADLINES.rule("D-C01").pauses
    assert not DEADLINES.rule("D-C12").pauses


def test_x_03_intake_refuses_nothing_and_only_an_officer_may(store) -> None:
    with store() as work:
        made = filed(work, facts="隔壁公司的事，跟你们没关系也要投诉")
    assert made.stage is ComplaintStage.REGISTERED
    assert made.triages == ()


def test_x_03_a_repeat_in_the_period_is_merged_and_with_new_facts_restarts(store) -> None:
    later = RECEIVED + timedelta(days=5)
    with store() as work:
        made = filed(work)
        same = merge(work, made.complaint_no, ComplaintDetails(), later, DEADLINES, new_facts=False)
        assert same.clocks.decide_by == made.clocks.decide_by
        again = merge(work, made.complaint_no, ComplaintDetails(facts="找到了录音"), later, DEADLINES, new_facts=True)
    assert again.clocks.decide_by == made.clocks.decide_by + timedelta(days=5)
    assert again.earlier_clocks[0].decide_by == made.clocks.decide_by


@pytest.mark.parametrize("outcome", [None, *(each for each in TriageOutcome if each.ends)])
def test_x_03_a_repeat_after_a_decision_opens_the_review_and_is_not_refused(store, outcome) -> None:
    with store() as work:
        made = filed(work)
        if outcome:
            told_how = "挂号信 RX100200300CN，11 月 25 日寄出"
            command = TriageComplaint(made.complaint_no, outcome, "不属于公司的事", "officer", RECEIVED, told_how)
            over = triage_complaint(work, command)
        else:
            over = replace(made, stage=ComplaintStage.DECIDED)
            work.complaints.save(over)
        assert prior_complaints([over], Verdict(), RECEIVED.date()) == (over,)
        later = RECEIVED + timedelta(days=20)
        looked_at = request_verification(work, made.complaint_no, "不认可，理由是……", later, DEADLINES)
    assert looked_at.stage is ComplaintStage.VERIFYING
    assert looked_at.verify_by == (later + timedelta(days=30)).date()


@pytest.mark.parametrize("outcome", [each for each in TriageOutcome if each.ends])
def test_x_03_nothing_ends_before_somebody_without_a_phone_was_told(store, outcome) -> None:
    with store() as work:
        made = filed(work)
        with pytest.raises(NotToldError):
            triage_complaint(work, TriageComplaint(made.complaint_no, outcome, "不属于公司的事", "officer", RECEIVED))
        assert work.complaints.get(made.complaint_no).stage is ComplaintStage.REGISTERED
        told_how = "当面签收，11 月 25 日，网点留存回执"
        command = TriageComplaint(made.complaint_no, outcome, "不属于公司的事", "officer", RECEIVED, told_how)
        triage_complaint(work, command)
        assert work.complaints.get(made.complaint_no).triages[-1].told_how == told_how


def test_x_03_the_right_to_a_review_runs_from_the_decision_not_from_the_receipt(store) -> None:
    """Mediation, an appraisal or a restart may put the decision half a year after the receipt (art 20)."""
    with store() as work:
        made = filed(work)
        late = RECEIVED + timedelta(days=160)
        decision = ComplaintDecision("事实", "依据", "决定", "officer", late)
        over = replace(made, stage=ComplaintStage.DECIDED, decisions=(decision,))
    assert prior_complaints([over], Verdict(), (late + timedelta(days=20)).date()) == (over,)
    assert prior_complaints([over], Verdict(), (late + timedelta(days=90)).date()) == ()


@pytest.mark.parametrize("outcome", [each for each in TriageOutcome if each.ends])
def test_x_03_who_is_told_no_is_told_the_way_to_a_review(store, outcome) -> None:
    with store() as work:
        made = filed(work, phone="13800000123")
        command = TriageComplaint(made.complaint_no, outcome, "不是投诉人本人提出的", "officer", RECEIVED)
        told = notice_text(triage_complaint(work, command), RECEIVED.date())
    for remedy in ("30 天内", "书面申请核查", "调解", "仲裁", "诉讼"):
        assert remedy in told
    assert "第十八条第四款" in TriageOutcome.NOT_ENTITLED.article


def test_x_04_four_kinds_of_people_may_complain() -> None:
    assert {role.zh for role in ComplainantRole} == {"本人", "受托人", "法定代理人", "继承人"}
    assert "继承关系证明" in ComplainantRole.HEIR.papers
    assert "授权委托书原件" in ComplainantRole.AGENT.papers
    assert "监护关系证明" in ComplainantRole.GUARDIAN.papers


@pytest.mark.parametrize("role", ComplainantRole)
def test_x_04_each_of_them_is_taken_at_once_and_shows_his_papers_later(store, role) -> None:
    """投诉办法 art 14: heirs and guardians too; the papers stop neither the intake nor the clock."""
    with store() as work:
        made = filed(work, role=role)
        kept = work.complaints.get(made.complaint_no)
    assert (kept.role, kept.is_open) == (role, True)
    assert kept.clocks.decide_by == RECEIVED.date() + timedelta(days=15)


@pytest.mark.parametrize(("rule", "days"), [("D-C01", 15), ("D-C02", 30), ("D-C03", 60)])
def test_x_05_the_term_that_was_not_named_is_fifteen_thirty_sixty_days(rule: str, days: int) -> None:
    assert DEADLINES.due(rule, RECEIVED).internal_due == RECEIVED.date() + timedelta(days=days)
    assert "第十八条" in DEADLINES.rule(rule).article


def with_policy(work, policy_no: str) -> Complaint:
    made = filed(work)
    details = ComplaintDetails(reference_no=policy_no, phone="13800000123")
    return add_details(work, made.complaint_no, details, RECEIVED, DEADLINES)


def test_x_06_individual_life_has_an_answer_or_progress_by_the_tenth_working_day(store) -> None:
    with store() as work:
        made = with_policy(work, LIFE)
        policy = work.policies.get(LIFE)
    assert isinstance(policy, InsurancePolicy)
    assert policy.line.about_people
    assert made.clocks.answer_or_progress_by == working_days(10, RECEIVED.date()) == date(2026, 10, 20)
    late = replace(made, stage=ComplaintStage.EXTENDED)  # whoever was told of an extension has had progress
    assert late.next_due == made.clocks.decide_by_complex


def test_x_06_a_report_of_progress_satisfies_both_rules(store) -> None:
    with store() as work:
        made = replace(with_policy(work, LIFE), stage=ComplaintStage.INVESTIGATING)
    clocks = replace(made.clocks, decide_by=date(2026, 10, 30))
    running = replace(made, clocks=clocks)
    assert running.next_due == clocks.answer_or_progress_by
    assert replace(running, progress_told_at=RECEIVED).next_due == clocks.decide_by


def test_x_06_group_business_has_no_such_date(store) -> None:
    with store() as work:
        assert with_policy(work, GROUP).clocks.answer_or_progress_by is None


def test_x_07_what_a_callback_finds_has_five_working_days_of_the_company_inside_fifteen_of_the_law() -> None:
    company, law = DEADLINES.due("D-V03", RECEIVED), DEADLINES.due("D-V02", RECEIVED)
    assert company.internal_due == working_days(5, RECEIVED.date())
    assert law.internal_due == working_days(15, RECEIVED.date())
    assert company.internal_due < law.internal_due


def test_x_07_a_mis_sale_found_by_a_callback_is_for_those_who_do_not_sell_within_both_limits(store) -> None:
    forms = load_questionnaires(ROOT / "data" / "follow_up")
    rules = FollowUpRules(forms, DEADLINES, load_limits(ROOT / "data" / "servicing" / "limits.yml"))
    answer = FollowUpAnswer("signed", "no", "", RECEIVED)
    found = FollowUp(
        "R20260930000001", FollowUpKind.NEW_POLICY, LIFE, "CU000005", FollowUpState.SENT, RECEIVED,
        RECEIVED.date(), "D-V01", answers=(answer,),
    )  # fmt: skip
    with store() as work:
        kept = settle_problems(work, found, rules, RECEIVED)
        request = work.requests.get(kept.problem_no)
    assert request.post == Post.COMPLAINTS.value
    assert (request.due_rule, request.due_on) == ("D-V03", working_days(5, RECEIVED.date()))
    lines = dict(request.fields)
    assert lines[STATUTORY_LINE] == working_days(15, RECEIVED.date()).isoformat()
    assert "签名不是本人签的" in lines[PROBLEM_LINE]


def test_x_07_no_mis_selling_goes_to_a_post_that_sells() -> None:
    """There is no desk queue of sales at all, and each rule on a sale says so to the officer."""
    assert not [post for post in Post if "销售" in post.value]
    of_sales = [rule for rule in RULES if rule.kind in ("sales", "salesperson_misconduct")]
    assert of_sales
    assert all(rule.post in (Post.COMPLAINTS, Post.COMPLIANCE) for rule in of_sales)
    for text in (
        "我被你们业务员忽悠了，要投诉",
        "业务员强制推销，堵在我家门口不走",
        "买的时候说保本，到期了本金都少了",
    ):
        assert judge(RULES, Facts(text, intent="file_complaint")).post in (Post.COMPLAINTS, Post.COMPLIANCE)


def test_x_17_a_change_counts_from_when_it_was_told_and_not_after_the_event(store) -> None:
    heir = Beneficiary("陈一诺", "子女", 1, Decimal(100), "310115201505050016")
    proved = Verification("c-1", "CU000005", "13700001005", IdentityLevel.L3, RECEIVED + timedelta(minutes=5))
    with store() as work:
        work.identities.save_verification(proved)
        policy, person = work.policies.get(LIFE), work.parties.get("CU000005")
        command = ChangeBeneficiary(LIFE, (heir,), "c-1", "key-17", RECEIVED)
        made = change_beneficiary(work, command, DEADLINES, pepper="p")
        assert (made.requested_at, made.old) == (RECEIVED, policy.beneficiaries)
        happened = replace(policy, insured_event_on=RECEIVED.date())
        with pytest.raises(NotAllowedError) as refused:
            check_may_change(work, happened, person, RECEIVED.date())
    assert "第十一条" in str(refused.value.data["reason"])
