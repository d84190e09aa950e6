"""A complainant takes the complaint back by another way than the chat; the procedure ends that day (投诉办法 art 15)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.insurance.complaint import Complaint, ComplaintStage
from bot.insurance.complaint_handling import ComplaintMove, MadeMove
from bot.services.follow_complaint import WITHDRAWN
from bot.services.handle_complaint import NOT_TOLD, ComplaintFlawError, ComplaintStepError, complaint_for
from bot.services.ports import UnitOfWork

LEAST, LONGEST = 5, 300


@dataclass(frozen=True)
class RecordWithdrawal:
    """`proof`: how the complainant said so, and what proves it. `told_how`: as in `MergeComplaints`."""

    complaint_no: str
    proof: str
    agent: str
    at: datetime
    told_how: str = ""


def record_withdrawal(work: UnitOfWork, command: RecordWithdrawal) -> Complaint:
    """End it and tell the complainant, who may make it again and hears so.

    Raises:
        LookupError: there is no such complaint. RecusedError, ComplaintStepError, ComplaintFlawError: as they say.
    """
    complaint = complaint_for(work, command.complaint_no, command.agent)
    if not complaint.is_open:
        raise ComplaintStepError(stage=complaint.stage.zh)
    if not LEAST <= len(command.proof) <= LONGEST:
        raise ComplaintFlawError(flaw=f"撤回的方式和凭证要写 {LEAST} 到 {LONGEST} 个字")
    if not complaint.phone and not LEAST <= len(command.told_how) <= LONGEST:
        raise ComplaintFlawError(flaw=NOT_TOLD)
    told_how = "" if complaint.phone else command.told_how
    made = MadeMove(ComplaintMove.WITHDRAW, command.proof, command.agent, command.at, told_how)
    changed = replace(
        complaint, stage=ComplaintStage.WITHDRAWN, closing_reason=f"投诉人撤回：{command.proof}",
        moves=(*complaint.moves, made), last_notice=WITHDRAWN, last_notice_at=command.at,
    )  # fmt: skip
    work.complaints.save(changed)
    if changed.phone:
        work.texts.send(changed.phone, f"【保险客服】{withdrawn_text(changed)}", command.at)
    detail = {"from": complaint.stage.value}
    actor = f"agent:{command.agent}"
    work.audit.append("complaint.withdrawn", subject=changed.complaint_no, actor=actor, at=command.at, detail=detail)
    return changed


def withdrawn_text(complaint: Complaint) -> str:
    return (
        f"按您的要求，投诉 {complaint.complaint_no} 今天撤回，处理终止。以后仍可以再投诉。"
        "您没有要求撤回的，请马上在在线客服说“我要投诉”，或拨打 12378。"
    )
