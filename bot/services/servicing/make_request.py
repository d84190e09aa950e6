"""Write a confirmed request once: who may, identity, eligibility, then the row, its clock and its effect."""

from __future__ import annotations

from datetime import date

from bot.insurance.identity import IdentityLevel
from bot.insurance.institution import HEAD_OFFICE
from bot.insurance.service_request import RequestStatus, ServiceRequest
from bot.services.errors import IdentityRequiredError, NotAllowedError
from bot.services.ports import UnitOfWork
from bot.services.servicing.papers import Paper
from bot.services.servicing.transaction import POLICY, Case, Transaction
from bot.services.servicing.who_may import Permission
from bot.services.verify_identity import current_identity

PREFIX = "S"


def make_request(work: UnitOfWork, transaction: Transaction, case: Case, papers: tuple[Paper, ...]) -> ServiceRequest:
    """The stored request, or the one that this run of the journey has stored before.

    Raises:
        IdentityRequiredError: the proof of identity has run out. NotAllowedError: the decision table or the contract's
            state says no by now.
    """
    situation = case.situation
    existing = work.requests.by_key(situation.key)
    if existing:
        return existing
    _check(work, transaction, case)
    due_on, due_rule = _due(transaction, case)
    request = ServiceRequest(
        request_no=work.numbers.next(PREFIX, case.today),
        kind=transaction.kind,
        status=_status(transaction, case, papers),
        policy_no=situation.get(POLICY),
        applicant_id=case.party.party_id if case.party and not transaction.anonymous(case) else "",
        fields=_fields(work, transaction, case),
        papers=tuple(paper.name for paper in papers),
        requested_at=situation.now,
        due_on=due_on,
        due_rule=due_rule,
        post=situation.services.posts.get(transaction.kind, transaction.post),
        conversation_id=situation.conversation_id,
        idempotency_key=situation.key,
        restricted=transaction.is_restricted(case),
        alert_on=transaction.promise.alert(case),
        institution=case.policy.institution if case.policy else HEAD_OFFICE,
    )
    work.requests.add(request)
    transaction.effect(work, case, request)
    work.audit.append(
        "request.made",
        subject=request.request_no,
        actor=request.applicant_id or "customer",
        at=situation.now,
        detail={"kind": request.kind, "key": situation.key},
    )
    stored = work.requests.by_key(situation.key)
    assert stored is not None
    return stored


def _fields(work: UnitOfWork, transaction: Transaction, case: Case) -> tuple[tuple[str, str], ...]:
    """The answers of the card; with a phone alone (L1) nothing else says how to reach who asks."""
    situation = case.situation
    answered = tuple(
        (step.label, situation.get(step.slot))
        for step in transaction.all_steps
        if step.label and situation.get(step.slot) and step.needed(situation)
    ) + tuple(transaction.facts(case))
    if transaction.level is not IdentityLevel.L1:
        return answered
    return (*answered, ("联系电话", current_identity(work, situation.conversation_id, situation.now).phone))


def permission(case: Case, transaction: Transaction) -> Permission:
    """What the decision table allows this party on this policy; YES where the transaction is about none."""
    if case.policy is None or case.party is None:
        return Permission.YES
    roles = case.policy.roles_of(case.party.party_id, case.party.id_number)
    return case.situation.services.who_may.best(transaction.right(case) or transaction.kind, roles)


def person_reason(case: Case, transaction: Transaction) -> str:
    """Why a person must do it: the transaction's own reason, or what the decision table demands."""
    reasons, allowed = [transaction.person(case)], permission(case, transaction)
    if allowed is Permission.CONSENT:
        reasons.append(transaction.signs(case))
    elif allowed is Permission.PERSON and not reasons[0]:
        reasons.append("要核对双方的签名和材料")
    return "；".join(reason for reason in reasons if reason)


def _check(work: UnitOfWork, transaction: Transaction, case: Case) -> None:
    identity = current_identity(work, case.situation.conversation_id, case.situation.now)
    needed = transaction.level_for(case.situation)
    if identity.level < needed:
        raise IdentityRequiredError(level=needed.name)
    if permission(case, transaction) is Permission.NO:
        raise NotAllowedError(reason="这项业务要由投保人本人来办。", hand_off=False, why="role")
    refusal = transaction.refuses(case)
    if refusal:
        raise NotAllowedError(reason=refusal.reason, hand_off=refusal.hand_off, why="refused")


def _status(transaction: Transaction, case: Case, papers: tuple[Paper, ...]) -> RequestStatus:
    if person_reason(case, transaction):
        return RequestStatus.WITH_PERSON
    if transaction.is_done_at_once(case):
        return RequestStatus.DONE
    return RequestStatus.WAITING_FOR_PAPERS if papers else RequestStatus.ACCEPTED


def _due(transaction: Transaction, case: Case) -> tuple[date | None, str]:
    """The earliest of the transaction's clocks; group business has none of the individual ones (X-15)."""
    promise = transaction.promise
    if promise.appointment:
        return promise.appointment(case), ""
    deadlines, group = case.situation.services.deadlines, bool(case.policy and case.policy.group)
    dues = [
        deadlines.due(rule_id, case.situation.now)
        for rule_id in promise.rules(case)
        if not (group and deadlines.rule(rule_id).applies.value == "individual_life")
    ]
    days = [(each.internal_due, each.rule_id) for each in dues]
    if promise.working_days:
        length = case.situation.services.limits.whole(promise.working_days)
        days.append((deadlines.calendar.add_working_days(case.today, length).date, promise.working_days))
    return min(days, default=(None, ""))
