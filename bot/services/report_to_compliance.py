"""A report of wrongdoing that comes out of something else (F17): its own restricted row, read by compliance alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.complaints.engine import Verdict
from bot.complaints.rule import Post
from bot.insurance.hand_off import Priority
from bot.insurance.service_request import RequestStatus, ServiceRequest
from bot.services.ports import UnitOfWork

REPORT = "report_misconduct"


def threatens_funds(verdict: Verdict) -> bool:
    """A salesperson and the customer's money: such a complaint is also a report."""
    return verdict.priority is Priority.FUND_SAFETY and verdict.kind == "salesperson_misconduct"


def report_to_compliance(
    work: UnitOfWork, conversation_id: str, fields: Sequence[tuple[str, str]], at: datetime, *, key: str
) -> ServiceRequest:
    """The report, written once per `key`. It names what was told, not who told it."""
    existing = work.requests.by_key(key)
    if existing:
        return existing
    request = ServiceRequest(
        request_no=work.numbers.next("S", at.date()),
        kind=REPORT,
        status=RequestStatus.WITH_PERSON,
        policy_no="",
        applicant_id="",
        fields=tuple(fields),
        papers=(),
        requested_at=at,
        due_on=None,
        due_rule="",
        post=Post.COMPLIANCE.value,
        conversation_id=conversation_id,
        idempotency_key=key,
        restricted=True,
    )
    work.requests.add(request)
    work.audit.append(
        "request.made", subject=request.request_no, actor="customer", at=at, detail={"kind": REPORT, "key": key}
    )
    return request
