"""What a regulator passed on is reported to it in writing, as it asks (company rules art 13; F06)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.insurance.complaint import Complaint
from bot.insurance.complaint_handling import ComplaintMove, MadeMove
from bot.services.handle_complaint import ComplaintFlawError, ComplaintStepError, complaint_for
from bot.services.paper import Paper
from bot.services.ports import UnitOfWork

LEAST_WORDS, LONGEST_WORDS = 20, 2000
LEAST_PROOF, LONGEST_PROOF, LONGEST_NUMBER = 5, 300, 60


@dataclass(frozen=True)
class ReportToRegulator:
    """`paper_no`: the report's own number 发文字号; `sent_how`: by what way it went, with the receipt."""

    complaint_no: str
    paper_no: str
    words: str
    sent_how: str
    agent: str
    at: datetime

    @property
    def flaw(self) -> str:
        if not 0 < len(self.paper_no) <= LONGEST_NUMBER:
            return f"发文字号要写，{LONGEST_NUMBER} 个字以内"
        if not LEAST_WORDS <= len(self.words) <= LONGEST_WORDS:
            return f"报告要写 {LEAST_WORDS} 到 {LONGEST_WORDS} 个字"
        if not LEAST_PROOF <= len(self.sent_how) <= LONGEST_PROOF:
            return f"报送方式和凭证要写 {LEAST_PROOF} 到 {LONGEST_PROOF} 个字"
        return ""


def report_to_regulator(work: UnitOfWork, command: ReportToRegulator) -> Complaint:
    """Attach the report. Until then the complaint stays on every list, decided or not.

    Raises:
        LookupError: there is no such complaint. RecusedError, ComplaintStepError (nothing is to be reported),
        ComplaintFlawError: as they say.
    """
    complaint = complaint_for(work, command.complaint_no, command.agent)
    if not complaint.owes_report:
        raise ComplaintStepError(stage="不欠监管报告")
    if command.flaw:
        raise ComplaintFlawError(flaw=command.flaw)
    made = MadeMove(
        ComplaintMove.REPORT, command.words, command.agent, command.at, command.sent_how, command.paper_no
    )  # fmt: skip
    changed = replace(complaint, moves=(*complaint.moves, made), reported_at=command.at)
    work.complaints.save(changed)
    due = complaint.report_by.isoformat() if complaint.report_by else ""
    actor = f"agent:{command.agent}"
    work.audit.append(
        "complaint.reported", subject=changed.complaint_no, actor=actor, at=command.at, detail={"due": due}
    )  # fmt: skip
    return changed


def written_report(complaint: Complaint) -> MadeMove | None:
    """None while there is none."""
    return next((made for made in complaint.moves if made.move is ComplaintMove.REPORT), None)


def regulator_paper(complaint: Complaint, company: str, today: date) -> Paper:
    """The report to be sealed and filed. Raises LookupError while none was written."""
    made = written_report(complaint)
    if made is None:
        raise LookupError(complaint.complaint_no)
    lines = (
        ("发文字号", made.subject),
        ("转办编号", complaint.transfer_no),
        ("投诉编号", complaint.complaint_no),
        ("投诉人", complaint.complainant_name or "（没有留姓名）"),
        ("收到转办", f"{complaint.received_at:%Y 年 %-m 月 %-d 日}"),
    )
    decided = tuple(f"{one.at:%Y 年 %-m 月 %-d 日}：{one.result}" for one in complaint.decisions)
    sections = (
        ("处理情况", tuple(made.note.splitlines())),
        ("已作出的决定", decided or ("还没有作出决定。",)),
        ("", (company, f"{today:%Y 年 %-m 月 %-d 日}（盖章）")),
    )
    return Paper("关于转办投诉处理情况的报告", lines, sections)
