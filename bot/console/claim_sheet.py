"""All that a claim's sheet shows to this very account beside the report: forms, reviews and approvals, what is to be checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.console.claim_care import CareForm, care_form, care_lines
from bot.console.claim_desk import ClaimForm, claim_form
from bot.console.claim_review import (
    ApprovalForm,
    ReviewForm,
    approval_form,
    approval_lines,
    review_form,
    review_lines,
)
from bot.console.deps import ConsoleDeps
from bot.insurance.open_case import CaseKind
from bot.insurance.risk_flag import FlagRule
from bot.insurance.staff import May, Staff
from bot.services.ports import UnitOfWork
from bot.services.risk_flags import flags_for

Line = tuple[str, str]


@dataclass(frozen=True)
class ClaimSheet:
    """`flags` are for the claims post alone: () for everybody else."""

    parts: tuple[tuple[str, tuple[Line, ...]], ...]
    settle: ClaimForm | None
    review: ReviewForm | None
    approval: ApprovalForm | None
    care: CareForm | None
    flags: tuple[FlagRule, ...]


def claim_sheet(work: UnitOfWork, number: str, deps: ConsoleDeps, staff: Staff, at: datetime) -> ClaimSheet | None:
    """None for what is no claim. That flags were shown is kept with the rules, never with a word about the customer."""
    claim = work.claims.get(number) if number.startswith(CaseKind.CLAIM.value) else None
    if claim is None:
        return None
    rules, records = deps.claim_rules, staff.may(May.RECORD_CLAIMS)
    flags = flags_for(work, number, rules.flags) if records else ()
    if flags:
        told = {"rules": ",".join(flag.id for flag in flags)}
        work.audit.append("claim.flags_shown", subject=number, actor=f"agent:{staff.name}", at=at, detail=told)
    parts = (
        ("资料审核（8 项）", review_lines(work.claim_records.reviews(number), rules)),
        ("审批", approval_lines(work.claim_records.proposals(number))),
        ("跟进和归档", tuple(line for line in care_lines(claim, deps.deadlines) if line[1])),
    )
    return ClaimSheet(
        parts=tuple(part for part in parts if part[1]),
        settle=claim_form(work, number) if records else None,
        review=review_form(work, claim, staff, rules),
        approval=approval_form(work, claim, staff),
        care=care_form(claim, staff),
        flags=flags,
    )
