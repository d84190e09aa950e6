"""Which clock of a request runs while papers are missing, and from when it counts once they are there."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.bootstrap import build_deadlines
from bot.calendars.clocks import SHANGHAI
from bot.insurance.service_request import RequestStatus, ServiceRequest
from bot.services.request_clock import admitted, complete, waiting
from bot.services.servicing.limits import load_limits
from bot.settings import ROOT

DEADLINES = build_deadlines(ROOT / "data")
LIMITS = load_limits(ROOT / "data" / "servicing" / "limits.yml")
RECEIVED = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
LATER = RECEIVED + timedelta(days=8)


def request(rule: str, kind: str = "reissue_policy") -> ServiceRequest:
    due = DEADLINES.due(rule, RECEIVED).internal_due if rule in DEADLINES.rules else RECEIVED.date()
    return ServiceRequest(
        "S1", kind, RequestStatus.WAITING_FOR_PAPERS, "", "", (), ("申请书",), RECEIVED, due, rule, "保全", "c", "k"
    )  # fmt: skip


@pytest.mark.parametrize("rule", ["D-P01", "D-P03"])
def test_a_clock_of_a_complete_application_begins_when_it_is_complete(rule: str) -> None:
    stopped = waiting(request(rule), DEADLINES)
    assert (stopped.due_on, stopped.due_rule) == (None, rule)
    assert complete(stopped, LATER, DEADLINES, LIMITS).due_on == DEADLINES.due(rule, LATER).internal_due


@pytest.mark.parametrize("rule", ["D-P10", "D-P15", "D-P11"])
def test_a_clock_that_counts_from_receipt_is_not_moved_by_papers(rule: str) -> None:
    before = request(rule)
    assert waiting(before, DEADLINES) == before == complete(before, LATER, DEADLINES, LIMITS)


def test_the_thirty_days_of_a_surrender_run_while_its_papers_are_missing() -> None:
    thirty = DEADLINES.due("D-P11", RECEIVED).internal_due
    stopped = waiting(request("D-P03", "surrender_policy"), DEADLINES)
    assert stopped.due_on == thirty
    late = complete(stopped, RECEIVED + timedelta(days=29), DEADLINES, LIMITS)
    assert late.due_on == thirty
    assert complete(stopped, LATER, DEADLINES, LIMITS).due_on == DEADLINES.due("D-P03", LATER).internal_due


def test_a_promise_of_the_company_counts_its_working_days_from_the_last_paper() -> None:
    stopped = waiting(request("loan.pay_days", "policy_loan"), DEADLINES)
    assert stopped.due_on is None
    days = LIMITS.whole("loan.pay_days")
    after = complete(stopped, LATER, DEADLINES, LIMITS)
    assert after.due_on == DEADLINES.calendar.add_working_days(LATER.date(), days).date


def test_once_admitted_a_change_is_to_be_finished_and_other_clocks_stay() -> None:
    taken = admitted(request("D-P01"), LATER, DEADLINES)
    assert (taken.due_rule, taken.due_on) == ("D-P03", DEADLINES.due("D-P03", LATER).internal_due)
    assert admitted(request("D-P10"), LATER, DEADLINES) == request("D-P10")
