"""The problems of a follow-up, dealt with under one request of the post that follows up, never by sales (G11).

Five working days of the company (D-V03); of mis-selling the fifteen of 基本服务规定 art 18 (D-V02) run too. The post
records what was done as with every request, and the customer reads it under the request's number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.complaints.rule import Post
from bot.insurance.follow_up import FollowUp
from bot.insurance.questionnaire import Questionnaires
from bot.insurance.service_request import RequestStatus, ServiceRequest
from bot.services.deadlines import Deadlines
from bot.services.ports import UnitOfWork
from bot.services.servicing.limits import Limits

PROBLEM = "follow_up_problem"
COMPANY, STATUTORY = "D-V03", "D-V02"
PROBLEM_LINE, STATUTORY_LINE = "问题", "法定最晚（D-V02，由销售人员以外的人解决）"


@dataclass(frozen=True)
class FollowUpRules:
    """What answering a follow-up needs to know."""

    forms: Questionnaires
    deadlines: Deadlines
    limits: Limits


def settle_problems(work: UnitOfWork, follow_up: FollowUp, rules: FollowUpRules, at: datetime) -> FollowUp:
    """The follow-up with the number of its request: opened for the first problem, told of every further one, and withdrawn
    when the answers were corrected before anybody worked on it. The caller saves the follow-up and commits."""
    fields, existing = _fields(follow_up, rules, at), _existing(work, follow_up)
    if not rules.forms.problems_of(follow_up):
        if existing and existing.status is RequestStatus.ACCEPTED and not existing.steps:
            work.requests.save(replace(existing, status=RequestStatus.WITHDRAWN))
            return replace(follow_up, problem_no="")
        return follow_up
    if existing and existing.status.is_open:
        work.requests.save(replace(existing, fields=fields))
        return follow_up
    return follow_up if existing else replace(follow_up, problem_no=_open(work, follow_up, fields, rules, at))


def _existing(work: UnitOfWork, follow_up: FollowUp) -> ServiceRequest | None:
    return work.requests.get(follow_up.problem_no) if follow_up.problem_no else None


def _open(
    work: UnitOfWork, follow_up: FollowUp, fields: tuple[tuple[str, str], ...], rules: FollowUpRules, at: datetime
) -> str:
    key = f"{follow_up.number}:{at.isoformat()}"
    request = ServiceRequest(
        request_no=work.numbers.next("S", at.date()),
        kind=PROBLEM,
        status=RequestStatus.ACCEPTED,
        policy_no=follow_up.subject if follow_up.kind.about_policy else "",
        applicant_id=follow_up.party_id,
        fields=fields,
        papers=(),
        requested_at=at,
        due_on=rules.deadlines.due(COMPANY, at).internal_due,
        due_rule=COMPANY,
        post=Post.COMPLAINTS.value,
        conversation_id=follow_up.conversation_id,
        idempotency_key=key,
        institution=follow_up.institution,
    )
    work.requests.add(request)
    detail = {"kind": PROBLEM, "key": key}
    work.audit.append(
        "request.made", subject=request.request_no, actor=follow_up.party_id or "customer", at=at, detail=detail
    )
    return request.request_no


def _fields(follow_up: FollowUp, rules: FollowUpRules, at: datetime) -> tuple[tuple[str, str], ...]:
    problems = rules.forms.problems_of(follow_up)
    form, told = rules.forms.of(follow_up), []
    for answer in follow_up.answers:
        question = form.question(answer.question)
        option = question.option(answer.value) if question else None
        words = answer.said if option and option.problem else "" if option else answer.value
        told += [words] if words else []
    lines = [
        ("回访", f"{follow_up.number} {follow_up.kind.zh}"),
        ("相关单号", "" if follow_up.kind.about_policy else follow_up.subject),
        (PROBLEM_LINE, "；".join(each.zh for each in problems)),
        ("客户原话", "；".join(told)),
    ]
    if any(each.mis_selling for each in problems):
        lines.append((STATUTORY_LINE, rules.deadlines.due(STATUTORY, at).internal_due.isoformat()))
    return tuple((label, value) for label, value in lines if value)
