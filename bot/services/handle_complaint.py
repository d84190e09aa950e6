"""What an officer sends a complainant on the way: what is missing (D-C12, X-02), and the decision (投诉办法 art 18, 20, 21).

Source of what a decision says: business flows F12: facts, basis, what is done, and the remedies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.errors import BotError
from bot.insurance.complaint import UNACCEPTED, Complaint, ComplaintStage
from bot.insurance.complaint_handling import ComplaintDecision, SupplementNotice
from bot.insurance.root_cause import RootCause
from bot.services.deadlines import speak_date
from bot.services.ports import UnitOfWork
from bot.services.triage_complaint import RecusedError

LEAST, LONGEST = 5, 500
MOST_ITEMS, LONGEST_ITEM = 20, 60
WANTED, DECIDED, VERIFIED = "补充材料通知", "处理决定告知", "核查决定告知"
_BEFORE_DECISION = frozenset(
    {
        ComplaintStage.ACCEPTED, ComplaintStage.INVESTIGATING, ComplaintStage.NEGOTIATING, ComplaintStage.MEDIATING,
        ComplaintStage.EXTENDED, ComplaintStage.TRANSFERRED, ComplaintStage.VERIFYING,
    }
)  # fmt: skip
NOT_TOLD = "投诉人没有留手机：要写怎么告知的、有什么凭证（投诉办法第二十一条）"
_REMEDIES = "有异议的，收到起 30 天内可以书面申请核查，也可以选择调解、仲裁、诉讼，或拨打 12378。"
_AFTER_VERIFYING = "仍有异议的，可以选择调解、仲裁、诉讼，或拨打 12378。"


class ComplaintStepError(BotError):
    """Not at this stage; `data["stage"]` is it in Chinese."""

    code = "complaint_step"


class ComplaintFlawError(BotError):
    """What was written is incomplete; `data["flaw"]` says what is missing, for the desk."""

    code = "complaint_flaw"


class UnansweredError(BotError):
    """Colleagues were asked about it and have not answered; `data["waits"]` says how many questions wait."""

    code = "unanswered"


class OwnDecisionError(BotError):
    """核查 is for the superior body, and never for who decided (投诉办法 art 20)."""

    code = "own_decision"


@dataclass(frozen=True)
class SendNotice:
    """All that is missing, said at once; what the company holds or can look up is not asked for (X-02)."""

    complaint_no: str
    items: tuple[str, ...]
    note: str
    agent: str
    at: datetime
    told_how: str = ""

    @property
    def flaw(self) -> str:
        if not 0 < len(self.items) <= MOST_ITEMS or any(len(item) > LONGEST_ITEM for item in self.items):
            return f"要补的材料一行一样，1 到 {MOST_ITEMS} 样，每样不超过 {LONGEST_ITEM} 个字"
        return "" if LEAST <= len(self.note) <= LONGEST else f"说明要写 {LEAST} 到 {LONGEST} 个字，投诉人会看到"


@dataclass(frozen=True)
class DecideComplaint:
    """`told_how`: how a complainant without a phone was told, with the proof (投诉办法 art 21). `superior`: whoever decides
    speaks for the superior body. `despite`: he decides though a question of his waits for an answer. `cause`: as in
    `ComplaintDecision`."""

    complaint_no: str
    facts: str
    basis: str
    result: str
    agent: str
    at: datetime
    told_how: str = ""
    superior: bool = False
    despite: bool = False
    cause: str = ""

    @property
    def flaw(self) -> str:
        if self.cause and self.cause not in {cause.value for cause in RootCause}:
            return "根本原因要从列出的里面选"
        parts = (("认定的事实", self.facts), ("依据", self.basis), ("处理决定", self.result))
        return next(
            (f"{name}要写 {LEAST} 到 {LONGEST} 个字" for name, text in parts if not LEAST <= len(text) <= LONGEST), ""
        )


def may_be_asked(complaint: Complaint, agent: str) -> bool:
    """Whether this officer may ask the complainant for something."""
    return complaint.is_open and complaint.stage is not ComplaintStage.VERIFYING and not complaint.bars(agent)


def may_decide(complaint: Complaint, agent: str, *, superior: bool) -> bool:
    """Whether this officer may decide it; a 核查 only where he speaks for the superior body."""
    allowed = superior or complaint.stage is not ComplaintStage.VERIFYING
    return allowed and complaint.stage in _BEFORE_DECISION and not complaint.bars(agent) and not _own(complaint, agent)


def send_notice(work: UnitOfWork, command: SendNotice) -> Complaint:
    """Keep the notice with its time and tell the complainant. No clock moves.

    Raises:
        LookupError: no such complaint. RecusedError, ComplaintStepError, ComplaintFlawError: as they say.
    """
    complaint = complaint_for(work, command.complaint_no, command.agent)
    if not may_be_asked(complaint, command.agent):
        raise ComplaintStepError(stage=complaint.stage.zh)
    if command.flaw:
        raise ComplaintFlawError(flaw=command.flaw)
    if not complaint.phone and not LEAST <= len(command.told_how) <= LONGEST:
        raise ComplaintFlawError(flaw=NOT_TOLD)
    told_how = "" if complaint.phone else command.told_how
    notice = SupplementNotice(command.items, command.note, command.agent, command.at, command.items, told_how)
    waits = complaint.stage in UNACCEPTED
    changed = replace(
        complaint, notices=(*complaint.notices, notice), last_notice=WANTED, last_notice_at=command.at,
        stage=ComplaintStage.AWAITING_SUPPLEMENT if waits else complaint.stage,
    )  # fmt: skip
    return _keep(work, changed, command, "complaint.supplement_wanted", wanted_text)


def decide_complaint(work: UnitOfWork, command: DecideComplaint) -> Complaint:
    """Keep the decision, or that of the 核查, and tell the complainant.

    Raises:
        LookupError: no such complaint. RecusedError, OwnDecisionError, ComplaintStepError, ComplaintFlawError,
        UnansweredError.
    """
    complaint = complaint_for(work, command.complaint_no, command.agent)
    if complaint.stage not in _BEFORE_DECISION:
        raise ComplaintStepError(stage=complaint.stage.zh)
    verifying = complaint.stage is ComplaintStage.VERIFYING
    if _own(complaint, command.agent) or (verifying and not command.superior):
        raise OwnDecisionError(agent=command.agent)
    if command.flaw:
        raise ComplaintFlawError(flaw=command.flaw)
    # Deciding and telling are one duty with one limit (art 18 ¶1): nothing is decided that nobody was told of.
    if not complaint.phone and not LEAST <= len(command.told_how) <= LONGEST:
        raise ComplaintFlawError(flaw=NOT_TOLD)
    if not command.despite and (waits := unanswered(work, command.complaint_no)):
        raise UnansweredError(waits=waits)
    made = ComplaintDecision(
        command.facts, command.basis, command.result, command.agent, command.at, verifying=verifying,
        told_how="" if complaint.phone else command.told_how, cause=command.cause,
    )  # fmt: skip
    changed = replace(
        complaint, decisions=(*complaint.decisions, made), last_notice=VERIFIED if verifying else DECIDED,
        last_notice_at=command.at, stage=ComplaintStage.CLOSED if verifying else ComplaintStage.DECIDED,
    )  # fmt: skip
    return _keep(work, changed, command, "complaint.decided", decision_text)


def unanswered(work: UnitOfWork, complaint_no: str) -> int:
    """How many questions about it wait for an answer."""
    return sum(one.is_open for one in work.inquiries.of_complaint(complaint_no))


def wanted_text(complaint: Complaint, today: date) -> str:
    number, notice = complaint.complaint_no, complaint.notices[-1]
    due = complaint.statutory_due
    clock = f"处理期限照常走，最晚 {speak_date(due, today)} 作出处理。" if due else ""
    return (
        f"投诉 {number} 还需要您补：{'、'.join(notice.items)}。{notice.note.rstrip('。')}。"
        f"打开在线客服说“补材料 {number}”，拍照就能传；也可以寄来或带到网点。{clock}"
    )


def decision_text(complaint: Complaint, _: date) -> str:
    made, number = complaint.decisions[-1], complaint.complaint_no
    what = "核查决定" if made.verifying else "处理决定"
    return (
        f"投诉 {number} 已作出{what}：{made.result.rstrip('。')}。认定的事实：{made.facts.rstrip('。')}。"
        f"依据：{made.basis.rstrip('。')}。{remedies(complaint)}"
    )


def remedies(complaint: Complaint) -> str:
    """What is open to who does not accept the latest decision."""
    return _AFTER_VERIFYING if complaint.decisions and complaint.decisions[-1].verifying else _REMEDIES


def _own(complaint: Complaint, agent: str) -> bool:
    verifying = complaint.stage is ComplaintStage.VERIFYING
    return verifying and any(made.agent == agent for made in complaint.decisions)


def complaint_for(work: UnitOfWork, complaint_no: str, agent: str) -> Complaint:
    """The complaint, for an officer who may handle it. Raises LookupError, RecusedError."""
    complaint = work.complaints.get(complaint_no)
    if complaint is None:
        raise LookupError(complaint_no)
    if complaint.bars(agent):
        raise RecusedError(agent=agent)
    return complaint


def _keep(
    work: UnitOfWork,
    changed: Complaint,
    command: SendNotice | DecideComplaint,
    event: str,
    text: Callable[[Complaint, date], str],
) -> Complaint:
    work.complaints.save(changed)
    if changed.phone:
        work.texts.send(changed.phone, f"【保险客服】{text(changed, command.at.date())}", command.at)
    detail = {"stage": changed.stage.value, "told_by_text": str(bool(changed.phone))}
    work.audit.append(event, subject=changed.complaint_no, actor=f"agent:{command.agent}", at=command.at, detail=detail)
    return changed
