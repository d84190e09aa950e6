"""Register a reported loss (F01): written once, never refused because the policy is not found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.insurance.claim import Claim, ClaimStage, ClaimStep, LossReport
from bot.insurance.policy import InsurancePolicy, LineOfBusiness
from bot.services.deadlines import Deadlines
from bot.services.ports import UnitOfWork


@dataclass(frozen=True)
class ReportClaim:
    """The command. `supplements` names an existing claim when the customer said it is the same event."""

    report: LossReport
    conversation_id: str
    key: str
    at: datetime
    supplements: str = ""


def report_claim(work: UnitOfWork, command: ReportClaim, deadlines: Deadlines) -> Claim:
    """Write the claim, or return the one this key has already written. The number comes from the stored row."""
    existing = work.claims.by_key(command.key)
    if existing:
        return existing
    if command.supplements:
        return _supplement(work, command)
    policy = find_policy(work, command.report)
    report = replace(command.report, policy_no=policy.policy_no) if policy else command.report
    number = work.numbers.next("C", command.at.date())
    first_due = deadlines.due("D-L03", command.at)
    work.claims.add(
        Claim(
            claim_no=number,
            report=report,
            stage=ClaimStage.REPORTED,
            reported_at=command.at,
            matched=policy is not None,
            conversation_id=command.conversation_id,
            idempotency_key=command.key,
            steps=(ClaimStep(ClaimStage.REPORTED, command.at, "智能客服", "客户在线报案"),),
            due_on=first_due.internal_due,
            due_rule=first_due.rule_id,
        )
    )
    work.audit.append("claim.reported", subject=number, actor="customer", at=command.at, detail={"key": command.key})
    stored = work.claims.by_key(command.key)
    assert stored is not None
    return stored


def _supplement(work: UnitOfWork, command: ReportClaim) -> Claim:
    claim = work.claims.get(command.supplements)
    if claim is None:
        raise LookupError(command.supplements)
    note = f"客户补充（{command.at:%Y-%m-%d %H:%M}）：{command.report.cause}；地点 {command.report.place}；电话 {command.report.reporter_phone}"
    if note not in claim.notes:  # the same message tried again
        work.claims.save(replace(claim, notes=(*claim.notes, note)))
        work.audit.append("claim.supplemented", subject=claim.claim_no, actor="customer", at=command.at, detail={})
    stored = work.claims.get(claim.claim_no)
    assert stored is not None
    return stored


def find_policy(work: UnitOfWork, report: LossReport) -> InsurancePolicy | None:
    """The policy a report most likely belongs to: by number, by plate, or the only one of that insured and line."""
    if report.policy_no:
        return work.policies.get(report.policy_no)
    if report.plate_no:
        found = work.policies.by_plate(report.plate_no)
        return next((policy for policy in found if policy.status.is_live), None)
    if report.insured_name and report.line is not LineOfBusiness.MOTOR:
        candidates = work.policies.by_insured_name(report.insured_name, report.line)
        return candidates[0] if len(candidates) == 1 else None
    return None


def similar_claims(work: UnitOfWork, report: LossReport) -> Sequence[Claim]:
    """Open claims that may be the same event: same policy, plate or phone, within a day."""
    return work.claims.around(
        policy_no=report.policy_no, plate_no=report.plate_no, phone=report.reporter_phone, day=report.event_day
    )
