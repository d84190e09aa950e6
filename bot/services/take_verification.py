"""An application for 核查 that came on paper: by letter or at the counter, as art 20 of the 投诉办法 has it ("以书面形式").

In the chat the customer applies himself (`bot.services.follow_complaint.request_verification`). The thirty days in which the superior
body decides run from the receipt of the paper, not from when somebody typed it in (D-C09).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.insurance.complaint import Complaint, ComplaintStage
from bot.insurance.complaint_handling import ComplaintMove, MadeMove
from bot.services.deadlines import Deadlines, speak_date
from bot.services.follow_complaint import VERIFICATION, may_be_verified
from bot.services.handle_complaint import NOT_TOLD, ComplaintFlawError, ComplaintStepError, complaint_for
from bot.services.ports import UnitOfWork

LEAST, LONGEST = 5, 300
LONGEST_WORDS = 2000


@dataclass(frozen=True)
class TakeVerification:
    """`words`: what the applicant objects to; `proof`: how it came, and what proves that; `received_at`: when it reached the company.
    `told_how`: how an applicant without a phone was told of the receipt, with the proof (art 21)."""

    complaint_no: str
    words: str
    proof: str
    received_at: datetime
    agent: str
    at: datetime
    told_how: str = ""


def take_verification(work: UnitOfWork, command: TakeVerification, deadlines: Deadlines) -> Complaint:
    """From now on the complaint waits for the superior body; the applicant is told by when it decides.

    Raises:
        LookupError: there is no such complaint. RecusedError, ComplaintStepError (there is no decision, or it was looked at once
        already), ComplaintFlawError: as they say.
    """
    complaint = complaint_for(work, command.complaint_no, command.agent)
    if not may_be_verified(complaint):
        raise ComplaintStepError(stage=complaint.stage.zh)
    if flaw := _flaw(complaint, command):
        raise ComplaintFlawError(flaw=flaw)
    told_how = "" if complaint.phone else command.told_how
    made = MadeMove(ComplaintMove.VERIFY, command.proof, command.agent, command.at, told_how)
    changed = replace(
        complaint, stage=ComplaintStage.VERIFYING, verify_by=deadlines.due("D-C09", command.received_at).internal_due,
        supplements=(*complaint.supplements, command.words), moves=(*complaint.moves, made), last_notice=VERIFICATION,
        last_notice_at=command.at,
    )  # fmt: skip
    work.complaints.save(changed)
    if changed.phone:
        work.texts.send(changed.phone, f"【保险客服】{received_text(changed, command)}", command.at)
    due = changed.verify_by.isoformat() if changed.verify_by else ""
    detail = {"received": command.received_at.isoformat(timespec="minutes"), "due": due}
    actor, event = f"agent:{command.agent}", "complaint.verification_requested"
    work.audit.append(event, subject=changed.complaint_no, actor=actor, at=command.at, detail=detail)
    return changed


def _flaw(complaint: Complaint, command: TakeVerification) -> str:
    if not LEAST <= len(command.words) <= LONGEST_WORDS:
        return f"不同意的是什么，要写 {LEAST} 到 {LONGEST_WORDS} 个字，照原话"
    if not LEAST <= len(command.proof) <= LONGEST:
        return f"怎么收到的、有什么凭证，要写 {LEAST} 到 {LONGEST} 个字"
    if command.received_at > command.at:
        return "收到的时刻不能晚于现在"
    if command.received_at < answered_at(complaint).replace(second=0, microsecond=0):
        return "收到核查申请不能早于作出决定"
    return "" if complaint.phone or LEAST <= len(command.told_how) <= LONGEST else NOT_TOLD


def answered_at(complaint: Complaint) -> datetime:
    """When the complainant got the answer that he objects to: a decision, or that it was not accepted."""
    answers = [*(one.at for one in complaint.decisions), *(one.at for one in complaint.triages)]
    return max(answers, default=complaint.received_at)


def received_text(complaint: Complaint, command: TakeVerification) -> str:
    """What the applicant reads."""
    assert complaint.verify_by is not None
    number, today = complaint.complaint_no, command.at.date()
    return (
        f"您对投诉 {number} 的核查申请收到了，编号不变。上级机构会核查处理的过程、时限和结果，"
        f"最晚 {speak_date(complaint.verify_by, today)} 作出核查决定并告知您。也可以选择调解、仲裁、诉讼，或拨打 12378。"
    )
