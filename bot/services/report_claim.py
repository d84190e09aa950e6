"""Register a reported loss (F01): written once, never refused because the policy is not found.

Who reports need not be known (L0), so what is on file about others is never told: neither another person's claim nor
whether a plate, a number or a name belongs to a policy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.insurance.claim import Claim, ClaimStage, ClaimStep, LossReport
from bot.insurance.identity import IdentityLevel
from bot.insurance.institution import HEAD_OFFICE
from bot.insurance.policy import InsurancePolicy, LineOfBusiness
from bot.services.deadlines import Deadlines
from bot.services.ports import UnitOfWork
from bot.services.verify_identity import current_identity


@dataclass(frozen=True)
class ReportClaim:
    """The command. `supplements` names an existing claim when the customer said it is the same event; `event_id` the disaster whose
    plan it falls under, `institution` the one in whose area it happened."""

    report: LossReport
    conversation_id: str
    key: str
    at: datetime
    supplements: str = ""
    institution: str = HEAD_OFFICE
    event_id: str = ""


def report_claim(work: UnitOfWork, command: ReportClaim, deadlines: Deadlines) -> Claim:
    """Write the claim, or return the one this key has already written. The number comes from the stored row.

    A claim that the reporter may not see is not supplemented: the report is registered on its own then.
    """
    existing = work.claims.by_key(command.key)
    if existing:
        return existing
    supplemented = work.claims.get(command.supplements) if command.supplements else None
    if supplemented and may_be_told(work, supplemented, command.conversation_id, command.at):
        return _supplement(work, supplemented, command)
    claim = _new_claim(work, command, deadlines)
    work.claims.add(claim)
    detail = {"key": command.key, "possible_duplicates": str(len(claim.notes))}
    work.audit.append("claim.reported", subject=claim.claim_no, actor="customer", at=command.at, detail=detail)
    stored = work.claims.by_key(command.key)
    assert stored is not None
    return stored


def _new_claim(work: UnitOfWork, command: ReportClaim, deadlines: Deadlines) -> Claim:
    policy = find_policy(work, command.report)
    line = command.report.line
    first_due = deadlines.due(first_due_rule(line), command.at)
    hidden = [
        claim
        for claim in similar_claims(work, command.report)
        if not may_be_told(work, claim, command.conversation_id, command.at)
    ]
    return Claim(
        claim_no=work.numbers.next("C", command.at.date()),
        report=replace(command.report, policy_no=policy.policy_no) if policy else command.report,
        stage=ClaimStage.REPORTED,
        reported_at=command.at,
        matched=policy is not None,
        conversation_id=command.conversation_id,
        idempotency_key=command.key,
        steps=(ClaimStep(ClaimStage.REPORTED, command.at, "智能客服", "客户在线报案"),),
        due_on=first_due.internal_due,
        due_rule=first_due.rule_id,
        contact_by=deadlines.due_at(contact_rule(line), command.at),
        event_id=command.event_id,
        institution=policy.institution if policy else command.institution,
        notes=tuple(f"疑似重复：可能与 {claim.claim_no} 是同一起，请核对；没有告诉报案人。" for claim in hidden),
    )


def first_due_rule(line: LineOfBusiness) -> str:
    """By the line as reported (X-16), not by the policy found: a date must not tell whether there is one.

    Group business has no five working days (X-15); of a car, five days hold for the compulsory part alone (D-L12).
    """
    individual = line.about_people and line not in (LineOfBusiness.GROUP, LineOfBusiness.TRAVEL)
    return "D-L08" if individual else "D-L03"


def contact_rule(line: LineOfBusiness) -> str:
    return "T-L01" if line is LineOfBusiness.MOTOR else "T-L02"


def _supplement(work: UnitOfWork, claim: Claim, command: ReportClaim) -> Claim:
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
    """Open claims that may be the same event (F01 Dedup), whoever reported them: for the staff, not to be shown."""
    policy = find_policy(work, report)
    near = work.claims.around(
        policy_no=policy.policy_no if policy else report.policy_no,
        plate_no=report.plate_no,
        phone=report.reporter_phone,
        day=report.event_day,
    )
    return [claim for claim in near if report.may_be_same_event(claim.report)]


def may_be_told(work: UnitOfWork, claim: Claim, conversation_id: str, at: datetime) -> bool:
    """This conversation reported it, or has proved the reporter's phone (L1) or to be the claimant (L2).

    To type the reporter's phone proves nothing.
    """
    if claim.conversation_id == conversation_id:
        return True
    identity = current_identity(work, conversation_id, at)
    if identity.level >= IdentityLevel.L1 and identity.phone and identity.phone == claim.report.reporter_phone:
        return True
    return identity.party is not None and identity.party.party_id == claim.claimant_party_id
