"""What happens to a complaint after it was filed: a repeat, new facts, 核查, withdrawal, an overdue one (F15, F16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.complaints.engine import Verdict
from bot.errors import BotError
from bot.insurance.complaint import DECIDED, Complaint, ComplaintStage, EarlierClock
from bot.insurance.hand_off import Priority
from bot.services.deadlines import Deadlines
from bot.services.file_complaint import SUPPLEMENTED, ComplaintDetails, add_details
from bot.services.hand_off import HandOffRequest, hand_off
from bot.services.ports import UnitOfWork
from bot.services.reply import Reply
from bot.services.verify_identity import current_identity

POST = "投诉回访"
VERIFICATION, WITHDRAWN = "核查申请收悉", "撤回终止通知"
# 30 days from the decision to apply for 核查 (art 20); a month more for the posts. An older decision is a new matter.
_DECIDED_LATELY = timedelta(days=60)
_MOST_OFFERED = 3


class NothingToVerifyError(BotError):
    """核查 looks at a decision once; `data["stage"]` is the complaint's stage in Chinese."""

    code = "nothing_to_verify"


def own_complaints(
    work: UnitOfWork, conversation_id: str, now: datetime, *, by_phone: bool = False
) -> tuple[Complaint, ...]:
    """Complaints made in this conversation and those of the proven person, newest first.

    `by_phone` adds those that left the proven phone: enough to add to a complaint, not to read one (F16).
    """
    identity = current_identity(work, conversation_id, now)
    found = [*work.complaints.of_conversation(conversation_id)]
    if identity.party:
        found += work.complaints.of_party(identity.party.party_id)
    if by_phone:
        found += work.complaints.of_phone(identity.phone)
    unique = {complaint.complaint_no: complaint for complaint in found}
    return tuple(sorted(unique.values(), key=lambda one: one.received_at, reverse=True))


def same_matter(complaint: Complaint, verdict: Verdict, reference_no: str = "") -> bool:
    """Whether new words may be about this complaint: not when they name another kind of trouble or another contract."""
    kind = verdict.kind or "other"
    if reference_no and complaint.reference_no and reference_no != complaint.reference_no:
        return False
    return kind == complaint.kind or "other" in (kind, complaint.kind)


def prior_complaints(
    mine: Sequence[Complaint], verdict: Verdict, today: date, *, reference_no: str = ""
) -> tuple[Complaint, ...]:
    """Complaints that a new one may repeat: the open ones, else those decided lately. A withdrawn one may be made again."""
    same = [one for one in mine if same_matter(one, verdict, reference_no)]
    still_open = [one for one in same if one.is_open]
    # After a 核查 the company has spoken twice: the same again is registered anew.
    decided = [one for one in same if may_be_verified(one) and _decided_on(one) >= today - _DECIDED_LATELY]
    return tuple((still_open or decided)[:_MOST_OFFERED])


def _decided_on(complaint: Complaint) -> date:
    """The day of the decision: mediation, appraisal and restarts may have put it long after the receipt."""
    at = complaint.decisions[-1].at if complaint.decisions else complaint.last_notice_at or complaint.received_at
    return at.date()


def merge(
    work: UnitOfWork,
    complaint_no: str,
    details: ComplaintDetails,
    at: datetime,
    deadlines: Deadlines,
    *,
    new_facts: bool,
) -> Complaint:
    """Take words into an open complaint (投诉办法 art 18 ¶3): new facts and reasons restart the statutory clock."""
    complaint = add_details(work, complaint_no, details, at, deadlines)
    if not new_facts or complaint.clock_from >= at:  # the same message tried again
        return complaint
    changed = replace(restart_clock(complaint, at, deadlines), last_notice=SUPPLEMENTED, last_notice_at=at)
    detail = {
        "decide_by": changed.clocks.decide_by.isoformat(), "before": complaint.clocks.decide_by.isoformat(),
    }  # fmt: skip
    return _save(work, changed, "complaint.clock_restarted", at, detail)


def restart_clock(complaint: Complaint, came: datetime, deadlines: Deadlines) -> Complaint:
    """The statutory dates from the receipt of new facts on (D-C05); the old ones are kept beside them."""
    decide, complex_ = (deadlines.restarted(rule, complaint.received_at, came) for rule in ("D-C01", "D-C02"))
    old = complaint.clocks
    before = EarlierClock(complaint.clock_from, old.decide_by, old.decide_by_complex, old.decide_by_special)
    clocks = replace(
        old, decide_by=decide.internal_due, decide_by_complex=complex_.internal_due, decide_by_special=None
    )
    return replace(
        complaint, clocks=clocks, clock_started_at=came, earlier_clocks=(before, *complaint.earlier_clocks),
        # An extension was one of the clock that new facts have replaced.
        stage=ComplaintStage.INVESTIGATING if complaint.stage is ComplaintStage.EXTENDED else complaint.stage,
    )  # fmt: skip


def move_words(work: UnitOfWork, from_no: str, words: str, at: datetime, *, to: str) -> None:
    """Words that were kept in one complaint until the customer said that they belong to another."""
    kept_in = work.complaints.get(from_no) if words and from_no != to else None
    if kept_in is None or words not in kept_in.supplements:
        return
    others = tuple(text for text in kept_in.supplements if text != words)
    _save(work, replace(kept_in, supplements=others), "complaint.words_moved", at, {"to": to})


def request_verification(
    work: UnitOfWork, complaint_no: str, reason: str, at: datetime, deadlines: Deadlines
) -> Complaint:
    """核查: who does not accept a decision has it looked at by the superior body, which answers in 30 days (art 20).

    Raises NothingToVerifyError: there is no decision, or the latest one is that of a 核查.
    """
    complaint = add_details(work, complaint_no, ComplaintDetails(facts=reason), at, deadlines)
    if complaint.stage is ComplaintStage.VERIFYING:
        return complaint
    if not may_be_verified(complaint):
        raise NothingToVerifyError(stage=complaint.stage.zh)
    changed = replace(
        complaint, stage=ComplaintStage.VERIFYING, verify_by=deadlines.due("D-C09", at).internal_due,
        last_notice=VERIFICATION, last_notice_at=at,
    )  # fmt: skip
    return _save(work, changed, "complaint.verification_requested", at, {})


def may_be_verified(complaint: Complaint) -> bool:
    """核查 is once (art 20): what it decided is followed by mediation, arbitration or the court."""
    verified = complaint.decisions and complaint.decisions[-1].verifying
    return complaint.stage in DECIDED and not verified and not complaint.merged_into


def withdraw_complaint(work: UnitOfWork, complaint_no: str, reason: str, at: datetime) -> Complaint:
    """The procedure ends on the day the withdrawal is received (art 15); a complaint that is over stays as it is.

    Raises LookupError for an unknown number.
    """
    complaint = work.complaints.get(complaint_no)
    if complaint is None:
        raise LookupError(complaint_no)
    if not complaint.is_open:
        return complaint
    changed = replace(
        complaint, stage=ComplaintStage.WITHDRAWN, closing_reason=reason, last_notice=WITHDRAWN, last_notice_at=at
    )
    return _save(work, changed, "complaint.withdrawn", at, {})


def report_overdue(
    work: UnitOfWork,
    complaint: Complaint,
    conversation_id: str,
    message_id: str,
    at: datetime,
    back_at: datetime | None,
) -> Reply:
    """The supervisor's task when a complainant finds the limit of the law passed: audited, and queued for the post."""
    due = complaint.statutory_due
    if work.hand_offs.open_for(conversation_id) is None:
        detail = {"due": due.isoformat() if due else "", "post": POST}
        work.audit.append("complaint.overdue", subject=complaint.complaint_no, actor="bot", at=at, detail=detail)
    request = HandOffRequest(
        conversation_id=conversation_id, message_id=message_id, reason="complaint_overdue", post=POST, at=at,
        priority=Priority.COMPLAINT, detail=f"投诉 {complaint.complaint_no} 应于 {due} 前办结，请主管督办",
        slots={"投诉编号": complaint.complaint_no, "阶段": complaint.stage.zh, "法定期限": str(due)},
        reference_no=complaint.complaint_no, back_at=back_at,
    )  # fmt: skip
    return hand_off(work, request)


def _save(work: UnitOfWork, changed: Complaint, event: str, at: datetime, detail: dict[str, str]) -> Complaint:
    work.complaints.save(changed)
    work.audit.append(event, subject=changed.complaint_no, actor="customer", at=at, detail=detail)
    stored = work.complaints.get(changed.complaint_no)
    assert stored is not None
    return stored
