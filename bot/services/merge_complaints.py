"""A second complaint of the same person about the same matter goes on in the first (投诉办法 art 18 ¶3; company rules art 15).

New facts and reasons start the statutory clock anew, from the day on which they came; the old date stays in the history.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.insurance.complaint import Complaint, ComplaintStage
from bot.insurance.complaint_handling import ComplaintMove, MadeMove
from bot.services.deadlines import Deadlines, speak_date
from bot.services.follow_complaint import restart_clock
from bot.services.handle_complaint import NOT_TOLD, ComplaintFlawError, ComplaintStepError, complaint_for
from bot.services.ports import UnitOfWork

LEAST, LONGEST = 5, 300
MERGED = "合并处理告知"


@dataclass(frozen=True)
class MergeComplaints:
    """`other_no` goes on in `complaint_no`. `told_how`: how a complainant without a phone was told, with the proof."""

    complaint_no: str
    other_no: str
    new_facts: bool
    reason: str
    agent: str
    at: datetime
    told_how: str = ""


def merge_complaints(work: UnitOfWork, command: MergeComplaints, deadlines: Deadlines) -> Complaint:
    """The first complaint, with what was told in the second; that is closed, and the complainant told of both numbers.

    Raises:
        LookupError: there is no such complaint. RecusedError, ComplaintStepError, ComplaintFlawError: as they say.
    """
    # In the order of the numbers, whichever goes into which: two officers who do it at once do not lock each other out.
    numbers = sorted({command.complaint_no, command.other_no})
    both = {number: complaint_for(work, number, command.agent) for number in numbers}
    first, second = both[command.complaint_no], both[command.other_no]
    _check(first, second, command)
    before = first.clocks.decide_by
    if command.new_facts and second.received_at > first.clock_from:
        first = restart_clock(first, second.received_at, deadlines)
    changed = _with_words_of(first, second, command)
    work.complaints.save(_joined(first, second, command))
    work.complaints.save(changed)
    if changed.phone:
        work.texts.send(changed.phone, f"【保险客服】{merged_text(changed, second, command)}", command.at)
    detail = {
        "other": second.complaint_no, "new_facts": str(command.new_facts), "before": before.isoformat(),
        "decide_by": changed.clocks.decide_by.isoformat(),
    }  # fmt: skip
    actor = f"agent:{command.agent}"
    work.audit.append("complaint.merged", subject=first.complaint_no, actor=actor, at=command.at, detail=detail)
    return changed


def _check(first: Complaint, second: Complaint, command: MergeComplaints) -> None:
    for one in (first, second):
        if not one.is_open or one.stage is ComplaintStage.VERIFYING:
            raise ComplaintStepError(stage=f"{one.complaint_no} {one.stage.zh}")
    if flaw := _flaw(first, second, command):
        raise ComplaintFlawError(flaw=flaw)


def _flaw(first: Complaint, second: Complaint, command: MergeComplaints) -> str:
    if first is second or second.received_at < first.received_at:
        return "只能把后收到的一件并入先收到的一件"
    if not _of_one_person(first, second):
        return "两件的投诉人对不上（手机、姓名、客户号都不同），不能合并"
    if not LEAST <= len(command.reason) <= LONGEST:
        return f"合并的理由要写 {LEAST} 到 {LONGEST} 个字，投诉人会看到"
    due = first.statutory_due
    if command.new_facts and due and second.received_at.date() > due:
        return f"第二件在处理期限（{due}）过后才收到，期限不能重新计算"
    if not (first.phone or second.phone) and not LEAST <= len(command.told_how) <= LONGEST:
        return NOT_TOLD
    return ""


def _of_one_person(first: Complaint, second: Complaint) -> bool:
    """So that nobody reads about another's complaint: whatever both left must agree in one point, and phones never differ
    where no customer is known."""
    known = (first.complainant_party_id, second.complainant_party_id)
    if all(known):
        return known[0] == known[1]
    if first.phone and second.phone:
        return first.phone == second.phone
    return bool(first.complainant_name) and first.complainant_name == second.complainant_name


def _joined(first: Complaint, second: Complaint, command: MergeComplaints) -> Complaint:
    """The second: closed, and it says where it goes on."""
    told_how = "" if first.phone or second.phone else command.told_how
    made = MadeMove(ComplaintMove.JOIN, command.reason, command.agent, command.at, told_how, first.complaint_no)
    return replace(
        second, stage=ComplaintStage.CLOSED, closing_reason=command.reason, merged_into=first.complaint_no,
        moves=(*second.moves, made), last_notice=MERGED, last_notice_at=command.at,
    )  # fmt: skip


def _with_words_of(first: Complaint, second: Complaint, command: MergeComplaints) -> Complaint:
    """Nothing that was told in the second is lost with it."""
    move = ComplaintMove.MERGE_ANEW if command.new_facts else ComplaintMove.MERGE
    made = MadeMove(move, command.reason, command.agent, command.at, subject=second.complaint_no)
    told = (*first.supplements, second.facts, *second.supplements)
    return replace(
        first, moves=(*first.moves, made), supplements=tuple(dict.fromkeys(told)),
        severity=max(first.severity, second.severity), joint_count=max(first.joint_count, second.joint_count),
        rules_fired=tuple(dict.fromkeys((*first.rules_fired, *second.rules_fired))),
        request=first.request or second.request, phone=first.phone or second.phone,
        reference_no=first.reference_no or second.reference_no, against=first.against or second.against,
        last_notice=MERGED, last_notice_at=command.at,
    )  # fmt: skip


def merged_text(first: Complaint, second: Complaint, command: MergeComplaints) -> str:
    """What the complainant reads: both numbers, why, and by when."""
    today, due = command.at.date(), first.statutory_due
    by = f"最晚 {speak_date(due, today)} 作出处理并告知您" if due else "鉴定或调解期间不计入处理期限"
    clock = (
        f"期限从收到新材料（{speak_date(second.received_at.date(), today)}）起重新计算，{by}"
        if command.new_facts
        else f"期限不变，{by}"
    )
    return (
        f"投诉 {second.complaint_no} 和 {first.complaint_no} 是同一件事，已并入 {first.complaint_no} 办理：{command.reason.rstrip('。')}。"
        f"{clock}。查进度说“查投诉 {first.complaint_no}”，也可以拨打 12378。"
    )
