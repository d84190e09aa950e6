"""Which clock of a request runs while papers are missing and once they are there (基本服务规定 art 19, 20; 保险法 art 47)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from bot.insurance.policy import InsurancePolicy
from bot.insurance.service_request import ServiceRequest
from bot.services.deadlines import Deadlines
from bot.services.servicing.limits import Limits

NOTICE, ADMISSION, FINISH = "D-P02", "D-P01", "D-P03"
# Their articles count from an application that is complete, or agreed to. Every other clock runs on: none of the articles
# that stop one (bot.calendars.clock_rules.PauseReason) speaks of the papers of a change.
_COUNTS_WHEN_COMPLETE = frozenset({ADMISSION, FINISH})
# The second clock of a request whose first one has not begun: it counts from the notice of termination, papers or not.
_RUNS_ON = {"surrender_policy": "D-P11"}
_SERVICING = "保全"


def notice_by(request: ServiceRequest, policy: InsurancePolicy | None, deadlines: Deadlines) -> date | None:
    """Until when the one notice of what is missing is to be out (D-P02); None where the rule does not apply (X-15)."""
    covered = policy is not None and policy.line.about_people and not policy.group
    if not covered or request.post != _SERVICING or request.asked_for or not request.status.is_open:
        return None
    return deadlines.due(NOTICE, request.requested_at).internal_due


def waiting(request: ServiceRequest, deadlines: Deadlines) -> ServiceRequest:
    """The request while papers that were asked for are missing: only what the law counts all the same falls due."""
    if request.due_rule in deadlines.rules and request.due_rule not in _COUNTS_WHEN_COMPLETE:
        return request
    return replace(request, due_on=_runs_on(request, deadlines))


def complete(request: ServiceRequest, at: datetime, deadlines: Deadlines, limits: Limits) -> ServiceRequest:
    """The request on the day when its last paper came: a clock that had not begun begins."""
    rule = request.due_rule
    if rule in _COUNTS_WHEN_COMPLETE:
        due = deadlines.due(rule, at).internal_due
    elif rule in limits.numbers:  # a promise of the company, in working days
        due = deadlines.calendar.add_working_days(at.date(), limits.whole(rule)).date
    else:
        return request
    other = _runs_on(request, deadlines)
    return replace(request, due_on=min(due, other) if other else due)


def admitted(request: ServiceRequest, at: datetime, deadlines: Deadlines) -> ServiceRequest:
    """The request once its post works on it: after 受理 (D-P01) it is to be finished (D-P03)."""
    if request.due_rule != ADMISSION:
        return request
    return replace(request, due_on=deadlines.due(FINISH, at).internal_due, due_rule=FINISH)


def _runs_on(request: ServiceRequest, deadlines: Deadlines) -> date | None:
    rule = _RUNS_ON.get(request.kind)
    return deadlines.due(rule, request.requested_at).internal_due if rule else None
