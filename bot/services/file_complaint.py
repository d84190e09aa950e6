"""Register a complaint at once, with both clocks (F15; X-01): intake is never refused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.complaints.engine import Verdict
from bot.insurance.complaint import ComplainantRole, Complaint, ComplaintClocks, ComplaintStage
from bot.insurance.complaint_handling import ComplaintChannel
from bot.insurance.policy import InsurancePolicy
from bot.services.deadlines import Deadlines
from bot.services.institution_of import institution_of
from bot.services.ports import UnitOfWork
from bot.text.complainants import count_complainants

NO_VERDICT = Verdict()
REGISTERED, SUPPLEMENTED = "投诉登记通知", "补充材料收悉"


@dataclass(frozen=True)
class FileComplaint:
    """The first sentence is enough; details follow with `add_details`. `at` is when the complaint was received,
    `registered_at` when it was written down, if later."""

    facts: str
    verdict: Verdict
    conversation_id: str
    key: str
    at: datetime
    complainant_party_id: str = ""
    complainant_name: str = ""
    phone: str = ""
    role: ComplainantRole = ComplainantRole.SELF
    earlier_no: str = ""
    against: str = ""
    reference_no: str = ""
    channel: ComplaintChannel = ComplaintChannel.WEB
    registered_at: datetime | None = None
    actor: str = "customer"
    transfer_no: str = ""
    report_by: date | None = None


@dataclass(frozen=True)
class ComplaintDetails:
    """What the complainant adds; empty fields change nothing. `verdict` is what the rules say of the new facts."""

    facts: str = ""
    request: str = ""
    reference_no: str = ""
    phone: str = ""
    name: str = ""
    verdict: Verdict = NO_VERDICT
    role: ComplainantRole | None = None
    against: str = ""
    earlier_no: str = ""


# By the channel of a conversation; any other is the page's.
_CAME_BY = {"wechat": ComplaintChannel.WECHAT, "ivr": ComplaintChannel.HOTLINE}


def came_by(channel: str) -> ComplaintChannel:
    """How a complaint that was made in a conversation of this channel ("web", "wechat", "ivr") reached the company."""
    return _CAME_BY.get(channel, ComplaintChannel.WEB)


def file_complaint(work: UnitOfWork, command: FileComplaint, deadlines: Deadlines) -> Complaint:
    """Write the complaint, or return the one this key has already written."""
    existing = work.complaints.by_key(command.key)
    if existing:
        return existing
    number, registered_at = work.numbers.next("T", command.at.date()), command.registered_at or command.at
    policy = work.policies.get(command.reference_no) if command.reference_no else None
    work.complaints.add(
        Complaint(
            complaint_no=number,
            kind=command.verdict.kind or "other",
            severity=command.verdict.severity,
            facts=command.facts,
            stage=ComplaintStage.REGISTERED,
            received_at=command.at,
            clocks=start_clocks(deadlines, command.at, policy),
            rules_fired=tuple(rule.id for rule in command.verdict.fired),
            conversation_id=command.conversation_id,
            idempotency_key=command.key,
            complainant_party_id=command.complainant_party_id,
            complainant_name=command.complainant_name,
            phone=command.phone,
            role=command.role,
            earlier_no=command.earlier_no,
            against=command.against,
            joint_count=count_complainants(command.facts) or 0,
            last_notice=REGISTERED,
            last_notice_at=registered_at,
            reference_no=command.reference_no,
            channel=command.channel,
            transfer_no=command.transfer_no,
            report_by=command.report_by,
            institution=institution_of(work, command.reference_no),
        )
    )
    detail = {"key": command.key, "channel": command.channel.value}
    work.audit.append("complaint.filed", subject=number, actor=command.actor, at=registered_at, detail=detail)
    stored = work.complaints.by_key(command.key)
    assert stored is not None
    return stored


def add_details(
    work: UnitOfWork, complaint_no: str, details: ComplaintDetails, at: datetime, deadlines: Deadlines
) -> Complaint:
    """Complete an open complaint. New facts are kept beside the first ones, never over them; no clock is paused (X-02)."""
    complaint = work.complaints.get(complaint_no)
    if complaint is None:
        raise LookupError(complaint_no)
    supplements = complaint.supplements
    if details.facts and details.facts not in (complaint.facts, *supplements):
        supplements = (*supplements, details.facts)
    policy = work.policies.get(details.reference_no) if details.reference_no else None
    verdict = details.verdict
    reference_no = details.reference_no or complaint.reference_no
    changed = replace(
        complaint,
        supplements=supplements,
        kind=verdict.kind if verdict.kind and complaint.kind == "other" else complaint.kind,
        severity=max(complaint.severity, verdict.severity),
        rules_fired=tuple(dict.fromkeys((*complaint.rules_fired, *(rule.id for rule in verdict.fired)))),
        request=details.request or complaint.request,
        reference_no=reference_no,
        phone=details.phone or complaint.phone,
        complainant_name=details.name or complaint.complainant_name,
        role=details.role or complaint.role,
        against=details.against or complaint.against,
        earlier_no=details.earlier_no or complaint.earlier_no,
        joint_count=max(complaint.joint_count, count_complainants(details.facts) or 0),
        clocks=_with_policy(deadlines, complaint, policy) if policy else complaint.clocks,
        institution=institution_of(work, reference_no),
    )
    if changed != complaint:
        work.complaints.save(changed)
        work.audit.append("complaint.supplemented", subject=complaint_no, actor="customer", at=at, detail={})
    stored = work.complaints.get(complaint_no)
    assert stored is not None
    return stored


def start_clocks(deadlines: Deadlines, received: datetime, policy: InsurancePolicy | None) -> ComplaintClocks:
    """Statutory and company clocks from receipt; D-C14 only for individual insurance of persons (X-06, X-15)."""
    decide, complex_, supplement, target, acceptance = (
        deadlines.due(rule, received) for rule in ("D-C01", "D-C02", "D-C12", "D-C13T", "D-C13")
    )
    individual_life = policy is not None and policy.line.about_people and not policy.group
    answer = deadlines.due("D-C14", received) if individual_life else None
    return ComplaintClocks(
        decide_by=decide.internal_due,
        decide_by_complex=complex_.internal_due,
        supplement_by=supplement.internal_due,
        acceptance_target=target.internal_due,
        acceptance_by=acceptance.internal_due,
        answer_or_progress_by=answer.internal_due if answer else None,
        estimated=any(clock.estimated for clock in (supplement, target, acceptance)),
    )


def _with_policy(deadlines: Deadlines, complaint: Complaint, policy: InsurancePolicy) -> ComplaintClocks:
    """A policy may add the clock of D-C14; the statutory clock runs on as it does, restarted, extended or stopped."""
    fresh, running = start_clocks(deadlines, complaint.received_at, policy), complaint.clocks
    return replace(
        fresh, decide_by=running.decide_by, decide_by_complex=running.decide_by_complex,
        decide_by_special=running.decide_by_special,
    )  # fmt: skip
